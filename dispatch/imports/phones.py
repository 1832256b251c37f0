"""Read phone numbers as people write them, into E.164."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext_lazy as _

from dispatch.imports.errors import BadValue, shown
from dispatch.imports.values import _SCIENTIFIC, is_nothing, plain, shortened, text

MOST = 2  # numbers one customer keeps; a third goes to the note

_EXTENSION = re.compile(
    r"\s*(?:轉接|转接|分機號?|分机号?|內線|内线|轉|转|extension|extn?\.?|ext\.|#)\s*:?\s*(\d{1,6})\b", re.IGNORECASE
)
_ABROAD = re.compile(r"(?<![\d+])(?<!\d[\s-])00\s*(?=(?:86|886|852|853|65|60|81|82|44|1)\D?\d)")
_TRUNK = re.compile(r"(\+\d{2,3}[\s-]*)\(0\)")
_BARE = re.compile(r"(?<!\d)\d{7,12}(?!\d)")


@dataclass(frozen=True)
class Phones:
    """The numbers in one cell (E.164, at most two) and what else stood there: extensions, whose number it is."""

    numbers: tuple[str, ...] = ()
    note: str = ""


def phones(cell: object, region: str) -> Phones:
    """Return the numbers in a cell; those without a country code belong to `region` ('TW', 'CN').

    Raises BadValue for what is no number, lacks a digit, or was shortened by a spreadsheet.
    """
    if is_nothing(cell):
        return Phones()
    written = plain(cell)
    if _SCIENTIFIC.fullmatch(written):
        raise shortened(written)
    source = _ABROAD.sub("+", _TRUNK.sub(r"\1", _EXTENSION.sub(r" ext. \1 ", written)))
    found = [(match.number, match.start, match.end) for match in phonenumbers.PhoneNumberMatcher(source, region)]
    rest = source
    for _number, start, end in reversed(found):
        rest = rest[:start] + " " + rest[end:]
    if not found:
        found, rest = _bare(source, region)
    if not found or len(re.sub(r"\D", "", rest)) >= 6:
        raise BadValue(
            _("“%(seen)s” is not a phone number here. Check the digits and the area code; it is written as %(right)s."),
            seen=shown(text(cell)),
            right=example(region),
        )
    return Phones(tuple(dict.fromkeys(_e164(number) for number, *_ in found))[:MOST], _note(found, rest))


def _bare(source: str, region: str) -> tuple[list[tuple], str]:
    """Find a number whose leading 0 was lost (a spreadsheet keeps 0912345678 as 912345678)."""
    match = _BARE.search(source)
    if not match:
        return [], source
    number = phonenumbers.parse(match[0], region)
    if not phonenumbers.is_valid_number(number):
        return [], source
    return [(number, match.start(), match.end())], source[: match.start()] + " " + source[match.end() :]


def _e164(number: phonenumbers.PhoneNumber) -> str:
    """Return E.164 without the extension, which no network dials."""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _note(found: list[tuple], rest: str) -> str:
    """Return what is worth keeping beside the numbers, '' when only separators are left."""
    parts = [f"{_e164(number)} ext. {number.extension}" for number, *_ in found if number.extension]
    distinct = dict.fromkeys(_e164(number) for number, *_ in found)
    parts += list(distinct)[MOST:]
    words = " ".join(re.sub(r"[()\[\],;:/、|+\-]|\bext\.", " ", rest).split())
    if re.search(r"\w", words):
        parts.append(words)
    return ", ".join(parts)


def example(region: str) -> str:
    """Return a number as it is written in `region`, for a reason."""
    sample = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if sample is None:
        return "+886 912 345 678"
    return phonenumbers.format_number(sample, phonenumbers.PhoneNumberFormat.NATIONAL)
