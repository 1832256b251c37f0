"""The checker: a sound plan passes, and every fault bites."""

from dataclasses import replace

import numpy as np
import pytest

from dispatch.planning.check import CODES, Fault, check
from dispatch.planning.problem import NO_ROOM, Job, Plan, Problem, Rest, Route, Stop, Technician

HOUR, WAY = 3600, 600
PLACES = ((25.0, 121.0), (25.01, 121.0), (25.02, 121.0), None)
WAYS = np.array([[0 if a == b else WAY for b in range(4)] for a in range(4)])
ANN = Technician(
    1, 0, 0, ((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)), frozenset({7}), Rest(11 * HOUR, 13 * HOUR, 1800), 1.0, 2
)
BOB = Technician(2, 0, 0, ((8 * HOUR, 17 * HOUR),))
TWO_TIMES = ((9 * HOUR, 10 * HOUR), (14 * HOUR, 15 * HOUR))
JOBS = (
    Job(10, 1, HOUR, TWO_TIMES, frozenset({7}), load=1, required=True, technician=1),
    Job(11, 2, HOUR, ((8 * HOUR, 17 * HOUR),), load=1),
    Job(12, 2, HOUR, ((8 * HOUR, 17 * HOUR),), load=1, only=frozenset({2})),
    Job(13, 3, HOUR, ((8 * HOUR, 17 * HOUR),)),
)  # fmt: skip
DAY = Problem(0, PLACES, WAYS, WAYS * 9, (ANN, BOB), JOBS)
OF_ANN = Route(1, (Stop(10, 9 * HOUR), Stop(11, 13 * HOUR)), 11 * HOUR)
OF_BOB = Route(2, (Stop(12, 8 * HOUR + WAY),))
SOUND = Plan((OF_ANN, OF_BOB), {13: NO_ROOM})


def _ann(*stops: tuple[int, float], rest: float | None = 11.0, bob: tuple = ()) -> Plan:
    """Return a plan; times in hours."""
    routes = [Route(1, tuple(Stop(job, round(at * HOUR)) for job, at in stops), rest and round(rest * HOUR))]
    return Plan((*routes, Route(2, tuple(Stop(job, round(at * HOUR)) for job, at in bob))))


def test_a_sound_plan_passes():
    assert check(DAY, SOUND) == []
    assert check(replace(DAY, jobs=()), Plan((Route(1), Route(2)))) == []


BAD = {
    "unknown_technician": (replace(SOUND, routes=(OF_ANN, OF_BOB, Route(9))), 9, None),
    "two_routes": (replace(SOUND, routes=(OF_ANN, OF_BOB, Route(2))), 2, None),
    "unknown_job": (_ann((10, 9), (99, 10.5)), None, 99),
    "twice": (_ann((10, 9), (11, 13), bob=((11, 9),)), None, 11),
    "both": (replace(SOUND, left={11: NO_ROOM}), None, 11),
    "required": (Plan((OF_BOB,)), 1, 10),
    "held": (Plan((Route(2, (Stop(10, 9 * HOUR),)),)), 2, 10),
    "skill": (Plan((Route(2, (Stop(10, 9 * HOUR),)),)), 2, 10),
    "only": (_ann((10, 9), (12, 13)), 1, 12),
    "place": (_ann((10, 9), bob=((13, 9),)), 2, 13),
    "window": (_ann((10, 10.5), rest=11.5), 1, 10),
    "span": (_ann((10, 9), (11, 11.5)), 1, 11),
    "way": (_ann((10, 9), (11, 10.1)), 1, 11),
    "home": (_ann((10, 9), bob=((11, 16),)), 2, 11),
    "no_rest": (_ann((10, 9), rest=None), 1, None),
    "rest_window": (_ann((10, 9), rest=10.9), 1, None),
    "rest_overlap": (_ann((10, 9), (11, 10.5), rest=11.2), 1, None),
    "not_asked": (Plan((OF_ANN, replace(OF_BOB, rest=12 * HOUR))), 2, None),
}


@pytest.mark.parametrize("code", BAD)
def test_each_fault_is_found(code):
    plan, technician, job = BAD[code]
    assert Fault(code, technician, job) in check(DAY, plan)


def test_too_much_in_the_van_is_found():
    full = replace(DAY, technicians=(replace(ANN, capacity=1), BOB))
    assert check(full, SOUND) == [Fault("load", 1)]
    assert {*BAD, "load"} == set(CODES)


def test_the_way_to_the_first_lies_within_the_span():
    assert check(DAY, Plan((OF_ANN, Route(2, (Stop(12, 8 * HOUR + WAY - 1),))))) == [Fault("way", 2, 12)]


def test_the_break_does_not_cut_a_way_in_two():
    # 20 minutes of way in the 50 minutes between two jobs: the break is before or after it, never amid
    day = replace(DAY, seconds=WAYS * 2, technicians=(replace(ANN, spans=((8 * HOUR, 17 * HOUR),)), BOB))
    for rest, faults in ((11, []), (11 + 1 / 3, []), (11 + 1 / 6, [Fault("rest_overlap", 1)])):
        assert check(day, _ann((10, 10), (11, 11 + 5 / 6), rest=rest)) == faults


def test_a_slow_technician_needs_longer():
    slow = replace(DAY, technicians=(ANN, replace(BOB, pace=1.5)))
    twice = Plan((OF_ANN, Route(2, (Stop(12, 9 * HOUR), Stop(11, 10 * HOUR + WAY)))), {})
    twice = replace(twice, routes=(Route(1, (Stop(10, 9 * HOUR),), 11 * HOUR), twice.routes[1]))
    assert check(DAY, twice) == []
    assert check(slow, twice) == [Fault("way", 2, 11)]
