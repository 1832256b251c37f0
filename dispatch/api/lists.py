"""Lists read page by page: keyset pages, whose cost does not grow with how far one has read."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson
from django.core.exceptions import ValidationError as FieldError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.pagination import BasePagination

PAGE, LARGEST = 50, 200


class PageParams(serializers.Serializer):
    """How much, and from where on."""

    limit = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST, default=PAGE)
    cursor = serializers.CharField(
        required=False, max_length=400, help_text="Opaque; as given by `next_cursor` of the page before"
    )


def read_page(rows: QuerySet, ordering: tuple[str, ...], params: dict) -> tuple[list, str | None]:
    """Return one page of `rows` and the cursor of the next, None at the end.

    ordering: field names, all ascending or all with "-", the last of them unique, none of them null.
    Raises ValidationError for a cursor that is not ours. One query.
    """
    limit, cursor = params["limit"], params.get("cursor")
    if cursor:
        rows = rows.filter(_beyond(rows.model, ordering, cursor))
    page = list(rows.order_by(*ordering)[: limit + 1])
    if len(page) <= limit:
        return page, None
    last = page[limit - 1]
    return page[:limit], _cursor([_value(last, name.lstrip("-")) for name in ordering])


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _cursor(values: list) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _beyond(model, ordering: tuple[str, ...], cursor: str) -> Q:
    """Return the condition for what comes after the cursor: (a, b) > (x, y), spelt out."""
    values = _values(model, ordering, cursor)
    way = "lt" if ordering[0].startswith("-") else "gt"
    beyond, same = Q(pk__in=[]), Q()
    for name, value in zip(ordering, values, strict=True):
        field = name.lstrip("-")
        beyond |= same & Q(**{f"{field}__{way}": value})
        same &= Q(**{field: value})
    return beyond


def _values(model, ordering: tuple[str, ...], cursor: str) -> list:
    try:
        raw = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(raw, list) or len(raw) != len(ordering):
            raise ValueError(cursor)
        values = [
            model._meta.get_field(name.lstrip("-")).to_python(value) for name, value in zip(ordering, raw, strict=True)
        ]
        if None in values or any(isinstance(value, str) and "\x00" in value for value in values):
            raise ValueError(cursor)
        return values
    except (ValueError, TypeError, OverflowError, binascii.Error, FieldError) as error:
        said = _("This cursor is not one of ours. Start again from the first page.")
        raise serializers.ValidationError({"cursor": [said]}) from error


class Keyset(BasePagination):
    """Tells the schema what a page looks like; `read_page` does the reading."""

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """Return the schema of a page of `schema`."""
        return {
            "type": "object",
            "required": ["results", "next_cursor"],
            "properties": {
                "results": schema,
                "next_cursor": {"type": "string", "nullable": True, "description": "For the next page; null: the end"},
            },
        }

    def get_schema_operation_parameters(self, view) -> list:
        """Return nothing: the lists' own parameters include the page's."""
        return []
