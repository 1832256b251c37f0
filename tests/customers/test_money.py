"""Amounts as people read and type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from customers import money
from web.shared.values import parse_money

SAID = [
    (123456, "CNY", "¥1,234.56"),
    (120000, "CNY", "¥1,200.00"),
    (120000, "TWD", "NT$1,200"),
    (120050, "TWD", "NT$1,200.50"),
    (1200, "JPY", "JP¥1,200"),
    (1200, "KWD", "KWD\u00a01.200"),
    (99, "USD", "US$0.99"),
    (0, "TWD", "NT$0"),
    (-500000, "TWD", "−NT$5,000"),
    (123456789012, "CNY", "¥1,234,567,890.12"),
    (100, "THB", "THB\u00a01.00"),
]


@pytest.mark.parametrize(("minor", "currency", "words"), SAID)
def test_said(minor, currency, words):
    assert money.say(minor, currency) == words


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [(120050, "CNY", "1200.50"), (120000, "TWD", "1200"), (1200, "JPY", "1200"), (-5, "CNY", "-0.05")],
)
def test_as_it_is_typed(minor, currency, words):
    assert money.plain(minor, currency) == words


@given(some.integers(0, 10**12), some.sampled_from(["CNY", "TWD", "JPY", "KWD", "USD", "XYZ"]))
def test_what_is_written_is_read_as_the_same_amount(minor, currency):
    assert parse_money(money.plain(minor, currency), currency) == minor
