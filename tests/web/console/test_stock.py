"""The pages about parts: what lies where, receiving, counting, requisitions, old parts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dispatch.models import PartUse, Requisition, State
from technicians import stock
from technicians.models import Balance, Move, MoveKind, StockCount
from tests.factories import NOW, do, make_outlet, order_in
from tests.stocking import balance, make_centre, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_outlet()


@pytest.fixture
def store(place):
    return make_store(place.outlet)


@pytest.fixture
def pump(store):
    part = make_part("DP-31", name_en="Drain pump")
    put(store, part, 4)
    return part


@pytest.fixture
def clerk(place, client):
    client.force_login(place.clerk)
    return client


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert stock.differences() == []


def said(response) -> str:
    return response.content.decode()


def test_stock_shows_balances_and_finds_parts(clerk, place, store, pump):
    other = make_part("XX-1", name_en="Fan belt")
    put(make_van(place.technician), other, 2)
    page = said(clerk.get(reverse("stock")))  # begins at the outlet's store
    assert "DP-31" in page and "XX-1" not in page
    page = said(clerk.get(reverse("stock"), {"q": "fan BELT"}))
    assert "XX-1" in page and "DP-31" not in page


def test_stock_of_other_outlets_is_not_shown(clerk, place, pump):
    elsewhere = make_store(make_outlet().outlet)
    put(elsewhere, make_part("YY-1"), 1)
    page = said(clerk.get(reverse("stock"), {"q": "yy1"}))
    assert "YY-1</a>" not in page and f'value="{elsewhere.code}"' not in page
    assert clerk.get(reverse("stock_count", args=[elsewhere.code])).status_code == 404


def test_only_what_runs_short(clerk, store, pump):
    put(store, make_part("OK-1"), 4)
    Balance.objects.filter(part=pump).update(minimum=5)
    page = said(clerk.get(reverse("stock"), {"short": "1"}))
    assert "DP-31" in page and "OK-1" not in page


def test_a_parts_own_page_has_its_ledger(clerk, store, pump):
    page = said(clerk.get(reverse("stock_part", args=["DP-31"])))
    assert "Received" in page and store.name in page
    assert clerk.get(reverse("stock_part", args=["NO-1"])).status_code == 404


def test_receiving_with_a_forgiving_number(clerk, store, pump):
    raw = {"target": store.code, "part": "dp 31", "quantity": "3", "note": "d-7", "idempotency_key": "press-number-1"}
    assert clerk.post(reverse("stock_do", args=["receive"]), raw).status_code == 302
    assert clerk.post(reverse("stock_do", args=["receive"]), raw).status_code == 302  # pressed twice
    assert balance(store, pump) == (7, 0)


@pytest.mark.parametrize(
    ("raw", "field"),
    [({"part": "nope"}, "part"), ({"quantity": "0"}, "quantity"), ({"target": "elsewhere"}, "target")],
)
def test_what_does_not_read_stays_on_the_page(clerk, store, pump, raw, field):
    raw = {"target": store.code, "part": "DP-31", "quantity": "3"} | raw
    response = clerk.post(reverse("stock_do", args=["receive"]), raw)
    assert response.status_code == 400
    assert f'id="receive-{field}-error"' in said(response)
    assert balance(store, pump) == (4, 0)


def test_carrying_more_than_is_free_is_refused_in_words(clerk, place, store, pump):
    van = make_van(place.technician)
    raw = {"source": store.code, "target": van.code, "part": "DP-31", "quantity": "9"}
    response = clerk.post(reverse("stock_do", args=["carry"]), raw)
    assert response.status_code == 422 and "9 wanted, 4 free" in said(response)
    assert clerk.post(reverse("stock_do", args=["carry"]), raw | {"quantity": "4"}).status_code == 302
    assert balance(van, pump) == (4, 0)


def test_nobody_takes_from_what_they_do_not_look_after(clerk, place, pump):
    put(make_centre(), pump, 9)
    raw = {"source": "centre", "target": make_van(place.technician).code, "part": "DP-31", "quantity": "1"}
    assert clerk.post(reverse("stock_do", args=["carry"]), raw).status_code == 403


@pytest.mark.parametrize("name", ["receive", "carry", "scrap", "minimum", "ask"])
def test_each_form_opens(clerk, store, pump, name):
    page = said(clerk.get(reverse("stock_do", args=[name]), {"part": "DP-31"}))
    assert 'value="DP-31"' in page


def test_counting_shows_differences_before_it_saves(clerk, store, pump):
    hose = make_part("HO-1")
    put(store, hose, 2)
    knob = make_part("KN-1")
    url = reverse("stock_count", args=[store.code])
    assert "DP-31" in said(clerk.get(url))
    raw = {
        f"expected-{pump.pk}": "4", f"counted-{pump.pk}": "3",
        f"expected-{hose.pk}": "2", f"counted-{hose.pk}": "",
        "extra": "kn1", "extra_counted": "1",
    }  # fmt: skip
    page = said(clerk.post(url, raw))
    assert "4 on the books, 3 counted" in page and "KN-1" in page
    assert not StockCount.objects.exists()
    raw |= {"confirmed": "1", "note": "half-year", "reviewed": reviewed(clerk, url, raw)}
    changed = said(clerk.post(url, raw | {f"counted-{pump.pk}": "2"}))
    assert "4 on the books, 2 counted" in changed  # shown again, not saved
    assert clerk.post(url, raw).status_code == 302
    assert [balance(store, part)[0] for part in (pump, hose, knob)] == [3, 2, 1]
    assert len(StockCount.objects.get().lines) == 2


def reviewed(client, url, raw) -> str:
    """Return what the page remembers of the differences it showed."""
    return client.post(url, raw).context["reviewed"]


def test_a_sheet_that_was_overtaken_is_counted_again(clerk, place, store, pump):
    url = reverse("stock_count", args=[store.code])
    raw = {f"expected-{pump.pk}": "4", f"counted-{pump.pk}": "4", "confirmed": "1"}
    raw["reviewed"] = reviewed(clerk, url, raw)
    stock.transfer(store, make_van(place.technician), [(pump, 1)], stock.Why(NOW))
    response = clerk.post(url, raw)
    assert response.status_code == 422 and "Count it again" in said(response)
    assert Move.objects.filter(kind=MoveKind.COUNT).count() == 0


@pytest.mark.parametrize("typed", ["-1", "many", "1.5", "9999999"])
def test_what_is_no_number_is_not_counted(clerk, store, pump, typed):
    raw = {f"expected-{pump.pk}": "4", f"counted-{pump.pk}": typed, "confirmed": "1"}
    assert clerk.post(reverse("stock_count", args=[store.code]), raw).status_code == 422
    assert balance(store, pump) == (4, 0)


def test_filled_up_from_the_page(clerk, store, pump):
    Balance.objects.filter(part=pump).update(minimum=6)
    clerk.post(reverse("stock_fill_up", args=[store.code]))
    assert Requisition.objects.get().quantity == 2
    assert "DP-31" in said(clerk.get(reverse("requisitions")))


def waiting(place):
    order, now = order_in(State.ACCEPTED, place)
    do(order, "request_part", place.technician.user, now, {"part": "DP-31", "reason": "worn out"})
    return order, Requisition.objects.get()


def test_a_requisition_is_approved_and_received_in_its_row(clerk, place, store, pump):
    centre = make_centre()
    put(centre, pump, 2)
    order, one = waiting(place)
    page = said(clerk.get(reverse("requisitions")))
    assert "worn out" in page and f'<option value="{centre.code}" selected>' in page
    day = (NOW + timedelta(days=40)).date().isoformat()
    raw = {"expected_on": day, "source": centre.code}
    assert clerk.post(reverse("requisition_do", args=[one.pk, "approve"]), raw).status_code == 302
    assert balance(centre, pump) == (2, 1)
    assert clerk.post(reverse("requisition_do", args=[one.pk, "arrived"])).status_code == 302
    assert balance(store, pump) == (5, 1)
    assert [event.action for event in order.events.order_by("-seq")[:2]] == ["part_came", "decide_part"]


def test_refused_only_with_a_reason_and_in_its_row(clerk, place, store, pump):
    _order, one = waiting(place)
    response = clerk.post(reverse("requisition_do", args=[one.pk, "refuse"]))
    assert response.status_code == 422 and "Say why it is refused" in said(response)
    clerk.post(reverse("requisition_do", args=[one.pk, "refuse"]), {"reason": "no longer made"})
    one.refresh_from_db()
    assert one.state == "refused"


def test_what_was_expected_before_today_is_overdue(clerk, place, store, pump):
    _order, one = waiting(place)
    Requisition.objects.update(state="approved", expected_on="2020-01-01")
    assert "overdue since" in said(clerk.get(reverse("requisitions")))
    stranger = make_outlet()
    clerk.force_login(stranger.clerk)
    assert "DP-31" not in said(clerk.get(reverse("requisitions")))
    assert clerk.post(reverse("requisition_do", args=[one.pk, "arrived"])).status_code == 404


def test_old_parts_are_taken_in_one_go(clerk, place, store, pump):
    put(make_van(place.technician), pump, 2)
    order, now = order_in(State.DIAGNOSED, place)
    do(order, "use_part", place.technician.user, now, {"part": "DP-31", "serial_out": "worn-1"})
    use = PartUse.objects.get()
    assert "WORN-1" in said(clerk.get(reverse("old_parts")))
    assert clerk.post(reverse("old_parts"), {"use": [use.pk, "x"]}).status_code == 302
    assert balance(stock.depot_of(place.outlet), pump) == (1, 0)
    assert "WORN-1" not in said(clerk.get(reverse("old_parts")))


def test_the_order_shows_its_parts_and_what_may_fix_it(clerk, place, store, pump):
    order, _one = waiting(place)
    page = said(clerk.get(reverse("order", args=[order.pk])))
    assert "1 × DP-31" in page and "Asked for" in page


@pytest.mark.parametrize("role", ["agent", "technician"])
def test_the_desks_pages_are_not_for_everybody(client, place, pump, role):
    client.force_login(place.technician.user if role == "technician" else place.agent)
    for name in ("stock", "requisitions", "old_parts"):
        assert client.get(reverse(name)).status_code == 403
