"""Every figure against a case worked out by hand: (numerator, denominator), and what is left out."""

from datetime import timedelta
from itertools import count

import pytest

from customers.models import Brand
from dispatch.models import Fault, Loan, ServiceLevel, ServiceOrder, State
from dispatch.reports.kpi import counting
from dispatch.reports.kpi.figures import FIGURES
from dispatch.reports.kpi.period import Period
from dispatch.reports.kpi.reading import Scope, broken_down, told
from technicians.models import Checklist, ChecklistItem, CheckStep, Loaner
from tests import factories
from tests.factories import CONFIRMED, DIAGNOSIS, KIT, NOW, REPAIR, SIGNED, STARTS, do

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_number = count(100)


@pytest.fixture
def place(db):
    return factories.make_outlet()


def brought(place, state, **told_us):
    return factories.order_in(state, place, phone=f"0912 346 {next(_number)}", **told_us)


def figures(first=NOW, last=NOW, today=None, scope=None):
    """Count everything, and return code → (numerator, denominator) of the days from `first` to `last`."""
    counting.recount()
    period = Period(first.date(), last.date())
    return {
        code: (one.over, one.under)
        for code, one in told(scope or Scope(), period, (today or last).date()).now.items()
    }


def contacted(place, at=NOW, starts=STARTS, **more):
    """Return an order whose customer agreed to `starts`."""
    order, _now = brought(place, State.ACCEPTED)
    raw = {"confirmed": CONFIRMED, "starts_at": starts.isoformat()} | more
    return do(order, "contact", place.technician.user, at + 15 * MINUTE, raw)


def arrived(order, place, departs, arrives):
    tech = place.technician.user
    do(order, "check_kit", tech, departs - MINUTE, KIT)
    do(order, "depart", tech, departs)
    return do(order, "arrive", tech, arrives)


def test_nothing_is_a_dash(place):
    assert set(figures().values()) == {(0, 0)}
    none = told(Scope(), Period(NOW.date(), NOW.date()), NOW.date()).now
    assert all(one.value is None for code, one in none.items() if FIGURES[code].under)


def test_h_e4_on_time_counts_against_the_last_and_the_first_promise(place):
    """Promised for 12:00, moved to 14:00 with consent, there at 13:55: on time by the last, late by the first."""
    order = contacted(place)
    later = {"starts_at": (STARTS + 2 * HOUR).isoformat(), "reason": "jam", "agreed": True}
    do(order, "reschedule", place.technician.user, NOW + HOUR, later)
    arrived(order, place, STARTS + HOUR, STARTS + 115 * MINUTE)
    found = figures()
    assert (found["on-time"], found["on-time-first"], found["visits"]) == ((1, 1), (0, 1), (1, 0))


def test_h_e4_a_window_is_kept_until_its_end(place):
    """A window from 12:00 to 13:00, there at 12:40: on time; at 13:01 it is not."""
    window = {"window_ends_at": (STARTS + HOUR).isoformat()}
    arrived(contacted(place, **window), place, STARTS, STARTS + 40 * MINUTE)
    assert figures()["on-time"] == (1, 1)
    place.technician = place.other
    late = contacted(place, starts=STARTS + 3 * HOUR, window_ends_at=(STARTS + 4 * HOUR).isoformat())
    arrived(late, place, STARTS + 3 * HOUR, STARTS + 4 * HOUR + MINUTE)
    found = figures()
    assert (found["on-time"], found["on-time-first"]) == ((1, 2), (1, 2))


def test_h_c7_a_visit_without_a_promise_is_not_late(place):
    """Never reached and gone by the address: nothing was agreed, so nothing was broken."""
    order, now = brought(place, State.ACCEPTED)
    tech = place.technician.user
    for times in range(3):
        do(order, "log_no_answer", tech, now + 25 * times * MINUTE)
    leaves = factories.fresh(order).visits.standing().get().leave_by + MINUTE
    do(order, "check_kit", tech, leaves, KIT)
    do(order, "go_unreached", tech, leaves)
    do(order, "arrive", tech, leaves + 2 * HOUR)
    found = figures()
    assert (found["visits"], found["on-time"], found["on-time-first"]) == ((1, 0), (0, 0), (0, 0))


def test_h_d2_departure_on_time(place):
    """Gone before the latest departure, and gone a minute after it."""
    order = contacted(place)
    leave_by = order.visits.standing().get().leave_by
    arrived(order, place, leave_by - MINUTE, STARTS)
    assert figures()["departure"] == (1, 1)
    place.technician = place.other
    late = contacted(place, starts=STARTS + 3 * HOUR)
    arrived(late, place, late.visits.standing().get().leave_by + MINUTE, STARTS + 3 * HOUR)
    assert figures()["departure"] == (1, 2)


def test_h_r2_first_time_fix_is_taken_back_when_the_customer_is_not_satisfied(place):
    order, now = brought(place, State.FOLLOW_UP)
    found = figures()
    assert (found["first-fix"], found["recalls"]) == ((1, 1), (0, 1))
    do(order, "callback_unhappy", place.agent, now + DAY)
    found = figures()
    assert (found["first-fix"], found["recalls"]) == ((0, 1), (1, 1))
    assert cause() == {"unhappy": 1}


def cause():
    rows = broken_down(Scope(), Period(NOW.date(), NOW.date()), "cause", ("fixes",))
    return {key: sums["fixes"][0] for key, sums in rows.items()}


def test_first_time_fix_says_why_not(place):
    """A part missing, and the workshop: two orders tried, none fixed; at the counter nothing is tried."""
    brought(place, State.AWAITING_PARTS)
    place.technician = place.other
    brought(place, State.IN_WORKSHOP)
    carried, now = brought(place, State.READY, service_kind="carry_in")
    back = {"promised_at": (NOW + 3 * DAY).isoformat(), "outside": "no marks", "signed_by": "王小明"}
    carried = do(carried, "take_in", place.clerk, now, back)
    factories.through_workshop(carried, place.clerk, now + HOUR, until="bench_diagnose")
    assert figures()["first-fix"] == (0, 2)
    assert cause() == {"part": 1, "workshop": 1}


def test_another_fault_the_second_time_was_a_misdiagnosis(place):
    first, second = (Fault.objects.create(code=c, name_en=c, category=place.category) for c in ("leaks", "noisy"))
    tech = place.technician.user
    order, now = brought(place, State.ON_SITE)
    finish(order, place, now, DIAGNOSIS | {"fault": first.code})
    order = do(order, "callback_unhappy", place.agent, now + DAY)
    order, now = again(order, place, now + DAY)
    finish(order, place, now, DIAGNOSIS | {"fault": second.code})
    assert figures()["first-fix"] == (0, 1)
    assert cause() == {"misdiagnosis": 1}
    rows = broken_down(Scope(), Period(NOW.date(), NOW.date()), "technician", ("fixes",))
    assert {key: sums["fixes"][:2] for key, sums in rows.items()} == {str(tech.technician.pk): [1, 0]}


def finish(order, place, now, diagnosis=DIAGNOSIS):
    tech = place.technician.user
    for name, raw in (("diagnose", diagnosis), ("repair", REPAIR), ("charge", {}), ("complete", SIGNED)):
        now += 5 * MINUTE
        order = do(order, name, tech, now, raw)
    return order, now


def again(order, place, now):
    """Visit an order a second time; return it on site."""
    tech, starts = place.technician.user, now + 3 * HOUR
    when = {"starts_at": starts.isoformat(), "overtime": True}
    do(order, "assign", place.dispatcher, now, {"technician": place.technician.pk} | when)
    do(order, "accept", tech, now)
    do(order, "contact", tech, now, {"confirmed": CONFIRMED} | when)
    return arrived(order, place, starts - HOUR, starts), starts


def test_matured_first_time_fix_waits_thirty_days_and_sees_who_called_again(place):
    """Known on day 30; another order for the same appliance on day 20 takes it back, one on day 31 does not."""
    order, _now = brought(place, State.CLOSED)
    today = NOW + 30 * DAY
    assert figures(today=NOW + 29 * DAY)["first-fix-held"] == (0, 0)
    assert figures(today=today)["first-fix-held"] == (1, 1)
    follow(place, order, NOW + 31 * DAY)
    assert figures(today=today + 2 * DAY)["first-fix-held"] == (1, 1)
    follow(place, order, NOW + 20 * DAY)
    found = figures(today=today)
    assert (found["first-fix-held"], found["first-fix"], found["recalls"]) == ((0, 1), (1, 1), (1, 1))


def follow(place, order, at):
    """Open another order for the same appliance."""
    other = factories.make_order(place, at, phone=f"0912 346 {next(_number)}")
    ServiceOrder.objects.filter(pk=other.pk).update(appliance=order.appliance_id)


def test_h_r1_who_was_not_reached_is_not_satisfied(place):
    """One satisfied, one not, one never reached: reached 2 of 3, satisfied 1 of 2."""
    happy, now = brought(place, State.FOLLOW_UP)
    do(happy, "callback_satisfied", place.agent, now + DAY)
    ServiceOrder.objects.filter(pk=happy.pk).update(technician=None)
    place.technician = place.other
    angry, _now = brought(place, State.FOLLOW_UP)
    do(angry, "callback_unhappy", place.agent, now + DAY)
    place.technician = factories.make_technician(place.outlet, place.skill)
    silent, _now = brought(place, State.FOLLOW_UP)
    for times in range(3):
        do(silent, "callback_no_answer", place.agent, now + DAY + times * HOUR)
    do(silent, "close_unreached", place.manager, now + DAY + 4 * HOUR, {"reason": "three tries"})
    found = figures(NOW, NOW + 2 * DAY)
    assert (found["reached"], found["satisfied"]) == ((2, 3), (1, 2))


def test_h_c1_called_in_time_by_priority(place):
    """Called after 15 minutes: in time for any; an urgent one after 31 minutes is not, a normal one is."""
    for priority, minutes in ((1, 15), (1, 31), (3, 31)):
        order, _now = brought(place, State.ACCEPTED, priority=priority)
        slot = STARTS + next(_number) % 3 * HOUR
        raw = {"confirmed": CONFIRMED, "starts_at": slot.isoformat()}
        do(order, "contact", place.technician.user, NOW + minutes * MINUTE, raw)
        do(order, "hand_back", place.technician.user, NOW + HOUR, {"reason": "next"})
    found = figures()
    assert found["contact"] == (2, 3)
    assert found["time-contact"] == ((15 + 31 + 31) * 60, 3)


def test_an_order_is_held_to_the_service_level_of_the_day_it_was_opened(place):
    """From Monday to Wednesday an hour is promised, from Thursday on half a day; before and after, what is usual."""
    levels = {"priority": 3, "finish_hours": 3}
    monday = NOW.date()
    ServiceLevel.objects.create(
        version=1, valid_from=monday, valid_to=monday + 2 * DAY, contact_minutes=60, **levels
    )
    ServiceLevel.objects.create(version=2, valid_from=monday + 3 * DAY, contact_minutes=720, **levels)
    for days in (-7, 0, 3):
        order = factories.make_order(place, NOW + days * DAY, phone=f"0912 345 {days + 700}")
        do(order, "assign", place.dispatcher, NOW + days * DAY, {"technician": place.technician.pk})
        do(order, "accept", place.technician.user, NOW + days * DAY)
        at = NOW + days * DAY + 90 * MINUTE
        raw = {"confirmed": CONFIRMED, "starts_at": (at + 3 * HOUR).isoformat()}
        do(order, "contact", place.technician.user, at, raw)
    spans = [figures(NOW + days * DAY, NOW + days * DAY)["contact"] for days in (-7, 0, 3)]
    assert spans == [(1, 1), (0, 1), (1, 1)]


def test_times_keep_the_waits_apart(place):
    """Opened 09:00, called 09:15, departed 11:20, arrived 11:58, done 12:38: 125 of 218 minutes were the customer's."""
    brought(place, State.FOLLOW_UP)
    found = figures()
    assert found["time-ours"] == ((218 - 125) * 60, 1)
    assert found["time-customer"] == (125 * 60, 1)
    assert (found["time-parts"], found["finish"], found["done"]) == ((0, 1), (1, 1), (1, 0))


def test_waits_for_parts_are_told_apart(place):
    order, now = brought(place, State.AWAITING_PARTS)
    order = do(order, "parts_arrived", place.clerk, now + DAY)
    order, on_site = again_from_accepted(order, place, now + DAY)
    finish(order, place, on_site)
    found = figures(NOW, NOW + 3 * DAY)
    assert found["time-parts"] == (int(DAY.total_seconds()), 1)
    assert found["finish"] == (1, 1)


def again_from_accepted(order, place, now):
    tech, starts = place.technician.user, now + 3 * HOUR
    raw = {"confirmed": CONFIRMED, "starts_at": starts.isoformat(), "overtime": True}
    do(order, "contact", tech, now, raw)
    return arrived(order, place, starts - HOUR, starts), starts


def test_utilisation_with_and_without_travel(place):
    """A shift of 12 hours; 38 minutes on the road, 40 at the customer's. Whoever had no visit is left out."""
    brought(place, State.FOLLOW_UP)
    found = figures()
    assert found["utilisation"] == (40 * 60, 12 * 3600)
    assert found["utilisation-travel"] == (78 * 60, 12 * 3600)
    brand = Brand.objects.create(code="b", name_en="B")
    assert figures(scope=Scope(brand=brand.pk))["utilisation"] == (0, 0)


def test_checklists_count_the_steps_in_force(place):
    """Two steps in force, one gone through; a list that begins tomorrow is not due."""
    for step, begins in ((CheckStep.APPEARANCE, NOW), (CheckStep.LEAVING, NOW), (CheckStep.WORKING, NOW + DAY)):
        row = Checklist.objects.create(step=step, valid_from=begins.date())
        ChecklistItem.objects.create(checklist=row, code="c", name_en="c", mandatory=False)
    order, now = brought(place, State.ON_SITE)
    do(order, "check_off", place.technician.user, now, {"answers": {"1.c": True}})
    finish(order, place, now)
    assert figures()["checks"] == (1, 2)


def test_loaners_orders_and_the_last_word_on_the_warranty(place):
    order, now = brought(place, State.FOLLOW_UP)
    unit = Loaner.objects.create(code="L1", outlet=place.outlet, category=place.category)
    Loan.objects.create(order=order, loaner=unit, state="back", reserved_at=now, out_at=now, back_at=now + DAY)
    brought(place, State.READY)
    found = figures()
    assert (found["lent"], found["opened"], found["done"]) == ((1, 0), (2, 0), (1, 0))
    assert found["covered"] == (1, 1)
    why = {"covered": "no", "reason": "opened by others"}
    do(order, "override_warranty", place.manager, now + MINUTE, why)
    assert figures()["covered"] == (0, 1)


def test_an_outlet_sees_its_own(place):
    brought(place, State.FOLLOW_UP)
    other = factories.make_outlet()
    factories.order_in(State.FOLLOW_UP, other, phone="0912 347 001")
    assert figures()["done"] == (2, 0)
    assert figures(scope=Scope.of(other.manager, outlet=place.outlet.pk))["done"] == (1, 0)
    assert figures(scope=Scope.of(other.admin))["done"] == (2, 0)
