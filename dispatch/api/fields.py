"""The fields that a verb takes, told as data, so that a program can draw its own form."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers as s

from dispatch.actions.pictures import PhotosField, SignatureField
from dispatch.lifecycle import REGISTRY, Verb

# The first kind that fits names the type.
TYPES = (
    (PhotosField, "photos"),
    (SignatureField, "signature"),
    (s.MultipleChoiceField, "choices"),
    (s.ChoiceField, "choice"),
    (s.BooleanField, "boolean"),
    (s.IntegerField, "integer"),
    (s.FloatField, "number"),
    (s.DateTimeField, "datetime"),
    (s.DateField, "date"),
    (s.ListField, "list"),
    (s.PrimaryKeyRelatedField, "id"),
    (s.SlugRelatedField, "code"),
    (s.CharField, "string"),
)
# Rows to choose from are asked for, not sent along.
SOURCES = {
    "technician": "/api/v1/technicians/?working=true",
    "fault": "/api/v1/faults/",
    "category": "/api/v1/catalogue/",
    "brand": "/api/v1/catalogue/",
    "outlet": "/api/v1/catalogue/",
}


class ChoiceShape(s.Serializer):
    """One value to choose, and what people call it."""

    value = s.JSONField()
    label = s.CharField()


class FieldShape(s.Serializer):
    """One field: how to send it, and what to show beside it."""

    name = s.CharField()
    type = s.ChoiceField(choices=sorted({name for _kind, name in TYPES}))
    required = s.BooleanField()
    null = s.BooleanField()
    label = s.CharField(allow_blank=True)
    help = s.CharField(allow_blank=True)
    default = s.JSONField(allow_null=True)
    choices = ChoiceShape(many=True, allow_null=True)
    source = s.CharField(allow_null=True, help_text="Where the rows to choose from are listed")
    max_length = s.IntegerField(allow_null=True)
    min = s.FloatField(allow_null=True)
    max = s.FloatField(allow_null=True)
    multiline = s.BooleanField()
    money = s.BooleanField(help_text="Minor units of the outlet's currency")


def fields_of(verb: Verb) -> list[dict]:
    """Return the fields of a verb in the active language."""
    return _fields(verb.name, get_language() or "en")


@lru_cache(maxsize=512)
def _fields(name: str, language: str) -> list[dict]:
    data = REGISTRY[name].data
    return [_told(field, found) for field, found in data().fields.items()] if data else []


def _told(name: str, field: s.Field) -> dict[str, Any]:
    chosen = isinstance(field, s.ChoiceField)
    default = field.default
    return {
        "name": name,
        "type": next((said for kind, said in TYPES if isinstance(field, kind)), "string"),
        "required": field.required,
        "null": field.allow_null,
        "label": str(field.label or ""),
        "help": str(field.help_text or ""),
        "default": None if default is s.empty or callable(default) else default,
        "choices": [{"value": value, "label": str(label)} for value, label in field.choices.items()]
        if chosen
        else None,
        "source": SOURCES.get(name) if isinstance(field, s.RelatedField) else None,
        "max_length": getattr(field, "max_length", None),
        "min": getattr(field, "min_value", None),
        "max": field.most if isinstance(field, PhotosField) else getattr(field, "max_value", None),
        "multiline": bool(field.style.get("textarea")),
        "money": bool(field.style.get("money")),
    }
