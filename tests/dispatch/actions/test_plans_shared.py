"""Pieces of a plan shared among workers: nobody waits for ever, nothing is lost when a helper dies."""

from dataclasses import replace
from threading import Thread

import numpy as np
import pytest

from dispatch import live
from dispatch.actions.plans import sharing
from dispatch.actions.plans.packing import pack, unpack
from dispatch.planning.check import check
from dispatch.planning.problem import NO_ROOM, Job, Plan, Problem, Rest, Route, Stop, Technician

HOUR = 3_600


def day(first: int = 1) -> Problem:
    """Return a small day: two technicians, six jobs, a quarter of an hour between any two places."""
    places = ((25.0, 121.5), (25.01, 121.51), (25.02, 121.52), None)
    seconds = np.full((4, 4), 900, dtype=np.int64)
    np.fill_diagonal(seconds, 0)
    washing = frozenset({7})
    technicians = (
        Technician(1, 0, 0, ((0, 8 * HOUR),), washing, Rest(3 * HOUR, 5 * HOUR, 1_800)),
        Technician(2, 0, 1, ((0, 3 * HOUR), (4 * HOUR, 8 * HOUR)), washing | {9}, pace=1.2, capacity=3),
    )
    jobs = tuple(
        Job(first + n, 1 + n % 2, HOUR, ((0, 6 * HOUR),), washing, 5_000, technician=1 if n < 2 else None, version=n)
        for n in range(6)
    )
    held = Job(first + 6, 1, HOUR, ((HOUR, HOUR),), only=frozenset({1}), required=True, technician=1, starts=HOUR)
    return Problem(1_700_000_000, places, seconds, seconds * 8, technicians, (*jobs, held), change_price=900)


def test_a_piece_is_the_same_after_its_journey():
    start = Plan((Route(1, (Stop(3, 900), Stop(4, 5_400)), 3 * HOUR), Route(2)), {5: NO_ROOM})
    for given in (start, None):
        mine = replace(day(), stretch=(0.25, 0.5))
        problem, seconds, seed, back = unpack(pack((mine, 1.5, 3, given)))
        assert (seconds, seed, back) == (1.5, 3, given)
        assert problem.stretch == (0.25, 0.5)
        assert (problem.technicians, problem.jobs, problem.places) == (mine.technicians, mine.jobs, mine.places)
        assert (problem.origin, problem.change_price, problem.fairness) == (mine.origin, 900, mine.fairness)
        assert (problem.seconds == mine.seconds).all() and (problem.metres == mine.metres).all()
        assert problem.seconds.dtype == mine.seconds.dtype


@pytest.fixture
def calls(monkeypatch):
    """Return the keys under which help was called for; whoever listens is the test."""
    heard = []
    monkeypatch.setattr(sharing, "_call_for_help", lambda key, count, seconds: heard.append((key, count)))
    return heard


def sound(pieces, found):
    """Tell that every piece has its own plan, with nothing wrong in it."""
    for (problem, *_rest), plan in zip(pieces, found, strict=True):
        assert check(problem, plan) == []
        assert set(plan.holder) | set(plan.left) == set(problem.job)
    return True


def test_alone_it_does_everything_itself_and_leaves_nothing_behind(calls):
    pieces = [(day(1 + 10 * n), 0.1, n, None) for n in range(3)]
    told = []
    assert sound(pieces, sharing.shared(pieces, told.append))
    assert [count for _key, count in calls] == [2]
    assert not live.wire().keys(calls[0][0] + "*")
    assert told == sorted(told) and told[-1] == 1


def test_who_is_free_takes_a_part(monkeypatch):
    done = []

    def comes(key, count, seconds):
        helper = Thread(target=lambda: done.append(sharing.help_out(key)))
        helper.start()
        done.append(helper)

    monkeypatch.setattr(sharing, "_call_for_help", comes)
    pieces = [(day(1 + 10 * n), 0.4, n, None) for n in range(4)]
    assert sound(pieces, sharing.shared(pieces))
    done[0].join()
    assert done[1] > 0


def test_a_helper_that_dies_with_a_piece_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(sharing, "GRACE_SECONDS", 0.2)
    monkeypatch.setattr(sharing, "_call_for_help", lambda key, count, seconds: live.wire().lpop(key))  # and never more
    pieces = [(day(1 + 10 * n), 0.1, n, None) for n in range(3)]
    assert sound(pieces, sharing.shared(pieces))


def test_without_redis_it_goes_on_alone(monkeypatch):
    import redis

    monkeypatch.setattr(live, "wire", lambda: redis.Redis(port=1, socket_connect_timeout=0.2))
    pieces = [(day(1 + 10 * n), 0.1, n, None) for n in range(2)]
    assert sound(pieces, sharing.shared(pieces))


def test_who_comes_too_late_finds_nothing(calls):
    sharing.shared([(day(), 0.1, 1, None), (day(20), 0.1, 1, None)])
    assert sharing.help_out(calls[0][0]) == 0
