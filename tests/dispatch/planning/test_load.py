"""From rows to a day to plan: what is in it, what is said, and always the same number of queries."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.lifecycle import standard
from dispatch.models import Learned, ServiceOrder, State, Visit
from dispatch.planning import jobs as making
from dispatch.planning.check import check
from dispatch.planning.load import ARRIVE_EARLY, load
from dispatch.planning.problem import BAD_WINDOW, NO_PLACE, Plan, Rest
from dispatch.planning.solve import solve
from technicians.models import Absence, Shift
from tests.dispatch.actions.planned import at, placed
from tests.factories import NOW, do, fresh, make_order, make_outlet, make_technician, order_in

pytestmark = pytest.mark.django_db
DAY = NOW.date()
HOUR = 3600


@pytest.fixture
def place():
    return make_outlet()


def day(place, now=NOW, on=DAY, **how):
    return load(place.outlet, on, now, **how)


def clock(hours: float) -> int:
    """Return seconds from local midnight of a time so many hours after 09:00."""
    return round((9 + hours) * HOUR)


def test_the_standards_numbers_are_the_same_here():
    assert timedelta(seconds=ARRIVE_EARLY) == standard.ARRIVE_EARLY  # H-D2
    assert making.DEFAULT_MINUTES == standard.DEFAULT_MINUTES


def test_an_order_nobody_has_may_go_to_anybody_all_day(place):
    order = make_order(place)
    loaded = day(place)
    (job,) = loaded.problem.jobs
    assert (job.id, job.technician, job.starts, job.required) == (order.pk, None, None, False)
    assert job.windows == ((clock(0), 24 * HOUR),)
    assert job.skills == {place.skill.pk}
    assert loaded.problem.origin == NOW.timestamp() - 9 * HOUR
    assert [who.spans for who in loaded.problem.technicians] == [((clock(0), 20 * HOUR),)] * 2
    assert loaded.left == {} and loaded.notices == []


def test_a_wish_is_the_window_and_one_for_another_day_is_not_here(place):
    wish = make_order(place, wish_from=at(2).isoformat(), wish_to=at(4).isoformat())
    make_order(place, wish_from=at(26).isoformat(), wish_to=at(28).isoformat())
    (job,) = day(place).problem.jobs
    assert (job.id, job.windows) == (wish.pk, ((clock(2), clock(4)),))


def test_what_was_agreed_is_required_where_it_stands_with_its_window(place):
    agreed = placed(place, place.technician, 2, consent="王小明")
    agreed.visits.update(window_ends_at=at(3))
    proposed = placed(place, place.other, 2)
    jobs = day(place).problem.job
    assert jobs[agreed.pk].required and jobs[agreed.pk].windows == ((clock(2), clock(3)),)
    assert jobs[agreed.pk].technician == place.technician.pk
    assert not jobs[proposed.pk].required
    assert (jobs[proposed.pk].technician, jobs[proposed.pk].starts) == (place.other.pk, clock(2))


def test_agreed_overtime_lengthens_the_day(place):
    late = do(
        make_order(place), "place", place.dispatcher, NOW,
        {"technician": place.technician.pk, "starts_at": at(10.5).isoformat(), "consent": "A", "overtime": True},
    )  # fmt: skip
    problem = day(place).problem
    assert problem.job[late.pk].required
    assert problem.technician[place.technician.pk].spans == ((clock(0), clock(11.5)),)


def test_what_is_pinned_keeps_exactly_its_time(place):
    order = placed(place, place.technician, 2)
    do(order, "pin", place.dispatcher)
    job = day(place).problem.job[order.pk]
    assert job.required and job.windows == ((clock(2), clock(2)),)


def test_who_has_left_starts_there_when_it_is_over(place):
    order, now = order_in(State.ON_SITE, place)
    problem = day(place, now).problem
    who = problem.technician[place.technician.pk]
    assert order.pk not in problem.job
    assert problem.places[who.start] == pytest.approx(order.address.place)
    visit = order.visits.get()
    over = visit.arrived_at + (visit.ends_at - visit.starts_at)
    assert who.spans[0][0] == (over - NOW).total_seconds() + clock(0)


def test_absences_are_cut_out_and_frees_what_stood_there(place):
    order = placed(place, place.technician, 2, consent="王小明")
    Absence.objects.create(technician=place.technician, starts_at=at(1), ends_at=at(5))
    loaded = day(place)
    problem = loaded.problem
    assert problem.technician[place.technician.pk].spans == ((clock(0), clock(1)), (clock(5), 20 * HOUR))
    assert not problem.job[order.pk].required  # somebody else may keep the promise
    assert problem.job[order.pk].windows == ((clock(2), clock(2)),)
    assert ("away", {"orders": order.number}) in loaded.notices


def test_the_break_of_the_shift(place):
    Shift.objects.filter(technician=place.technician).update(
        break_from=time(12), break_until=time(13), break_minutes=45
    )
    who = day(place).problem.technician
    assert who[place.technician.pk].rest == Rest(12 * HOUR, 13 * HOUR, 45 * 60)
    assert who[place.other.pk].rest is None
    assert day(place, at(3.5)).problem.technician[place.technician.pk].rest.earliest == clock(3.5)
    assert day(place, at(4.5)).problem.technician[place.technician.pk].rest is None  # it is past


def test_agreed_visits_back_to_back_are_a_fact(place):
    """Whatever an estimate says of the way between: both stand, and it is said that it is tight."""
    first = placed(place, place.technician, 2, consent="A")
    second = placed(place, place.technician, 3, consent="B", latitude=25.2, longitude=121.8)
    loaded = day(place)
    assert ("tight", {"orders": second.number}) in loaded.notices
    plan = solve(loaded.problem, 0.2)
    assert check(loaded.problem, plan) == []
    assert plan.holder == {first.pk: place.technician.pk, second.pk: place.technician.pk}


def test_a_promise_that_has_passed_is_left_for_a_call(place):
    order = placed(place, place.technician, 1, consent="A")
    loaded = day(place, at(1.5))
    assert loaded.left == {order.pk: BAD_WINDOW}
    assert ("bad_window", {"n": 1}) in loaded.notices


def test_the_time_of_a_promise_that_cannot_be_kept_is_given_to_nobody_else(place):  # H-A4: the board would refuse it
    late = placed(place, place.technician, 2, consent="王小明")
    problem = day(place, at(2.5)).problem
    assert late.pk not in problem.job
    assert problem.technician[place.technician.pk].spans == ((clock(3), 20 * HOUR),)
    assert problem.technician[place.other.pk].spans == ((clock(2.5), 20 * HOUR),)


def test_what_stands_outside_the_wish_may_stay_there_when_planning_again(place):
    order = make_order(place, wish_from=at(2).isoformat(), wish_to=at(3).isoformat())
    do(order, "place", place.dispatcher, NOW, {"technician": place.technician.pk, "starts_at": at(5).isoformat()})
    assert day(place).problem.job[order.pk].windows == ((clock(2), clock(3)),)
    assert day(place, again=True).problem.job[order.pk].windows == ((clock(2), clock(5)),)


def test_bad_input_is_said(place):
    nowhere = make_order(place, latitude=None, longitude=None, address_line="somewhere", phone="0912 345 679")
    upside_down = make_order(place)
    ServiceOrder.objects.filter(pk=upside_down.pk).update(wish_from=at(4), wish_to=at(2))
    unskilled = make_order(place)
    place.technician.skills.clear()
    place.other.skills.clear()
    Shift.objects.filter(technician=place.other).delete()
    loaded = day(place)
    assert loaded.left == {nowhere.pk: NO_PLACE, upside_down.pk: BAD_WINDOW}
    assert [job.id for job in loaded.problem.jobs] == [unskilled.pk]
    assert {code for code, _facts in loaded.notices} == {"no_place", "bad_window", "no_skill", "no_shift"}
    assert ("no_shift", {"names": place.other.name}) in loaded.notices


def test_urgent_waiting_and_overdue_orders_are_worth_more(place):
    usual, urgent = make_order(place), make_order(place, priority=1)
    old = make_order(place)
    ServiceOrder.objects.filter(pk=old.pk).update(opened_at=NOW - timedelta(days=2))
    job = day(place).problem.job
    assert job[usual.pk].prize < job[old.pk].prize < job[urgent.pk].prize
    assert min(one.prize for one in job.values()) > 1800


def test_what_was_learned_counts(place):
    order = make_order(place)
    usual = day(place).problem
    kinds = {"outlet": place.outlet, "samples": 20, "learned_at": NOW}
    Learned.objects.create(kind=Learned.WORK, category=place.category, value=90, **kinds)
    Learned.objects.create(kind=Learned.PACE, technician=place.other, value=1.2, **kinds)
    Learned.objects.create(kind=Learned.WAY, district="大安區", value=2.0, **kinds)
    problem = day(place).problem
    job = problem.job[order.pk]
    assert (usual.job[order.pk].seconds, job.seconds) == (60 * 60, 90 * 60)
    assert problem.technician[place.other.pk].pace == 1.2
    assert problem.way(0, job.place) - ARRIVE_EARLY == pytest.approx(
        2 * (usual.way(0, job.place) - ARRIVE_EARLY), rel=0.01
    )
    assert problem.way(job.place, 0) == usual.way(job.place, 0)


def test_summer_time_ends_and_the_day_has_25_hours(place):
    place.outlet.zone = "Europe/Berlin"
    place.outlet.save()
    on = date(2026, 10, 25)
    problem = day(place, datetime(2026, 10, 1, tzinfo=UTC), on).problem
    assert problem.technicians[0].spans == ((9 * HOUR, 21 * HOUR),)  # 08:00 to 20:00 by the clock


def test_empty_days_are_days(place):
    assert day(place).problem.jobs == ()
    empty = load(make_outlet().outlet, DAY, NOW)
    assert check(empty.problem, Plan(())) == []


def test_the_same_rows_make_the_same_problem(place):
    for hours in range(4):
        placed(place, (place.technician, place.other)[hours % 2], 2 + hours // 2)
    one, two = day(place).problem, day(place).problem
    assert (one.jobs, one.technicians, one.places) == (two.jobs, two.technicians, two.places)
    assert (one.seconds == two.seconds).all()


def test_the_number_of_queries_does_not_grow(place):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            day(place)
        return len(queries)

    make_order(place)
    placed(place, place.technician, 1)
    small = count()
    for number in range(6):
        technician = make_technician(place.outlet, place.skill)
        placed(place, technician, number % 3)
        make_order(place)
    assert count() == small <= 12


def test_a_plan_of_the_day_is_sound(place):
    Shift.objects.update(break_from=time(11, 30), break_until=time(13), break_minutes=30)
    for number in range(6):
        make_order(place, latitude=25.0 + number / 100)
        placed(place, (place.technician, place.other)[number % 2], 1.5 * number, consent="A" if number < 3 else "")
    loaded = day(place)
    plan = solve(loaded.problem, 0.3)
    assert check(loaded.problem, plan) == []
    assert len(plan.holder) == 12 and fresh(Visit.objects.first().order_id)
