"""Times to choose from, as they travel in a form: `from/until`, both ISO 8601 with an offset."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from dispatch.planning.suggesting import Offer
from web.portal import moments
from web.shared import wishes

PROMISED = timedelta(hours=1)  # the widest window that is promised
WINDOWS = 3  # how many may be chosen
SHOWN, A_DAY = 8, 3
USUAL = (9, 13, 17)  # o'clock
WISHES = 14  # days ahead
FAR = timedelta(days=60)  # a time further away was made up
HOURS = {"any": (8, 20), "morning": (8, 12), "afternoon": (12, 17), "evening": (17, 20)}
PARTS_OF_DAY = (
    ("any", _("At any time")),
    ("morning", _("In the morning")),
    ("afternoon", _("In the afternoon")),
    ("evening", _("In the evening")),
)


def until(offer: Offer, starts: datetime) -> datetime:
    """Return the end of the window that is promised for an offer, as people tell time: down to five minutes."""
    ends = min(offer.window_until, starts + PROMISED)
    whole = ends - timedelta(minutes=ends.minute % 5, seconds=ends.second, microseconds=ends.microsecond)
    return whole if whole > starts else ends


def offered(offers: list[Offer], now: datetime) -> list[dict[str, str]]:
    """Return {value, starts, words} of a few times, in order of time: by day, not one like another, over some days."""
    shown: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted({pair for one in offers for pair in _times_in(one, now)}):
        same_day = [other for other, _ends in shown if _date(other) == _date(begins)]
        if not same_day or (begins - same_day[-1] >= PROMISED and len(same_day) < A_DAY):
            shown.append((begins, ends))
    return [
        {
            "value": f"{begins.isoformat()}/{ends.isoformat()}",
            "starts": begins.isoformat(),
            "words": moments.window(begins, ends, now),
        }
        for begins, ends in shown[:SHOWN]
    ]


def _times_in(offer: Offer, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return what of an offer is told: its own time, and within its leeway the usual ones; none while people sleep."""
    zone, (early, late) = timezone.get_current_timezone(), HOURS["any"]
    day = offer.starts_at.astimezone(zone).date()
    usual = [datetime.combine(day, time(hour), zone) for hour in USUAL]
    own = max(offer.starts_at, datetime.combine(day, time(early), zone))
    times = [one for one in (own, *usual) if max(offer.window_from, now) <= one <= offer.window_until]
    told = [(one.astimezone(UTC), until(offer, one).astimezone(UTC)) for one in times]
    return [pair for pair in told if pair[0].astimezone(zone).hour < late]


def _date(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def days(now: datetime) -> list[tuple[str, str]]:
    """Return (ISO day, words) of the days that may be wished."""
    today = timezone.localtime(now).date()
    return [(f"{day}", _in_words(day)) for day in (today + timedelta(days=ahead) for ahead in range(WISHES))]


def _in_words(day: date) -> str:
    return f"{formats.date_format(day, 'MONTH_DAY_FORMAT')} {formats.date_format(day, 'D')}"


def part_of_day(said: str, part: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return a part of a day in the active zone, as two moments; None when either is none that is offered, or over."""
    try:
        day = parse_date(said[:10])
    except ValueError:
        return None
    today, hours = timezone.localtime(now).date(), HOURS.get(part)
    if day is None or hours is None or not today <= day <= today + timedelta(days=WISHES):
        return None
    zone = timezone.get_current_timezone()
    begins, ends = (datetime.combine(day, time(hour), zone) for hour in hours)
    return (begins, ends) if ends > now else None


def read(said: list[str], now: datetime) -> list[tuple[datetime, datetime]]:
    """Return the windows that can be read and are not over, earliest first."""
    found = []
    for one in said:
        begins, _slash, ends = one.partition("/")
        try:
            pair = parse_datetime(begins), parse_datetime(ends)
        except ValueError:
            continue
        near = all(moment and moment.tzinfo and abs(moment - now) < FAR for moment in pair)
        if near and max(pair[0], now) < pair[1]:
            found.append(pair)
    return sorted(found)


def wish_of(said: list[str], now: datetime, words: str = "") -> dict[str, Any]:
    """Return chosen windows as an order keeps a wish: from the first to its end, and all of them in figures."""
    return in_figures(read(said, now), words)


def in_figures(found: list[tuple[datetime, datetime]], words: str = "") -> dict[str, Any]:
    """Return windows, earliest first, as an order keeps a wish; what else was wished stands behind the figures."""
    if not found:
        return {}
    times = "; ".join(wishes.figures(begins, ends) for begins, ends in found)
    span = {"wish_from": found[0][0].isoformat(), "wish_to": found[0][1].isoformat()}
    return span | {"wish": f"{times} {words}".strip()[:240]}
