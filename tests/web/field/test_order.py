"""One order on the phone: the next step as one button, and what helps with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.actions import open_to
from dispatch.models import Fault, OrderEvent, Repair, State
from tests import factories
from tests.factories import TODAY, do, fresh
from tests.web.field.taps import page_of, post
from web.field.steps import SPINE, choose
from web.shared.sense import worth_offering

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.ASSIGNED, "accept"),
        (State.ACCEPTED, "contact"),
        (State.CONTACTED, "check_kit"),  # H-D1: the bag before leaving
        (State.EN_ROUTE, "arrive"),
        (State.ON_SITE, "diagnose"),
        (State.DIAGNOSED, "repair"),  # H-F11: the repair before the bill
        (State.CHARGED, "complete"),
        (State.IN_WORKSHOP, "receive"),
        (State.AWAITING_PARTS, "parts_arrived"),
    ],
)
def test_next_step_of_each_state(phone, brought, state, step):
    order = brought(state)
    page = page_of(phone, order)
    assert page.context["choice"].step.name == step
    assert page.content.decode().count('class="thumb"') == 1


def test_departing_is_next_once_the_bag_is_checked(phone, place, brought):
    order = brought(State.CONTACTED)
    do(order, "check_kit", place.technician.user, factories.NOW + timedelta(hours=1), {"items": ["pad-cloth"]})
    page = page_of(phone, order)
    assert page.context["choice"].step.name == "check_kit"  # tools are missing, and the page says which
    assert [lack.code for lack in page.context["choice"].because] == ["kit_tools"] and b"Not in the bag" in page.content
    do(order, "check_kit", place.technician.user, factories.NOW + timedelta(hours=1), factories.KIT)
    assert page_of(phone, order).context["choice"].step.name == "depart"


@pytest.mark.parametrize(
    ("state", "beside"),
    [
        (State.ASSIGNED, ["decline"]),
        (State.CONTACTED, ["delay", "reschedule"]),
        (State.EN_ROUTE, ["delay"]),  # H-D3
        (State.ON_SITE, ["knock", "note_exception"]),  # H-E2, H-E5
        (State.DIAGNOSED, []),
    ],
)
def test_what_often_happens_instead_is_in_sight(phone, brought, state, beside):
    assert [step.name for step in page_of(phone, brought(state)).context["choice"].beside] == beside


@pytest.mark.parametrize(
    ("outcome", "step"), [("pull_in", "pull_in"), ("part_missing", "wait_for_parts"), ("misuse", "explain")]
)
def test_next_step_follows_the_diagnosis(phone, place, brought, outcome, step):
    """H-F3: each outcome has its own next step."""
    order = brought(State.ON_SITE)
    now = factories.NOW + timedelta(hours=4)
    do(order, "diagnose", place.technician.user, now, factories.DIAGNOSIS | {"outcome": outcome})
    assert page_of(phone, order).context["choice"].step.name == step


@pytest.mark.parametrize("state", [state for state in State if state in (*SPINE, State.CONSULTING, State.FOLLOW_UP)])
def test_nothing_open_is_left_out_of_the_page(place, brought, state):
    """Every verb open to the technician and worth a button is either the step or among the rest."""
    order = brought(state)
    now = factories.NOW + timedelta(hours=5)
    choice = choose(order, place.technician.user, now)
    shown = [step.name for _title, steps in choice.rest for step in steps]
    shown += [choice.step.name] if choice.step else []
    offers = open_to(order, place.technician.user, now)
    assert sorted(shown) == sorted(found.verb.name for found in offers if worth_offering(found.lacks))


def test_never_reached_and_out_of_time(phone, place, at, brought):
    """H-C5: when another call would be too late: the bag, then straight to the address."""
    order = brought(State.ACCEPTED)
    tech = place.technician.user
    moment = at(order.visits.standing().get().leave_by - timedelta(minutes=10))
    do(order, "log_no_answer", tech, moment)
    assert page_of(phone, order).context["choice"].step.name == "check_kit"
    do(order, "check_kit", tech, moment, factories.KIT)
    assert page_of(phone, order).context["choice"].step.name == "go_unreached"
    assert post(phone, order, "go_unreached").status_code == 302
    assert fresh(order).state == State.EN_ROUTE


def test_part_fetched_while_the_customer_waits(phone, place, brought):
    """H-F3: who stays on the visit comes back with the part; who left waits until it has arrived."""
    order = brought(State.ON_SITE)
    tech, now = place.technician.user, factories.NOW + timedelta(hours=4)
    do(order, "diagnose", tech, now, factories.DIAGNOSIS | {"outcome": "part_missing"})
    do(order, "wait_for_parts", tech, now, {"parts": "pump", "stay": True})
    assert page_of(phone, order).context["choice"].step.name == "part_fetched"


def test_record_owed_comes_before_a_call_not_yet_due(phone, place, at, brought):
    """H-H1, H-R1: first the record, then, at its time, the call."""
    order = brought(State.CHARGED)
    order.repairs.update(cause="", certain=False)
    do(order, "complete", place.technician.user, factories.NOW + timedelta(hours=4), factories.SIGNED)
    assert page_of(phone, order).context["choice"].step.name == "complete_record"
    call = order.callbacks.get()
    at(call.due_at)
    assert page_of(phone, order).context["choice"].step.name == "callback_satisfied"
    today = phone.get(reverse("day")).context["today"]
    assert ([stop.order for stop in today.records], today.calls) == ([order], [call])


@pytest.mark.parametrize(
    "address", ["orders/{n}/", "orders/{n}/accept/", "orders/{pk}/nonsense/", "orders/{pk}/re_estimate/"]
)
def test_addresses_that_lead_nowhere(phone, brought, address):
    order = brought(State.ASSIGNED)
    assert phone.get(f"/field/{address.format(n=10**30, pk=order.pk)}").status_code == 404


def test_odd_words_in_the_address_break_nothing(phone, brought):
    order = brought(State.ACCEPTED)
    url = reverse("field_act", args=[order.pk, "contact"])
    asked = {"starts_at": "soon", "confirmed": "nonsense", "minutes": "x", "fault": "\0", "model_no": "\0"}
    assert phone.get(url, asked).status_code == 200
    assert post(phone, order, "contact", asked).status_code in (400, 422)


def test_one_tap_accepts(phone, brought):
    order = brought(State.ASSIGNED)
    answer = post(phone, order, "accept", {"device_at": f"{TODAY}T01:09:00+00:00"})
    assert answer.status_code == 302
    assert fresh(order).state == State.ACCEPTED
    assert OrderEvent.objects.get(order=order, action="accept").device_at.isoformat() == f"{TODAY}T01:09:00+00:00"


def test_position_goes_with_the_act_when_it_is_sent(phone, place, brought):
    """H-E3: arrival with time and position."""
    order = brought(State.EN_ROUTE)
    sent = {"position_latitude": "25.0375", "position_longitude": "121.5505", "position_accuracy": "12"}
    assert post(phone, order, "arrive", sent).status_code == 302
    event = OrderEvent.objects.get(order=order, action="arrive")
    assert (event.latitude, event.longitude, event.accuracy) == (25.0375, 121.5505, 12)


def test_what_fixed_it_before_with_counts(phone, place, brought):
    """H-A1: from closed repairs of the same fault on the same model; H-A5: my own history."""
    fault = Fault.objects.create(code="leak", name_en="Leaks", category=place.category, cause_en="Worn seal")
    for number in range(2):
        brought(State.CLOSED, fault="leak", category="washing_machine", phone=f"0912 000 00{number}")
    brought(State.CLOSED, fault="leak", model_no="OTHER", phone="0912 000 009")
    order = brought(State.ACCEPTED, fault="leak", phone="0912 000 008")
    Repair.objects.update(fault=fault)
    context = page_of(phone, order).context
    assert [(was.measure, was.count) for was in context["fixed"]] == [("pump changed", 2)]
    assert (context["own"].repairs, context["own"].again) == (3, 0)
    assert "Worn seal" in page_of(phone, order).content.decode()


def test_finished_order_hides_phone_and_address(phone, brought):
    order = brought(State.CLOSED)
    page = page_of(phone, order).content.decode()
    assert "仁愛路" not in page.split("timeline")[0]
    assert "tel:" not in page
    assert "•••" in page


def test_another_technicians_order_is_not_found(phone, place, at):
    order = factories.make_order(place)
    do(order, "assign", place.dispatcher, factories.NOW, {"technician": place.other.pk})
    assert page_of(phone, order).status_code == 404
    assert phone.get(reverse("field_act", args=[order.pk, "accept"])).status_code == 404
    assert post(phone, order, "accept").status_code == 404


def test_moved_on_is_said_and_the_same_press_counts_once(phone, brought):
    """H-N3."""
    order = brought(State.ASSIGNED)
    assert post(phone, order, "accept").status_code == 302
    assert post(phone, order, "accept").status_code == 302  # the same key: the same answer
    assert post(phone, order, "accept", {"idempotency_key": "another-key-1"}).status_code == 409
    assert OrderEvent.objects.filter(order=order, action="accept").count() == 1


def test_callbacks_of_the_technician(phone, place, at, brought):
    """H-R1: the three outcomes, each one tap away."""
    order = brought(State.CHARGED)
    order.repairs.update(certain=False)
    do(order, "complete", place.technician.user, factories.NOW + timedelta(hours=4), factories.SIGNED)
    call = order.callbacks.get()
    at(call.due_at + timedelta(minutes=1))
    page = phone.get(reverse("field_callbacks")).content.decode()
    for verb in ("callback_satisfied", "callback_unhappy", "callback_no_answer"):
        assert f"{reverse('field_act', args=[order.pk, verb])}?callback={call.pk}" in page
    assert page_of(phone, order).context["choice"].step.name == "callback_satisfied"
    assert post(phone, order, "callback_satisfied", {"callback": call.pk}).status_code == 302
    assert fresh(order).state == State.CLOSED


def test_order_page_reads_a_fixed_number_of_times(phone, place, brought):
    order = brought(State.CONTACTED)
    page_of(phone, order)
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            page_of(phone, order)
        counts.append(len(caught))
        for number in range(20):
            do(order, "add_note", place.technician.user, factories.NOW + timedelta(hours=1), {"note": f"{number}"})
    assert counts[0] == counts[1]
    assert counts[0] <= 34
