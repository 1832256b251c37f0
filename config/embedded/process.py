"""Processes we did not necessarily start ourselves: who lives, who only seems to, and how to end them."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOG_BYTES = 5_000_000


class ServiceError(RuntimeError):
    """A server could not be started or stopped; the message says why, in words for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """The unprivileged user that root hands the servers to."""

    uid: int
    gid: int


def is_alive(pid: int) -> bool:
    """Tell whether `pid` runs. A zombie does not: it answers to signal 0, yet it serves nobody."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def command_line(pid: int) -> list[str]:
    """Return the arguments `pid` was started with; one empty word when it is gone."""
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).rstrip("\0").split("\0")
    except OSError:
        return [""]


def working_in(folder: Path) -> list[int]:
    """Return the living processes whose working directory is `folder`: what a killed server may leave behind."""
    found = []
    target = os.path.realpath(folder)
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if str((entry / "cwd").readlink()) == target and is_alive(int(entry.name)):
                found.append(int(entry.name))
    return found


def servers(program: str, argument: Path) -> list[int]:
    """Return the living processes that run `program` and were started with `argument` in a parameter.

    Pid files lie after a kill and vanish with a removed folder; what a process was started with does neither.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        pid = int(entry.name)
        # By the kernel's own name for it: the command line is rewritten by some servers, and paths have spaces.
        with contextlib.suppress(OSError):
            named = (entry / "comm").read_text().strip() == program
            if named and str(argument) in " ".join(command_line(pid)) and is_alive(pid):
                found.append(pid)
    return found


def reap(pid: int) -> None:
    """Let go of a child that ended: it stays a zombie until its parent asks after it."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def wait_until(check, seconds: float, step: float = 0.02) -> bool:
    """Call `check` until it is true or `seconds` have passed; return its last answer as a bool."""
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return bool(answer)


def end(pid: int, steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn, waiting its seconds for `pid` to go; return whether it went."""
    for number, seconds in steps:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: _gone(pid), seconds):
            return True
    return False


def _gone(pid: int) -> bool:
    reap(pid)
    return not is_alive(pid)


def spawn(command: Sequence[str | Path], *, log: Path, folder: Path, account: Account | None) -> subprocess.Popen:
    """Start a server apart from our terminal, so that Ctrl-C reaches it only through us, after its clients."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=clean_environment(),
            start_new_session=True,
            umask=0o077,
            **identity(account),
        )


def identity(account: Account | None) -> dict:
    """Return the arguments of `subprocess` that make a child run as `account`."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def clean_environment() -> dict[str, str]:
    """Return the environment of a server: nothing from ours, where a stray PGDATA or LC_ALL would mislead it."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def tail(log: Path, lines: int = 8) -> str:
    """Return the last lines of a log, indented, for an error message."""
    try:
        text = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        return ""
    return "".join(f"\n    {line}" for line in text)
