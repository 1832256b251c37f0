"""One Chromium for the whole run of a process: Playwright's loop can be there only once."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

# Playwright's own loop runs in this thread; Django sees it and thinks that we are in a coroutine.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# The shell is the same engine without the windows around it, which take half of the processor.
NAMES = (os.environ.get("CHROMIUM", ""), "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium():
    """Return a Chromium that lives for the whole run."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
