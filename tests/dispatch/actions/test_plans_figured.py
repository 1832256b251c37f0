"""What is made of the engine's plans before anybody sees them: times that stay, the best at each price, the sums."""

from dataclasses import replace

from dispatch.actions.plans.figuring import standing, sums
from dispatch.actions.plans.storing import differs
from dispatch.actions.plans.tidying import tidy
from dispatch.actions.plans.working import _ends
from dispatch.planning.check import check
from dispatch.planning.problem import Plan, Route, Stop
from tests.dispatch.actions.test_plans_shared import HOUR, day

REST = 3 * HOUR + 1_200


def stands(problem, **at):
    """Return the problem with jobs that stand with technician 1, {job: second}."""
    jobs = tuple(
        replace(job, technician=1, starts=at[f"j{job.id}"]) if f"j{job.id}" in at else job for job in problem.jobs
    )
    return replace(problem, jobs=jobs)


def test_a_visit_that_keeps_its_technician_keeps_its_time_when_the_day_allows_it():
    problem = stands(day(), j1=5 * HOUR + 1_200)
    found = Plan((Route(1, (Stop(7, HOUR), Stop(1, 4 * HOUR)), 2 * HOUR + 3_600),), {})
    tidied = tidy(problem, found)
    assert [stop.starts for stop in tidied.routes[0].stops] == [HOUR, 5 * HOUR + 1_200]
    assert not differs(problem, problem.job[1], 1, tidied.routes[0].stops[1])


def test_it_is_moved_when_the_day_needs_it():
    problem = stands(day(), j1=HOUR + 1_800)  # the middle of what must stay
    found = Plan((Route(1, (Stop(7, HOUR), Stop(1, 4 * HOUR)), 2 * HOUR + 3_600),), {})
    assert tidy(problem, found) == found


def test_tidying_breaks_no_rule():
    problem = stands(day(), j1=5 * HOUR, j2=2 * HOUR + 900)
    found = Plan((Route(1, (Stop(7, HOUR), Stop(2, 2 * HOUR + 900), Stop(1, 4 * HOUR)), 3 * HOUR + 900),), {})
    others = {job: "no_room" for job in problem.job if job not in found.holder}
    tidied = replace(tidy(problem, found), left=others)
    assert check(problem, replace(found, left=others)) == [] == check(problem, tidied)
    assert tidied.routes[0].stops[-1].starts == 5 * HOUR


def test_what_stands_outside_its_technicians_hours_does_not_count_as_served():
    problem = stands(day(), j1=2 * HOUR, j2=9 * HOUR)  # they end at 8
    now = standing(problem)
    assert set(now.holder) == {1, 7}
    figures = sums(problem, now)
    assert (figures["served"], figures["orders"]) == (2, 7)


def test_visits_on_top_of_each_other_are_not_all_served():
    problem = stands(day(), j1=2 * HOUR, j2=2 * HOUR, j3=2 * HOUR, j4=2 * HOUR, j5=2 * HOUR, j6=2 * HOUR)
    now = standing(problem)
    assert 7 in now.holder  # what was promised stays
    assert 1 < sums(problem, now)["served"] < 7


def test_each_price_gets_the_best_of_all_that_was_found_and_the_same_plan_is_told_once():
    problem = stands(day(), j1=2 * HOUR + 900)
    keeps = Plan((Route(1, (Stop(7, HOUR), Stop(1, 2 * HOUR + 900)), 4 * HOUR),), {})
    moves = Plan((Route(1, (Stop(7, HOUR),), 4 * HOUR), Route(2, (Stop(1, 900), Stop(3, 4 * HOUR + 900)))), {})
    options = _ends(problem, (0, 100_000), [moves, keeps])
    assert [(one.price, one.found) for one in options] == [(100_000, keeps), (0, moves)]
    assert [one.price for one in _ends(problem, (0, 1, 2), [keeps])] == [2]
