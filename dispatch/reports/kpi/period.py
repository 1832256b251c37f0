"""A stretch of local days, what it is compared with, and into what a trend of it is cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

DAYS = {"today": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
WHOLE = {"last-week": "week", "last-month": "month"}  # the last one that is over
NAMES = {
    "today": _("Today"),
    "week": _("7 days"),
    "last-week": _("Last week"),
    "month": _("30 days"),
    "last-month": _("Last month"),
    "quarter": _("13 weeks"),
    "year": _("12 months"),
    "custom": _("From … to"),
}
DEFAULT = "month"
LONGEST = 10 * 366  # days
# Up to how many days a trend is told by the day, by the week, by the month; longer ones by the quarter.
BY_DAY, BY_WEEK, BY_MONTH = 31, 200, 1_100


class BadPeriod(ValueError):
    """What was asked for is no stretch of days we can tell about; the message says why and what to do."""


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both inclusive."""

    first: date
    last: date
    code: str = "custom"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def bucket(self) -> str:
        """Into what a trend of it is cut: "day", "week", "month" or "quarter"."""
        sizes = (("day", BY_DAY), ("week", BY_WEEK), ("month", BY_MONTH))
        return next((name for name, most in sizes if self.days <= most), "quarter")

    def before(self) -> Period:
        """Return as many days right before it."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.code)

    def until(self, last: date) -> Period | None:
        """Return the part of it up to a day, or None when there is none."""
        return None if last < self.first else Period(self.first, min(self.last, last), self.code)

    def buckets(self) -> list[date]:
        """Return the first day of each piece of a trend, the first one cut off where the period begins."""
        found, day = [], self.first
        while day <= self.last:
            found.append(day)
            day = _next(day, self.bucket)
        return found

    def bucket_of(self, day: date) -> date:
        """Return the piece of the trend that a day lies in."""
        return max(self.first, _start(day, self.bucket))


def _start(day: date, bucket: str) -> date:
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    if bucket == "month":
        return day.replace(day=1)
    if bucket == "quarter":
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return day


def _next(day: date, bucket: str) -> date:
    lengths = {"day": 1, "week": 7, "month": 32, "quarter": 95}
    start = _start(day, bucket)
    return _start(start + timedelta(days=lengths[bucket]), bucket)


def period(code: str, first: str, last: str, today: date) -> Period:
    """Return the period asked for, as of `today`; '' is the default one. Raises BadPeriod.

    `first` and `last` are ISO dates and count for the code "custom" alone.
    """
    code = code or DEFAULT
    if code in DAYS:
        return Period(today - timedelta(days=DAYS[code] - 1), today, code)
    if code in WHOLE:
        last = _start(today, WHOLE[code]) - timedelta(days=1)
        return Period(_start(last, WHOLE[code]), last, code)
    if code != "custom":
        raise BadPeriod(_("There is no such period. Choose one of the list."))
    begin, end = _day(first), _day(last)
    if begin > end:
        raise BadPeriod(_("The first day lies after the last. Swap them."))
    if begin > today:
        raise BadPeriod(_("Nothing has happened yet on these days. Choose days up to today."))
    found = Period(begin, min(end, today))
    if found.days > LONGEST:
        raise BadPeriod(_("That is more than ten years. Choose ten years at most."))
    return found


def _day(said: str) -> date:
    try:
        found = parse_date(said.strip())
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year <= 9000:
        raise BadPeriod(_("Give the first and the last day, each as year, month and day."))
    return found
