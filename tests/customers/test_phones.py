"""Phone numbers: one spelling inside, hidden where they are no longer needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.phones import e164, masked


@pytest.mark.parametrize(
    ("told", "region", "number"),
    [
        ("0912 345 678", "TW", "+886912345678"),
        ("０９１２-３４５-６７８", "TW", "+886912345678"),
        ("+886 912 345 678", "CN", "+886912345678"),
        ("138 1234 5678", "CN", "+8613812345678"),
        ("(02) 2345-6789", "TW", "+886223456789"),
    ],
)
def test_one_spelling(told, region, number):
    assert e164(told, region) == number


@given(st.text(max_size=300), st.sampled_from(["TW", "CN", "DE", "XX"]))
def test_anything_is_a_number_of_ours_or_refused(text, region):
    try:
        number = e164(text, region)
    except ValueError:
        return
    assert number.startswith("+") and number[1:].isdigit() and len(number) <= 20
    assert e164(number, "CN") == number


@given(st.text("+0123456789", max_size=20))
def test_a_masked_number_hides_at_least_three_digits_and_never_grows_back(phone):
    hidden = masked(phone)
    shown = hidden.replace("•", "")
    assert bool(hidden) == bool(phone)
    assert len(shown) <= max(0, len(phone) - 3)
    assert not phone or "•••" in hidden


def test_the_ends_are_left():
    assert masked("+886912345678") == "+8869•••••678"
