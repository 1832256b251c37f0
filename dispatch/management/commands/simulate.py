"""`manage.py simulate`: a day lived through at speed, over the real API, then the figures and what was broken."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from dispatch.simulation import verdict
from dispatch.simulation.cast import cast
from dispatch.simulation.customers import Customers
from dispatch.simulation.people import Person

LOOK = 1.0  # real seconds between two looks of one person
TELL = 15.0  # real seconds between two lines
HOURS = 7.0  # simulated hours in which orders come in
AFTER = 4.0  # how many more the people work on, unless told otherwise
STARTED = 180  # real seconds a server may take until it answers


class Command(BaseCommand):
    """Plays customers, technicians, agents, dispatchers, a clerk and a manager, with jams, closed doors and anger."""

    help = "Lives through an invented day over the real API and says what came of it. Exit status 1: something broke."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare how many, how fast and where."""
        parser.add_argument("--technicians", type=int, default=40)
        parser.add_argument("--orders", type=int, default=300)
        parser.add_argument("--speed", type=float, default=60, help="simulated seconds in a real one (1 to 240)")
        parser.add_argument("--hours", type=float, default=HOURS, help="simulated hours in which orders come in")
        parser.add_argument("--after", type=float, default=AFTER, help="how many more hours they work on")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same customers and mishaps")
        parser.add_argument("--port", default="8060", help="where its pages can be watched meanwhile")
        parser.add_argument("--at", default="", help="play against a server that runs already, at its own speed")

    def handle(self, *args: Any, **how: Any) -> None:
        """Start a server with a fast clock and play against it, or only play."""
        counts = how["technicians"] >= 1 and how["orders"] >= 1
        if not (counts and 1 <= how["speed"] <= 240 and how["hours"] > 0 and how["after"] >= 0):
            raise CommandError("Use 1 to 240 for --speed, at least one technician and one order, and hours above 0.")
        sys.exit(self.play(how) if how["at"] else self.whole(how))

    def whole(self, how: dict) -> int:
        """Start a server of its own in an empty folder, play, and end it; return the exit status."""
        folder, since = mkdtemp(prefix="doorstep-simulation-"), datetime.now(UTC).isoformat()
        names = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        names |= {"DOORSTEP_VAR": folder, "PORT": how["port"], "DEMO": "no", "CLOCK_SINCE": since,
                  "CLOCK_SPEED": str(how["speed"])}  # fmt: skip
        log = Path(folder) / "server.log"
        self.say(f"A server for it starts; its log is {log}")
        with log.open("w") as out:
            server = subprocess.Popen(
                [sys.executable, "-m", "config.up"], cwd=settings.BASE_DIR, env=names, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        try:
            base = f"http://localhost:{how['port']}"
            self._wait(base, server, log)
            told = [f"--{name}={how[name]}" for name in ("technicians", "orders", "speed", "hours", "after", "seed")]
            command = [sys.executable, "manage.py", "simulate", f"--at={base}", *told]
            status = subprocess.run(command, cwd=settings.BASE_DIR, env=names, check=False).returncode
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait(60)
        if status == 0:  # what went wrong can be looked at
            shutil.rmtree(folder, ignore_errors=True)
        return status

    def _wait(self, base: str, server: subprocess.Popen, log: Path) -> None:
        until = time.monotonic() + STARTED
        while time.monotonic() < until and server.poll() is None:
            try:
                if requests.get(f"{base}/sign-in/", timeout=5).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.5)
        raise CommandError(f"The server did not start. Its last words are in {log}")

    def play(self, how: dict) -> int:
        """Let everybody live through the day; return 0 when nothing was broken."""
        begun = timezone.now()
        outlet, people, said = cast(how["at"], how["seed"], how["technicians"])
        agent = next(person for person in people if type(person).__name__ == "Agent")
        minutes = how["hours"] * 60
        customers = Customers(agent.wire, outlet.code, how["seed"], how["orders"], minutes, timezone.now())
        over = threading.Event()
        crew = [threading.Thread(target=self._live, args=(one, over), daemon=True) for one in (*people, customers)]
        self.say(f"{len(people)} people play at {how['at']}: watch as dispatcher, manager or technician (doorstep)")
        for one in crew:
            one.start()
        end = timezone.now() + timedelta(minutes=minutes) + timedelta(hours=how["after"])
        while timezone.now() < end:
            time.sleep(TELL)
            self._tell(outlet, begun, customers.called, how["orders"])
        over.set()
        for one in crew:
            one.join(30)
        return self._judge(outlet, begun, customers.called, said)

    def _live(self, person: Person | Customers, over: threading.Event) -> None:
        """Look again and again; a person who stumbles says so and goes on."""
        while not over.wait(LOOK):
            try:
                person.look()
            except Exception as error:
                self.say(f"{type(person).__name__}: {type(error).__name__}: {error}")
                connection.close()
        connection.close()

    def _tell(self, outlet: Any, begun: datetime, called: int, orders: int) -> None:
        rows = {name: (some, of) for name, some, of in verdict.figures(outlet, begun)}
        clock = timezone.localtime(timezone.now(), outlet.tz).strftime("%H:%M")
        closed, done = rows["closed"][0], rows["done, or waiting for the last call"][0]
        self.say(f"{clock}  {called} of {orders} called in, {done} done, {closed} closed")

    def _judge(self, outlet: Any, begun: datetime, called: int, said: Any) -> int:
        self.say("")
        for name, some, of in verdict.figures(outlet, begun):
            share = f"{100 * some / of:.0f} %" if of else "–"
            self.say(f"{name:<36} {some:>5} of {of:<5} {share:>6}")
        for what, count in sorted(said.items()):
            self.say(f"  answered {what}: {count}")
        wrong = verdict.broken(outlet, begun, called)
        for line in wrong:
            self.say(f"BROKEN  {line}")
        self.say("Nothing that must hold was broken." if not wrong else f"{len(wrong)} things were broken.")
        return 1 if wrong else 0

    def say(self, line: str) -> None:
        """Say a line at once."""
        self.stdout.write(line)
        self.stdout.flush()
