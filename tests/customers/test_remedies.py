"""Money back, another unit, a repair: by days and history, with the clause (H-W7); help with software (H-G2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.remedies import History, remedies, software_help
from customers.terms import Terms

TERMS = Terms(valid_from=date(2020, 1, 1))
BOUGHT = date(2026, 3, 1)
FAULTY = History(purchased_on=BOUGHT, fault_confirmed=True, covered=True)


def after(days, **history):
    today = BOUGHT + timedelta(days=days)
    return remedies(TERMS, replace(FAULTY, reported_on=today, **history), today)


@pytest.mark.parametrize(
    ("days", "history", "refund", "exchange"),
    [
        (0, {}, "refund_in_first_days", "exchange_in_first_days"),
        (7, {}, "refund_in_first_days", "exchange_in_first_days"),
        (8, {}, None, "exchange_in_first_days"),
        (15, {}, None, "exchange_in_first_days"),
        (16, {}, None, None),
        (100, {"failed_repairs": 1}, None, None),
        (100, {"failed_repairs": 2}, None, "exchange_repairs"),
        (100, {"longest_repair_days": 30}, None, None),
        (100, {"longest_repair_days": 31}, None, "exchange_repair_long"),
        (100, {"open_since": BOUGHT + timedelta(days=70)}, None, None),
        (100, {"open_since": BOUGHT + timedelta(days=69)}, None, "exchange_repair_long"),
        (200, {"part_waiting_days": 89}, None, None),
        (200, {"part_waiting_days": 90}, "refund_no_part", None),
    ],
)
def test_h_w7_each_clause_at_its_limit(days, history, refund, exchange):
    may = after(days, **history)
    assert (may.refund.granted, may.refund.clause) == (refund is not None, refund or "no_refund")
    assert (may.exchange.granted, may.exchange.clause) == (exchange is not None, exchange or "no_exchange")
    assert (may.repair.granted, may.repair.clause) == (True, "free_repair")
    assert [name for name, _ in may] == ["refund", "exchange", "repair"]


def test_h_w7_a_refusal_says_the_clause_with_its_numbers():
    may = after(40, part_waiting_days=20, failed_repairs=1, longest_repair_days=12)
    assert may.refund.words == (
        "Bought 40 days before the fault was reported. A refund is for the first 7 days, or when no part comes for "
        "90 days (20 so far)."
    )
    assert "after 2 repairs that did not hold (1 so far)" in may.exchange.words
    assert "takes over 30 days (12 so far)" in may.exchange.words
    assert (may.refund.rule, may.exchange.rule) == ("H-W7", "H-W7")


def test_h_w7_who_called_on_the_seventh_day_is_in_time_whenever_we_come():
    history = replace(FAULTY, reported_on=BOUGHT + timedelta(days=7))
    assert remedies(TERMS, history, BOUGHT + timedelta(days=12)).refund.granted


@pytest.mark.parametrize(
    ("history", "clause", "repair"),
    [
        ({"covered": False}, "not_covered", "repair_for_a_fee"),  # H-W6
        ({"covered": False, "fault_confirmed": False}, "not_covered", "repair_for_a_fee"),
        ({"covered": None}, "not_decided", "not_decided"),
        ({"fault_confirmed": False}, "no_fault", "free_repair"),
    ],
)
def test_h_w7_needs_a_fault_that_was_found_and_cover(history, clause, repair):
    may = after(1, failed_repairs=9, part_waiting_days=999, **history)
    assert (may.refund.granted, may.refund.clause) == (False, clause)
    assert (may.exchange.granted, may.exchange.clause) == (False, clause)
    assert may.repair.clause == repair
    assert may.repair.granted is (repair == "free_repair")


def test_h_w7_without_the_day_of_purchase_only_the_history_counts():
    undated = replace(FAULTY, purchased_on=None)
    may = remedies(TERMS, undated, BOUGHT)
    assert (may.refund.clause, may.exchange.clause) == ("no_refund_undated", "no_exchange_undated")
    assert "%(" not in may.refund.words + may.exchange.words
    assert remedies(TERMS, replace(undated, failed_repairs=2), BOUGHT).exchange.granted
    assert remedies(TERMS, replace(undated, part_waiting_days=90), BOUGHT).refund.granted


def test_h_w7_the_numbers_are_the_policys():
    generous = replace(TERMS, refund_days=30, exchange_days=15)
    history = replace(FAULTY, reported_on=BOUGHT + timedelta(days=30))
    may = remedies(generous, history, BOUGHT + timedelta(days=30))
    assert (may.refund.granted, may.exchange.granted) == (True, True)
    assert "first 30 days" in may.exchange.words


@given(
    st.integers(0, 400), st.integers(0, 5), st.integers(0, 200), st.integers(0, 200), st.integers(0, 100),
    st.integers(0, 100),
)  # fmt: skip
def test_h_w7_a_refund_leaves_the_choice_and_time_takes_nothing_once_counted(
    days, failed, took, waited, refund, change
):
    terms = replace(TERMS, refund_days=refund, exchange_days=change)
    history = replace(FAULTY, reported_on=BOUGHT + timedelta(days=days), failed_repairs=failed,
                      longest_repair_days=took, part_waiting_days=waited)  # fmt: skip
    today = BOUGHT + timedelta(days=days)
    may = remedies(terms, history, today)
    assert may == remedies(terms, history, today + timedelta(days=50))
    assert may.exchange.granted or not may.refund.granted or may.refund.clause == "refund_no_part"
    assert all(verdict.words and "%(" not in verdict.words for _, verdict in may)


@pytest.mark.parametrize(
    ("today", "between_free", "granted", "clause"),
    [
        (date(2026, 2, 28), True, True, "software_free"),
        (date(2026, 3, 1), True, True, "software_between"),
        (date(2026, 4, 30), True, True, "software_between"),
        (date(2026, 5, 1), True, False, "software_charged"),
        (date(2026, 3, 1), False, False, "software_charged"),
        (date(2026, 2, 28), False, True, "software_free"),
    ],
)
def test_h_g2_help_with_software(today, between_free, granted, clause):
    verdict = software_help(replace(TERMS, software_between_free=between_free), date(2026, 1, 31), today)
    assert (verdict.granted, verdict.clause, verdict.rule) == (granted, clause, "H-G2")
    assert "Jan. 31, 2026" in verdict.words


def test_h_g2_without_the_day_of_installation():
    verdict = software_help(TERMS, None, date(2026, 1, 1))
    assert (verdict.granted, verdict.clause) == (False, "software_unknown")
    assert verdict.words
