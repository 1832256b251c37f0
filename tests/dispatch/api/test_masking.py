"""Phones and addresses are masked for technicians once an order is over."""

from dispatch.models import State, Visit
from tests.dispatch.api.conftest import api
from tests.factories import NOW, do, make_order, order_in

PHONE, LINE = "+886912345678", "仁愛路四段 1 號"


def shown(user, order):
    """Return everything the API tells somebody about an order and its customer, as text."""
    visit = Visit.objects.filter(order=order).first()
    urls = [f"orders/{order.pk}/", "orders/", "visits/", f"visits/{visit.pk}/", "callbacks/", "customers/"]
    urls += [f"customers/{order.customer_id}/", f"orders/{order.pk}/events/"]
    answers = [api(user).get(f"/api/v1/{url}") for url in urls]
    assert [answer.status_code for answer in answers] == [200] * len(urls)
    return {url: answer.content.decode() for url, answer in zip(urls, answers, strict=True)}


def test_a_technician_sees_the_phone_while_it_is_needed(place):
    order, _now = order_in(State.ON_SITE, place)
    for url, text in shown(place.technician.user, order).items():
        if "events" not in url and url != "callbacks/":
            assert PHONE in text and LINE in text, url


def test_and_no_longer_once_it_is_over(place):
    order, _now = order_in(State.CLOSED, place)
    for url, text in shown(place.technician.user, order).items():
        assert PHONE not in text and LINE not in text and "25.0375" not in text, url
    whole = api(place.technician.user).get(f"/api/v1/orders/{order.pk}/").json()
    assert whole["customer"]["phone"] == "+8869•••••678"
    assert whole["address"]["district"] == "大安區"


def test_the_office_always_sees_it(place):
    order, _now = order_in(State.CLOSED, place)
    assert PHONE in shown(place.clerk, order)[f"orders/{order.pk}/"]


def test_another_open_order_of_the_customer_shows_the_customer_but_not_the_old_order(place):
    old, now = order_in(State.CLOSED, place)
    new = make_order(place, now)
    do(new, "assign", place.dispatcher, now, {"technician": place.technician.pk})
    client = api(place.technician.user)
    assert client.get(f"/api/v1/customers/{old.customer_id}/").json()["phone"] == PHONE
    assert client.get(f"/api/v1/orders/{old.pk}/").json()["customer"]["phone"] != PHONE


def test_corrections_in_the_log_are_masked_too(place):
    order, _now = order_in(State.ON_SITE, place)
    secret = {"phone": "0987 654 321", "address_line": "和平東路 9 號", "symptom": "漏水 2"}
    do(order, "correct", place.dispatcher, NOW, secret)
    do(order, "cancel", place.dispatcher, NOW, {"reason": "bought a new one"})
    url = f"/api/v1/orders/{order.pk}/events/"
    mine, office = api(place.technician.user).get(url), api(place.dispatcher).get(url)
    assert "+886987654321" in office.content.decode()
    for told in ("+886987654321", PHONE, "和平東路", LINE):
        assert told not in mine.content.decode()
    assert "漏水 2" in mine.content.decode()


def test_what_is_masked_cannot_be_found_by_guessing(place):
    order, _now = order_in(State.CLOSED, place)
    client = api(place.technician.user)
    for guess in ("0912345678", "12345678", "仁愛路"):
        assert client.get("/api/v1/orders/", {"q": guess}).json()["results"] == []
        assert client.get("/api/v1/customers/", {"q": guess}).json()["results"] == []
    found = client.get("/api/v1/orders/", {"q": order.number}).json()["results"]
    assert [row["id"] for row in found] == [order.pk]
