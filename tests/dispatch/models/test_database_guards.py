"""What the database refuses by itself, below every guard."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from customers.models import Address, Customer
from dispatch.models import (
    Answer,
    Bill,
    Callback,
    CallbackKind,
    OrderEvent,
    Repair,
    ServiceOrder,
    State,
    Timer,
    TimerKind,
    Visit,
    VisitStatus,
)
from tests.factories import NOW, STARTS, make_order, make_outlet, order_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def place():
    return make_outlet()


@pytest.fixture
def order(place):
    return make_order(place)


def refused(name: str):
    """Return a context in which the database must refuse by the constraint `name`."""
    return pytest.raises(IntegrityError, match=name)


def visit(order, technician, starts=STARTS, status=VisitStatus.AGREED, **how):
    how = {"ends_at": starts + HOUR, "sequence": order.visits.count() + 1} | how
    return Visit.objects.create(order=order, technician=technician, starts_at=starts, status=status, **how)


@pytest.mark.parametrize("status", [VisitStatus.AGREED, VisitStatus.LOCKED])
@pytest.mark.parametrize("minutes", [-59, -30, 0, 30, 59])
def test_h_a4_no_overlapping_agreed_visits_even_by_raw_insert(place, order, status, minutes):  # H-A4
    visit(make_order(place, phone="0987 654 321"), place.technician)
    with refused("visit_no_overlap"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispatch_visit (order_id, technician_id, sequence, status, starts_at, ends_at, at_risk,"
            " pinned, kit, consent, abort_reason) VALUES (%s, %s, 1, %s, %s, %s, false, false, '[]', '', '')",
            [order.pk, place.technician.pk, status, STARTS + HOUR * minutes / 60, STARTS + HOUR * (minutes / 60 + 1)],
        )


@pytest.mark.parametrize("minutes", [-60, 60])
def test_one_visit_may_begin_as_another_ends(place, order, minutes):
    visit(make_order(place, phone="0987 654 321"), place.technician)
    assert visit(order, place.technician, STARTS + HOUR * minutes / 60).pk


@pytest.mark.parametrize("status", [VisitStatus.PROPOSED, VisitStatus.DONE, VisitStatus.ABORTED])
def test_what_is_not_agreed_may_overlap(place, order, status):
    visit(make_order(place, phone="0987 654 321"), place.technician)
    assert visit(order, place.technician, status=status).pk


def test_two_technicians_may_work_at_the_same_time(place, order):
    visit(make_order(place, phone="0987 654 321"), place.technician)
    assert visit(order, place.other).pk


def test_a_visit_made_binding_later_is_refused_too(place, order):
    visit(make_order(place, phone="0987 654 321"), place.technician)
    proposed = visit(order, place.technician, status=VisitStatus.PROPOSED)
    with refused("visit_no_overlap"), transaction.atomic():
        Visit.objects.filter(pk=proposed.pk).update(status=VisitStatus.LOCKED)


def test_one_standing_visit_for_an_order(place, order):
    visit(order, place.technician)
    with refused("visit_one_standing_per_order"), transaction.atomic():
        visit(order, place.other, STARTS + 5 * HOUR, VisitStatus.PROPOSED)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("order_known_state", {"state": "flying"}),
        ("order_finished_when_over", {"state": State.CLOSED}),
        ("order_finished_when_over", {"finished_at": NOW}),
        ("order_known_priority", {"priority": 0}),
        ("order_known_priority", {"priority": 5}),
        ("order_has_next_step", {"next_action": ""}),
        ("order_has_next_step", {"next_role": ""}),
        ("order_has_next_step", {"next_due_at": None}),
    ],
)
def test_h_n1_an_open_order_has_a_state_and_a_next_step(order, name, change):  # H-N1
    with refused(name), transaction.atomic():
        ServiceOrder.objects.filter(pk=order.pk).update(**change)


def test_an_outlet_uses_a_reference_once(place):
    make_order(place, external_ref="A1")
    other = make_order(place)
    with refused("order_once_per_reference"), transaction.atomic():
        ServiceOrder.objects.filter(pk=other.pk).update(external_ref="A1")


@pytest.mark.parametrize(
    ("name", "money"),
    [
        ("bill_amount_and_method", {"amount": 5, "method": "none"}),
        ("bill_amount_and_method", {"amount": 0, "method": "cash"}),
        ("bill_amount", {"amount": -5, "method": "cash"}),
        ("bill_currency", {"amount": 5, "method": "cash", "currency": "twd"}),
    ],
)
def test_money_makes_sense(order, name, money):
    with refused(name), transaction.atomic():
        Bill.objects.create(**{"order": order, "currency": "TWD", "charged_at": NOW} | money)


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("repair_quote_first", {"quoted": 5, "worked_at": NOW}),
        ("repair_ratings", {"rating_repair": 6}),
        ("repair_ratings", {"rating_manner": 0}),
        ("dispatch_repair_quoted_check", {"quoted": -1}),
    ],
)
def test_h_f2_a_record_makes_sense(order, name, record):  # H-F2
    with refused(name), transaction.atomic():
        Repair.objects.create(order=order, outcome="repairable", **record)


@pytest.mark.parametrize(
    "change",
    [
        lambda events: events.update(reason="x"),
        lambda events: events._raw_delete(events.db),
        lambda events: connection.cursor().execute("TRUNCATE dispatch_orderevent"),
        lambda events: connection.cursor().execute("TRUNCATE dispatch_serviceorder CASCADE"),
    ],
    ids=["update", "delete", "truncate", "truncate above"],
)
def test_h_n2_the_log_can_not_be_changed(order, change):  # H-N2
    connection.check_constraints()  # else what was just written stands in the way before the log does
    with refused("H-N2: the event log is append-only"), transaction.atomic():
        change(OrderEvent.objects.filter(order=order))
    assert order.events.count() == 1


def test_h_n2_not_even_on_a_replica(order):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname, tgenabled FROM pg_trigger WHERE tgname LIKE 'event_log_%' ORDER BY 1")
        found = dict(cursor.fetchall())
    assert (found["event_log_append_only"], found["event_log_no_truncate"]) == ("A", "A")
    assert found["event_log_tell_hooks"] == "O", "a replica would tell receivers again"


def test_h_n2_a_number_of_the_log_is_used_once(order):
    event = order.events.get()
    event.pk = None
    with refused("event_seq_once"), transaction.atomic():
        event.save(force_insert=True)


def test_h_r1_one_pending_timer_of_a_kind(order):  # H-R1
    Timer.objects.create(order=order, kind=TimerKind.LEAVE_BY, cycle=1, due_at=NOW, wake_at=NOW)
    with refused("timer_one_pending_of_a_kind"), transaction.atomic():
        Timer.objects.create(order=order, kind=TimerKind.LEAVE_BY, cycle=2, due_at=NOW, wake_at=NOW)
    Timer.objects.update(state=Timer.FIRED, fired_at=NOW)
    with refused("timer_once_per_cycle"), transaction.atomic():
        Timer.objects.create(order=order, kind=TimerKind.LEAVE_BY, cycle=1, due_at=NOW, wake_at=NOW)
    with refused("timer_fired_has_time"), transaction.atomic():
        Timer.objects.update(fired_at=None)


def test_one_open_callback_of_a_kind(place):
    order, _now = order_in(State.CONSULTING, place)
    with refused("callback_one_waiting_of_a_kind"), transaction.atomic():
        Callback.objects.create(order=order, kind=CallbackKind.ADVICE, role="agent", due_at=NOW, created_at=NOW)


def test_nobody_counts_as_called_without_a_caller_and_an_answer(place):
    order, _now = order_in(State.CONSULTING, place)
    with refused("callback_done_is_whole"), transaction.atomic():
        order.callbacks.update(state=Callback.DONE)


def test_h_n3_a_key_of_a_person_is_used_once(place):  # H-N3
    Answer.objects.create(actor=place.clerk, key="k", fingerprint="f")
    with refused("answer_once_per_key"), transaction.atomic():
        Answer.objects.create(actor=place.clerk, key="k", fingerprint="g")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("visit_forward", {"ends_at": F("starts_at")}),
        ("visit_known_status", {"status": "maybe"}),
    ],
)
def test_a_visit_makes_sense(place, order, name, change):
    made = visit(order, place.technician)
    with refused(name), transaction.atomic():
        Visit.objects.filter(pk=made.pk).update(**change)


def test_one_household_one_row():
    Customer.objects.create(name="A", phone="+886912345678")
    with refused("customer_once_per_phone_and_name"), transaction.atomic():
        Customer.objects.create(name="A", phone="+886912345678")


@pytest.mark.parametrize("place", [(91, 0), (0, 181), (float("nan"), 0), (None, -181)])
def test_an_address_is_on_earth(place):
    customer = Customer.objects.create(name="A")
    with refused("address_on_earth"), transaction.atomic():
        Address.objects.create(customer=customer, latitude=place[0], longitude=place[1])
