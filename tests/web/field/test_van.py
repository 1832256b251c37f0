"""The technician's van on the phone: what to load, what is in it, what to bring back; and an order's parts."""

import pytest
from django.urls import reverse

from dispatch.models import Fault, PartUse, Requisition, Reservation, ServiceOrder, State
from technicians import stock
from tests.factories import do, make_outlet, order_in
from tests.stocking import balance, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_outlet()


@pytest.fixture
def pump():
    return make_part("DP-31", name_en="Drain pump")


@pytest.fixture
def phone(place, client):
    client.force_login(place.technician.user)
    return client


def said(response) -> str:
    return response.content.decode()


def test_what_is_kept_at_the_outlet_is_loaded_with_one_tap(phone, place, pump):
    store, van = make_store(place.outlet), make_van(place.technician)
    put(store, pump, 2)
    order, now = order_in(State.ACCEPTED, place)
    do(order, "reserve_part", place.technician.user, now, {"part": "DP-31"})
    page = said(phone.get(reverse("my_van")))
    assert "To load" in page and order.number in page
    phone.post(reverse("field_act", args=[order.pk, "load_parts"]))
    assert balance(van, pump) == (1, 1)
    page = said(phone.get(reverse("my_van")))
    assert "To load" not in page and f"1 for {order.number}" in page


def test_the_van_is_searched(phone, place, pump):
    van = make_van(place.technician)
    put(van, pump, 2)
    put(van, make_part("FB-1", name_en="Fan belt"), 1)
    page = said(phone.get(reverse("my_van"), {"q": "dp31"}))
    assert "DP-31" in page and "FB-1" not in page
    assert "Not in the van" in said(phone.get(reverse("my_van"), {"q": "zzz"}))


def test_only_ones_own_van(phone, place, pump):
    assert phone.get(reverse("stock_count", args=[make_van(place.technician).code])).status_code == 200
    assert phone.get(reverse("stock_count", args=[make_van(place.other).code])).status_code == 404
    assert phone.get(reverse("stock_count", args=[make_store(place.outlet).code])).status_code == 403


def test_the_van_is_counted(phone, place, pump):
    van = make_van(place.technician)
    put(van, pump, 2)
    raw = {f"expected-{pump.pk}": "2", f"counted-{pump.pk}": "1", "confirmed": "1"}
    url = reverse("stock_count", args=[van.code])
    raw["reviewed"] = phone.post(url, raw).context["reviewed"]
    response = phone.post(url, raw)
    assert response["Location"] == reverse("my_van")
    assert (balance(van, pump), stock.differences()) == ((1, 0), [])


def test_old_parts_are_remembered(phone, place, pump):
    put(make_van(place.technician), pump, 1)
    order, now = order_in(State.DIAGNOSED, place)
    do(order, "use_part", place.technician.user, now, {"part": "DP-31", "serial_out": "w-1"})
    assert "Old parts to bring back" in said(phone.get(reverse("my_van")))
    PartUse.objects.update(old="depot")
    assert "Old parts to bring back" not in said(phone.get(reverse("my_van")))


def test_asked_for_the_van(phone, place, pump):
    raw = {"target": make_van(place.technician).code, "part": "DP-31", "quantity": "2"}
    assert phone.post(reverse("stock_do", args=["ask"]), raw)["Location"] == reverse("my_van")
    assert Requisition.objects.get().target == make_van(place.technician)


def test_h_a1_what_may_be_needed_is_reserved_with_one_tap(phone, place, pump):
    leak = Fault.objects.create(code="leak", name_en="Leaks", category=place.category)
    leak.usual_parts.add(pump)
    order, _now = order_in(State.ACCEPTED, place)
    ServiceOrder.objects.filter(pk=order.pk).update(fault=leak)
    url = reverse("field_order", args=[order.pk])
    page = said(phone.get(url))
    assert "Drain pump" in page and "none free" in page
    assert reverse("field_act", args=[order.pk, "request_part"]) in page
    put(make_store(place.outlet), pump, 1)
    assert reverse("field_act", args=[order.pk, "reserve_part"]) in said(phone.get(url))
    phone.post(reverse("field_act", args=[order.pk, "reserve_part"]), {"part": "DP-31", "quantity": "1"})
    assert Reservation.objects.get(order=order).part == pump
    assert "Load the parts" in said(phone.get(url))


def test_the_form_suggests_what_fits_and_takes_what_is_typed(phone, place, pump):
    put(make_van(place.technician), pump, 1)
    order, _now = order_in(State.DIAGNOSED, place)
    page = said(phone.get(reverse("field_act", args=[order.pk, "use_part"])))
    assert '<datalist id="use-part-part-list">' in page and '<option value="DP-31">' in page
    phone.post(reverse("field_act", args=[order.pk, "use_part"]), {"part": "drain PUMP", "quantity": "1"})
    assert PartUse.objects.get().part == pump


def test_h_a3_not_loaded_the_large_button_is_load(phone, place, pump):
    put(make_store(place.outlet), pump, 1)
    order, now = order_in(State.CONTACTED, place)
    do(order, "check_kit", place.technician.user, now, {"items": ["pad-cloth", "tools", "receipts"]})
    do(order, "reserve_part", place.technician.user, now, {"part": "DP-31"})
    page = said(phone.get(reverse("field_order", args=[order.pk])))
    thumb = page[page.index('class="thumb"') :]
    assert reverse("field_act", args=[order.pk, "load_parts"]) in thumb
