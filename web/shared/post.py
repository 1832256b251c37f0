"""From a browser's POST to the dict a serializer takes. The inverse of `web.shared.forms`."""

import json
from zoneinfo import ZoneInfo

from rest_framework import serializers

from dispatch.actions.pictures import PhotosField, SignatureField
from web.shared import values

OFF = ("", "false", "0", "off", "no")
MANY = (serializers.MultipleChoiceField, serializers.ManyRelatedField, serializers.ListField)
OMIT = object()


def wanted(serializer, only=None):
    """Return the fields a person fills in: not the read-only ones, not those the server fills."""
    return {
        name: field
        for name, field in serializer.fields.items()
        if not field.read_only and not isinstance(field, serializers.HiddenField) and (only is None or name in only)
    }


def is_money(field):
    """Tell whether an integer field holds minor units and is typed in whole ones (style={'money': True})."""
    return bool(field.style.get("money"))


def is_lines(field):
    """Tell whether a list is free text, one entry a line, rather than a choice of several."""
    return isinstance(field, serializers.ListField) and not isinstance(field.child, serializers.ChoiceField)


def currency_of(field, currency):
    """Return the currency a money field is typed in: its own style, else the page's."""
    return field.style.get("currency") or currency or "CNY"


def from_post(serializer_class, post, zone: ZoneInfo, *, files=None, only=None, currency=None):
    """Turn a QueryDict into the dict the serializer takes; the serializer goes on to judge it.

    serializer_class: a Serializer class or instance. `zone`: the outlet's, for local dates and times, which
    come out as ISO strings with an offset. Unchecked boxes become False, an empty optional field is left
    out (None where null is allowed). `only` limits it to the fields that the form showed.
    Raises serializers.ValidationError with every local time or amount that can't be read.
    """
    serializer = serializer_class() if isinstance(serializer_class, type) else serializer_class
    data, errors = {}, {}
    for name, field in wanted(serializer, only).items():
        try:
            value = _read(name, field, post, zone, files or {}, currency)
        except values.Unclear as unclear:
            errors[name] = [str(unclear)]
            continue
        if value is not OMIT:
            data[name] = value
    if errors:
        raise serializers.ValidationError(errors)
    return data


def _read(name, field, post, zone, files, currency):
    """Return one field's value, or OMIT."""
    if isinstance(field, serializers.FileField):
        return files.get(name, OMIT)
    if isinstance(field, PhotosField):  # their files are kept before (web.shared.photos), here are their numbers
        return [text for text in post.getlist(name) if text != ""]
    if is_lines(field):
        return [line.strip() for text in post.getlist(name) for line in text.splitlines() if line.strip()]
    if isinstance(field, MANY):
        return [value for value in post.getlist(name) if value != ""]
    if isinstance(field, serializers.BooleanField) and not field.allow_null:
        return post.get(name, "").lower() not in OFF
    text = post.get(name)
    if text is None:
        return OMIT
    if not isinstance(field, serializers.CharField):
        text = text.strip()
    if not text.strip():
        return _empty(field)
    if isinstance(field, SignatureField):
        return _signature(text, post.get(f"{name}__strokes", ""))
    return _typed(name, field, text, post, zone, currency)


def _signature(text, written):
    """Return a drawing with how it was written (H-R4); the field judges both."""
    if not text.startswith("data:") or not written:
        return text
    try:
        return {"png": text, "strokes": json.loads(written)}
    except ValueError:
        return text


def _empty(field):
    """Return what an empty box means for this field: cleared, unknown, or not said."""
    if getattr(field, "allow_blank", False):
        return ""
    return None if field.allow_null else OMIT


def _typed(name, field, text, post, zone, currency):
    """Return what a filled box means for this field."""
    if isinstance(field, serializers.DateTimeField):
        moment = values.parse_local(text, zone, post.get(f"{name}__fold"))
        return text if moment is None else moment.isoformat()
    if is_money(field):
        return values.parse_money(text, currency_of(field, currency))
    if isinstance(field, serializers.BooleanField):
        return text.lower() not in OFF
    return text.replace("\r\n", "\n")
