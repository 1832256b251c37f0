"""Asking for service by oneself: five small steps, nothing lost on the way, one request however often sent (H-I1)."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Address, Appliance, Customer
from dispatch.models import Channel, Link, ServiceOrder, State
from tests import pictures
from tests.factories import around_the_clock, do, fresh, make_order, make_outlet
from tests.pricing import make_prices
from tests.web.portal.test_door import let_in
from web.portal import windows

pytestmark = pytest.mark.django_db
NEW = "0933 444 555"
AGES = "0001-01-01T00:00:00+14:00/2099-01-01T00:00:00Z"


@pytest.fixture
def place(db):
    place = make_outlet(phone="+886223456789")
    make_prices(place)
    return around_the_clock(place)


def known(to: str = "0912 345 678") -> Client:
    client = Client()
    assert let_in(client, to).status_code == 302
    return client


def at(step: str) -> str:
    return reverse("portal_request_step", args=[step])


def told(client: Client, **changed) -> list:
    """Fill in every step but the last; return the answers."""
    steps = {
        "appliance": {"category": "washing_machine", "serial": "SN-7"},
        "fault": {"symptom": "does not drain"},
        "place": {"address_line": "Zhongshan Road 9", "city": "Taipei", "name": "Wu", "service_kind": "on_site"},
        "time": {"wish": "ring twice"},
    }
    return [client.post(at(step), values | changed.get(step, {})) for step, values in steps.items()]


def sent_by(client: Client) -> ServiceOrder:
    answer = client.post(at("send"))
    assert answer.status_code == 302, answer.content.decode()
    code = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
    return fresh(Link.objects.get(code=code).order_id)


def test_nobody_asks_without_a_code(place):
    for address in (reverse("portal_request"), at("send"), reverse("portal_request_picture", args=[1])):
        answer = Client().get(address)
        assert answer.status_code == 302 and answer["Location"].startswith(reverse("portal_door"))
    assert Client().post(at("send")).status_code == 302 and not ServiceOrder.objects.exists()


def test_h_i1_somebody_new_asks_and_is_reviewed(place):
    client = known(NEW)
    assert "Which appliance is it?" in client.get(reverse("portal_request")).content.decode()
    photos = {"nameplate": pictures.upload(pictures.jpeg("blue")), "proof": pictures.upload(pictures.jpeg("white"))}
    of_fault = [pictures.upload(), pictures.upload(pictures.jpeg("green"))]
    answers = told(client, appliance=photos, fault={"photos": of_fault})
    assert [one["Location"] for one in answers] == [at("fault"), at("place"), at("time"), at("send")]
    assert not Customer.objects.exists() and not Appliance.objects.exists()  # nothing is written until it is sent
    page = client.get(at("send")).content.decode()
    assert "does not drain" in page and "Zhongshan Road 9" in page and "ring twice" in page
    assert not Customer.objects.exists()  # the rehearsal took everything back
    order = sent_by(client)
    assert (order.state, order.channel, order.outlet) == (State.REQUESTED, Channel.PORTAL, place.outlet)
    assert (order.customer.phone, order.customer.name, order.wish) == ("+886933444555", "Wu", "ring twice")
    assert (order.appliance.serial, order.symptom) == ("SN-7", "does not drain")
    assert sorted(order.photos.values_list("kind", "note")) == [
        ("evidence", "nameplate"), ("evidence", "proof"), ("symptom", ""), ("symptom", ""),
    ]  # fmt: skip
    assert order.decisions.exists() or order.in_warranty is None
    do(order, "approve", place.agent, timezone.now())
    assert fresh(order).state == State.READY


def test_who_was_here_before_chooses_what_we_know(place):
    before = make_order(place)
    client = known()
    page = client.get(reverse("portal_request")).content.decode()
    assert before.appliance.serial in page
    client.post(at("appliance"), {"appliance": before.appliance_id})
    client.post(at("fault"), {"symptom": "leaks"})
    page = client.get(at("place")).content.decode()
    assert before.address.full in page and 'name="phone"' not in page
    client.post(at("place"), {"address": before.address_id, "service_kind": "on_site"})
    client.post(at("time"), {})
    order = sent_by(client)
    assert (order.customer_id, order.appliance_id, order.address_id) == (
        before.customer_id, before.appliance_id, before.address_id,
    )  # fmt: skip
    assert Customer.objects.count() == Appliance.objects.count() == Address.objects.count() == 1


def test_free_times_are_offered_and_kept_as_a_wish(place):
    client = known(NEW)
    told(client)
    page = client.get(at("time"))
    offers = page.context["offers"]
    assert offers and page.context["number"] == 4
    client.post(at("time"), {"windows": [one["value"] for one in offers[:2]], "wish": "please ring"})
    order = sent_by(client)
    begins = offers[0]["starts"]
    assert order.wish_from == datetime.fromisoformat(begins)
    assert order.wish.endswith("please ring") and order.wish.count("–") == 2


@pytest.mark.parametrize(
    ("free", "told"), [("09:34", "09:30"), ("09:45", "09:45"), ("11:00", "10:00"), ("09:03", "09:03")]
)
def test_a_window_ends_as_people_tell_time_and_never_later_than_it_is_free(free, told):
    starts, ends = (datetime.fromisoformat(f"2026-11-23T{clock}:00+08:00") for clock in ("09:00", free))
    assert f"{windows.until(SimpleNamespace(window_until=ends), starts):%H:%M}" == told


def test_times_that_are_over_or_made_up_are_no_wish(place):
    client, past = known(NEW), timezone.now() - timedelta(days=2)
    over = f"{past.isoformat()}/{(past + timedelta(hours=1)).isoformat()}"
    client.post(at("appliance"), {"appliance": "²"})
    assert client.post(at("time"), {"windows": ["x" * 200]}).status_code < 500
    told(client, time={"windows": ["no/time", over, AGES], "day": "1999-01-01", "part": "noon"})
    assert sent_by(client).wish_from is None


def test_a_part_of_a_day_will_do(place):
    client = known(NEW)
    told(client)
    day, _words = client.get(at("time")).context["days"][3]
    client.post(at("time"), {"day": day, "part": "afternoon"})
    order = sent_by(client)
    local = order.wish_from.astimezone(place.outlet.tz)
    assert (f"{local:%Y-%m-%d %H}", order.wish_to - order.wish_from) == (f"{day} 12", timedelta(hours=5))


def test_fees_and_warranty_are_said_before_it_is_sent(place):
    client = known(NEW)
    told(client, appliance={"purchased_on": "2010-01-01"})
    page = client.get(at("send"))
    assert page.context["call_out"] and "You get a price before any work is done" in page.content.decode()


def test_h_i1_sent_twice_is_one_request(place):
    client = known(NEW)
    told(client)
    store = client.session
    kept = dict(store.items())
    first = sent_by(client)
    again = client.session
    again.update(kept)  # a second press that left before the first was answered
    again.save()
    assert sent_by(client) == first and ServiceOrder.objects.count() == 1
    answer = client.post(at("send"))  # and once more, when there is nothing left to send
    assert answer["Location"] == at("appliance") and ServiceOrder.objects.count() == 1


def test_h_i1_a_second_request_is_another_one(place):
    client = known(NEW)
    told(client)
    first = sent_by(client)
    told(client, appliance={"serial": "SN-8"})
    assert sent_by(client) != first and Customer.objects.count() == 1


def test_a_day_that_has_not_come_is_refused_and_shown_again(place):
    client = known(NEW)
    later = f"{timezone.now().date() + timedelta(days=30)}"
    answer = client.post(at("appliance"), {"category": "washing_machine", "purchased_on": later, "serial": "SN-7"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "lies in the future" in page and later in page and "SN-7" in page
    assert client.get(at("fault"))["Location"] == at("appliance")


@pytest.mark.parametrize("step", ["appliance", "place"])
def test_anothers_appliance_or_address_is_not_there(place, step):
    theirs = make_order(place)
    client = known(NEW)
    told(client)
    row = theirs.appliance_id if step == "appliance" else theirs.address_id
    client.post(at(step), {step if step == "appliance" else "address": row})
    order = sent_by(client)
    assert (order.customer_id, order.appliance_id, order.address_id) != (
        theirs.customer_id, theirs.appliance_id, theirs.address_id,
    )  # fmt: skip
    assert order.appliance_id != theirs.appliance_id and order.address_id != theirs.address_id


@pytest.mark.parametrize(
    ("step", "lacks"), [("appliance", "category"), ("fault", "symptom"), ("place", "address_line"), ("place", "name")]
)
def test_each_step_says_what_it_lacks(place, step, lacks):
    client = known(NEW)
    told(client, **{step: {lacks: ""}})
    answer = client.post(at(step), {lacks: ""})
    assert answer.status_code == 422 and lacks in answer.context["errors"]
    client.post(at("send"))
    assert not ServiceOrder.objects.exists()


def test_a_step_ahead_leads_back_to_what_is_missing(place):
    client = known(NEW)
    assert client.get(at("send"))["Location"] == at("appliance")
    assert client.get(reverse("portal_request_step", args=["pay"])).status_code == 404


def test_a_company_without_outlets_says_so(db):
    client = known(NEW)
    answer = client.get(reverse("portal_request"))
    assert answer.status_code == 503 and "can't take requests" in answer.content.decode()


def test_by_e_mail_the_phone_is_asked_for(place):
    client = known("wu@example.com")
    told(client)
    answer = client.post(at("place"), {"address_line": "Road 9", "name": "Wu", "phone": "12"})
    assert answer.status_code == 422 and answer.context["errors"]["phone"]
    client.post(at("place"), {"address_line": "Road 9", "name": "Wu", "phone": NEW})
    order = sent_by(client)
    assert (order.customer.email, order.customer.phone) == ("wu@example.com", "+886933444555")


@pytest.mark.parametrize("mine", [{}, {"name": "Wu"}, {"phone": "+886933444555"}], ids=["new", "no phone", "no name"])
def test_by_e_mail_nobody_becomes_another_customer_of_the_same_phone_and_name(place, mine):
    other = Customer.objects.create(name="Wu", phone="+886933444555")
    if mine:
        Customer.objects.create(email="wu@example.com", **mine)
    client = known("wu@example.com")
    told(client, place={"phone": NEW})
    order = sent_by(client)
    assert order.customer != other and order.customer.email == "wu@example.com"
    assert "+886933444555" in (order.customer.phone, order.customer.phone_alt)


def test_the_outlet_can_be_chosen(place):
    other = make_outlet(phone="+886223450000")
    client = known(NEW)
    told(client, place={"outlet": other.outlet.code})
    assert sent_by(client).outlet == other.outlet
