"""What a repair costs: the lower of two, never negative, always the sum of its lines (H-G1, H-G3, H-G4)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch import fees
from dispatch.fees import Line, NoPrice, Offer, Prices, TooMuch, Work

PRICES = Prices(
    call_out=35_000,
    software=45_000,
    labour={("", ""): 70_000, ("category", "washing"): 80_000, ("fault", "pump"): 95_000},
    parts={"P1": 120_000, "P2": 33_333},
    credit_bp=500,
    tax_bp=500,
)


def amounts(lines: list[Line]) -> dict[tuple[str, str], int]:
    return {(line.kind, line.code): line.amount for line in lines}


def test_the_lines_of_a_repair_for_a_fee():
    """H-G1: call-out, labour by the nearest price, parts by number."""
    lines = fees.quote_lines(PRICES, Work("pump", "washing", (("P1", 1), ("P2", 2))), covered=False)
    assert amounts(lines) == {
        ("call_out", ""): 35_000,
        ("labour", "pump"): 95_000,
        ("part", "P1"): 120_000,
        ("part", "P2"): 66_666,
    }
    assert fees.totals(lines, 500, tax_included=True) == fees.Totals(301_587, 15_079, 316_666)
    assert fees.totals(lines, 500, tax_included=False) == fees.Totals(316_666, 15_833, 332_499)


@pytest.mark.parametrize(
    "fault, category, price", [("pump", "washing", 95_000), ("belt", "washing", 80_000), ("", "tv", 70_000)]
)
def test_the_nearest_labour_price_counts(fault, category, price):
    lines = fees.quote_lines(PRICES, Work(fault, category, call_out=False), covered=False)
    assert [line.amount for line in lines] == [price]


@pytest.mark.parametrize(
    "prices, work, what",
    [
        (Prices(labour={("", ""): 1}), Work(), "call_out"),
        (Prices(call_out=1), Work("pump", "washing"), "labour"),
        (Prices(call_out=1, labour={("category", "tv"): 5}), Work("pump", ""), "labour"),
        (PRICES, Work(parts=(("P9", 1),)), "part"),
        (Prices(call_out=1, labour={("", ""): 1}), Work(software=True), "software"),
    ],
)
def test_what_has_no_price_is_refused_and_not_free(prices, work, what):
    """H-G3: strictly by the table; a table with a gap charges nobody 0 by silence."""
    with pytest.raises(NoPrice) as refused:
        fees.quote_lines(prices, work, covered=False)
    assert refused.value.what == what


def test_the_lower_of_table_and_certificate():
    """H-G3, both ways round, line by line."""
    certificate = Prices(call_out=30_000, labour={("fault", "pump"): 99_000}, parts={"P1": 100_000})
    lines = fees.quote_lines(PRICES, Work("pump", "washing", (("P1", 2),)), covered=False, certificate=certificate)
    assert [line.unit for line in lines] == [30_000, 95_000, 100_000]
    assert [line.by_certificate for line in lines] == [True, False, True]


def test_what_is_covered_costs_nothing_and_is_shown():
    """H-W2: the customer sees what they do not pay. Software is no fault: it is charged (H-G2)."""
    lines = fees.quote_lines(PRICES, Work("pump", "washing", (("P1", 1),), software=True), covered=True)
    assert [(line.table, line.amount, line.covered) for line in lines] == [
        (35_000, 0, True), (95_000, 0, True), (120_000, 0, True), (45_000, 45_000, False),
    ]  # fmt: skip


def test_old_parts_are_credited_by_the_policy():
    """H-G1: a share of what the new one costs, and nothing where the new one is free."""
    work = Work("pump", "washing", (("P1", 1), ("P2", 1)), old_parts=frozenset({"P1"}))
    assert amounts(fees.quote_lines(PRICES, work, covered=False))["credit", "P1"] == -6_000
    assert not [line for line in fees.quote_lines(PRICES, work, covered=True) if line.kind == "credit"]


@pytest.mark.parametrize(
    "offer, off",
    [
        (Offer("loyal", "labour", share_bp=500), 4_750),
        (Offer("second", "call_out", share_bp=10_000), 35_000),
        (Offer("voucher", "labour", amount=500_000), 95_000),
        (Offer("all", "all", share_bp=1_000), 25_000),
        (Offer("nothing", "parts", share_bp=1), 12),
    ],
)
def test_discounts_take_off_what_they_are_on_and_no_more(offer, off):
    lines = fees.quote_lines(PRICES, Work("pump", "washing", (("P1", 1),)), covered=False, offer=offer)
    assert lines[-1].amount == -off


def test_payments_and_refunds_have_a_limit():
    assert fees.check_payment(1_000, [300], 700) == 0
    with pytest.raises(TooMuch) as refused:
        fees.check_payment(1_000, [300], 701)
    assert refused.value.open == 700
    assert fees.check_refund(700, 200, 500) == 0
    with pytest.raises(TooMuch) as refused:
        fees.check_refund(700, 200, 501)
    assert refused.value.open == 500
    assert fees.after_waiver(1_000, 2_000) == 0


@pytest.mark.parametrize(
    "versions, found",
    [
        ([("2025-01-01", "2025-12-31"), ("2026-01-01", None)], None),
        ([("2026-01-03", None), ("2025-01-01", "2025-12-31")], ("2026-01-01", "2026-01-02")),
        ([], None),
    ],
)
def test_a_table_has_no_day_without_a_price(versions, found):
    days = [(date.fromisoformat(a), date.fromisoformat(b) if b else None) for a, b in versions]
    assert fees.gap(days) == (tuple(map(date.fromisoformat, found)) if found else None)


def test_two_versions_on_one_day_are_refused():
    with pytest.raises(ValueError, match="two versions"):
        fees.gap([(date(2025, 1, 1), None), (date(2026, 1, 1), None)])


money = st.integers(0, 10**9)
share = st.integers(0, 10_000)
CODES = ("A", "B", "C")
priced = st.builds(
    Prices,
    call_out=money,
    software=money,
    labour=st.fixed_dictionaries({("", ""): money}, optional={("category", "c"): money, ("fault", "f"): money}),
    parts=st.fixed_dictionaries(dict.fromkeys(CODES, money)),
    credit_bp=share,
    tax_bp=share,
    tax_included=st.booleans(),
)
certified = st.builds(
    Prices,
    call_out=st.none() | money,
    software=st.none() | money,
    labour=st.fixed_dictionaries({}, optional={("fault", "f"): money}),
    parts=st.fixed_dictionaries({}, optional=dict.fromkeys(CODES, money)),
)
works = st.builds(
    Work,
    fault=st.sampled_from(["", "f", "g"]),
    category=st.sampled_from(["", "c", "d"]),
    parts=st.lists(st.tuples(st.sampled_from(CODES), st.integers(1, 9)), max_size=5).map(tuple),
    call_out=st.booleans(),
    labour=st.booleans(),
    software=st.booleans(),
    old_parts=st.frozensets(st.sampled_from(CODES)),
)
offers = st.none() | st.builds(
    Offer, code=st.just("o"), on=st.sampled_from(list(fees.BASES)), share_bp=share, amount=money
)


@given(priced, works, st.booleans(), st.none() | certified, offers)
def test_whatever_the_prices_the_sums_hold(prices, work, covered, certificate, offer):
    """Totals equal the sum of lines; nothing negative in total; never above table or certificate (H-G3)."""
    lines = fees.quote_lines(prices, work, covered=covered, certificate=certificate, offer=offer)
    found = fees.totals(lines, prices.tax_bp, tax_included=prices.tax_included)
    said = sum(line.amount for line in lines)
    assert said == (found.total if prices.tax_included else found.net)
    assert found.net + found.tax == found.total
    assert min(found.net, found.tax, found.total) >= 0
    for line in lines:
        if line.kind in fees.OFF:
            assert line.amount < 0
            continue
        assert 0 <= line.unit <= line.table
        assert line.certificate is None or line.unit <= line.certificate
        assert line.amount == line.unit * line.quantity
        assert line.covered == (covered and line.kind != "software")


@given(priced, works, offers)
def test_a_certificate_never_makes_it_dearer(prices, work, offer):
    """H-G3: also with discounts on top, more to choose the lower one from never costs more."""
    plain = fees.quote_lines(prices, work, covered=False)
    lower = fees.quote_lines(prices, work, covered=False, certificate=prices)
    assert amounts(plain) == amounts(lower)
    free = fees.quote_lines(prices, work, covered=True, offer=offer)
    assert sum(line.amount for line in free) <= sum(line.amount for line in plain)


@given(money, money, st.lists(money, max_size=6))
def test_no_money_comes_from_nowhere(total, granted, tries):
    """Whatever is tried, what was paid never exceeds what was due, and nothing is given back twice (H-G4, H-F8)."""
    due, paid = fees.after_waiver(total, granted), []
    assert 0 <= due <= total
    for amount in tries:
        try:
            left = fees.check_payment(due, paid, amount)
        except TooMuch as refused:
            assert amount > refused.open or amount == 0
            continue
        paid.append(amount)
        assert left == due - sum(paid) >= 0
    refunded = 0
    for amount in tries:
        try:
            fees.check_refund(sum(paid), refunded, amount)
        except TooMuch:
            continue
        refunded += amount
    assert refunded <= sum(paid) <= due


@pytest.mark.parametrize("step, credit, off, tax", [(1, -3_150, -6_293, 5_693), (100, -3_200, -6_300, 5_700)])
def test_where_nobody_pays_with_cents_shares_and_tax_are_whole(step, credit, off, tax):
    """A quote of NT$1,231.50 can't be paid in Taiwan."""
    prices = Prices(35_000, labour={("", ""): 31_000}, parts={"P1": 63_000}, credit_bp=500, step=step)
    work = Work(parts=(("P1", 1),), old_parts=frozenset({"P1"}))
    lines = fees.quote_lines(prices, work, covered=False, offer=Offer("loyal", share_bp=500))
    assert [line.amount for line in lines[-2:]] == [credit, off]
    assert fees.totals(lines, 500, tax_included=True, step=step).tax == tax


@given(st.integers(0, 10**9), st.integers(0, 10_000), st.sampled_from([1, 10, 100]))
def test_a_share_lies_within_half_a_step(amount, bp, step):
    found = fees.share(amount, bp, step)
    assert found % step == 0
    assert abs(2 * fees.BP * found - 2 * amount * bp) <= fees.BP * step
