"""Templates: our own words, or the outlet's in their place; filled with facts, never with more than they name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dispatch.models import NoticeTemplate
from dispatch.notices.catalogue import places_of
from dispatch.notices.words import OURS

PLACE = re.compile(r"\{([^{}\s]*)\}")
PART = re.compile(r"\[([^\[\]]*)\]")
LANGUAGES = ("en", "zh-hans", "zh-hant")
Words = tuple[str, str]  # subject, body


def check(event: str, *texts: str) -> None:
    """Raise ValidationError naming what a template of `event` may not hold: unknown places, brackets left open."""
    known = places_of(event)
    for text in texts:
        unknown = sorted({name for name in PLACE.findall(text) if name not in known})
        if unknown:
            said = _("%(unknown)s: not known here. Use %(known)s.")
            named = {"unknown": _list(unknown), "known": _list(known)}
            raise ValidationError(said, params=named)
        if re.search(r"[{}]", PLACE.sub("", text)) or re.search(r"[\[\]]", PART.sub("", text)):
            said = _("A brace or a bracket is open or lone. Write {link}, and [what may fall out: {phone}].")
            raise ValidationError(said)


def fill(text: str, facts: Mapping[str, object]) -> str:
    """Return `text` with its places filled. A part in [brackets] falls out when something in it is not known."""

    def part(match: re.Match) -> str:
        return match[1] if all(facts.get(name) for name in PLACE.findall(match[1])) else ""

    filled = PLACE.sub(lambda match: str(facts.get(match[1]) or ""), PART.sub(part, text))
    filled = re.sub(r"(?<=[。，：；！？）」”])[ \t]+", "", filled)  # none next to a full-width sign
    return re.sub(r"[ \t]{2,}", " ", filled).strip()


def overrides(events: set[str]) -> dict[tuple[str, str, str], Words]:
    """Return the templates written in the admin for `events`, by (event, language, channel)."""
    rows = NoticeTemplate.objects.filter(event__in=events)
    return {(row.event, row.language, row.channel): (row.subject, row.body) for row in rows}


def words_for(event: str, language: str, channel: str, own: Mapping[tuple[str, str, str], Words]) -> Words:
    """Return (subject, body) for an event: written for this channel, else for every one, else ours.

    A subject left empty is ours; a language we do not speak is English.
    """
    subject, body = OURS.get(language, OURS["en"])[event]
    found = own.get((event, language, channel)) or own.get((event, language, ""))
    return (found[0] or subject, found[1]) if found else (subject, body)


def needs_link(words: Words) -> bool:
    """True when the words tell the customer's address of the order."""
    return any("{link}" in text for text in words)


def _list(names) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
