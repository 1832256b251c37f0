"""Pieces of a plan shared among workers. Nobody ever waits for a worker that may not come.

The pieces lie in Redis. Whoever asked for them takes one after the other, and calls for help; a worker that is free
takes some, too. When none lies there any more, only those are awaited that somebody has begun, for as long as they may
take; after that they are done again here. So two workers with two plans can't stand and wait for each other.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Sequence

import orjson
import redis
from celery import current_app
from kombu.exceptions import OperationalError

from dispatch import live
from dispatch.actions.plans.packing import Piece, pack, plan_data, plan_of, unpack
from dispatch.planning.problem import Plan
from dispatch.planning.solve import PATIENCE, solve

log = logging.getLogger(__name__)

KEY = "doorstep:plan:"
KEEP_SECONDS = 900
HELPERS = 8
LOOK_SECONDS = 0.05
GRACE_SECONDS = 3.0
NUMBER = 4  # bytes in front of a piece that say which it is

Tell = Callable[[float], None]


def in_turn(pieces: Sequence[Piece], tell: Tell | None = None) -> list[Plan]:
    """Work out one piece after the other, here."""
    return [_solve(piece, number, len(pieces), tell) for number, piece in enumerate(pieces)]


def _solve(piece: Piece, done: int, of: int, tell: Tell | None) -> Plan:
    problem, seconds, seed, start = piece
    part = (lambda some: tell((done + min(1.0, some)) / of)) if tell else None
    return solve(problem, seconds, seed=seed, start=start, tell=part)


def shared(pieces: Sequence[Piece], tell: Tell | None = None) -> list[Plan]:
    """Work pieces out together with whoever is free; return the plans in the same order."""
    if len(pieces) < 2:
        return in_turn(pieces, tell)
    try:
        found = _together(pieces, tell)
    except redis.RedisError as error:
        log.warning("pieces can't be shared: %s", error)
        found = {}
    for number, piece in enumerate(pieces):
        if number not in found:
            found[number] = _solve(piece, len(found), len(pieces), tell)
    return [found[number] for number in range(len(pieces))]


def _together(pieces: Sequence[Piece], tell: Tell | None) -> dict[int, Plan]:
    wire, key = live.wire(), KEY + uuid.uuid4().hex
    lay = wire.pipeline(transaction=True)
    for number, piece in enumerate(pieces):
        lay.rpush(key, number.to_bytes(NUMBER, "big") + pack(piece))
    lay.expire(key, KEEP_SECONDS)
    lay.execute()
    _call_for_help(key, min(HELPERS, len(pieces) - 1), sum(piece[1] for piece in pieces))
    found: dict[int, Plan] = {}
    try:
        while taken := wire.lpop(key):
            number = int.from_bytes(taken[:NUMBER], "big")
            found[number] = _solve(pieces[number], len(found), len(pieces), tell)
            _collect(wire, key, found)
        until = time.monotonic() + PATIENCE * max(piece[1] for piece in pieces) + GRACE_SECONDS
        while len(found) < len(pieces) and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
            if _collect(wire, key, found) and tell:
                tell(len(found) / len(pieces))
    finally:
        wire.delete(key, key + ":done")
    return found


def _collect(wire: redis.Redis, key: str, found: dict[int, Plan]) -> bool:
    """Take what others have finished; True when there was something."""
    before = len(found)
    while done := wire.lpop(key + ":done"):
        answer = orjson.loads(done)
        found.setdefault(answer["number"], plan_of(answer["plan"]))
    return len(found) > before


def _call_for_help(key: str, count: int, seconds: float) -> None:
    """Ask other workers; who comes when all is done finds nothing and leaves."""
    try:
        for _helper in range(count):
            current_app.send_task("dispatch.tasks.help_plan", args=[key], expires=seconds * PATIENCE)
    except (OperationalError, OSError) as error:
        log.warning("no help: %s", error)


def help_out(key: str) -> int:
    """Work out pieces that lie under a key until there are none; return how many."""
    wire, done = live.wire(), 0
    while taken := wire.lpop(key):
        number = int.from_bytes(taken[:NUMBER], "big")
        problem, seconds, seed, start = unpack(taken[NUMBER:])
        plan = solve(problem, seconds, seed=seed, start=start)
        answer = wire.pipeline(transaction=True)
        answer.rpush(key + ":done", orjson.dumps({"number": number, "plan": plan_data(plan)}))
        answer.expire(key + ":done", KEEP_SECONDS)
        answer.execute()
        done += 1
    return done
