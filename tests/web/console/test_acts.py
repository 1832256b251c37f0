"""Doing something from a page: forms with what is known, refusals that teach, one press counted once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from dispatch.models import OrderEvent, Visit
from tests import factories
from tests.factories import NOW, STARTS, TODAY, do, fresh, make_order, order_in
from tests.web.console.conftest import HTMX
from web.shared.doing import Doing, Face


@pytest.fixture(autouse=True)
def _now(clock):
    clock(NOW + timedelta(minutes=20))


def url(order, verb):
    return reverse("order_act", args=[order.pk, verb])


def local(moment, place):
    return f"{moment.astimezone(place.outlet.tz):%Y-%m-%dT%H:%M}"


def assign(client, order, technician, **more):
    form = {"technician": technician.pk, "starts_at": f"{TODAY}T12:00", "minutes": "60", "version": order.version}
    return client.post(url(order, "assign"), form | {"idempotency_key": str(uuid4())} | more, **HTMX)


def test_assigning_gives_the_order_and_a_time_to_propose(place, at_desk):  # H-A4
    order = make_order(place)
    answer = assign(at_desk(place.dispatcher), order, place.technician)
    assert answer.status_code == 200 and answer["HX-Redirect"] == reverse("order", args=[order.pk])
    order = fresh(order)
    assert (order.state, order.technician) == ("assigned", place.technician)
    assert order.visits.get().starts_at == STARTS  # 12:00 in Taipei


def test_the_page_that_stays_is_told(place, at_desk):
    order = make_order(place)
    answer = assign(at_desk(place.dispatcher), order, place.technician, stay="1")
    assert answer.status_code == 204 and '"acted"' in answer["HX-Trigger"] and order.number in answer["HX-Trigger"]


def test_the_same_press_twice_counts_once(place, at_desk):  # H-N3
    order, client, key = make_order(place), at_desk(place.dispatcher), str(uuid4())
    first = assign(client, order, place.technician, idempotency_key=key)
    again = assign(client, order, place.technician, idempotency_key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again["HX-Redirect"] == first["HX-Redirect"]
    assert OrderEvent.objects.filter(order=order, action="assign").count() == 1
    assert Visit.objects.filter(order=order).count() == 1


def test_the_slower_of_two_dispatchers_sees_who_won(place, at_desk):
    order, other = make_order(place), factories.make_user("dispatcher", place.outlet, first_name="林", last_name="小姐")
    assign(at_desk(other), order, place.technician)
    answer = assign(at_desk(place.dispatcher), order, place.other)
    page = answer.content.decode()
    assert answer.status_code == 409 and answer["HX-Retarget"] == "#act-body"
    assert str(other) in page and place.technician.name in page
    assert reverse("order", args=[order.pk]) in page  # the way to the order as it is now
    assert f'value="{TODAY}T12:00"' in page  # what was typed stays
    assert fresh(order).technician == place.technician


def test_a_decision_on_an_old_page_is_refused_and_can_be_taken_again(place, at_desk):
    order = make_order(place)
    do(order, "add_note", place.clerk, NOW, {"note": "gate code 12"})
    client = at_desk(place.dispatcher)
    answer = client.post(url(order, "cancel"), {"reason": "moved away", "version": order.version}, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409 and str(place.clerk) in page and "moved away" in page
    assert f'name="version" value="{order.version + 1}"' in page
    again = client.post(url(order, "cancel"), {"reason": "moved away", "version": order.version + 1}, **HTMX)
    assert again.status_code == 200 and fresh(order).state == "cancelled"


def test_a_note_may_be_added_from_an_old_page(place, at_desk):
    order = make_order(place)
    do(order, "add_note", place.clerk, NOW, {"note": "one"})
    answer = at_desk(place.dispatcher).post(url(order, "add_note"), {"note": "two", "version": order.version}, **HTMX)
    assert answer.status_code == 200


def test_a_refusal_names_the_rule_and_the_button_that_mends_it(place, at_desk):  # H-I2
    order, _now = order_in("accepted", place, model_no="")
    answer = at_desk(place.dispatcher).get(url(order, "contact"), **HTMX)
    page = answer.content.decode()
    assert "Missing: model." in page and "H-I2" in page
    assert url(order, "correct") in page


def test_all_that_is_missing_comes_at_once_and_nothing_typed_is_lost(place, at_desk):  # H-C1
    order, _now = order_in("accepted", place)
    typed = {"confirmed": ["time", "address"], "starts_at": f"{TODAY}T13:30", "spoke_to": "his mother"}
    answer = at_desk(place.dispatcher).post(url(order, "contact"), typed, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    for item in ("Model", "Purchase date", "Symptom"):
        assert f"Not confirmed yet: {item}." in page
    assert "his mother" in page and f"{TODAY}T13:30" in page


def test_what_does_not_read_is_said_at_its_field(place, at_desk):
    order = make_order(place)
    answer = at_desk(place.dispatcher).post(url(order, "correct"), {"phone": "not a phone"}, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 400 and "This is not a phone number" in page and 'value="not a phone"' in page


def test_nobody_chosen_is_said(place, at_desk):
    order = make_order(place)
    answer = at_desk(place.dispatcher).post(url(order, "assign"), {"starts_at": f"{TODAY}T12:00"}, **HTMX)
    assert answer.status_code == 400 and "row-error" in answer.content.decode()


def drawn(client, order, verb):
    """Return the form's fields as a browser would send them untouched."""
    form = client.get(url(order, verb), **HTMX).context["act"]
    sent = {row.name: row.value for row in form.rows if row.kind in ("input", "textarea", "hidden")}
    for row in form.rows:
        if row.options:
            sent[row.name] = [option.value for option in row.options if option.selected]
    return sent | form.hidden | {"idempotency_key": form.key}


def test_only_what_was_changed_is_sent(place, at_desk):  # H-I3
    order, client = make_order(place, model_no=""), at_desk(place.clerk)
    form = drawn(client, order, "correct")
    assert form["name"] == "王小明" and form["purchased_on"] == "2025-03-05"
    # Meanwhile a colleague puts the symptom right; the old form must not undo it.
    do(order, "correct", place.dispatcher, NOW, {"symptom": "does not spin"})
    assert client.post(url(order, "correct"), form | {"model_no": "XQG90"}, **HTMX).status_code == 200
    order = fresh(order)
    assert (order.appliance.model_no, order.symptom) == ("XQG90", "does not spin")
    assert order.events.last().payload["changes"] == {"model_no": ["", "XQG90"]}


def test_nothing_changed_is_said(place, at_desk):
    order, client = make_order(place), at_desk(place.clerk)
    answer = client.post(url(order, "correct"), drawn(client, order, "correct"), **HTMX)
    assert answer.status_code == 422 and "Nothing was changed" in answer.content.decode()


def test_confirming_with_the_customer_from_the_desk(place, at_desk):  # H-C1
    order, _now = order_in("accepted", place)
    client = at_desk(place.dispatcher)
    form = drawn(client, order, "contact")
    assert form["starts_at"] == f"{TODAY}T12:00"  # the time proposed, in the outlet's zone
    form |= {"confirmed": ["time", "address", "model", "purchase_date", "symptom"]}
    assert client.post(url(order, "contact"), form, **HTMX).status_code == 200
    order = fresh(order)
    assert order.state == "contacted" and order.visits.get().starts_at == STARTS
    assert "changes" not in order.events.last().payload


def test_without_script_the_same_form_works(place, at_desk):
    order, client = make_order(place), at_desk(place.dispatcher)
    page = client.get(url(order, "cancel")).content.decode()
    assert "<html" in page and "csrfmiddlewaretoken" in page
    answer = client.post(url(order, "cancel"), {"reason": "bought a new one"})
    assert answer.status_code == 302 and answer["Location"] == reverse("order", args=[order.pk])
    refused = client.post(url(order, "cancel"), {"reason": "again"})
    assert refused.status_code == 409 and "<html" in refused.content.decode()


def test_after_the_act_the_page_says_what_comes_next(place, at_desk):
    order, client = make_order(place), at_desk(place.dispatcher)
    client.post(url(order, "assign"), {"technician": place.technician.pk})
    page = client.get(reverse("order", args=[order.pk])).content.decode()
    assert f"Assign: recorded for order {order.number}. Next: Accept or decline." in page


@pytest.mark.parametrize("wished", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_leads_nowhere_else(wished, place, at_desk):
    order = make_order(place)
    answer = at_desk(place.dispatcher).post(url(order, "add_note"), {"note": "x", "next": wished})
    assert answer["Location"] == reverse("order", args=[order.pk])


@pytest.mark.parametrize("key", ["\0", "x" * 300, "", "emoji 🙂", "a b c d e f g h"])
@pytest.mark.parametrize("junk", [{}, {"version": "9" * 40}, {"device_at": "yesterday", "position_latitude": "inf"}])
def test_odd_hidden_values_are_no_error_of_ours(key, junk, place, at_desk):
    order = make_order(place)
    form = {"note": "x", "idempotency_key": key} | junk
    assert at_desk(place.dispatcher).post(url(order, "add_note"), form).status_code == 302


def test_where_and_when_the_phone_was_is_kept(place, at_desk):  # H-N2
    order = make_order(place)
    form = {"note": "x", "device_at": f"{TODAY}T09:00:00+08:00", "position_latitude": "25.04"}
    form |= {"position_longitude": "121.55", "position_accuracy": "12"}
    at_desk(place.dispatcher).post(url(order, "add_note"), form)
    event = order.events.last()
    assert event.device_at == NOW and (event.latitude, event.longitude, event.accuracy) == (25.04, 121.55, 12)


def test_money_is_typed_in_whole_units(place, at_desk):
    order, _now = order_in("diagnosed", place)

    class Request:
        method, GET, POST, htmx = "GET", {}, {}, True
        user = place.technician.user

    order.repairs.update(quoted=120050, quote_accepted=True)
    form = Doing(Request, Face(act="order_act", order="order"), order.pk, "charge", NOW).form()
    assert next(row for row in form.rows if row.name == "amount").value == "1200.50"


class TestCandidates:
    def body(self, client, order, verb="assign", **asked):
        return client.get(url(order, verb), asked, **HTMX).context

    def test_best_first_unfit_last_with_the_reason(self, place, at_desk):  # H-A4, H-C3
        far = factories.make_technician(place.outlet, place.skill, home_latitude=24.8, home_longitude=121.0)
        untrained = factories.make_technician(place.outlet)
        order = make_order(place)
        found = self.body(at_desk(place.dispatcher), order, starts_at=f"{TODAY}T12:00")["candidates"]
        assert found[-1].technician == untrained and found[-2].technician == far
        assert found[-1].reasons == ["Not trained for: Washing"] and not found[0].reasons
        assert found[0].travel_minutes < found[-2].travel_minutes

    def test_busy_off_and_past_are_said(self, place, at_desk):
        order_in("contacted", place)  # agreed for 12:00 to 13:00
        order = make_order(place, name="other")
        client = at_desk(place.dispatcher)
        at = {one.technician: one for one in self.body(client, order, starts_at=f"{TODAY}T12:30")["candidates"]}
        assert "from 12:00 to 13:00" in at[place.technician].reasons[0] and at[place.other].fits
        night = self.body(client, order, starts_at=f"{TODAY}T22:00")["candidates"]
        assert all(one.reasons == ["Does not work then"] for one in night)
        overtime = self.body(client, order, starts_at=f"{TODAY}T22:00", overtime="on")["candidates"]
        assert all(one.fits for one in overtime)
        past = self.body(client, order, starts_at=f"{TODAY}T08:00")["candidates"]
        assert all("That time has passed" in one.reasons for one in past)

    def test_what_the_list_offers_the_guard_allows(self, place, at_desk):
        """The list and the guard judge by the same rules: every one offered can be given the order."""
        factories.make_technician(place.outlet)
        order_in("contacted", place)
        client = at_desk(place.dispatcher)
        for typed in (f"{TODAY}T12:30", f"{TODAY}T14:00", f"{TODAY}T21:00"):
            for one in self.body(client, make_order(place, name=typed), starts_at=typed)["candidates"]:
                order = make_order(place, name=f"{typed} {one.technician}")
                answer = assign(client, order, one.technician, starts_at=typed)
                assert (answer.status_code == 200) == one.fits, (typed, one)

    def test_the_wish_is_the_time_to_begin_with(self, place, at_desk):
        order = make_order(place, wish_from=STARTS.isoformat())
        context = self.body(at_desk(place.dispatcher), order)
        assert context["starts_at"] == STARTS and f'value="{TODAY}T12:00"' in str(
            at_desk(place.dispatcher).get(url(order, "assign"), **HTMX).content
        )

    def test_transfer_leaves_out_who_has_it(self, place, at_desk):
        order, _now = order_in("accepted", place)
        found = {one.technician: one for one in self.body(at_desk(place.dispatcher), order, "transfer")["candidates"]}
        assert found[place.technician].reasons == ["Has the order now"] and found[place.other].fits

    def test_the_cost_does_not_grow_with_the_technicians(self, place, at_desk, django_assert_max_num_queries):
        for _number in range(10):
            factories.make_technician(place.outlet, place.skill)
        order, client = make_order(place), at_desk(place.dispatcher)
        with django_assert_max_num_queries(20):
            self.body(client, order, starts_at=f"{TODAY}T12:00")

    @pytest.mark.parametrize("typed", ["soon", "2026-13-45T99:99", "\0", "9999-12-31T23:59"])
    def test_a_time_that_does_not_read_is_no_error_of_ours(self, typed, place, at_desk):
        order = make_order(place)
        answer = at_desk(place.dispatcher).get(url(order, "assign"), {"starts_at": typed, "minutes": "١٢"}, **HTMX)
        assert answer.status_code == 200
