"""GET /orders/{id}/money/: quotes, answers, waivers, bills, payments, papers, and what is open (H-F2, H-G)."""

from datetime import date, timedelta

import pytest

from customers.models import Brand, WarrantyPolicy
from dispatch.models import CertificateFee, State
from tests.dispatch.api.conftest import api, do
from tests.factories import do as done
from tests.factories import make_order, make_outlet, order_in
from tests.pricing import CALL_OUT, LABOUR, MINUTE, PUMP, charged, make_prices, out_of_warranty, quoted, to_be_charged

pytestmark = pytest.mark.django_db
TOTAL = CALL_OUT + LABOUR


@pytest.fixture
def place(db):
    place = make_outlet()
    make_prices(place)
    return place


def money(user, order, **headers):
    answer = api(user, **headers).get(f"/api/v1/orders/{order.pk}/money/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_h_f2_a_quote_with_its_lines_waits_for_its_answer(place):
    order, _now = quoted(place, parts=["P-100 x 2"])
    found = money(place.technician.user, order)
    assert (found["currency"], found["due"], found["open"], found["bills"]) == ("TWD", TOTAL + 2 * PUMP, 0, [])
    (quote,) = found["quotes"]
    assert (quote["number"], quote["status"], quote["net"] + quote["tax"]) == (1, "offered", quote["total"])
    assert quote["price_list"]["version"] == 1 and quote["customer_page"].startswith("/q/")
    pump = quote["lines"][-1]
    assert (pump["kind"], pump["part"], pump["quantity"], pump["unit"]) == ("part", "P-100", 2, PUMP)
    assert [line["why"] for line in quote["lines"]] == ["", "", ""]
    assert quote["consents"] == []


def test_what_is_covered_is_said_with_what_it_would_have_cost(place):
    order, _now = order_in(State.DIAGNOSED, place)
    assert do(api(place.technician.user), order, "quote", {"parts": ["P-100"]}).status_code == 200
    (quote,) = money(place.clerk, order)["quotes"]
    assert quote["covered"] and quote["total"] == 0
    assert {(line["unit"], line["why"]) for line in quote["lines"]} == {(0, "Covered by the warranty")}
    assert quote["lines"][-1]["table"] == PUMP


def test_h_g3_the_lower_price_of_the_certificate_is_explained(place):
    brand = Brand.objects.create(code="maker", name_en="Maker")
    policy = WarrantyPolicy.objects.create(brand=brand, valid_from=date(2020, 1, 1), period_months=1)
    CertificateFee.objects.create(policy=policy, currency="TWD", kind="call_out", amount=30_000)
    order, now = out_of_warranty(place, brand="maker")
    done(order, "quote", place.technician.user, now, {})
    (quote,) = money(place.clerk, order)["quotes"]
    call_out = quote["lines"][0]
    assert (call_out["table"], call_out["certificate"], call_out["unit"]) == (CALL_OUT, 30_000, 30_000)
    assert "certificate" in call_out["why"] and "NT$350" in call_out["why"]


def test_h_g4_waiver_bill_and_payments(place):
    order, now = to_be_charged(place)
    tech = place.technician.user
    order = done(order, "request_waiver", tech, now, {"amount": 20_000, "reason": "second time"})
    asked = money(place.manager, order)["waivers"][0]
    assert (asked["state"], asked["asked_by"]["id"], asked["decided_by"]) == ("asked", tech.pk, None)
    order = done(order, "decide_waiver", place.manager, now, {"granted": 10_000, "reason": "half of it"})
    due = money(tech, order)["due"]
    assert due == TOTAL - 10_000
    raw = {"amount": 50_000, "method": "card", "reference": "S-1", "rest_by": (now + timedelta(days=3)).isoformat()}
    order = done(order, "charge", tech, now + MINUTE, raw)
    found = money(place.clerk, order)
    (bill,) = found["bills"]
    assert (bill["amount"], bill["waived"], bill["paid"], bill["open"]) == (due, 10_000, 50_000, due - 50_000)
    assert found["open"] == due - 50_000 and found["money_due_at"]
    assert bill["payments"][0]["reference"] == "S-1"
    assert [(paper["kind"], paper["number"]) for paper in found["papers"]] == [("receipt", 1)]


def test_h_f8_money_given_back_does_not_open_the_bill_again(place):
    order, now = charged(place)
    done(order, "refund", place.manager, now, {"amount": 1_000, "method": "cash", "reason": "too slow"})
    (bill,) = money(place.manager, order)["bills"]
    assert (bill["paid"], bill["given_back"], bill["open"]) == (TOTAL, 1_000, 0)
    assert bill["payments"][1]["refunds"] == bill["payments"][0]["id"]


def test_without_money_there_is_nothing(place):
    found = money(place.clerk, make_order(place))
    assert (found["quotes"], found["bills"], found["waivers"], found["papers"]) == ([], [], [], [])
    assert (found["due"], found["open"]) == (0, 0)


def test_anothers_order_is_not_there(place):
    order = make_order(make_outlet())
    assert api(place.clerk).get(f"/api/v1/orders/{order.pk}/money/").status_code == 404
    assert api().get(f"/api/v1/orders/{order.pk}/money/").status_code == 401


def test_h_f2_a_refusal_over_the_api_names_rule_and_way_out(place):
    order, _now = quoted(place)
    old = {"number": 1, "name": "王"}
    assert do(api(place.technician.user), order, "quote", {"parts": ["P-100"]}).status_code == 200
    answer = do(api(place.technician.user), order, "accept_quote", old)
    assert answer.status_code == 422
    (lack,) = answer.json()["lacks"]
    assert (lack["rule"], lack["code"], lack["fix"]) == ("H-F2", "older_quote", "accept_quote")
