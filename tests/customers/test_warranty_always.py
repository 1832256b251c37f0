"""What holds for every policy, appliance and day there may be (H-W1 to H-W5)."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from customers.terms import ALL_EXCLUSIONS
from customers.warranty import Document, Evidence, Exclusion, Product, Proof, Terms, add_months, decide

DAYS = st.dates(date(2000, 1, 1), date(2080, 12, 31))
MAYBE = st.sampled_from([None, True, False])


def some(codes):
    return st.frozensets(st.sampled_from(list(codes)))


TERMS = st.builds(
    Terms,
    valid_from=st.just(date(1990, 1, 1)),
    period_months=st.integers(0, 240),
    regions=some(["TW", "CN"]),
    documents=some(Document),
    proofs=st.lists(st.sampled_from(list(Proof)), unique=True).map(tuple),
    exclusions=some(Exclusion),
    linked_shop_exempt=st.booleans(),
)
PRODUCTS = st.builds(
    Product,
    purchased_on=st.none() | DAYS,
    sold_region=st.sampled_from(["", "TW", "CN", "DE"]),
    sold_by_maker=MAYBE,
    replaced_on=st.none() | DAYS,
)
EVIDENCE = st.builds(
    Evidence,
    documents=some(Document),
    box_matches=MAYBE,
    linked_shop=st.booleans(),
    found=some(Exclusion),
    proof=st.none() | st.sampled_from(list(Proof)),
    proven_on=st.none() | DAYS,
)
CASES = st.tuples(TERMS, PRODUCTS, EVIDENCE, DAYS)
MORE = {False: 0, None: 1, True: 2}


@given(CASES, st.booleans())
def test_a_decision_explains_itself(case, is_final):
    decision = decide(*case, final=is_final)
    over = Exclusion.PAST_PERIOD in decision.exclusions  # named first: nothing that is shown could mend it
    assert decision.covered is not False or decision.exclusion is (
        Exclusion.PAST_PERIOD if over else decision.exclusions[0]
    )
    assert decision.covered is False or not decision.exclusions
    assert decision.covered is not None or (not is_final and "purchase_date" in decision.missing)
    assert list(decision.exclusions) == [code for code in Exclusion if code in decision.exclusions]
    assert set(decision.exclusions) <= case[0].exclusions
    assert all(reason.words and "%(" not in reason.words for reason in decision.reasons)


@given(CASES, st.booleans(), st.sampled_from(list(Exclusion)))
def test_another_exclusion_never_makes_it_more_covered(case, is_final, exclusion):
    terms, product, evidence, today = case
    before = decide(*case, final=is_final).covered
    in_force = replace(terms, exclusions=terms.exclusions | {exclusion})
    found = replace(evidence, found=evidence.found | {exclusion})
    assert MORE[decide(in_force, product, evidence, today, final=is_final).covered] <= MORE[before]
    assert MORE[decide(terms, product, found, today, final=is_final).covered] <= MORE[before]


@given(CASES, st.sampled_from(list(Document)))
def test_showing_one_more_document_never_makes_it_less_covered(case, document):
    terms, product, evidence, today = case
    more = replace(evidence, documents=evidence.documents | {document})
    assert MORE[decide(terms, product, more, today, final=True).covered] >= MORE[decide(*case, final=True).covered]


@given(CASES, st.booleans(), st.none() | DAYS)
def test_h_w3_replacing_changes_nothing(case, is_final, replaced_on):
    terms, product, evidence, today = case
    one, other = (
        decide(terms, replace(product, replaced_on=on), evidence, today, final=is_final)
        for on in (product.replaced_on, replaced_on)
    )
    same = ("covered", "until", "exclusion", "exclusions", "missing")
    assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]


@given(TERMS, DAYS, st.booleans())
def test_the_day_after_the_last_is_not_covered_and_the_last_one_is(terms, bought, is_final):
    terms = replace(terms, exclusions=ALL_EXCLUSIONS, regions=frozenset())
    shown = Evidence(documents=frozenset(Document), proof=terms.proofs[0] if terms.proofs else None)
    until = decide(terms, Product(bought), shown, bought, final=is_final).until
    assert decide(terms, Product(bought), shown, until, final=is_final).covered is True
    after = decide(terms, Product(bought), shown, until + timedelta(days=1), final=is_final)
    assert (after.covered, after.exclusion, after.until) == (False, Exclusion.PAST_PERIOD, until)


@given(CASES)
def test_what_is_excluded_at_intake_stays_so_at_diagnosis(case):
    assert set(decide(*case, final=False).exclusions) <= set(decide(*case, final=True).exclusions)


@given(DAYS, st.integers(0, 600), st.integers(0, 600))
def test_months_on_the_calendar(day, months, more):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
    assert add_months(day, months + more) >= later
