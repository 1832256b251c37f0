"""Read single cells: text, numbers, coordinates, yes and no. Every failure is a BadValue that says what is right."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache
from math import asin, cos, isfinite, radians, sin, sqrt

from django.utils.translation import gettext_lazy as _

from dispatch.imports.errors import BadValue, shown

# What people write where they have nothing to say.
NOTHING = {
    "",
    "-",
    "--",
    "—",
    "——",
    "/",
    "\\",
    ".",
    "?",
    "？",
    "*",
    "0",
    "n/a",
    "na",
    "none",
    "nil",
    "null",
    "unknown",
    "nan",
    "無",
    "无",
    "沒有",
    "没有",
    "不詳",
    "不详",
    "未知",
    "不明",
    "不知道",
    "忘記",
    "忘记",
    "不記得",
    "不记得",
    "未填",
    "待補",
    "待补",
    "空",
    "#n/a",
    "暫無",
    "暂无",
}
YES = {"yes", "y", "true", "t", "1", "x", "是", "有", "對", "对", "√", "✓", "v", "ok"}
NO = {"no", "n", "false", "f", "0", "否", "無", "无", "不是", "沒有", "没有", "×", "✗"}
GUARDED = "=+-@\t\r"  # how a cell begins that a spreadsheet would take for a formula
NEAR = 300  # km; an outlet serves no customer farther away

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]|_x000[Dd]_")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+")


def text(cell: object, lines: bool = False) -> str:
    """Return a cell as clean text: no control or invisible letters, single spaces; line breaks kept if `lines`."""
    if cell is None:
        return ""
    if isinstance(cell, float) and isfinite(cell) and cell == int(cell):
        cell = int(cell)  # 13800138000.0 is how a spreadsheet keeps a number that is a name
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == time(0) else cell.strftime("%Y-%m-%d %H:%M")
    return _clean(cell if isinstance(cell, str) else str(cell), lines)


@lru_cache(maxsize=8192)  # the same few words fill most columns, and each cell is looked at several times
def _clean(raw: str, lines: bool) -> str:
    if raw[:1] == "'" and raw[1:2] in GUARDED:
        raw = raw[1:]  # our own guard against formulas, coming back in a corrected file
    if raw.isprintable() and raw == raw.strip() and "  " not in raw and "_x" not in raw:
        return raw if raw.isascii() else unicodedata.normalize("NFC", raw)
    raw = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).encode("utf-8", "replace").decode("utf-8")
    parts = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = ["".join(ch if ch >= " " and not "\x7f" <= ch <= "\x9f" else " " for ch in part).split() for part in parts]
    return ("\n" if lines else " ").join(" ".join(words) for words in clean if words)


def plain(cell: object) -> str:
    """Return a cell in half-width letters, for what is compared or computed rather than kept as written."""
    clean = text(cell)
    return clean if clean.isascii() else _half_width(clean)


@lru_cache(maxsize=8192)
def _half_width(clean: str) -> str:
    return _clean(unicodedata.normalize("NFKC", clean), False)


def is_nothing(cell: object) -> bool:
    """True for an empty cell and for what people write instead ('-', '無', 'N/A')."""
    return plain(cell).casefold() in NOTHING


def limited(cell: object, longest: int, lines: bool = False) -> str:
    """Return clean text, '' for nothing. Raises BadValue when it is longer than `longest` letters."""
    value = text(cell, lines)
    if len(value) > longest:
        raise BadValue(
            _("“%(seen)s” is %(length)s letters long; up to %(longest)s fit."),
            seen=shown(value, 30),
            length=len(value),
            longest=longest,
        )
    return "" if len(value) < 6 and is_nothing(value) and value != "0" else value


def code(cell: object, longest: int) -> str:
    """Return a model, serial or order number: half-width, no spaces lost in between. Raises BadValue.

    A number that a spreadsheet has shortened to 8.86912E+11 is refused: its last digits are gone.
    """
    value = plain(cell)
    if _SCIENTIFIC.fullmatch(value) and len(re.sub(r"\D", "", value.upper().split("E")[0])) < 12 and "+" in value[1:]:
        raise shortened(value)
    return limited(value, longest)


def shortened(seen: str) -> BadValue:
    """Return the error for a number that a spreadsheet has cut."""
    return BadValue(
        _(
            "“%(seen)s” has lost its last digits in a spreadsheet. "
            "Format the column as text and enter the whole number."
        ),
        seen=seen,
    )


def number(cell: object) -> float | None:
    """Return a number, None for nothing. '25.05°N' and '121,53' count. Raises BadValue."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        value = float(cell)
    else:
        if isinstance(cell, (datetime, date, time)) or (is_nothing(cell) and plain(cell) != "0"):
            if plain(cell):
                return _not_nothing(cell)
            return None
        match = re.fullmatch(
            r"([NSEW北南東东西])?[緯纬經经]?\s*([+-]?\d+(?:[.,]\d+)?)\s*°?\s*([NSEW])?", plain(cell).upper()
        )
        if not match:
            raise _no_number(cell)
        value = float(match[2].replace(",", "."))
        if (match[1] or match[3] or "") in ("S", "W", "南", "西"):
            value = -value
    if not isfinite(value):
        raise _no_number(cell)
    return value


def _not_nothing(cell: object) -> None:
    """None for words that mean nothing; a date in a number's place is refused."""
    if isinstance(cell, (datetime, date, time)):
        raise _no_number(cell)


def _no_number(cell: object) -> BadValue:
    return BadValue(_("“%(seen)s” is not a number. Write it as 25.0478."), seen=shown(cell))


def yes_no(cell: object) -> bool | None:
    """Return True or False, None for an empty cell. Raises BadValue."""
    word = plain(cell).casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    if is_nothing(cell):
        return None
    raise BadValue(_("“%(seen)s” is neither yes nor no. Write yes or no."), seen=shown(cell))


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance between two (latitude, longitude) in degrees."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, point)) for point in (a, b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 12742 * asin(min(1.0, sqrt(h)))


def place(lat_cell: object, lon_cell: object, outlet: tuple[float, float] | None) -> tuple[float, float, bool] | None:
    """Return (latitude, longitude, swapped) in WGS-84 degrees, None where there is none; 0, 0 is none.

    The two in the wrong order are put right where range, or the way to the outlet, leaves no doubt.
    Raises BadValue for half a pair, for what lies nowhere, and for what lies farther than 300 km from the outlet.
    """
    lat, lon = number(lat_cell), number(lon_cell)
    if (lat is None and lon is None) or (lat == 0 and lon == 0):
        return None
    if lat is None or lon is None:
        raise BadValue(_("Only half of the coordinates is given. Give latitude and longitude, or neither."))
    readings = [
        (a, b, swapped) for a, b, swapped in ((lat, lon, False), (lon, lat, True)) if abs(a) <= 90 and abs(b) <= 180
    ]
    if not readings:
        raise BadValue(
            _("%(lat)s, %(lon)s is no place on earth. Coordinates are degrees in WGS-84, such as 25.0478, 121.5171."),
            lat=lat,
            lon=lon,
        )
    if outlet is None:
        return readings[0]
    near = [reading for reading in readings if kilometres(reading[:2], outlet) <= NEAR]
    if not near:
        raise BadValue(
            _("%(lat)s, %(lon)s is %(km)s km from the outlet. Correct the coordinates, or leave them empty."),
            lat=lat,
            lon=lon,
            km=round(kilometres(readings[0][:2], outlet)),
        )
    return near[0]


def pair(cell: object) -> tuple[str, str]:
    """Return the two halves of '25.0478, 121.5171', ('', '') for nothing. Raises BadValue."""
    if is_nothing(cell):
        return "", ""
    halves = re.findall(r"[NSEW]?[+-]?\d+(?:\.\d+)?°?[NSEW]?", plain(cell).upper())
    if len(halves) != 2:
        raise BadValue(_("“%(seen)s” is not a pair of coordinates. Write it as 25.0478, 121.5171."), seen=shown(cell))
    return halves[0], halves[1]
