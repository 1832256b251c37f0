"""Suggestions: each can be driven, none is missed, and what they cost the others is true."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.planning.check import check
from dispatch.planning.problem import Job, Plan, Problem, Rest, Route, Stop, Technician
from dispatch.planning.suggest import Delay, Desk, suggest
from dispatch.planning.timeline import Timeline

UNIT = 600
times = st.integers(0, 40).map(lambda n: n * UNIT)


@st.composite
def spans(draw) -> tuple:
    ends = sorted(draw(st.sets(times, min_size=2, max_size=4)))
    return tuple(pairwise(ends))[::2]


@st.composite
def days(draw) -> Problem:
    """A small day with everything in it: several windows and spans, breaks, pace, skills, vans."""
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    spots = draw(st.lists(st.integers(0, 5), min_size=n + m, max_size=n + m))
    ways = np.array(
        [[abs(a - b) * UNIT + (draw(st.integers(0, 2)) * 60 if a != b else 0) for b in spots] for a in spots]
    )
    crew = []
    for k in range(m):
        rest = None
        if draw(st.booleans()):
            early = draw(times)
            rest = Rest(early, early + draw(st.integers(0, 8)) * UNIT, UNIT * draw(st.integers(1, 3)))
        crew.append(
            Technician(
                k, n + k, n + k, draw(spans()), draw(st.sampled_from([frozenset(), frozenset({1})])), rest,
                draw(st.sampled_from([0.8, 1.0, 1.3])), draw(st.sampled_from([None, 2])),
            )
        )  # fmt: skip
    jobs = []
    for i in range(n):
        windows = tuple(
            (early, early + draw(st.integers(0, 12)) * UNIT) for early in draw(st.lists(times, min_size=1, max_size=2))
        )
        skills = draw(st.sampled_from([frozenset(), frozenset(), frozenset({1})]))
        only = draw(st.sampled_from([None, None, None, frozenset({0})]))
        jobs.append(Job(i, i, draw(st.integers(1, 5)) * UNIT, windows, skills, only=only, load=draw(st.integers(0, 1))))
    places = tuple((25.0, 121.0) for _ in spots)
    return Problem(0, places, ways, ways, tuple(crew), tuple(jobs))


def timed(problem: Problem, who: Technician, jobs: list[Job]):
    """Drive a tour in this order with the break anywhere, by the timeline; None when impossible."""
    way = [who.start, *(job.place for job in jobs), who.end]
    return Timeline(who, jobs, [problem.way(a, b) for a, b in pairwise(way)]).drive()


def route(problem: Problem, who: Technician, jobs: list[Job]) -> Route | None:
    if not jobs:
        return Route(who.id)
    found = timed(problem, who, jobs)
    return found and Route(who.id, tuple(Stop(j.id, at) for j, at in zip(jobs, found[0], strict=True)), found[1])


def filled(problem: Problem) -> Plan:
    """Give each job but the last to the first who can append it."""
    tours: dict[int, list[Job]] = {who.id: [] for who in problem.technicians}
    for job in problem.jobs[:-1]:
        for who in problem.technicians:
            tour = [*tours[who.id], job]
            whole = route(problem, who, tour)
            if whole and not check(problem, Plan((whole,))):
                tours[who.id] = tour
                break
    return Plan(tuple(route(problem, who, tours[who.id]) for who in problem.technicians))


def with_it(plan: Plan, one: Route) -> Plan:
    return Plan(tuple(one if route.technician == one.technician else route for route in plan.routes))


@given(days())
@settings(max_examples=200, deadline=None)
def test_every_suggestion_can_be_driven(problem):
    plan, job = filled(problem), problem.jobs[-1]
    assert check(problem, plan) == []
    for one in suggest(problem, plan, job, top=9):
        assert check(problem, with_it(plan, one.route)) == []
        assert one.starts <= one.until
        assert {stop.job: stop.starts for stop in one.route.stops}[job.id] == one.starts


@given(days())
@settings(max_examples=200, deadline=None)
def test_both_ends_of_what_is_offered_hold_and_nothing_is_missed(problem):
    """Against brute force: at every gap, the job fixed at every ten minutes, the whole tour driven anew."""
    plan, job = filled(problem), problem.jobs[-1]
    found: dict[tuple, list] = {}
    for gap in Desk(problem, plan).gaps(job):
        found.setdefault((gap.technician, gap.gap), []).append((gap.starts, gap.until))
    for one in plan.routes:
        who, tour = problem.technician[one.technician], [problem.job[stop.job] for stop in one.stops]
        for gap in range(len(tour) + 1):
            offered = found.get((who.id, gap), [])
            for starts in sorted({*range(0, 55 * UNIT, UNIT), *(end for span in offered for end in span)}):
                fixed = replace(job, windows=((starts, starts),))
                fits = any(early <= starts <= late for early, late in job.windows)
                alone = replace(problem, jobs=(*problem.jobs[:-1], fixed))
                tried = route(alone, who, [*tour[:gap], fixed, *tour[gap:]])
                works = fits and tried is not None and not check(alone, Plan((tried,)))
                assert works == any(early <= starts <= late for early, late in offered), (who.id, gap, starts)


def _line(*windows: tuple, rest: Rest | None = None) -> tuple[Problem, Plan]:
    """Return a day in a row: place i is 10 minutes from place i + 1, one technician begins and ends at place 0."""
    n = len(windows)
    ways = np.array([[abs(a - b) * UNIT for b in range(n + 1)] for a in range(n + 1)])
    who = Technician(1, 0, 0, ((0, 40 * UNIT),), rest=rest)
    jobs = tuple(Job(10 + i, i + 1, 3 * UNIT, (window,)) for i, window in enumerate(windows))
    problem = Problem(0, ((25.0, 121.0),) * (n + 1), ways, ways, (who,), jobs)
    return problem, Plan((route(problem, who, list(jobs[:-1])),))


def test_who_gets_later_is_told_with_what_is_left_of_the_window():
    problem, plan = _line((4 * UNIT, 9 * UNIT), (0, 2 * UNIT))
    (one,) = suggest(problem, plan, problem.jobs[-1])
    assert (one.starts, one.ends, one.gap) == (2 * UNIT, 5 * UNIT, 0)
    assert one.delays == (Delay(10, 2 * UNIT, 3 * UNIT),)
    assert one.extra == 2 * UNIT and one.nearest


def test_the_break_moves_to_make_room():
    problem, plan = _line((10 * UNIT, 10 * UNIT), (5 * UNIT, 6 * UNIT), rest=Rest(4 * UNIT, 20 * UNIT, 3 * UNIT))
    before = plan.routes[0].rest
    (one,) = suggest(problem, plan, problem.jobs[-1])
    assert check(problem, with_it(plan, one.route)) == []
    assert before < 10 * UNIT < one.route.rest and one.delays == ()


def test_a_favoured_technician_comes_first():
    problem, _plan = _line((0, 30 * UNIT))
    twins = replace(problem, technicians=(problem.technicians[0], replace(problem.technicians[0], id=2)))
    job = problem.jobs[0]
    assert [one.technician for one in suggest(twins, Plan(()), job, top=2)] == [1, 2]
    assert [one.technician for one in suggest(twins, Plan(()), job, top=2, favour={2: 60})] == [2, 1]


def test_a_job_that_stands_is_taken_out_first():
    problem, _plan = _line((0, 30 * UNIT))
    job = problem.jobs[0]
    plan = Plan((route(problem, problem.technicians[0], [job]),))
    assert [one.starts for one in suggest(problem, plan, job, top=1)] == [UNIT]
    assert len(suggest(problem, plan, job, top=1)[0].route.stops) == 1


def test_nobody_works_and_nothing_fits():
    problem, plan = _line((0, 30 * UNIT), (50 * UNIT, 60 * UNIT))
    assert suggest(problem, plan, problem.jobs[-1]) == []
    idle = replace(problem, technicians=(replace(problem.technicians[0], spans=()),))
    assert suggest(idle, Plan(()), problem.jobs[0]) == []
    assert suggest(replace(problem, technicians=()), Plan(()), problem.jobs[0]) == []
