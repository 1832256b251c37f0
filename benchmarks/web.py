"""How soon `make run` shows its first page from a warm cache, and how much memory the web process takes."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import common
import psutil

FIRST_PAGE = 15.0  # seconds
MEMORY = 200.0  # MB
ROUNDS = 60  # each asks for every page once
PAGES = ["/", "/console/", "/console/callbacks/", "/insight/", "/console/new/", "/api/v1/queue/", "/api/v1/orders/"]
FILLED = 180.0  # seconds until the example is there


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        var, port = Path(folder) / "var", _free_port()
        common.heading("The web process, as `make run` starts it")
        cold = _run(var, port, lambda: _wait_for_example(var))
        common.line("first start, with tables and example", f"{cold:.1f} s")
        warm = _run(var, port, lambda: _load(var, port))
        common.line("warm start to the first page", f"{warm:.1f} s", f"{FIRST_PAGE:.0f} s", warm / FIRST_PAGE)
        _forget(var)


def _run(var: Path, port: int, work) -> float:
    """Start as `make run` does, wait for the first page, do `work`, end; return the seconds to the first page."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"DOORSTEP_VAR": str(var), "PORT": str(port)}
    log = var.with_name("up.log")
    with log.open("ab") as output:
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "config.up"], cwd=common.ROOT, env=env, stdout=output, stderr=output,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() - begun > 300:
                raise SystemExit(f"it does not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.05)
        took = time.monotonic() - begun
        work()
        return took
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _wait_for_example(var: Path) -> None:
    """Let the example fill, so that the pages have something to show."""
    until = time.monotonic() + FILLED
    while not (var / "accounts.txt").exists() and time.monotonic() < until:
        time.sleep(0.5)


def _answers(port: int) -> bool:
    """True when a page that a person sees is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return response.status == 200
    except (OSError, http.client.HTTPException):
        return False


def _load(var: Path, port: int) -> None:
    """Sign in, ask for the pages again and again, and print what the web's processes take."""
    browser = _signed_in(var, port)
    answered: dict[int, int] = {}
    for _ in range(ROUNDS):
        for page in PAGES:
            status = _get(browser, f"http://127.0.0.1:{port}{page}")
            answered[status] = answered.get(status, 0) + 1
    common.line("  requests answered, by status", ", ".join(f"{n} × {status}" for status, n in answered.items()))
    for process in _web(port):
        name = "web process" if "granian" in " ".join(process.cmdline()) else process.name()
        size = process.memory_info().rss / 1e6
        common.line(f"  {name} {process.pid}, resident", f"{size:.0f} MB", f"{MEMORY:.0f} MB", size / MEMORY)


def _get(browser, address: str) -> int:
    try:
        with browser.open(address, timeout=30) as response:
            response.read()
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def _signed_in(var: Path, port: int):
    """Return a browser that the example's manager is signed in with, if there is an example."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    accounts = var / "accounts.txt"
    found = re.search(r"^\s+(\S+)\s+(\S+)\s+manager", accounts.read_text(), re.M) if accounts.exists() else None
    if found is None:
        common.line("  nobody to sign in as: pages before sign-in only", "")
        return browser
    with browser.open(f"http://127.0.0.1:{port}/", timeout=30) as response:
        page, address = response.read().decode(), response.url
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    told = {"username": found[1], "password": found[2], "csrfmiddlewaretoken": token[1] if token else ""}
    request = urllib.request.Request(address, urllib.parse.urlencode(told).encode(), {"Referer": address})
    browser.open(request, timeout=30).close()
    common.line("  signed in as", found[1] if "sessionid" in {cookie.name for cookie in jar} else "nobody")
    return browser


def _web(port: int) -> list[psutil.Process]:
    """Return the web's processes: the one that was told the port, and its children."""
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "granian" in words and str(port) in words:
            return [process, *process.children(recursive=True)]
    return []


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _forget(var: Path) -> None:
    from config.embedded.services import Services

    Services(var).remove()


if __name__ == "__main__":
    main()
