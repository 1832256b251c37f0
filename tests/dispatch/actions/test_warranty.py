"""The warranty of an order: provisional at intake, decided at diagnosis, otherwise only by the manager (H-W)."""

import re
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.models import Brand, Category, Evidence, Photo, Shop, WarrantyPolicy
from customers.reasons import Reason
from customers.terms import Exclusion
from dispatch.actions import perform
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import OrderPhoto, State, WarrantyDecision
from tests.dispatch.actions.tools import bad, lacks
from tests.factories import DIAGNOSIS, NOW, do, fresh, make_order, make_user, order_in
from tests.pricing import make_prices

pytestmark = pytest.mark.django_db
TOLD = {name: value for name, value in DIAGNOSIS.items() if name != "in_warranty"}
EVERYTHING = {"documents": ["card", "box", "invoice"], "box_matches": True}
RECENT = {"brand": "maker", "purchased_on": "2026-03-05"}


@pytest.fixture
def maker(place):
    """A maker who promises a year in Taiwan and wants card and invoice; returns a way to make versions."""
    brand = Brand.objects.create(code="maker", name_en="Maker")
    Shop.objects.create(code="linked", name_en="Linked shop", linked=True)
    Shop.objects.create(code="stall", name_en="Stall", linked=False)
    make = partial(WarrantyPolicy.objects.create, brand=brand, category=place.category, regions=["TW"])
    make(version=1, valid_from=date(2020, 1, 1), documents=["card", "invoice"], proofs=["invoice", "card"])
    return make


def last(order):
    return order.decisions.last()


def codes(decision):
    return [reason["code"] for reason in decision.reasons]


def at_door(place, **told):
    return order_in(State.ON_SITE, place, **RECENT | told)


def diagnose(place, order, now, **found):
    return do(order, "diagnose", place.technician.user, now, TOLD | found)


# Intake


def test_h_w1_at_intake_a_provisional_decision_is_kept_with_its_version(place, maker):
    order = make_order(place, **RECENT)
    decision = last(order)
    assert (decision.stage, decision.covered, decision.until) == ("provisional", True, date(2027, 3, 5))
    assert (decision.policy.version, decision.decided_by, decision.decided_at) == (1, place.dispatcher, NOW)
    assert codes(decision) == ["covered_until", "documents_awaited", "final_at_diagnosis"]
    assert order.in_warranty is True
    assert all(Reason.from_json(reason).words for reason in decision.reasons)


def test_h_w1_what_the_caller_said_stays_what_the_order_shows(place, maker):
    order = make_order(place, **RECENT, in_warranty=False)
    assert (order.in_warranty, last(order).covered, last(order).seen["told"]) == (False, True, False)
    order = do(order, "correct", place.clerk, NOW, {"purchased_on": "2026-04-05"})
    assert (order.in_warranty, last(order).until) == (False, date(2027, 4, 5))
    order = do(order, "correct", place.clerk, NOW, {"in_warranty": None})
    assert order.in_warranty is True


def test_h_c3_product_data_put_right_decides_again(place, maker):
    order = make_order(place, **RECENT | {"purchased_on": None})
    assert (last(order).covered, order.in_warranty) == (None, None)
    order = do(order, "correct", place.clerk, NOW, {"purchased_on": "2024-03-05"})
    assert (last(order).exclusion, order.in_warranty) == ("past_period", False)
    order = do(order, "correct", place.clerk, NOW, {"purchased_on": "2026-03-05"})
    assert (last(order).covered, order.in_warranty, order.decisions.count()) == (True, True, 3)
    order = do(order, "correct", place.clerk, NOW, {"symptom": "noise"})
    assert order.decisions.count() == 3


def test_it_costs_two_statements_at_most_and_none_where_it_is_not_touched(place, maker):
    tables = re.compile("customers_(warrantypolicy|evidence)|dispatch_(warrantydecision|quote)")

    def statements(work):
        with CaptureQueriesContext(connection) as seen:
            work()
        return [query["sql"] for query in seen if tables.search(query["sql"])]

    assert len(statements(lambda: make_order(place, **RECENT))) == 2
    order = make_order(place, **RECENT)
    assert len(statements(lambda: do(order, "correct", place.clerk, NOW, {"purchased_on": "2026-01-05"}))) == 2
    assert statements(lambda: do(order, "correct", place.clerk, NOW, {"symptom": "noise"})) == []


def test_without_any_policy_what_the_technician_says_counts(place):
    order, now = order_in(State.ON_SITE, place)
    assert not order.decisions.exists()
    assert bad(order, "diagnose", place.technician.user, now, TOLD) == {"in_warranty"}
    order = diagnose(place, order, now, in_warranty=False, exclusion="wear")
    assert (order.in_warranty, last(order).policy, last(order).exclusion) == (False, None, "wear")
    assert codes(last(order)) == ["technician_covers_not", "wear"]


# The last word


@pytest.mark.parametrize(
    ("exclusion", "evidence", "found"),
    [
        ("not_sold_here", {"sold_region": "CN"}, EVERYTHING),
        ("not_sold_here", {"sold_by_maker": False}, EVERYTHING),
        ("documents_missing", {}, {"documents": ["card"]}),
        ("box_mismatch", {}, EVERYTHING | {"box_matches": False}),
        ("past_period", {"purchased_on": "2025-11-22"}, EVERYTHING),
        ("misuse", {}, EVERYTHING | {"outcome": "misuse"}),
        *(
            (code, {}, EVERYTHING | {"exclusion": code})
            for code in Exclusion.values
            if code not in ("documents_missing", "box_mismatch", "past_period")
        ),
    ],
)
def test_h_w5_each_of_the_ten_from_the_door_to_the_decision(place, maker, exclusion, evidence, found):
    order, now = at_door(place)
    if evidence:
        order = do(order, "record_evidence", place.technician.user, now, evidence)
    order = diagnose(place, order, now, **found)
    decision = last(order)
    assert (decision.stage, decision.covered, decision.exclusion) == ("final", False, exclusion)
    assert order.in_warranty is False
    assert decision.reasons[0]["rule"] == "H-W5" and codes(decision)[-1] == "repair_for_a_fee"  # H-W6
    assert Reason.from_json(decision.reasons[0]).words
    assert decision.decided_by == place.technician.user


def test_h_w2_everything_shown_it_is_covered_and_nobody_has_to_say_so(place, maker):
    order, now = at_door(place)
    order = diagnose(place, order, now, **EVERYTHING)
    assert (order.in_warranty, last(order).stage, last(order).covered) == (True, "final", True)
    assert "repair_or_replace" in codes(last(order))
    assert Evidence.objects.get(appliance=order.appliance).documents == ["box", "card", "invoice"]
    assert order.events.last().payload["in_warranty"] is True


def test_h_w2_what_is_covered_is_not_quoted(place, maker):
    order, now = at_door(place)
    assert bad(order, "diagnose", place.technician.user, now, TOLD | EVERYTHING | {"quoted": 900}) == {"quoted"}


def test_h_w2_who_says_otherwise_than_the_policy_is_sent_to_the_manager(place, maker):
    order, now = at_door(place, purchased_on="2024-03-05")
    tech, raw = place.technician.user, TOLD | EVERYTHING | {"in_warranty": True}
    assert lacks(order, "diagnose", tech, now, raw) == ["not_covered"]
    do(order, "override_warranty", place.manager, now, {"covered": "yes", "reason": "two days past, good customer"})
    order = do(order, "diagnose", tech, now, raw)
    decision = last(order)
    assert (decision.stage, decision.covered, decision.reason) == ("override", True, "two days past, good customer")
    assert (order.in_warranty, decision.decided_by) == (True, place.manager)
    assert lacks(order, "diagnose", tech, now, raw | {"in_warranty": False}) == ["overridden"]


def test_h_w2_saying_not_covered_needs_what_excludes_it(place, maker):
    order, now = at_door(place)
    tech, raw = place.technician.user, TOLD | EVERYTHING | {"in_warranty": False}
    assert lacks(order, "diagnose", tech, now, raw) == ["covered"]
    assert do(order, "diagnose", tech, now, raw | {"exclusion": "wear"}).in_warranty is False


def test_documents_not_shown_lead_to_the_evidence(place, maker):
    order, now = at_door(place)
    with pytest.raises(GuardsUnmet) as refused, transaction.atomic():
        perform(order.pk, "diagnose", place.technician.user, now, TOLD | {"in_warranty": True})
    (lack,) = refused.value.lacks
    assert (lack.rule, lack.fix) == ("H-W2", "record_evidence")
    assert "Not shown: Warranty card, Invoice." in str(lack.message)


def test_h_w1_an_expired_version_is_refused_in_words_until_the_manager_decides(place, maker):
    WarrantyPolicy.objects.update(valid_to=date(2026, 1, 31))
    order, now = at_door(place)
    assert (codes(last(order)), order.in_warranty) == (["no_version"], None)
    tech, raw = place.technician.user, TOLD | EVERYTHING | {"in_warranty": True}
    assert lacks(order, "diagnose", tech, now, raw) == ["no_version"]
    order = do(order, "override_warranty", place.manager, now, {"covered": "no", "reason": "the maker's word"})
    assert lacks(order, "diagnose", tech, now, raw) == ["overridden"]
    assert diagnose(place, order, now, **EVERYTHING).in_warranty is False


def test_h_w1_the_version_of_the_day_of_purchase_is_kept(place, maker):
    WarrantyPolicy.objects.update(valid_to=date(2025, 12, 31))
    maker(version=2, valid_from=date(2026, 1, 1), period_months=36, documents=["invoice"])
    assert last(make_order(place, **RECENT)).policy.version == 2
    before = last(make_order(place, **RECENT | {"purchased_on": "2025-12-31", "phone": "0911 111 111"}))
    assert (before.policy.version, before.until) == (1, date(2026, 12, 31))
    long_ago = last(make_order(place, **RECENT | {"purchased_on": "2012-01-01", "phone": "0911 111 112"}))
    assert (long_ago.policy.version, long_ago.exclusion) == (1, "past_period")


def test_h_w1_the_nearest_promise_counts(place, maker):
    other = Brand.objects.create(code="other", name_en="Other")
    fridge = Category.objects.create(code="fridge", name_en="Fridge")
    since = {"valid_from": date(2020, 1, 1)}
    general = WarrantyPolicy.objects.create(period_months=3, **since)
    of_brand = WarrantyPolicy.objects.create(brand=other, period_months=6, **since)
    told = RECENT | {"category": "fridge"}
    assert last(make_order(place, **told | {"brand": "other"})).policy == of_brand
    assert last(make_order(place, **told | {"phone": "0911 111 111"})).policy == general
    of_category = WarrantyPolicy.objects.create(category=fridge, period_months=9, **since)
    assert last(make_order(place, **told | {"phone": "0911 111 112"})).policy == of_category


# Evidence and the manager


def test_h_w1_a_linked_shop_needs_no_documents(place, maker):
    order, now = at_door(place)
    order = do(order, "record_evidence", place.clerk, now, {"shop": "stall"})
    assert "documents_awaited" in codes(last(order))
    order = do(order, "record_evidence", place.clerk, now, {"shop": "linked"})
    assert codes(last(order)) == ["covered_until", "linked_shop", "final_at_diagnosis"]
    assert diagnose(place, order, now).in_warranty is True


def test_h_w5_the_decision_names_its_photos(place, maker):
    order, now = at_door(place)
    photo = Photo.objects.create(sha256="0" * 64, format="png", width=1, height=1, bytes=1, created_at=now)
    taken = {"order": order, "by": place.technician.user, "at": now, "event_seq": order.log_seq}
    shown = OrderPhoto.objects.create(photo=photo, kind="evidence", **taken)
    OrderPhoto.objects.create(photo=photo, kind="other", **taken)
    waiting = Photo.objects.create(sha256="1" * 64, format="png", width=1, height=1, bytes=1, created_at=now)
    OrderPhoto.objects.create(photo=waiting, kind="evidence", **taken | {"event_seq": None})  # no act took it
    order = diagnose(place, order, now, **EVERYTHING, exclusion="transport_or_liquid")
    assert last(order).seen["photos"] == [shown.pk]


def test_h_w1_evidence_after_the_diagnosis_decides_again_until_it_is_charged(place, maker):
    order, now = at_door(place)
    order = diagnose(place, order, now)
    assert (order.in_warranty, last(order).exclusion) == (False, "documents_missing")
    order = do(order, "record_evidence", place.technician.user, now, {"documents": ["card", "invoice"]})
    assert (order.in_warranty, last(order).stage) == (True, "final")
    order = do(order, "repair", place.technician.user, now, {"measure": "pump", "tested": True, "certain": True})
    order = do(order, "charge", place.technician.user, now, {})
    count = order.decisions.count()
    order = do(order, "record_evidence", place.clerk, now, {"documents": []})
    assert (order.in_warranty, order.decisions.count()) == (True, count)


def test_h_f2_what_turns_out_covered_is_not_charged_by_the_quote_of_before(place, maker):
    make_prices(place)
    tech = place.technician.user
    order, now = at_door(place)
    order = diagnose(place, order, now)
    order = do(order, "quote", tech, now, {"parts": ["P-100"]})
    order = do(order, "accept_quote", tech, now, {"name": "王小明"})
    order = do(order, "record_evidence", tech, now, {"documents": ["card", "invoice"]})
    assert (order.in_warranty, order.quotes.get().status) == (True, "superseded")
    order = do(order, "repair", tech, now, {"measure": "pump", "tested": True, "certain": True})
    order = do(order, "charge", tech, now, {})
    assert order.bills.get().amount == 0
    order = do(order, "override_warranty", place.manager, now, {"covered": "no", "reason": "invoice was forged"})
    assert (order.in_warranty, order.bills.get().amount) == (False, 0)


def test_h_f2_the_managers_no_takes_back_what_was_to_cost_nothing(place, maker):
    make_prices(place)
    tech = place.technician.user
    order, now = at_door(place)
    order = diagnose(place, order, now, **EVERYTHING)
    order = do(order, "quote", tech, now, {"parts": ["P-100"]})
    assert (order.quotes.get().total, order.quotes.get().covered) == (0, True)
    order = do(order, "override_warranty", place.manager, now, {"covered": "no", "reason": "opened by others"})
    assert order.quotes.get().status == "superseded"
    assert lacks(order, "repair", tech, now, {"measure": "pump"}) == ["no_quote"]


def test_h_w1_the_evidence_stays_with_the_appliance(place, maker):
    order, now = at_door(place, serial="SN1")
    diagnose(place, order, now, **EVERYTHING, exclusion="wear")
    again = make_order(place, now + timedelta(days=1), **RECENT, serial="SN1")
    assert again.appliance == order.appliance
    assert codes(last(again)) == ["covered_until", "documents_shown", "final_at_diagnosis"]
    assert last(again).seen["found"] == []


def test_h_w3_a_replacement_moves_nothing(place, maker):
    order, now = at_door(place)
    order.appliance.replaced_on = date(2026, 10, 1)
    order.appliance.save()
    assert bad(order, "correct", place.clerk, now, {"purchased_on": "2026-10-01"}) == {"purchased_on"}
    order = diagnose(place, order, now, **EVERYTHING)
    assert (last(order).until, "replaced" in codes(last(order))) == (date(2027, 3, 5), True)


def test_what_is_no_evidence_is_refused_in_words(place, maker):
    order, now = at_door(place)
    assert lacks(order, "record_evidence", place.clerk, now, {}) == ["nothing"]
    assert bad(order, "record_evidence", place.clerk, now, {"found": ["past_period"]}) == {"found"}
    tomorrow = (now + timedelta(days=3)).date().isoformat()
    assert bad(order, "record_evidence", place.clerk, now, {"purchased_on": tomorrow}) == {"purchased_on"}
    assert bad(order, "override_warranty", place.manager, now, {"covered": "yes"}) == {"reason"}


def test_h_i3_the_date_on_the_proof_puts_the_purchase_right(place, maker):
    order = make_order(place, **RECENT)
    raw = {"proof": "invoice", "proof_number": "AB-1", "purchased_on": "2026-02-05"}
    order = do(order, "record_evidence", place.clerk, NOW, raw)
    assert order.events.last().payload["changes"] == {"purchased_on": ["2026-03-05", "2026-02-05"]}
    assert (order.appliance.purchased_on, last(order).until) == (date(2026, 2, 5), date(2027, 2, 5))
    assert order.decisions.count() == 2


def test_h_w2_the_managers_word_stands_whatever_is_corrected(place, maker):
    order = make_order(place, **RECENT)
    order = do(order, "override_warranty", make_user("manager"), NOW, {"covered": "no", "reason": "grey import"})
    assert (order.in_warranty, codes(last(order))) == (False, ["manager_covers_not", "repair_for_a_fee"])
    order = do(order, "correct", place.clerk, NOW, {"purchased_on": "2026-10-05"})
    assert (order.in_warranty, order.decisions.count()) == (False, 2)
    assert order.events.filter(action="override_warranty").get().reason == "grey import"


def test_decisions_are_kept_as_they_were(place, maker):
    order = make_order(place, **RECENT)
    with pytest.raises(Exception, match="append"), transaction.atomic():
        WarrantyDecision.objects.filter(order=order).update(covered=False)
    assert last(fresh(order)).covered is True
