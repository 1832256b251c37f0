"""Opening an order on the phone."""

from uuid import uuid4

import pytest

from customers.models import Customer
from dispatch.models import ServiceOrder
from tests import factories
from tests.factories import in_days, make_order

URL = "/console/new/"
TOLD = {
    "phone": "0933 444 555",
    "name": "張三",
    "address_line": "忠孝東路 5 號",
    "category": "washing_machine",
    "symptom": "does not spin",
    "wish_from": f"{in_days(1)}T10:00",
    "priority": "2",
    "service_kind": "on_site",
}


@pytest.mark.parametrize("role", ["dispatcher", "agent", "clerk", "manager"])
def test_an_order_is_opened_and_its_gaps_are_said(role, place, at_desk):  # H-I2, H-I4
    client = at_desk(getattr(place, role))
    answer = client.post(URL, TOLD | {"idempotency_key": str(uuid4())}, follow=True)
    order = ServiceOrder.objects.with_rows().get()
    assert answer.redirect_chain[-1][0] == f"/console/orders/{order.pk}/"
    assert (order.customer.phone, order.priority, order.state) == ("+886933444555", 2, "ready")
    assert f"{order.wish_from:%H:%M}" == "02:00"  # ten o'clock in Taipei
    assert "Still missing: model, purchase date, what the customer wants." in answer.content.decode()


def test_the_same_press_twice_is_one_order(place, at_desk):  # H-N3
    client, key = at_desk(place.agent), str(uuid4())
    for _press in range(2):
        assert client.post(URL, TOLD | {"idempotency_key": key}).status_code == 302
    assert ServiceOrder.objects.count() == 1


def test_what_was_typed_stays_when_something_does_not_read(place, at_desk):
    answer = at_desk(place.agent).post(URL, TOLD | {"phone": "12"})
    page = answer.content.decode()
    assert answer.status_code == 400 and "This is not a phone number" in page
    assert "does not spin" in page and 'value="12"' in page
    assert not ServiceOrder.objects.exists()


def test_nobody_to_call_and_nowhere_to_go_is_said(place, at_desk):
    page = at_desk(place.agent).post(URL, {"symptom": "leaks"}).content.decode()
    assert "Give a phone number or an address." in page


def test_a_request_may_be_reviewed_first(place, at_desk):  # H-I1
    at_desk(place.agent).post(URL, TOLD | {"needs_review": "on"})
    assert ServiceOrder.objects.get().state == "requested"


def test_the_centre_chooses_the_outlet(place, at_desk):
    client = at_desk(factories.make_user("agent"))
    assert "Choose the outlet." in client.post(URL, TOLD).content.decode()
    assert client.post(URL, TOLD | {"outlet": place.outlet.code}).status_code == 302


@pytest.mark.parametrize("typed", ["0912345678", "0912 345", "+886 912345678", "912345678"])
def test_the_number_finds_the_customer_the_machine_and_the_orders(typed, place, at_desk):
    order = make_order(place)
    page = at_desk(place.agent).get("/console/new/known/", {"phone": typed}).content.decode()
    assert "王小明" in page and "XQG70" in page and order.number in page
    assert "model_no=XQG70" in page


@pytest.mark.parametrize("typed", ["", "09", "\0\0\0\0\0\0", "0999999999", "%%%%%%"])
def test_a_number_nobody_has_finds_nobody(typed, place, at_desk):
    make_order(place)
    answer = at_desk(place.agent).get("/console/new/known/", {"phone": typed})
    assert answer.status_code == 200 and not answer.context["households"]


def test_another_outlets_customer_is_not_found(place, at_desk):
    make_order(factories.make_outlet(), phone="0977 777 777")
    answer = at_desk(place.agent).get("/console/new/known/", {"phone": "0977777777"})
    assert not answer.context["households"] and Customer.objects.filter(phone="+886977777777").exists()


def test_the_same_household_is_not_written_down_twice(place, at_desk):
    make_order(place)
    client = at_desk(place.agent)
    client.post(URL, TOLD | {"phone": "0912345678", "name": "王小明"})
    assert Customer.objects.count() == 1


def test_a_name_finds_the_customer_as_well_while_there_is_no_number(place, at_desk):
    order = make_order(place)
    asked = at_desk(place.agent).get("/console/new/known/", {"phone": "", "name": "王小"})
    assert order.number in asked.content.decode()
    nobody = at_desk(place.agent).get("/console/new/known/", {"phone": "0999999999", "name": "王小"})
    assert not nobody.context["households"]  # the number counts


def test_from_the_board_one_is_back_on_the_board_with_the_order_open(place, at_desk):
    client = at_desk(place.dispatcher)
    form = client.get(URL, {"from": "board"}).content.decode()
    assert 'name="from" value="board"' in form and 'autofocus="autofocus"' in form
    answer = client.post(URL, TOLD | {"from": "board"})
    assert answer.url == f"/console/board/?outlet={place.outlet.code}&order={ServiceOrder.objects.get().pk}"


def test_an_order_leads_to_its_place_on_the_board_where_it_may_have_one(place, at_desk):
    order = make_order(place)
    address = f"/console/orders/{order.pk}/"
    assert (
        f"/console/board/?outlet={place.outlet.code}&amp;order={order.pk}"
        in at_desk(place.dispatcher).get(address).content.decode()
    )
    assert "to-board" not in at_desk(place.agent).get(address).content.decode()
