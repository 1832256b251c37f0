"""One order on the phone: the next step as one button, what helps with it, and each guided form."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.actions import open_to
from dispatch.models import Fault, OrderEvent, Repair, State
from tests import factories
from tests.factories import do, fresh
from web.field.steps import SPINE, choose

pytestmark = pytest.mark.django_db
KEY = "11111111-1111-4111-8111-111111111111"


def page_of(phone, order):
    return phone.get(reverse("field_order", args=[order.pk]))


def post(phone, order, verb, data=None, **more):
    data = {"idempotency_key": KEY + verb, "version": fresh(order).version} | (data or {})
    return phone.post(reverse("field_act", args=[order.pk, verb]), data, **more)


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
        (State.IN_WORKSHOP, "workshop_done"),
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
    assert page_of(phone, order).context["choice"].step.name == "check_kit"  # tools are missing
    do(order, "check_kit", place.technician.user, factories.NOW + timedelta(hours=1), factories.KIT)
    assert page_of(phone, order).context["choice"].step.name == "depart"


@pytest.mark.parametrize(
    ("outcome", "step"), [("pull_in", "pull_in"), ("part_missing", "wait_for_parts"), ("misuse", "charge")]
)
def test_next_step_follows_the_diagnosis(phone, place, brought, outcome, step):
    """H-F3: each outcome has its own next step."""
    order = brought(State.ON_SITE)
    now = factories.NOW + timedelta(hours=4)
    do(order, "diagnose", place.technician.user, now, factories.DIAGNOSIS | {"outcome": outcome})
    assert page_of(phone, order).context["choice"].step.name == step


@pytest.mark.parametrize("state", [state for state in State if state in (*SPINE, State.CONSULTING, State.FOLLOW_UP)])
def test_nothing_open_is_left_out_of_the_page(place, brought, state):
    """Every verb open to the technician is either the step or among the rest."""
    order = brought(state)
    now = factories.NOW + timedelta(hours=5)
    choice = choose(order, place.technician.user, now)
    shown = [step.name for _title, steps in choice.rest for step in steps]
    shown += [choice.step.name] if choice.step else []
    assert sorted(shown) == sorted(found.verb.name for found in open_to(order, place.technician.user, now))


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
    answer = post(phone, order, "accept", {"device_at": "2026-11-23T01:09:00+00:00"})
    assert answer.status_code == 302
    assert fresh(order).state == State.ACCEPTED
    assert OrderEvent.objects.get(order=order, action="accept").device_at.isoformat() == "2026-11-23T01:09:00+00:00"


def test_position_goes_with_the_act_when_it_is_sent(phone, place, brought):
    """H-E3: arrival with time and position."""
    order = brought(State.EN_ROUTE)
    sent = {"position_latitude": "25.0375", "position_longitude": "121.5505", "position_accuracy": "12"}
    assert post(phone, order, "arrive", sent).status_code == 302
    event = OrderEvent.objects.get(order=order, action="arrive")
    assert (event.latitude, event.longitude, event.accuracy) == (25.0375, 121.5505, 12)


def contact_data(**more):
    return {"starts_at": "2026-11-23T12:00", "minutes": "60", "confirmed": factories.CONFIRMED} | more


def test_call_form_shows_each_value_beside_its_tick(phone, brought):
    """H-C1."""
    page = phone.get(reverse("field_act", args=[brought(State.ACCEPTED).pk, "contact"]))
    items = {item.code: item for item in page.context["items"]}
    assert list(items) == ["time", "address", "model", "purchase_date", "symptom"]
    assert "仁愛路四段 1 號" in items["address"].value
    assert "XQG70" in items["model"].value
    assert items["symptom"].value == "漏水"
    assert 'value="2026-11-23T12:00"' in page.content.decode()  # 04:00 UTC as the outlet's clock shows it


def test_call_with_everything_confirmed(phone, brought):
    order = brought(State.ACCEPTED)
    assert post(phone, order, "contact", contact_data()).status_code == 302
    assert fresh(order).state == State.CONTACTED


def test_call_put_right_in_place(phone, brought):
    """H-C3: a correction made during the call is kept with what was there before."""
    order = brought(State.ACCEPTED)
    data = contact_data(
        **{"before-model_no": "XQG70", "model_no": "XQG80", "before-symptom": "漏水", "symptom": "漏水"}
    )
    assert post(phone, order, "contact", data).status_code == 302
    assert OrderEvent.objects.get(order=order, action="contact").payload["changes"] == {"model_no": ["XQG70", "XQG80"]}


def test_call_refused_keeps_what_was_typed(phone, brought):
    """H-C1: what is not confirmed is named, with its rule, and nothing typed is lost."""
    order = brought(State.ACCEPTED)
    answer = post(phone, order, "contact", contact_data(confirmed=["time"], spoke_to="his wife"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not confirmed yet: Address." in page
    assert "H-C1" in page
    assert 'value="his wife"' in page
    assert {item.code for item in answer.context["items"] if item.ticked} == {"time"}


def test_gaps_are_asked_for_in_the_call(phone, brought):
    """H-I2: an order with gaps can be assigned but not pass the call."""
    order = brought(State.ACCEPTED, model_no="", wish="")
    page = phone.get(reverse("field_act", args=[order.pk, "contact"]))
    assert [row.name for row in page.context["missing"]] == ["wish"]
    assert [item.code for item in page.context["items"] if item.unfold] == ["model"]
    assert post(phone, order, "contact", contact_data()).status_code == 422
    filled = contact_data(**{"before-model_no": "", "model_no": "XQG70", "before-wish": "", "wish": "morning"})
    assert post(phone, order, "contact", filled | {"idempotency_key": KEY}).status_code == 302


def test_bag_marks_what_can_be_left(phone, place, brought):
    """H-D1."""
    order = brought(State.CONTACTED)
    do(order, "check_kit", place.technician.user, factories.NOW + timedelta(minutes=30), {"items": ["tools"]})
    page = phone.get(reverse("field_act", args=[order.pk, "check_kit"]))
    ticked = {option.value: (option.selected, item.mandatory) for option, item in page.context["things"]}
    assert ticked == {"pad-cloth": (False, True), "tools": (True, True), "umbrella": (False, False)}
    assert post(phone, order, "check_kit", {"items": ["pad-cloth", "tools"]}).status_code == 302
    assert sorted(fresh(order).visits.standing().get().kit) == ["pad-cloth", "tools"]


def test_guide_at_a_closed_door(phone, place, at, brought):
    """H-E2: each step one tap; no access only after the whole guide and five minutes."""
    order = brought(State.ON_SITE)
    url = reverse("field_act", args=[order.pk, "knock"])
    begun = at(factories.NOW + timedelta(hours=4))
    for number, step in enumerate(["bell", "knock", "phone", "neighbour", "downstairs", "note"]):
        at(begun + timedelta(seconds=40 * number))
        sent = {"step": step, "next": url, "idempotency_key": f"{KEY}{number}"}
        assert post(phone, order, "knock", sent).url == url
    guide = phone.get(url).context
    assert guide["guide"].first_at == begun + timedelta(seconds=40)
    assert [lack.code for lack in guide["guide"].lacks] == ["knock_time"]
    assert guide["no_access"].form is None
    at(begun + timedelta(minutes=6))
    page = phone.get(url)
    assert page.context["no_access"].form is not None
    assert post(phone, order, "no_access").status_code == 302
    assert fresh(order).state == State.ACCEPTED


@pytest.mark.parametrize(
    ("minutes", "words", "gift"), [(0, "On time", False), (8, "Late, under 15", False), (20, "or more", True)]
)
def test_what_to_say_at_the_door(phone, place, at, brought, minutes, words, gift):
    """H-E4: the class of lateness, true words, and the gift."""
    order = brought(State.EN_ROUTE)
    moment = at(factories.STARTS + timedelta(minutes=minutes))
    do(order, "arrive", place.technician.user, moment)
    page = page_of(phone, order)
    assert words in page.content.decode()
    assert page.context["door"].gift is gift
    assert place.technician.permit_code in page.content.decode()  # H-E3


def test_something_different_leads_to_its_next_step(phone, place, brought):
    """H-E5: a doubt about us → the manager, or another time."""
    order = brought(State.ON_SITE)
    assert post(phone, order, "note_exception", {"exception": "doubts_us"}).status_code == 302
    door = page_of(phone, order).context["door"]
    assert [step.name for step in door.steps] == ["escalate", "reschedule"]


def test_diagnosis_in_major_units_and_outcomes_as_rows(phone, brought):
    """H-F2: the quote is typed as money is written."""
    order = brought(State.ON_SITE)
    page = phone.get(reverse("field_act", args=[order.pk, "diagnose"]))
    outcome = next(row for row in page.context["act"].rows if row.name == "outcome")
    assert outcome.kind == "radios"
    assert len(outcome.options) == 6
    sent = {"finding": "pump", "outcome": "repairable", "quoted": "1,200.50", "quote_accepted": "on"}
    assert post(phone, order, "diagnose", sent).status_code == 302
    assert Repair.objects.get(order=order).quoted == 120050


def test_bill_says_the_quote(phone, place, brought):
    """H-G3: charged by the quote, never above it."""
    order = brought(State.ON_SITE)
    tech, now = place.technician.user, factories.NOW + timedelta(hours=4)
    diagnosis = factories.DIAGNOSIS | {"in_warranty": False, "quoted": 120000, "quote_accepted": True}
    do(order, "diagnose", tech, now, diagnosis)
    do(order, "repair", tech, now, factories.REPAIR)
    page = phone.get(reverse("field_act", args=[order.pk, "charge"])).content.decode()
    assert "1200.00 TWD" in page
    assert post(phone, order, "charge", {"amount": "1300", "method": "cash"}).status_code == 422
    assert post(phone, order, "charge", {"amount": "1200", "method": "cash", "idempotency_key": KEY}).status_code == 302


def test_tools_are_counted_back(phone, brought):
    """H-F12."""
    order = brought(State.CHARGED)
    page = phone.get(reverse("field_act", args=[order.pk, "complete"]))
    tools = next(row for row in page.context["act"].rows if row.name == "tools_back")
    assert [option.value for option in tools.options] == ["tools"]
    assert post(phone, order, "complete", {"signed_by": "王小明"}).status_code == 422
    sent = {"signed_by": "王小明", "tools_back": "tools", "rating_repair": "5", "idempotency_key": KEY}
    assert post(phone, order, "complete", sent).status_code == 302


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
    assert counts[0] <= 25
