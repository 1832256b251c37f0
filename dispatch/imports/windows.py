"""Read when a customer wants us: a day and hours in many forms, as moments in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from dispatch.imports import dates
from dispatch.imports.errors import BadValue, shown
from dispatch.imports.values import is_nothing, plain


@dataclass(frozen=True)
class Window:
    """When the customer wants us, in UTC; `all_said` is False where words beside it were left out."""

    start: datetime
    end: datetime
    all_said: bool = True


DEFAULT_LENGTH = timedelta(hours=2)  # of a window that is given by its start only
LONGEST = timedelta(hours=14)
WHOLE_DAY = (9 * 60, 18 * 60)  # minutes from midnight
PARTS = {
    "上午": (540, 720),
    "早上": (540, 720),
    "morning": (540, 720),
    "am": (540, 720),
    "中午": (720, 840),
    "noon": (720, 840),
    "下午": (780, 1080),
    "afternoon": (780, 1080),
    "pm": (780, 1080),
    "傍晚": (1020, 1140),
    "晚上": (1080, 1260),
    "晚間": (1080, 1260),
    "晚间": (1080, 1260),
    "evening": (1080, 1260),
    "全天": WHOLE_DAY,
    "整天": WHOLE_DAY,
    "全日": WHOLE_DAY,
    "all day": WHOLE_DAY,
    "any time": WHOLE_DAY,
    "anytime": WHOLE_DAY,
}
_PART = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, PARTS))})(?![a-z])")
RELATIVE = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "後天": 2}
_WEEKDAY = re.compile(
    r"(下個?|下个)?(?:週|周|星期|禮拜|礼拜)([一二三四五六日天])|\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?"
)
_WEEKDAYS = ["一", "二", "三", "四", "五", "六", "日", "mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_BRACKETED = re.compile(r"\(\s*[一二三四五六日]?\s*\)")  # the weekday beside a date: 11/25(三)
_DIGITS = str.maketrans(
    {
        "一": "1",
        "二": "2",
        "兩": "2",
        "两": "2",
        "三": "3",
        "四": "4",
        "五": "5",
        "六": "6",
        "七": "7",
        "八": "8",
        "九": "9",
    }
)
_HOUR_WORD = re.compile(r"(十?[一二兩两三四五六七八九]|十)(?=[點点時时])")
_DAY = re.compile(
    r"(?:(?:民國|民国)?\d{2,4}\s*[年/.\-]\s*\d{1,2}\s*[月/.\-]\s*\d{1,2}\s*[日號号]?|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}"
    r"|\d{8}(?!\d))"
)
_SHORT_DAY = re.compile(r"(?<![\d:])(\d{1,2})\s*(?:[/]|月)\s*(\d{1,2})\s*[日號号]?(?![\d:])")
_HALF = r"(上午|早上|中午|下午|傍晚|晚上|晚間|晚间|凌晨|am|pm|a\.m\.|p\.m\.)?\s*"
_CLOCK = (
    _HALF + r"(\d{1,2})(?:\s*[:點点時时]\s*(半|[0-5]\d(?!\d)|[0-5](?=分))?\s*分?(?::\d{2})?)?\s*(am|pm|a\.m\.|p\.m\.)?"
)
_RANGE = re.compile(_CLOCK + r"\s*(?:-|~|–|—|～|至|到|to|until)\s*" + _CLOCK, re.IGNORECASE)
_SINGLE = re.compile(_CLOCK, re.IGNORECASE)
_MILITARY = re.compile(r"(?<!\d)([01]\d|2[0-3])([0-5]\d)\s*([-~至到])\s*([01]\d|2[0-3])([0-5]\d)(?!\d)")
_FILLER = re.compile(
    r"\W|之間|之间|左右|前後|前后|之後|之后|以後|以后|後|后|希望|請|请|皆可|都可以|可以|可|或|和|及|around|about|between|and|or|at|on|after"
)


def window(
    day_cell: object, hours_cell: object, today: date, zone: ZoneInfo, region: str, order: str = ""
) -> Window | None:
    """Return the wished window in UTC, None where nothing is said or it is only words ('as soon as possible').

    Either cell may hold day and hours together; hours without a day mean `today`, a day without hours 9 to 18.
    `today` is the outlet's. Raises BadValue for figures that make no window.
    """
    if isinstance(hours_cell, datetime) and is_nothing(day_cell):
        day_cell, hours_cell = hours_cell, None
    if isinstance(day_cell, (datetime, date)):
        at = day_cell.time() if isinstance(day_cell, datetime) else time(0)
        on = day_cell.date() if isinstance(day_cell, datetime) else day_cell
        words = plain(hours_cell.strftime("%H:%M") if isinstance(hours_cell, (time, datetime)) else hours_cell)
        if not words and at != time(0):
            words = at.strftime("%H:%M")
        return _window(on, words, today, zone, shown(day_cell))
    if isinstance(hours_cell, time):
        hours_cell = hours_cell.strftime("%H:%M")
    if isinstance(day_cell, (int, float)):
        day_cell = str(dates.day(day_cell, region) or "")
    said = [plain(cell) for cell in (day_cell, hours_cell) if not is_nothing(cell)]
    written = " ".join(dict.fromkeys(said)).casefold()
    if not written:
        return None
    on, words = _day(written, today, region, order)
    return _window(on, words, today, zone, shown(written))


def _day(written: str, today: date, region: str, order: str) -> tuple[date | None, str]:
    """Take the day out of the text: (day or None, what is left)."""
    for pattern in (_DAY, _SHORT_DAY):
        if match := pattern.search(written):
            left = written[: match.start()] + " " + _BRACKETED.sub(" ", _WEEKDAY.sub(" ", written[match.end() :]))
            return (dates.day(match[0], region, order) if pattern is _DAY else _this_year(match, today)), left
    for word, days in RELATIVE.items():
        if word in written:
            return today + timedelta(days=days), written.replace(word, " ", 1)
    if match := _WEEKDAY.search(written):
        wanted = _WEEKDAYS.index((match[2] or match[3]).replace("天", "日")) % 7
        monday = today - timedelta(days=today.weekday())
        on = monday + timedelta(days=7 + wanted) if match[1] else today + timedelta(days=(wanted - today.weekday()) % 7)
        return on, _WEEKDAY.sub(" ", written)
    return None, written


def _this_year(match: re.Match, today: date) -> date:
    """A day without its year is the one nearest to today."""
    month, day_ = int(match[1]), int(match[2])
    near = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            near.append(date(year, month, day_))
        except ValueError:
            continue
    if not near:
        raise BadValue(_("“%(seen)s” is a day that does not exist. Write it as 2026-03-05."), seen=match[0])
    return min(near, key=lambda found: abs((found - today).days))


def _window(on: date | None, words: str, today: date, zone: ZoneInfo, seen: str) -> Window | None:
    """Combine a day with the hours in `words`; hours amid words we don't know count only with a day beside them."""
    minutes, left = _minutes(_MILITARY.sub(r"\1:\2\3\4:\5", words.casefold()), seen)
    if re.search(r"\d", left):
        raise _unreadable(seen)
    if on is None and (minutes is None or left):
        return None
    midnight = datetime.combine(on or today, time(0))
    start, end = (
        (midnight + timedelta(minutes=minute)).replace(tzinfo=zone).astimezone(UTC) for minute in minutes or WHOLE_DAY
    )
    return Window(start, end, all_said=not left)


def _minutes(words: str, seen: str) -> tuple[tuple[int, int] | None, str]:
    """Return ((from, to) in minutes from midnight or None where no hours are named, words not understood).

    `to` may lie past 24 h.
    """
    words = _HOUR_WORD.sub(_hour_digits, words)
    if match := _RANGE.search(words):
        return _range(match, seen), _left(words, match)
    match = next((found for found in _SINGLE.finditer(words) if _is_clock(found)), None)
    if match:
        start = _clock(match[1] or match[4], match[2], match[3], seen)
        return (start, start + int(DEFAULT_LENGTH.total_seconds() // 60)), _left(words, match)
    spans = [PARTS[word] for word in _PART.findall(words)]
    return (min(s for s, _e in spans), max(e for _s, e in spans)) if spans else None, _left(words, None)


def _is_clock(match: re.Match) -> bool:
    """A bare figure is no time: it needs a colon, an hour word, or a half of the day."""
    return bool(match[1] or match[4] or re.search(r"[:點点時时]", match[0]))


def _left(words: str, match: re.Match | None) -> str:
    """Return what of the text was not understood."""
    left = words[: match.start()] + " " + words[match.end() :] if match else words
    return _FILLER.sub("", _PART.sub(" ", left))


def _hour_digits(match: re.Match) -> str:
    word = match[1]
    return "10" if word == "十" else ("1" if word[0] == "十" else "") + word[-1].translate(_DIGITS)


def _range(match: re.Match, seen: str) -> tuple[int, int]:
    """Both ends; a half of the day said of one end goes for the other where that makes sense."""
    first, second = match[1] or match[4], match[5] or match[8]
    if not second and first and int(match[6]) < 12:
        second = first
    if not first and second and int(match[2]) <= int(match[6]) < 12:
        first = second
    start = _clock(first, match[2], match[3], seen)
    end = _clock(second, match[6], match[7], seen)
    if end <= start:
        end += 24 * 60
    if timedelta(minutes=end - start) > LONGEST:
        raise BadValue(_("“%(seen)s” ends before it starts. Write it as 14:00-16:00."), seen=seen)
    return start, end


def _clock(half: str | None, hour: str, minute: str | None, seen: str) -> int:
    """Return minutes from midnight. '3點' without a half is in the afternoon: nobody is visited at night."""
    hours, minutes = int(hour), 30 if minute == "半" else int(minute or 0)
    half = (half or "").replace(".", "")
    if not half and 1 <= hours < 7 and len(hour) == 1:
        half = "pm"
    if (half in ("下午", "傍晚", "晚上", "晚間", "晚间", "pm") and hours < 12) or (half == "中午" and hours < 6):
        hours += 12
    elif half in ("凌晨", "am") and hours == 12:
        hours = 0
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        raise _unreadable(seen)
    return hours * 60 + minutes


def _unreadable(seen: str) -> BadValue:
    return BadValue(_("“%(seen)s” is not a time. Write it as 2026-11-23 14:00-16:00."), seen=seen)
