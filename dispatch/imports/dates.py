"""Read days as they are written in English, China and Taiwan, the ROC calendar (year 1 = 1912) included."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from dispatch.imports.errors import BadValue, shown
from dispatch.imports.values import is_nothing, plain

EARLIEST = 1950
EXCEL_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(18264, 73051)  # 1950 to 2099 as a spreadsheet counts days
ROC = 1911

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TIME = re.compile(
    r"[\sT]+(?:上午|下午|am|pm)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm|z|[+-]\d\d:?\d\d)?$", re.IGNORECASE
)
_YEAR_FIRST = re.compile(
    r"(民國|民国|roc)?\s*(\d{2,4})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*[日号號]?", re.IGNORECASE
)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{4})")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[\s\-]+([a-z]{3})[a-z]*|([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?)"
    r"[\s,\-]+(\d{4})",
    re.IGNORECASE,
)
_MONTH_ONLY = re.compile(
    r"(?:(?:民國|民国)?\s*\d{2,4}\s*[年/.\-]\s*\d{1,2}\s*月?|(?:民國|民国)?\s*\d{2,4}\s*年|(?:19|20)\d{2})(?:左右|前後|前后)?"
)


def order_in(cells: Iterable[object]) -> str:
    """Return 'dmy' or 'mdy' where dates such as 23/5/2026 among `cells` show it and none contradicts; else ''."""
    seen = set()
    for cell in cells:
        match = _YEAR_LAST.fullmatch(_TIME.sub("", plain(cell))) if isinstance(cell, str) else None
        if match and match[2] != ".":
            first, second = int(match[1]), int(match[3])
            seen |= (
                {"dmy"}
                if 12 < first <= 31 and second <= 12
                else {"mdy"}
                if 12 < second <= 31 and first <= 12
                else set()
            )
    return seen.pop() if len(seen) == 1 else ""


def is_vague(cell: object) -> bool:
    """True for a month or a year without a day: worth a note, not a date."""
    return isinstance(cell, str) and _MONTH_ONLY.fullmatch(plain(cell)) is not None and not _compact(plain(cell))


def day(cell: object, region: str, order: str = "") -> date | None:
    """Return a day, None for nothing; the time of day is dropped.

    `region` 'TW' reads years of two and three digits as ROC years; elsewhere only three digits are.
    `order` ('dmy', 'mdy') is the file's own habit, from `order_in`. Raises BadValue, for what is ambiguous too.
    """
    if isinstance(cell, datetime):
        return _within(cell.date(), cell)
    if isinstance(cell, date):
        return _within(cell, cell)
    if isinstance(cell, (bool, time, timedelta)):
        raise _unreadable(cell)
    if is_nothing(cell):
        return None
    written = _TIME.sub("", plain(cell)).strip()
    found = _compact(written) or _year_first(written, region) or _year_last(written, order, cell) or _named(written)
    if found is None:
        raise _unreadable(cell)
    try:
        return _within(date(*found), cell)
    except ValueError as fault:
        if isinstance(fault, BadValue):
            raise
        raise BadValue(
            _("“%(seen)s” is a day that does not exist. Write it as 2026-03-05."), seen=shown(cell)
        ) from None


def purchase_day(cell: object, today: date, region: str, order: str = "") -> date | None:
    """Return the day something was bought: as `day`, but never after `today`. Raises BadValue."""
    bought = day(cell, region, order)
    if bought and bought > today:
        raise BadValue(
            _("“%(seen)s” is in the future; the day of purchase can't be after today, %(today)s."),
            seen=shown(cell),
            today=today.isoformat(),
        )
    return bought


def _compact(written: str) -> tuple[int, int, int] | None:
    """Digits only: 20260305, ROC 1150305, or a spreadsheet's count of days."""
    if not re.fullmatch(r"\d{5,8}(?:\.\d+)?", written):
        return None
    digits = written.split(".")[0]
    if len(digits) == 8:
        return int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if len(digits) == 7 and digits[0] == "1":
        return int(digits[:3]) + ROC, int(digits[3:5]), int(digits[5:])
    if int(digits) in EXCEL_DAYS:
        counted = EXCEL_ZERO + timedelta(days=int(digits))
        return counted.year, counted.month, counted.day
    return None


def _year_first(written: str, region: str) -> tuple[int, int, int] | None:
    match = _YEAR_FIRST.fullmatch(written)
    if not match:
        return None
    era, digits, month, day_ = match[1], match[2], int(match[3]), int(match[4])
    year = int(digits)
    if era or len(digits) == 3 or (len(digits) == 2 and region == "TW" and year > 31):
        year += ROC
    elif len(digits) == 2:
        raise BadValue(
            _("The year in “%(seen)s” has two digits and could be several. Write it as 2026-03-05."), seen=written
        )
    return year, month, day_


def _year_last(written: str, order: str, cell: object) -> tuple[int, int, int] | None:
    match = _YEAR_LAST.fullmatch(written)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." or first > 12 or first == second or (second <= 12 and order == "dmy"):
        return year, second, first
    if second > 12 or order == "mdy":
        return year, first, second
    raise BadValue(
        _("“%(seen)s” could mean two days (is the month %(first)s or %(second)s?). Write it as 2026-03-05."),
        seen=shown(cell),
        first=first,
        second=second,
    )


def _named(written: str) -> tuple[int, int, int] | None:
    """5 Mar 2026, March 5, 2026."""
    match = _NAMED.fullmatch(written)
    if not match:
        return None
    month = (match[2] or match[3]).lower()
    return (int(match[5]), _MONTHS.index(month) + 1, int(match[1] or match[4])) if month in _MONTHS else None


def _within(found: date, cell: object) -> date:
    if not EARLIEST <= found.year < 2100:
        raise BadValue(
            _("“%(seen)s” reads as the year %(year)s. Write it as 2026-03-05."), seen=shown(cell), year=found.year
        )
    return found


def _unreadable(cell: object) -> BadValue:
    return BadValue(
        _("“%(seen)s” is not a date. Write it as 2026-03-05, 2026年3月5日 or 民國115年3月5日."), seen=shown(cell)
    )
