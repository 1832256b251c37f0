"""`python -m tests.chaos.run`: kill -9 everything in turn while timers fall due and phones send; then count.

Prints one line of JSON: what happened, and what was wrong with it (nothing, if all is well). It is a program
of its own because it works on servers of its own, which nobody else's test may see die.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.chaos.house import SERVERS, House

VICTIMS = ("web", "worker.1", "worker.2", "beat", "sweeper", *SERVERS)
CALLBACK_SECONDS = 8  # after a consultation on a phone
SETTLE_SECONDS = 90  # after the last kill, until whatever still should happen has


def main() -> int:
    """Run the chaos and print the report; the exit status says only whether it ran."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", type=Path, required=True, help="folder of the servers; removed at the end")
    parser.add_argument("--logs", type=Path, required=True, help="folder for what the processes say")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two kills, about")
    parser.add_argument("--timers", type=int, default=600)
    parser.add_argument("--phones", type=int, default=4)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    os.environ.pop("DOORSTEP_AS_OWNER", None)
    with closing(House(asked.var, asked.logs, asked.port, CALLBACK_DELAY_SECONDS=str(CALLBACK_SECONDS))) as house:
        house.env.pop("DOORSTEP_AS_OWNER", None)
        house.open()
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        report = _run(house, asked)
    report["wrong"] += house.errors
    print(json.dumps(report, ensure_ascii=False))
    return 0


def _run(house: House, asked: argparse.Namespace) -> dict:
    from django.db import connection

    from tests.chaos import count, seed

    tokens = seed.phones(asked.phones)
    house.man()
    seed.timers(asked.timers, asked.seconds)
    phones = seed.ring_up(asked.port, tokens, asked.seed)
    _kill_in_turn(house, asked)
    for phone in phones:
        phone.closing.set()
    for phone in phones:
        phone.join()
    connection.close()  # it may have died with its server
    until = time.monotonic() + SETTLE_SECONDS
    while count.still_to_ring() and time.monotonic() < until:
        time.sleep(0.5)
    time.sleep(2)  # a second ring would come now
    return count.report([act for phone in phones for act in phone.sent]) | {"kills": dict(house.kills)}


def _kill_in_turn(house: House, asked: argparse.Namespace) -> None:
    """Kill each in turn, in an order and at moments that the seed decides."""
    chance, until = random.Random(asked.seed), time.monotonic() + asked.seconds
    turn: list[str] = []
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.5, 1.5) * asked.every)
        if not turn:
            turn = chance.sample(VICTIMS, len(VICTIMS))
        house.kill(turn.pop(), chance)


if __name__ == "__main__":
    sys.exit(main())
