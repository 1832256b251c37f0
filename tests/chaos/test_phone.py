"""A phone in a basement and a server that is killed: seeded runs of mixed faults, and everything counts once (H-N3)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from customers import pictures as kept
from dispatch.models import KeptAct, OrderPhoto
from tests import factories, pictures
from tests.browser.phone import Phone, done_on, visit
from tests.factories import do
from tests.platform.road import FAULTS, WELL, Road
from tests.platform.streams import GRANIAN, PROJECT, _answers, free_port, wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
RUNS = 500 if os.environ.get("CHAOS") == "long" else 3
TOGETHER = 25  # runs on one server; the next ones have a server, a road and a database of their own, side by side
FIRST = int(os.environ.get("CHAOS_FROM", "0"))  # to go on where a run was ended
FAULTY = 0.35  # of the requests
KILL_EVERY = 6.0  # s between kills of the server, counted from when it answers


class Restless:
    """The web server as the product runs it, on this test's database; killed now and then, and started again."""

    def __init__(self, seed: int):
        """Nothing runs yet."""
        self.port, self.dice, self.kills = free_port(), random.Random(seed), 0
        self._over, self._process = threading.Event(), None

    def __enter__(self) -> Restless:
        self._start()
        self._killer = threading.Thread(target=self._kill_now_and_then, daemon=True)
        self._killer.start()
        return self

    def __exit__(self, *_how) -> None:
        self._over.set()
        self._killer.join()
        self._end()

    def _start(self) -> None:
        here = settings.DATABASES["default"]
        host = str(connection.settings_dict["HOST"]).replace("/", "%2F")
        name, user = connection.settings_dict["NAME"], connection.settings_dict["USER"]
        url = f"postgres://{user}@{host}/{name}"
        assert here["ENGINE"].endswith("postgresql")
        command = [sys.executable, *GRANIAN, "--port", str(self.port), "config.server:app"]
        environment = os.environ | {"DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "WEB_THREADS": "2"}
        self._process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        wait_for(lambda: _answers(self.port), 60)

    def _kill_now_and_then(self) -> None:
        while not self._over.wait(KILL_EVERY * self.dice.uniform(0.5, 1.5)):
            self._end()
            self.kills += 1
            self._start()

    def _end(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


def given(place):
    """Return an order that was given to the technician just now, among many."""
    now = timezone.now()
    order = factories.make_order(place, now)
    technician = factories.make_technician(place.outlet, place.skill)
    factories.around_the_clock(place)
    starts = (now + timedelta(hours=1)).isoformat()
    return do(order, "assign", place.dispatcher, now, {"technician": technician.pk, "starts_at": starts}), technician


def one_run(chromium, road: Road, place, seed: int) -> None:
    """One visit on a phone of its own, with faults by chance and the page killed by chance."""
    dice = random.Random(seed)
    order, technician = given(place)
    phone = Phone(chromium, road, technician.user)
    acts = visit(order, place)
    road.judge = lambda method, _path, _count: (
        dice.choice(FAULTS) if method == "POST" and dice.random() < FAULTY else WELL
    )
    for verb, values, photos in acts:
        phone.act(order, verb, values, photos)
        if dice.random() < 0.2:
            phone.page.close()
            phone.page = phone.open()
    phone.all_sent(seconds=120)
    road.judge = lambda *_request: WELL
    assert done_on(order)[2:] == [verb for verb, _values, _photos in acts], f"seed {seed}"
    stored = set(OrderPhoto.objects.filter(order=order, kind="note").values_list("photo__sha256", flat=True))
    assert stored == {kept.read(pictures.upload(pictures.jpeg(one))).sha256 for one in ("red", "blue")}, f"seed {seed}"
    phone.close()


@pytest.mark.parametrize("first", range(FIRST, RUNS, TOGETHER))
def test_whatever_is_lost_or_killed_every_act_counts_once_and_in_order(chromium, live_server, place, capsys, first):
    scripts = int(live_server.url.rsplit(":", 1)[1])
    seeds = range(first, min(first + TOGETHER, RUNS))
    with Restless(seed=first) as server, Road(server.port, static=scripts) as road:
        for seed in seeds:
            one_run(chromium, road, place, seed)
        lost = [fault for _method, _path, fault in road.seen if fault]
        with capsys.disabled():
            told = f"{len(road.seen)} requests, {len(lost)} lost, server killed {server.kills} times"
            print(f"\nphone: visits {seeds.start} to {seeds.stop - 1}, {told}", file=sys.stderr, flush=True)
        assert lost and (server.kills or len(seeds) < TOGETHER)
    assert not KeptAct.objects.exists()
