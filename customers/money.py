"""Amounts of money as people read and type them. Pure: integer minor units and an ISO 4217 code in, text out.

How many digits an amount has in the database is ISO's rule; how many are shown is the custom of the place: nobody
in Taiwan writes the cents of a dollar that has none.
"""

from __future__ import annotations

from decimal import Decimal

# Currencies whose minor unit is not a hundredth (ISO 4217).
DIGITS = dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"), 0)
DIGITS |= dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)

# Currencies whose hundredths exist on paper only: shown where there are any.
WHOLE = ("TWD",)

# What stands before the figures; a currency that is not here is named by its code.
SYMBOLS = {
    "AUD": "A$",
    "CAD": "C$",
    "CNY": "¥",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "JPY": "JP¥",
    "KRW": "₩",
    "MOP": "MOP$",
    "MYR": "RM",
    "SGD": "S$",
    "TWD": "NT$",
    "USD": "US$",
    "VND": "₫",
}
MINUS = "\u2212"


def digits(currency: str) -> int:
    """Return how many digits of an amount in minor units lie behind the point."""
    return DIGITS.get(currency, 2)


def step(currency: str) -> int:
    """Return the smallest amount that people pay with, in minor units: 100 for TWD, 1 for CNY and for JPY."""
    return 10 ** digits(currency) if currency in WHOLE else 1


def plain(minor: int, currency: str) -> str:
    """Write an amount as a person types it into a field: 12050 → '120.50', and 12000 TWD → '120'."""
    return _figures(minor, currency, "")


def say(minor: int, currency: str) -> str:
    """Write an amount as a person reads it: 123456 CNY → '¥1,234.56', −500000 TWD → '−NT$5,000'."""
    symbol = SYMBOLS.get(currency) or f"{currency}\u00a0"
    return f"{MINUS if minor < 0 else ''}{symbol}{_figures(abs(minor), currency, ',')}"


def _figures(minor: int, currency: str, thousands: str) -> str:
    places = digits(currency)
    amount = Decimal(minor).scaleb(-places)
    if currency in WHOLE and amount == amount.to_integral_value():
        places = 0
    return f"{amount:{thousands}.{places}f}"
