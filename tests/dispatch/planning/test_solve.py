"""Whatever the day, the plan is sound, keeps what must stay, and is never worse than where it began."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.planning.check import check
from dispatch.planning.day import Day
from dispatch.planning.pods import SIZE
from dispatch.planning.problem import Job, Plan, Problem, Rest, Technician, figures
from dispatch.planning.solve import one_by_one, solve

HOUR = 3600
QUICK = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
moment = st.integers(7 * 4, 18 * 4).map(lambda quarter: quarter * 900)


def ways(spots: list[tuple[int, int]], speed: int = 60) -> np.ndarray:
    """Return the seconds between spots of a grid, street by street."""
    xy = np.array(spots)
    return np.abs(xy[:, None, :] - xy[None, :, :]).sum(axis=2) * speed


@st.composite
def spans(draw):
    """Draw a working day, now and then with an absence in the middle, or none at all."""
    begin = draw(st.sampled_from([7, 8, 10, 12])) * HOUR
    end = begin + draw(st.sampled_from([4, 8, 9])) * HOUR
    kind = draw(st.sampled_from(["whole", "whole", "absence", "none"]))
    if kind == "absence":
        away = draw(st.integers(begin // 900 + 1, end // 900 - 5)) * 900
        return (begin, away), (away + 3600, end)
    return ((begin, end),) if kind == "whole" else ()


@st.composite
def technicians(draw, places: int):
    crew = []
    for k in range(draw(st.sampled_from([2, 3, 4, 1, 0]))):
        rest = None
        if draw(st.booleans()):
            earliest = draw(st.sampled_from([11, 12])) * HOUR
            rest = Rest(earliest, earliest + draw(st.sampled_from([0, 1800, 7200])), 1800)
        crew.append(
            Technician(
                10 + k, draw(st.integers(0, places - 1)), draw(st.integers(0, places - 1)), draw(spans()),
                draw(st.frozensets(st.integers(0, 2))), rest, draw(st.sampled_from([1.0, 0.8, 1.3])),
                draw(st.sampled_from([None, None, 2])),
            )
        )  # fmt: skip
    return tuple(crew)


@st.composite
def jobs(draw, places: int):
    asked = []
    for i in range(draw(st.sampled_from([6, 9, 3, 1, 0]))):
        windows = draw(st.lists(st.tuples(moment, st.integers(0, 8)), min_size=1, max_size=2))
        asked.append(
            Job(
                100 + i, draw(st.integers(0, places - 1)), draw(st.integers(1, 8)) * 900,
                tuple(sorted((early, early + 900 * wide) for early, wide in windows)),
                draw(st.frozensets(st.integers(0, 2), max_size=1)), draw(st.sampled_from([5_000, 10_000, 40_000])),
                only=draw(st.sampled_from([None, None, None, frozenset({10, 11}), frozenset({99})])),
                technician=draw(st.sampled_from([None, 10, 11, 99])), load=draw(st.sampled_from([0, 1])),
            )
        )  # fmt: skip
    return tuple(asked)


@st.composite
def problems(draw):
    spots = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6))
    way = ways(spots)
    return Problem(
        0, tuple((25 + y / 1000, 121 + x / 1000) for x, y in spots), way, way * 10,
        draw(technicians(len(spots))), draw(jobs(len(spots))),
        draw(st.sampled_from([0, 1800])), draw(st.sampled_from([0.0, 0.5])),
    )  # fmt: skip


def worth(problem: Problem, plan: Plan) -> float:
    day = Day(problem)
    return day.value(day.tours(plan))


@QUICK
@given(problems(), st.integers(0, 3))
def test_every_plan_is_sound_and_accounts_for_every_job(problem, seed):
    plan = solve(problem, 0.08, seed=seed)
    assert check(problem, plan) == []
    assert set(plan.holder) | set(plan.left) == set(problem.job)
    assert not set(plan.holder) & set(plan.left)


@QUICK
@given(problems(), st.data())
def test_what_must_stay_stays_and_it_is_never_worse_than_its_start(problem, data):
    first = solve(problem, 0.05)
    stands = {stop.job: (who, stop.starts) for who, stop in first.visits()}
    kept = data.draw(st.sampled_from(sorted(route.technician for route in first.routes) or [0]))
    standing = tuple(
        replace(job, technician=stands[job.id][0], starts=stands[job.id][1], required=stands[job.id][0] == kept)
        if job.id in stands
        else job
        for job in problem.jobs
    )
    later = replace(problem, jobs=standing, change_price=1800)
    anew, on = solve(later, 0.06, seed=1), solve(later, 0.06, seed=1, start=first)
    assert check(later, anew) == [] and check(later, on) == []
    assert worth(later, on) >= worth(later, first)


def day(jobs: tuple[Job, ...], crew: tuple[Technician, ...], **more) -> Problem:
    spots = [(x, y) for x in range(0, 40, 10) for y in range(0, 40, 10)]
    way = ways(spots)
    return Problem(0, tuple((25 + y / 1000, 121 + x / 1000) for x, y in spots), way, way, crew, jobs, **more)


ALL_DAY = ((8 * HOUR, 17 * HOUR),)
ANN = Technician(1, 0, 0, ALL_DAY, frozenset({1}), Rest(11 * HOUR, 13 * HOUR, 1800))


@pytest.mark.parametrize(
    ("job", "crew", "code"),
    [
        (Job(5, 3, HOUR, ALL_DAY), (), "no_skill"),
        (Job(5, 3, HOUR, ALL_DAY, frozenset({9})), (ANN,), "no_skill"),
        (Job(5, 3, HOUR, ALL_DAY, only=frozenset({8})), (ANN,), "no_skill"),
        (Job(5, 3, HOUR, ALL_DAY), (replace(ANN, spans=()),), "no_shift"),
        (Job(5, 3, HOUR, ((19 * HOUR, 20 * HOUR),)), (ANN,), "no_shift"),
        (Job(5, 3, HOUR, ((10 * HOUR, 9 * HOUR),)), (ANN,), "bad_window"),
        (Job(5, 3, HOUR, ()), (ANN,), "bad_window"),
        (Job(5, 99, HOUR, ALL_DAY), (ANN,), "no_place"),
        (Job(5, 3, 10 * HOUR, ALL_DAY), (ANN,), "no_room"),
    ],
)
def test_why_a_job_is_left(job, crew, code):
    plan = solve(day((job,), crew), 0.1)
    assert plan.routes == () and plan.left == {5: code}


def test_no_place_is_no_place():
    problem = day((Job(5, 3, HOUR, ALL_DAY, prize=5_000),), (ANN,))
    nowhere = replace(problem, places=(*problem.places[:3], None, *problem.places[4:]))
    assert solve(nowhere, 0.1).left == {5: "no_place"}


def test_the_break_moves_for_a_job():
    """One job at eleven, one at half past twelve: only a break after both, or between, lets them in."""
    jobs = (
        Job(5, 1, HOUR, ((11 * HOUR, 11 * HOUR),), prize=5_000),
        Job(6, 2, HOUR, ((12 * HOUR + 600, 12 * HOUR + 600),), prize=5_000),
    )
    problem = day(jobs, (replace(ANN, rest=Rest(11 * HOUR, 13 * HOUR + 600, 1800)),))
    plan = solve(problem, 0.2)
    assert check(problem, plan) == [] and set(plan.holder) == {5, 6}
    assert plan.routes[0].rest == 13 * HOUR + 600


def test_a_price_keeps_visits_with_their_technician():
    """Two who live together serve one street: without a price anybody may, with one nobody changes."""
    crew = (ANN, replace(ANN, id=2))
    jobs = tuple(Job(i, i % 8, HOUR, ((9 * HOUR, 16 * HOUR),), prize=10_000, technician=1 + i % 2) for i in range(8))
    problem = day(jobs, crew, change_price=100_000)
    plan = solve(problem, 0.5)
    assert check(problem, plan) == [] and figures(problem, plan).served == 8
    assert figures(problem, plan).changes == 0


def test_fairness_evens_out_the_days():
    crew = (ANN, replace(ANN, id=2))
    jobs = tuple(Job(i, 1, HOUR, ALL_DAY, prize=10_000) for i in range(6))
    plan = solve(day(jobs, crew, fairness=10.0), 0.5)
    assert sorted(len(route.stops) for route in plan.routes) == [3, 3]


def test_a_large_day_is_solved_in_pods_side_by_side():
    crew = tuple(replace(ANN, id=k, start=k % 16, end=k % 16) for k in range(64))
    asked = tuple(Job(1000 + i, i % 16, HOUR, ALL_DAY, prize=5_000) for i in range(120))
    problem, seen, told = day(asked, crew), [], []

    def run(pieces):
        seen.append([len(part.technicians) for part, _seconds, _seed, _start in pieces])
        return one_by_one(pieces)

    plan = solve(problem, 1.0, run=run, tell=told.append)
    assert check(problem, plan) == [] and len(plan.holder) == 120
    assert seen and all(sum(sizes) == 64 and max(sizes) <= SIZE for sizes in seen)
    assert told == sorted(told) and told[-1] == 1.0


def test_a_day_where_all_is_required_is_a_plain_round():
    """No prize, no break, nobody's job yet: what the routing benchmarks ask."""
    crew = tuple(Technician(k, 0, 0, ALL_DAY, capacity=4) for k in range(4))
    jobs = tuple(Job(i, i, 600, ALL_DAY, required=True, load=1) for i in range(1, 13))
    problem = day(jobs, crew)
    plan = solve(problem, 0.3)
    assert check(problem, plan) == [] and len(plan.routes) == 3
