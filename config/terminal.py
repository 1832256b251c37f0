"""The processes of one terminal: started together, watched, ended together, and what the person there reads."""

import contextlib
import os
import signal
import sys
import threading
import time
import urllib.request
from collections import deque
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.process import Process

from config.embedded.process import ServiceError
from config.embedded.services import Services

WATCH_SECONDS = 0.3
RESTARTS = 5  # within RESTARTS_SECONDS; a server that dies more often has a reason that starting does not mend
RESTARTS_SECONDS = 60.0
KILL_SECONDS = 8.0
FIRST_PAGE_SECONDS = 120.0


class Stopped(BaseException):
    """Somebody asked us to end. Not an Exception: no part of the start may take it for a fault of its own."""


class Terminal:
    """Standard output that goes on without a terminal: after a hang-up there is still work to be ended in order."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text: str) -> int:
        """Write at once, or not at all."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
        return len(text)

    def flush(self) -> None:
        """Do nothing: every write went out at once."""

    def __getattr__(self, name):
        return getattr(self._stream, name)


class Member(Process):
    """One process of the crew. When it ends, so do the children it left: they would serve on and hold its output."""

    def run(self, events=None, ignore_signals=False) -> None:
        """Run the process to its end, as honcho does."""
        threading.Thread(target=self._end_orphans, daemon=True).start()
        super().run(events, ignore_signals)

    def _end_orphans(self) -> None:
        while self._child is None:
            time.sleep(0.05)
        self._child.wait()
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, number)
            time.sleep(1)


class Crew(Manager):
    """honcho's manager, with an end that comes also before all have started, and to those who ignore it."""

    def __init__(self, procfile: Path, environment: dict[str, str], folder: Path):
        super().__init__()
        self._process_ctor = Member
        self.asked = False
        for name, command in parse_procfile(procfile.read_text()).processes.items():
            self.add_process(name, command, env=environment, cwd=str(folder))

    def run(self) -> int:
        """Run every process until one ends or we are asked to end; return the exit status."""
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        self.loop()
        if self.asked:
            return 0
        print("One of the processes ended by itself, so all were ended; its last lines stand above.")
        return self.returncode or 1

    def terminate(self) -> None:
        """End all processes, as soon as all can be reached, and by force those that stay."""
        if not self._all_started():
            threading.Timer(0.1, self.terminate).start()
            return
        if not self._terminating:
            force = threading.Timer(KILL_SECONDS, self.kill)
            force.daemon = True
            force.start()
        super().terminate()

    def _system_print(self, data: str) -> None:
        # Which process got which signal is of no use to the person at the terminal.
        if data.startswith("SIG"):
            self.asked = True
            super()._system_print("stopping …\n")
        elif "stopped" in data and not self.asked:
            super()._system_print(data)


class Watch(threading.Thread):
    """Starts a server again that was killed, and ends us when the program that started us is gone or going."""

    def __init__(self, services: Services, crew: Crew):
        super().__init__(daemon=True, name="watch")
        self.services = services
        self.crew = crew
        self.parent = os.getppid()
        self.caught = _catches_interrupt(self.parent)

    def run(self) -> None:
        """Look around a few times a second until the end."""
        started = deque(maxlen=RESTARTS)
        while not self.crew.asked:
            time.sleep(WATCH_SECONDS)
            away = [name for name, pid in self.services.status().items() if pid is None]
            often = len(started) == RESTARTS and time.monotonic() - started[0] < RESTARTS_SECONDS
            if away and often:
                print(f"{' and '.join(away)} ends again and again; see {self.services.var / 'log'}.")
            if self._left_alone() or (away and often):
                os.kill(os.getpid(), signal.SIGTERM)
                return
            if away and not self.crew.asked:
                print(f"{' and '.join(away)} ended; starting again …")
                started.append(time.monotonic())
                try:
                    self.services.start()
                except (ServiceError, OSError) as error:
                    print(error)

    def _left_alone(self) -> bool:
        if "MAKELEVEL" not in os.environ:
            return False
        # make, interrupted by itself, passes nothing on: it waits for us, with its handler already put away.
        return os.getppid() != self.parent or (self.caught and not _catches_interrupt(self.parent))


def _catches_interrupt(pid: int) -> bool:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) & (1 << (signal.SIGINT - 1)))
    except OSError:
        pass
    return False


def announce(port: int, accounts: Path, *, expected: bool = False) -> None:
    """Say where to go and who to be, once the first page answers (and the accounts `expected` are there)."""

    def wait() -> None:
        address = f"http://127.0.0.1:{port}/"
        deadline = time.monotonic() + FIRST_PAGE_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=10) as answer:
                answer.read(1)
                break
            time.sleep(0.1)
        else:
            return
        while expected and not accounts.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        lines = [f"\nDoorstep answers at http://localhost:{port}/   (Ctrl-C stops it)\n"]
        if accounts.exists():
            lines += ["\nSign in as one of the example's people (name, password, role):\n", accounts.read_text()]
            lines += ["\nTo watch a whole day lived through at speed, in a second terminal: make simulate\n"]
        sys.stdout.write("".join(lines) + "\n")

    threading.Thread(target=wait, daemon=True, name="announce").start()
