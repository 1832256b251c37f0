"""What it costs is shown and accepted before the work (H-F2, H-G1, H-G3, H-W6)."""

from datetime import date, timedelta

import pytest

from customers.models import Brand, WarrantyPolicy
from dispatch.actions.consent import answer_by_link
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import CertificateFee, Consent, DiscountPolicy, PriceList, Quote, QuoteStatus, State
from technicians.models import Part, PriceTable
from tests.dispatch.actions.tools import bad, lacks
from tests.factories import DIAGNOSIS, REPAIR, do, fresh, make_outlet, order_in
from tests.pricing import CALL_OUT, LABOUR, MINUTE, PUMP, accepted, make_prices, out_of_warranty, quoted

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    place = make_outlet()
    make_prices(place)
    return place


def lines(order) -> list[tuple[str, int]]:
    return [(line.kind, line.amount) for line in order.quotes.order_by("number").last().lines.all()]


def test_h_f2_no_work_for_a_fee_before_the_quote_is_accepted(place):
    order, now = out_of_warranty(place)
    tech = place.technician.user
    assert lacks(order, "repair", tech, now, REPAIR) == ["no_quote"]
    order = do(order, "quote", tech, now, {"parts": ["p-100"]})
    assert lines(order) == [("call_out", CALL_OUT), ("labour", LABOUR), ("part", PUMP)]
    quote = order.quotes.get()
    assert (quote.total, quote.currency, quote.price_list.version) == (CALL_OUT + LABOUR + PUMP, "TWD", 1)
    assert quote.net + quote.tax == quote.total == 235_000
    assert lacks(order, "repair", tech, now, REPAIR) == ["quote"]
    order = do(order, "accept_quote", tech, now, {"name": "王小明"})
    consent = Consent.objects.get()
    assert (consent.quote, consent.how, consent.name, consent.by) == (quote, "here", "王小明", tech)
    assert do(order, "repair", tech, now, REPAIR).repairs.get().worked_at == now


def test_h_f2_changed_work_needs_a_new_consent(place):
    order, now = accepted(place)
    tech = place.technician.user
    order = do(order, "quote", tech, now, {"parts": ["P-100"]})
    assert [quote.status for quote in order.quotes.all()] == [QuoteStatus.SUPERSEDED, QuoteStatus.OFFERED]
    assert lacks(order, "repair", tech, now, REPAIR) == ["quote"]
    assert lacks(order, "charge", tech, now, {}) != []


def test_h_f2_consent_for_an_older_quote_is_refused(place):
    order, now = quoted(place)
    tech = place.technician.user
    do(order, "quote", tech, now, {"parts": ["P-100"]})
    assert lacks(order, "accept_quote", tech, now, {"name": "王", "number": 1}) == ["older_quote"]
    assert not Consent.objects.exists()
    old = Quote.objects.get(number=1)
    with pytest.raises(GuardsUnmet, match="2,350"):  # what it is now stands in the words
        answer_by_link(old, now, accepted=True, name="王")
    assert not Consent.objects.exists()


def test_h_f2_a_quote_expires(place):
    order, now = quoted(place)
    late = now + timedelta(days=8)
    assert lacks(order, "accept_quote", place.dispatcher, late, {"name": "王"}) == ["expired"]


def test_h_f2_another_diagnosis_withdraws_the_quote(place):
    order, now = accepted(place)
    order = do(order, "diagnose", place.technician.user, now, DIAGNOSIS | {"in_warranty": False})
    assert order.quotes.get().status == QuoteStatus.SUPERSEDED
    assert lacks(order, "repair", place.technician.user, now, REPAIR) == ["no_quote"]


def test_by_link_the_customer_answers_without_signing_in(place):
    order, now = quoted(place)
    answer = answer_by_link(order.quotes.get(), now, accepted=True, name="王小明").answer
    assert answer["action"] == "accept_quote"
    consent = Consent.objects.get()
    assert (consent.how, consent.by, consent.accepted) == ("link", None, True)
    assert fresh(order).events.last().actor is None


def test_refused_by_the_customer_nothing_is_charged_and_nothing_done(place):
    order, now = quoted(place)
    tech = place.technician.user
    order = do(order, "refuse_quote", tech, now, {"reason": "太貴"})
    assert lacks(order, "repair", tech, now, REPAIR) == ["refused"]
    assert Consent.objects.get().reason == "太貴"


def test_h_g3_no_price_list_in_force(place):
    PriceList.objects.update(valid_to="2026-01-01")
    order, now = out_of_warranty(place)
    assert lacks(order, "quote", place.technician.user, now, {}) == ["no_price_list"]
    assert not Quote.objects.exists()


def test_h_g3_what_has_no_price_is_refused_in_words(place):
    Part.objects.create(code="P-200", name_en="Motor")
    order, now = out_of_warranty(place)
    with pytest.raises(GuardsUnmet) as refused:
        do(order, "quote", place.technician.user, now, {"parts": ["P-200"]})
    assert "P-200" in str(refused.value.lacks[0].message)
    assert not Quote.objects.exists()


@pytest.mark.parametrize("parts", [["P-999"], ["P-100 x 0 y"], "P-100"])
def test_unknown_parts_are_refused(place, parts):
    order, now = out_of_warranty(place)
    assert bad(order, "quote", place.technician.user, now, {"parts": parts}) == {"parts"}


def test_several_of_a_part(place):
    order, _now = quoted(place, parts=["p-100 x 2"])
    assert lines(order)[-1] == ("part", 2 * PUMP)


def test_h_g3_the_lower_of_table_and_certificate(place):
    policy = WarrantyPolicy.objects.create(
        brand=Brand.objects.create(code="haier", name_en="Haier"), valid_from=date(2020, 1, 1), period_months=1
    )
    CertificateFee.objects.create(policy=policy, currency="TWD", kind="call_out", amount=30_000)
    CertificateFee.objects.create(
        policy=policy, currency="TWD", kind="part", part=Part.objects.get(code="P-100"), amount=PUMP + 1
    )
    order, now = out_of_warranty(place, brand="haier")
    order = do(order, "quote", place.technician.user, now, {"parts": ["P-100"]})
    assert lines(order) == [("call_out", 30_000), ("labour", LABOUR), ("part", PUMP)]


def test_h_g1_discounts_only_by_a_policy_that_holds(place):
    table = place.outlet.price_table
    other = PriceTable.objects.create(code="other", name_en="Other", currency="TWD")
    same = {"name_en": "Loyal", "on": "labour", "share_bp": 1_000, "valid_from": date(2025, 1, 1)}
    DiscountPolicy.objects.create(code="loyal", table=table, **same)
    DiscountPolicy.objects.create(code="elsewhere", table=other, **same)
    DiscountPolicy.objects.create(code="over", table=table, **same | {"valid_to": date(2025, 2, 1)})
    order, now = out_of_warranty(place)
    tech = place.technician.user
    for code in ("elsewhere", "over"):
        assert lacks(order, "quote", tech, now, {"discount": code}) == ["discount"]
    assert bad(order, "quote", tech, now, {"discount": "mine"}) == {"discount"}
    order = do(order, "quote", tech, now, {"discount": "loyal"})
    assert lines(order)[-1] == ("discount", -LABOUR // 10)


def test_what_is_covered_is_a_quote_of_nothing_and_needs_no_consent(place):
    order, now = order_in(State.DIAGNOSED, place)
    order = do(order, "quote", place.technician.user, now, {"parts": ["P-100"]})
    assert {amount for _kind, amount in lines(order)} == {0}
    assert order.quotes.get().status == QuoteStatus.ACCEPTED
    assert do(order, "repair", place.technician.user, now, REPAIR)


@pytest.mark.parametrize("days, free", [(10, True), (31, True), (80, True), (120, False)])
def test_h_g2_help_with_software_by_its_age(place, days, free):
    """Free in the first month, charged after three; in between the customer is favoured."""
    order, now = out_of_warranty(place)
    order.appliance.installed_on = (now - timedelta(days=days)).date()
    order.appliance.save()
    order = do(order, "quote", place.technician.user, now, {"software": True})
    assert order.quotes.get().total == (0 if free else 45_000)


def test_h_g3_nobody_quotes_from_memory_where_there_is_a_table(place):
    order, now = order_in(State.ON_SITE, place)
    raw = DIAGNOSIS | {"in_warranty": False, "quoted": 90_000}
    assert lacks(order, "diagnose", place.technician.user, now, raw) == ["by_table"]


def test_the_office_and_an_agent_may_note_what_was_said_on_the_phone(place):
    order, now = quoted(place)
    order = do(order, "accept_quote", place.agent, now + MINUTE, {"name": "王小明", "how": "said"})
    assert Consent.objects.get().by == place.agent
