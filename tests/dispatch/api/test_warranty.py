"""GET /orders/{id}/warranty/: the decision, why in words, the version, and what the customer may have (H-W)."""

from datetime import date

import pytest

from customers.models import Brand, WarrantyPolicy
from dispatch.models import State
from tests.dispatch.api.conftest import api, do
from tests.factories import DIAGNOSIS, make_order, make_outlet, order_in

pytestmark = pytest.mark.django_db
FOUND = {name: value for name, value in DIAGNOSIS.items() if name != "in_warranty"}
TOLD = {"brand": "maker", "purchased_on": "2026-03-05"}


@pytest.fixture
def maker(place):
    brand = Brand.objects.create(code="maker", name_en="Maker")
    return WarrantyPolicy.objects.create(
        brand=brand, category=place.category, valid_from=date(2020, 1, 1), documents=["invoice"], version=3
    )


def warranty(user, order, **headers):
    answer = api(user, **headers).get(f"/api/v1/orders/{order.pk}/warranty/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_h_w1_a_provisional_decision_says_what_to_have_ready(place, maker):
    order = make_order(place, **TOLD)
    found = warranty(place.clerk, order)
    assert (found["covered"], found["final"], found["until"]) == (True, False, "2027-03-05")
    assert found["policy"] == {
        "id": maker.pk, "brand": "maker", "category": "washing_machine", "version": 3, "valid_from": "2020-01-01",
        "valid_to": None, "period_months": 12,
    }  # fmt: skip
    assert [reason["code"] for reason in found["reasons"]] == [
        "covered_until", "documents_awaited", "final_at_diagnosis",
    ]  # fmt: skip
    assert "Invoice" in found["reasons"][1]["words"]
    assert found["customer_page"].startswith("/w/")
    assert {row["remedy"]: row["clause"] for row in found["remedies"]} == dict.fromkeys(
        ("refund", "exchange"), "no_fault"
    ) | {"repair": "not_decided"}


def test_h_w5_a_final_one_names_the_exclusion_and_the_clauses(place, maker):
    order, _now = order_in(State.ON_SITE, place, **TOLD)
    sent = FOUND | {"documents": ["invoice"], "exclusion": "opened_by_others"}
    assert do(api(place.technician.user), order, "diagnose", sent).status_code == 200
    found = warranty(place.technician.user, order)
    assert (found["covered"], found["final"], found["exclusion"]["code"]) == (False, True, "opened_by_others")
    assert "not sent by the maker" in found["exclusion"]["words"]
    assert [one["stage"] for one in found["decisions"]] == ["provisional", "final"]
    assert found["decisions"][1]["decided_by"]["id"] == place.technician.user.pk
    assert {row["remedy"]: row["clause"] for row in found["remedies"]} == {
        "refund": "not_covered", "exchange": "not_covered", "repair": "repair_for_a_fee",
    }  # fmt: skip


def test_h_w2_a_refusal_is_a_problem_with_its_way_out(place, maker):
    order, _now = order_in(State.ON_SITE, place, **TOLD)
    answer = do(api(place.technician.user), order, "diagnose", FOUND | {"in_warranty": True})
    assert answer.status_code == 422
    (lack,) = answer.json()["lacks"]
    assert (lack["rule"], lack["fix"]) == ("H-W2", "record_evidence")
    assert do(api(place.technician.user), order, "record_evidence", {"documents": ["invoice"]}).status_code == 200
    assert do(api(place.technician.user), order, "diagnose", FOUND | {"in_warranty": True}).status_code == 200
    assert do(api(place.dispatcher), order, "override_warranty", {"covered": "no", "reason": "x"}).status_code == 403


def test_without_a_policy_the_order_says_what_it_was_told(place):
    found = warranty(place.clerk, make_order(place, in_warranty=True))
    assert (found["covered"], found["final"], found["policy"], found["decisions"]) == (True, False, None, [])
    assert found["customer_page"] == ""


def test_the_words_are_in_the_readers_language(place, maker):
    order = make_order(place, **TOLD)
    english, chinese = (warranty(place.clerk, order, accept_language=tag) for tag in ("en", "zh-hant"))
    assert [one["code"] for one in english["reasons"]] == [one["code"] for one in chinese["reasons"]]


def test_anothers_order_is_not_there(place, maker):
    order = make_order(make_outlet())
    assert api(place.clerk).get(f"/api/v1/orders/{order.pk}/warranty/").status_code == 404
    assert api().get(f"/api/v1/orders/{order.pk}/warranty/").status_code == 401
