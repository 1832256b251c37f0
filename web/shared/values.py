"""Between what a person types and what a serializer takes: local times and money. Pure functions."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from customers import money

MOST = Decimal(10) ** 12  # no bill is larger, and no column holds more


class Unclear(ValueError):
    """What was typed can't be taken as it stands; the message says what to do."""


class ComesTwice(Unclear):
    """A local time which happens twice that day; `options` are the two as (fold, label)."""

    def __init__(self, message, options):
        """Keep the two readings beside the sentence."""
        super().__init__(message)
        self.options = options


def parse_local(text, zone: ZoneInfo, fold=None):
    """Read a browser's local date and time (2026-11-22T09:30) as an aware datetime in `zone`.

    Returns None if it is not a date and time at all (the serializer then says so). A text with its own
    offset keeps it. Raises Unclear where the clocks skip that time, ComesTwice where they repeat it and
    `fold` (0 the first, 1 the second) does not say which.
    """
    try:
        naive = parse_datetime(text.strip())
    except ValueError:
        return None
    if naive is None or naive.tzinfo is not None:
        return naive
    first, second = (naive.replace(tzinfo=zone, fold=turn) for turn in (0, 1))
    try:
        real = first.astimezone(UTC).astimezone(zone)
    except OverflowError:
        return None
    if first.utcoffset() == second.utcoffset():
        return first
    if real.replace(tzinfo=None) != naive:
        raise Unclear(
            _("The clocks go forward then: {time} does not exist on that day. Choose {next} or another time.").format(
                time=f"{naive:%H:%M}", next=f"{real:%H:%M}"
            )
        )
    if fold in ("0", "1", 0, 1):
        return (first, second)[int(fold)]
    raise ComesTwice(
        _("The clocks go back then: {time} comes twice on that day. Choose which one.").format(time=f"{naive:%H:%M}"),
        twice(naive, zone),
    )


def twice(naive: datetime, zone: ZoneInfo):
    """Return the two readings of a repeated local time as (fold, label)."""
    first, second = (naive.replace(tzinfo=zone, fold=turn) for turn in (0, 1))
    return [
        ("0", _("The first {time} ({zone})").format(time=f"{naive:%H:%M}", zone=f"UTC{first:%z}")),
        ("1", _("The second {time} ({zone})").format(time=f"{naive:%H:%M}", zone=f"UTC{second:%z}")),
    ]


def parse_money(text, currency):
    """Read an amount in whole units ('1,200.50') as integer minor units. Raises Unclear."""
    digits = money.digits(currency)
    try:
        amount = Decimal(text.strip().replace(",", "").replace("\uff0c", "").replace(" ", "")).scaleb(digits)
    except InvalidOperation:
        raise Unclear(_("Enter an amount in figures, such as 120.50.")) from None
    if not amount.is_finite() or abs(amount) > MOST:
        raise Unclear(_("Enter an amount in figures, such as 120.50."))
    if amount != amount.to_integral_value():
        raise Unclear(_("Enter at most {digits} figures after the point.").format(digits=digits))
    return int(amount)
