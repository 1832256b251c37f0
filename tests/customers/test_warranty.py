"""Is it covered? By the maker's terms, the evidence and the calendar alone (H-W1 to H-W5)."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from customers.reasons import WORDS, Reason
from customers.terms import ALL_EXCLUSIONS
from customers.warranty import (
    Document,
    Evidence,
    Exclusion,
    PolicyNotInForce,
    Product,
    Proof,
    Terms,
    add_months,
    applies_on,
    choose,
    decide,
)

X = Exclusion
BOUGHT, REPORTED = date(2025, 3, 5), date(2025, 11, 22)
OPEN = Terms(valid_from=date(2020, 1, 1))
STRICT = replace(OPEN, regions=frozenset({"TW"}), documents=frozenset(Document), proofs=(Proof.INVOICE, Proof.CARD))
OURS = Product(purchased_on=BOUGHT, sold_region="TW", sold_by_maker=True)
SHOWN = Evidence(documents=frozenset(Document), box_matches=True)
NOTHING = Evidence()


def final(terms=STRICT, product=OURS, evidence=SHOWN, today=REPORTED):
    return decide(terms, product, evidence, today, final=True)


def at_intake(terms=STRICT, product=OURS, evidence=NOTHING, today=REPORTED):
    return decide(terms, product, evidence, today, final=False)


def codes(decision):
    return [reason.code for reason in decision.reasons]


def test_h_w1_everything_shown_within_the_period_is_covered():
    decision = final()
    assert (decision.covered, decision.until, decision.exclusion, decision.missing) == (
        True, date(2026, 3, 5), None, (),
    )  # fmt: skip
    assert codes(decision) == ["covered_until", "documents_shown", "repair_or_replace"]


@pytest.mark.parametrize(
    ("exclusion", "product", "evidence", "today"),
    [
        (X.NOT_SOLD_HERE, replace(OURS, sold_region="CN"), SHOWN, REPORTED),
        (X.NOT_SOLD_HERE, replace(OURS, sold_by_maker=False), SHOWN, REPORTED),
        (X.DOCUMENTS_MISSING, OURS, replace(SHOWN, documents=frozenset({Document.CARD, Document.BOX})), REPORTED),
        (X.BOX_MISMATCH, OURS, replace(SHOWN, box_matches=False), REPORTED),
        (X.PAST_PERIOD, OURS, SHOWN, date(2026, 3, 6)),
        *((found, OURS, replace(SHOWN, found=frozenset({found})), REPORTED) for found in Exclusion),
    ],
)
def test_h_w5_each_of_the_ten_is_named_with_its_sentence(exclusion, product, evidence, today):
    decision = final(product=product, evidence=evidence, today=today)
    assert (decision.covered, decision.exclusion, decision.exclusions) == (False, exclusion, (exclusion,))
    assert codes(decision)[-1] == "repair_for_a_fee"  # H-W6
    assert decision.reasons[0].rule == "H-W5"
    assert len(decision.reasons[0].words) > 20
    # A policy that does not have it in force does not refuse by it.
    lenient = replace(STRICT, exclusions=ALL_EXCLUSIONS - {exclusion})
    assert final(lenient, product, evidence, today).covered is True


def test_h_w5_the_first_in_the_order_of_the_standard_is_named():
    decision = final(evidence=replace(SHOWN, found=frozenset({X.MISUSE, X.WEAR}), box_matches=False))
    assert decision.exclusions == (X.BOX_MISMATCH, X.WEAR, X.MISUSE)
    assert decision.exclusion is X.BOX_MISMATCH


def test_h_w5_there_are_exactly_ten_each_explained():
    assert len(Exclusion) == 10
    assert len({exclusion.explained for exclusion in Exclusion}) == 10


@pytest.mark.parametrize(
    ("bought", "months", "until"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 3, 5), 0, date(2025, 3, 5)),
        (date(9999, 6, 1), 12, date.max),
    ],
)
def test_h_w1_months_go_by_the_calendar(bought, months, until):
    assert add_months(bought, months) == until


@pytest.mark.parametrize(("today", "covered"), [(date(2026, 3, 5), True), (date(2026, 3, 6), False)])
def test_h_w1_the_last_day_is_included(today, covered):
    assert final(today=today).covered is covered


def test_h_w1_at_intake_what_was_not_shown_is_awaited_not_missing():
    decision = at_intake()
    assert (decision.covered, decision.final, decision.exclusion) == (True, False, None)
    assert decision.missing == ("card", "box", "invoice")
    assert codes(decision) == ["covered_until", "documents_awaited", "final_at_diagnosis"]


def test_h_w2_the_same_case_is_refused_at_diagnosis():
    assert final(evidence=Evidence()).exclusion is X.DOCUMENTS_MISSING


def test_h_w1_without_the_day_of_purchase_nothing_is_known_at_intake_and_it_is_decided_at_diagnosis():
    undated = replace(OURS, purchased_on=None)
    decision = at_intake(product=undated)
    assert (decision.covered, decision.until, decision.missing[0]) == (None, None, "purchase_date")
    assert final(product=undated).exclusion is X.DOCUMENTS_MISSING
    only_period = replace(OPEN, exclusions=frozenset({X.PAST_PERIOD}))
    assert final(only_period, undated).exclusion is X.PAST_PERIOD
    neither = replace(OPEN, exclusions=frozenset({X.MISUSE}))
    assert (final(neither, undated).covered, final(neither, undated).until) == (True, None)


def test_h_w1_a_linked_shop_needs_no_documents_where_the_policy_says_so():
    by_shop = Evidence(linked_shop=True)
    assert final(evidence=by_shop).covered is True
    assert "linked_shop" in codes(final(evidence=by_shop))
    assert at_intake(evidence=by_shop).missing == ()
    assert final(replace(STRICT, linked_shop_exempt=False), evidence=by_shop).exclusion is X.DOCUMENTS_MISSING


@pytest.mark.parametrize(
    ("evidence", "covered"),
    [
        (Evidence(), False),
        (Evidence(proof=Proof.SHOP_ORDER), False),  # the policy does not take it
        (Evidence(proof=Proof.INVOICE), True),
        (Evidence(documents=frozenset({Document.CARD})), True),  # a document that proves the day as well
        (Evidence(documents=frozenset({Document.BOX})), False),
    ],
)
def test_h_w1_what_proves_the_day_of_purchase_is_the_policys_choice(evidence, covered):
    terms = replace(STRICT, documents=frozenset())
    assert final(terms, evidence=evidence).covered is covered
    assert ("proof" in final(terms, evidence=evidence).missing) is not covered
    assert ("proof_awaited" in codes(at_intake(terms, evidence=evidence))) is not covered


def test_h_w1_the_date_on_the_proof_counts_where_none_was_written_down():
    told = Evidence(proof=Proof.INVOICE, proven_on=BOUGHT, documents=frozenset(Document))
    assert final(product=replace(OURS, purchased_on=None), evidence=told).until == date(2026, 3, 5)


def test_h_w3_a_replacement_neither_extends_nor_restarts():
    replaced = replace(OURS, replaced_on=date(2026, 3, 1))
    decision = final(product=replaced)
    assert (decision.covered, decision.until) == (True, date(2026, 3, 5))
    assert [reason.rule for reason in decision.reasons if reason.code == "replaced"] == ["H-W3"]
    assert final(product=replaced, today=date(2026, 3, 6)).exclusion is X.PAST_PERIOD


def test_a_version_that_is_not_in_force_is_refused_in_words():
    over = replace(STRICT, valid_to=date(2024, 12, 31))
    with pytest.raises(PolicyNotInForce, match="March 5, 2025") as refused:
        final(over)
    assert (refused.value.day, isinstance(refused.value, ValueError)) == (BOUGHT, True)
    with pytest.raises(PolicyNotInForce):
        final(replace(STRICT, valid_from=date(2025, 3, 6)))
    assert final(replace(STRICT, valid_from=date(2025, 3, 6)).back_to(BOUGHT)).covered is True


@pytest.mark.parametrize(
    ("day", "chosen"),
    [
        (date(2019, 5, 1), 0),  # before all of them: the earliest
        (date(2020, 1, 1), 0),
        (date(2022, 12, 31), 0),
        (date(2023, 6, 1), None),  # in the gap
        (date(2024, 1, 1), 1),
        (date(2025, 1, 1), None),  # after the last
    ],
)
def test_h_w1_the_version_in_force_that_day(day, chosen):
    versions = [
        Terms(valid_from=date(2020, 1, 1), valid_to=date(2022, 12, 31)),
        Terms(valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31)),
    ]
    assert choose(reversed(versions), day) is (None if chosen is None else versions[chosen])
    assert choose([], day) is None


def test_h_w1_the_certificate_given_in_the_shop_is_the_promise():
    assert applies_on(OURS, REPORTED) == BOUGHT
    assert applies_on(Product(), REPORTED) == REPORTED


def test_a_reason_reads_in_any_language_and_from_its_row():
    decision = final(product=replace(OURS, replaced_on=date(2026, 1, 1)))
    refused = final(product=replace(OURS, sold_region="CN"), evidence=Evidence(), today=date(2027, 1, 1))
    for reason in (*decision.reasons, *refused.reasons, *at_intake().reasons):
        assert Reason.from_json(reason.as_json()) == reason
        for language in ("en", "zh-hans", "zh-hant"):
            with translation.override(language):
                assert "%(" not in reason.words
    assert decision.reasons[0].words.endswith("the 12-month warranty runs to March 5, 2026, that day included.")
    assert refused.reasons[0].code == "past_period"  # first what nothing could mend
    assert refused.reasons[1].words == "Bought in: Mainland China. The warranty holds in: Taiwan."
    assert refused.reasons[2].words.endswith("Not shown: Warranty card, Box, Invoice.")


def test_every_sentence_names_only_what_is_in_it():
    assert all(str(words) for words in WORDS.values())
