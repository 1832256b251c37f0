"""JSON in and out: strict about what comes in, quick about what goes out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import negotiation
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from dispatch.api.problems import TooLarge

DEEPEST = 20  # levels; nothing that is sent here has more than four


class StrictJson(BaseParser):
    """One JSON object of bounded size and depth, without characters that PostgreSQL can't keep.

    orjson itself refuses lone surrogates, NaN, Infinity and numbers beyond a double.
    """

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None) -> dict:
        """Return the object. Raises TooLarge, ParseError."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        if not raw.strip():
            return {}
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(_("This is not JSON: %(why)s.") % {"why": error}) from error
        if not isinstance(data, dict):
            raise ParseError(_("Send a JSON object: { … }."))
        for depth, text in _texts(data):
            if depth > DEEPEST:
                raise ParseError(_("This is nested too deeply."))
            if "\x00" in text:
                raise ParseError(_("The character NUL can't be kept. Leave it out."))
        return data


def _texts(data: Any) -> Iterator[tuple[int, str]]:
    """Yield (depth, text) of every text in `data` and an empty one for every container, without recursion."""
    waiting = [(1, data)]
    while waiting:
        depth, value = waiting.pop()
        if isinstance(value, str):
            yield depth, value
        elif isinstance(value, dict | list):
            yield depth, ""
            inner = [*value, *value.values()] if isinstance(value, dict) else value
            waiting.extend((depth + 1, item) for item in inner if isinstance(item, str | dict | list))


class Json(BaseRenderer):
    """JSON out: times in UTC with a Z."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        """Return `data` as bytes; b"" for None."""
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    """Return what orjson does not know: lazy translations and the like, as text."""
    return list(value) if isinstance(value, set | tuple) else str(value)


class AlwaysJson(negotiation.BaseContentNegotiation):
    """There is one language of answers here, so nobody is turned away for asking for another."""

    def select_parser(self, request, parsers):
        """Return the parser of the body's content type, or None."""
        return negotiation.DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request, renderers, format_suffix=None):
        """Return the only renderer."""
        return renderers[0], renderers[0].media_type
