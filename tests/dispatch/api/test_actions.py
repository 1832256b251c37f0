"""One address per action, and what is open to me now."""

from dispatch.lifecycle import REGISTRY
from dispatch.models import OrderEvent, ServiceOrder, State
from tests.dispatch.api.conftest import api, do
from tests.factories import (
    COMPLETE,
    CONFIRMED,
    DIAGNOSIS,
    KIT,
    REPAIR,
    SIGNED,
    in_days,
    make_order,
    make_technician,
    order_in,
)

PEOPLES = [verb for verb in REGISTRY.values() if not verb.by_clock]


def opens(user, order):
    answer = api(user).get(f"/api/v1/orders/{order.pk}/actions/")
    assert answer.status_code == 200
    return {one["action"]: one for one in answer.json()["actions"]}


def test_what_is_open_and_what_it_lacks(place):
    order, _now = order_in(State.CONTACTED, place)
    found = opens(place.technician.user, order)
    assert next(iter(found)) == "depart"  # the spine first
    lacks = found["depart"]["lacks"]
    assert [(lack["rule"], lack["code"], lack["fix"]) for lack in lacks] == [("H-D1", "kit", "check_kit")]
    assert found["depart"]["href"] == f"/api/v1/orders/{order.pk}/depart/"
    assert "assign" not in found and "depart" not in opens(place.dispatcher, order)


def test_the_fields_say_how_to_ask(place):
    order = make_order(place)
    fields = {field["name"]: field for field in opens(place.dispatcher, order)["assign"]["fields"]}
    assert (fields["technician"]["type"], fields["technician"]["required"]) == ("id", True)
    assert fields["technician"]["source"] == "/api/v1/technicians/?working=true"
    assert (fields["minutes"]["type"], fields["minutes"]["min"], fields["minutes"]["max"]) == ("integer", 5, 600)
    assert fields["starts_at"]["help"] and fields["overtime"]["default"] is False
    assert {"version", "position", "device_at"}.isdisjoint(fields)


def test_labels_and_choices_come_in_the_readers_language(place, settings):
    order, _now = order_in(State.ON_SITE, place)
    english = opens(place.technician.user, order)["diagnose"]
    assert english["label"] == "Diagnose"
    outcome = next(field for field in english["fields"] if field["name"] == "outcome")
    assert {"value": "repairable", "label": "Can be repaired here"} in outcome["choices"]


def test_every_action_open_in_some_state_can_be_sent_there(place):
    """What GET …/actions/ offers is an address that answers: never 404 or 405."""
    for state in (State.READY, State.ACCEPTED, State.DIAGNOSED, State.FOLLOW_UP):
        place.technician = make_technician(place.outlet, place.skill)
        order, _now = order_in(state, place)
        for one in opens(place.admin, order).values():
            answer = api(place.admin).post(one["href"], {"version": 10**6}, format="json")
            assert answer.status_code == 409, one["action"]


def test_each_verb_of_people_has_its_address_and_the_clocks_have_none(place):
    order = make_order(place)
    for verb in REGISTRY.values():
        answer = do(api(place.admin), order, verb.name, {"version": 10**6})
        assert (answer.status_code == 404) is verb.by_clock, verb.name


def test_an_unknown_action_names_what_is_open(place):
    order = make_order(place)
    for name in ("asign", "callback_due", "re_estimate", "%2e%2e", "delete"):
        said = do(api(place.dispatcher), order, name)
        assert said.status_code == 404 and said.json()["code"] == "unknown_action"
        assert "assign" in said.json()["open"]


def test_a_whole_order_over_http(place):
    """The seven steps and the callback, by those whose work it is; the log and the next step follow."""
    office, tech, centre = api(place.dispatcher), api(place.technician.user), api(place.agent)
    pk = office.post("/api/v1/orders/", COMPLETE, format="json").json()["order"]
    steps = [
        (office, "assign", {"technician": place.technician.pk}, "assigned"),
        (tech, "accept", {}, "accepted"),
        (tech, "contact", {"confirmed": CONFIRMED, "starts_at": "2099-01-01T00:00:00Z", "overtime": True}, "contacted"),
        (tech, "check_kit", KIT, "contacted"),
        (tech, "depart", {}, "en_route"),
        (tech, "arrive", {}, "on_site"),
        (tech, "diagnose", DIAGNOSIS, "diagnosed"),
        (tech, "repair", REPAIR, "diagnosed"),
        (tech, "charge", {"amount": 0, "method": "none"}, "charged"),
        (tech, "complete", SIGNED, "follow_up"),
        (centre, "callback_satisfied", {"customer_called": True, "note": "all well"}, "closed"),
    ]
    for number, (client, verb, data, state) in enumerate(steps, start=2):
        answer = do(client, pk, verb, data, key=f"{verb}-1")
        assert answer.status_code == 200, answer.content
        assert (answer.json()["state"], answer.json()["event"]) == (state, number)
    log = office.get(f"/api/v1/orders/{pk}/events/").json()["results"]
    assert [event["action"] for event in log] == ["created", *(verb for _client, verb, _data, _state in steps)]
    whole = office.get(f"/api/v1/orders/{pk}/").json()
    assert whole["next"] is None and whole["satisfied"] is True
    assert whole["callbacks"][0]["log"][0]["note"] == "all well"
    assert whole["visits"][0]["status"] == "done" and whole["bills"][0]["amount"] == 0


def test_every_lack_is_told_at_once_with_rule_and_fix(place):
    order, _now = order_in(State.ACCEPTED, place, model_no="", purchased_on=None)
    body = {"confirmed": [], "starts_at": f"{in_days(-10)}T00:00:00Z"}
    answer = do(api(place.technician.user), order, "contact", body)
    assert answer.status_code == 422
    codes = {lack["code"]: lack for lack in answer.json()["lacks"]}
    assert {"gap_model", "gap_purchase_date", "confirm_time", "past"} <= set(codes)
    assert (codes["gap_model"]["rule"], codes["gap_model"]["fix"]) == ("H-I2", "correct")
    assert ServiceOrder.objects.get(pk=order.pk).version == order.version
    assert not OrderEvent.objects.filter(order=order, action="contact").exists()
