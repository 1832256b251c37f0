"""The compiled clock and scan say what the checker says, on any day."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dispatch.planning.check import check
from dispatch.planning.day import Day
from dispatch.planning.polish import polish
from dispatch.planning.problem import Plan, Problem, Route, Stop, figures
from dispatch.planning.scan import NO_WAY, cheapest, room_left
from dispatch.planning.search import Search
from tests.dispatch.planning.test_solve import QUICK, problems


def drivable(problem: Problem, route: Route) -> bool:
    """Ask the checker about one route, as if nothing else were asked for."""
    jobs = tuple(job for job in problem.jobs if job.id in {stop.job for stop in route.stops})
    return check(replace(problem, jobs=jobs), Plan((route,))) == []


def driven(problem: Problem, day: Day, k: int, tour: list[int]) -> bool:
    """Look for times and a break with which the checker lets a tour pass, one after the other, as early as it goes.

    Slow and simple: the break is tried before every job, begun on arrival, at once, or when it first may.
    """
    who = day.crew[k]
    for gap in range(len(tour) + 1) if who.rest else (None,):
        for early in (True, False):
            route = _route(problem, day, k, tour, gap, early)
            if route and drivable(problem, route):
                return True
    return False


def _route(problem: Problem, day: Day, k: int, tour: list[int], gap: int | None, drive_first: bool) -> Route | None:
    who, stops, now, here, begun = day.crew[k], [], None, day.crew[k].start, None
    for p, i in enumerate([*tour, None]):
        place = who.end if i is None else day.place[i]
        work, windows = (0, ((0, 10**8),)) if i is None else (problem.work(day.jobs[i], who), day.jobs[i].windows)
        found = None
        for early, late in windows:
            for begin, end in who.spans:
                free = begin if now is None else now
                arrive = free + problem.way(here, place)
                at = begun
                if p == gap:
                    at = max(arrive if drive_first else free, who.rest.earliest)
                    arrive = at + who.rest.seconds + (0 if drive_first else problem.way(here, place))
                starts = max(arrive, early, begin)
                if starts <= min(late, end - work) and (found is None or starts < found[0]):
                    found = starts, at
        if i is None:
            begun = found[1] if found else begun
            break
        if found is None:
            return None
        starts, begun = found
        stops.append(Stop(day.jobs[i].id, starts))
        now, here = starts + work, place
    return Route(who.id, tuple(stops), begun)


@QUICK
@given(problems(), st.data())
def test_a_tour_is_sound_when_and_only_when_it_can_be_driven(problem, data):
    day = Day(problem)
    if not day.jobs or not day.crew:
        return
    k = data.draw(st.integers(0, len(day.crew) - 1))
    able = [i for i in range(len(day.jobs)) if day.may[k, i]]
    for tour in list(permutations(able[:4], min(3, len(able))))[:8]:
        tour = list(tour)
        load = sum(day.load[i] for i in tour)
        room = day.crew[k].capacity is None or load <= day.crew[k].capacity
        assert day.sound(k, tour) == (room and driven(problem, day, k, tour))
        if day.sound(k, tour):
            only = Plan(tuple(r for r in day.plan([tour if o == k else [] for o in range(len(day.crew))]).routes))
            assert not tour or drivable(problem, only.routes[0])
            assert day.travel(k, tour) == figures(problem, only).travel


@QUICK
@given(problems(), st.data())
def test_the_scan_finds_the_cheapest_gap_of_all_that_are_sound(problem, data):
    day = Day(problem)
    tours = polish(day, [[] for _ in day.crew])
    taken = data.draw(st.integers(0, 3))
    for k, tour in enumerate(tours):
        out, tour = tour[taken : taken + 1], tour[:taken] + tour[taken + 1 :]
        rest = [i for i in range(len(day.jobs)) if i not in tour and day.may[k, i]]
        row, run = np.array([*tour, 0], np.int32), np.empty((4, len(tour) + 1), np.int32)
        if not day.sound(k, tour):
            continue
        assert day.clock.timed(day.sheet, k, row, len(tour), run)
        for i in [*out, *rest]:
            if day.load[i] > room_left(day.sheet, k, row, len(tour)):
                continue
            trials = [[*tour[:gap], i, *tour[gap:]] for gap in range(len(tour) + 1)]
            dear = [day.travel(k, trial) - day.travel(k, tour) for trial in trials if day.sound(k, trial)]
            cost, gap = cheapest(day.sheet, k, row, len(tour), run, i)
            assert cost == min(dear, default=NO_WAY)
            assert cost == NO_WAY or day.sound(k, trials[gap])


@QUICK
@given(problems(), st.integers(0, 99))
def test_the_search_knows_what_its_tours_are_worth_and_repeats_itself(problem, seed):
    day = Day(problem)
    if not day.jobs or not day.crew:
        return
    start = polish(day, [[] for _ in day.crew])
    found = []
    for _again in range(2):
        search = Search(day, start, seed)
        search.run(iter((0.0, 0.5, 0.9, 1.0)).__next__, 10_000.0, 100.0)
        assert abs(search.hand.sum[0] - day.value(search.tours)) < 1
        assert abs(search.hand.sum[1] - day.value(search.best)) < 1
        assert check(problem, day.plan(search.tours)) == [] and check(problem, day.plan(search.best)) == []
        found.append(search.tours)
    assert found[0] == found[1] and search.steps >= 40
