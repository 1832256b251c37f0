"""A whole Doorstep of its own: its servers and processes, somebody who restarts them, somebody who kills them."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
from honcho.environ import parse_procfile

from config.embedded.services import Services
from config.up import environment

PROJECT = Path(__file__).resolve().parents[2]
NOTICE_SECONDS = 0.3  # until whoever watches sees that something is gone
SERVERS = ("postgres", "redis")


class House:
    """Runs the Procfile's processes (two workers) on servers in `var`, and restarts whatever ends.

    A restart sees off what the killed process left behind first, as systemd and containers do.
    """

    def __init__(self, var: Path, logs: Path, port: int, **env: str):
        self.var, self.logs, self.port = var, logs, port
        self.services = Services(var)
        self.env = environment() | {"DOORSTEP_VAR": str(var), "PORT": str(port), "WORKER_PROCESSES": "1"} | env
        self.processes: dict[str, subprocess.Popen] = {}
        self.kills: Counter[str] = Counter()
        self.errors: list[str] = []
        self._closing = threading.Event()
        self._watchers: list[threading.Thread] = []

    def open(self) -> None:
        """Start the servers and make the tables."""
        self.services.start()
        urls = self.services.urls()
        self.env |= urls
        os.environ |= urls | {"DOORSTEP_VAR": str(self.var)}
        command = ["python", "manage.py", "migrate", "-v0"]
        owner = self.env | {"DOORSTEP_AS_OWNER": "1"}
        subprocess.run(command, cwd=PROJECT, env=owner, check=True, stdin=subprocess.DEVNULL)

    def man(self) -> None:
        """Start every process, watch them, and wait until the web answers."""
        commands = parse_procfile((PROJECT / "Procfile").read_text()).processes
        for name, command in commands.items():
            copies = [f"{name}.1", f"{name}.2"] if name == "worker" else [name]
            for copy in copies:
                told = f"{command} -n {copy}@%h" if name == "worker" else command
                self._watch(self._keep_running, copy, told)
        self._watch(self._keep_serving)
        until = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > until:
                raise RuntimeError(f"the web does not answer:\n{self.log('web').read_text()}")
            time.sleep(0.1)

    def close(self) -> None:
        """End everything and forget the data. Whatever cannot be ended is an error worth reading."""
        self._closing.set()
        for watcher in self._watchers:
            watcher.join()
        for name, process in self.processes.items():
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                self.errors.append(f"{name} does not end when told")
            _end_group(process)
        self.services.remove()

    def kill(self, name: str, chance: random.Random) -> None:
        """Kill -9 a server or process; of a process now and then only a child, in the middle of its work."""
        pid = self.services.status()[name] if name in SERVERS else self.processes[name].pid
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess, TypeError):
            children = [] if name in SERVERS else psutil.Process(pid).children()
            victim = chance.choice(children).pid if children and chance.random() < 0.5 else pid
            os.kill(victim, signal.SIGKILL)
            self.kills[name] += 1

    def log(self, name: str) -> Path:
        """Return the file with what a process said."""
        return self.logs / f"{name}.log"

    def _watch(self, work, *args) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        thread.start()
        self._watchers.append(thread)

    def _keep_running(self, name: str, command: str) -> None:
        while not self._closing.is_set():
            with self.log(name).open("ab") as output:
                process = self.processes[name] = subprocess.Popen(
                    command, shell=True, cwd=PROJECT, env=self.env, stdin=subprocess.DEVNULL, stdout=output,
                    stderr=output, start_new_session=True,
                )  # fmt: skip
            while process.poll() is None and not self._closing.wait(0.05):
                pass
            if process.poll() is not None:
                self._closing.wait(NOTICE_SECONDS)
                _end_group(process)

    def _keep_serving(self) -> None:
        while not self._closing.wait(NOTICE_SECONDS):
            try:
                if None in self.services.status().values():
                    self.services.start()
            except Exception as error:
                self.errors.append(f"servers: {error}")

    def _answers(self) -> bool:
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(wire):
            wire.request("GET", "/readyz")
            return wire.getresponse().status == 200
        return False


def _end_group(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
