"""Photos and signatures that come with a verb (H-C7, H-F4, H-F6, H-H1, H-W5).

A verb declares `PhotosField` or `SignatureField` in its data, and that is all: reading looks at every picture before
anything is written, `deed` has them kept right before the effect, in the same transaction. The effect finds saved rows
in `act.data`; the log gets their numbers, never their bytes.

Faces keep what was sent with a form at once (`upload`): such a picture waits, with `event_seq` NULL, until an act
takes it. So a refused form loses no photo.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers import pictures
from dispatch.lifecycle import Act, BadData
from dispatch.models import OrderPhoto, PhotoKind, ServiceOrder
from technicians.models import User

MOST = 6  # photos of one field
MOST_PER_ORDER = 200
AT_A_TIME = 200
MOST_POINTS = 20_000  # of a signature: minutes of writing

IDS = {"type": "array", "items": {"type": "integer"}, "description": "Numbers of photos sent to this order before"}


@extend_schema_field(IDS)
class PhotosField(serializers.Field):
    """Photos: a list of uploaded files, or numbers of photos that were sent to this order before.

    `kind` says what they show. `min` of 1 makes them required; else nothing sent is []. Read, it is a list of
    `OrderPhoto`: saved ones in the effect, before that perhaps unsaved ones.
    """

    default_error_messages = {
        "list": _("Send a list of photos."),
        "few": _("A photo is needed here. Take at least one."),
        "many": _("These are more than %(most)s photos. Keep the best ones."),
        "unknown": _("One of the photos does not belong to this order. Take it again."),
    }

    def __init__(self, *, kind: str = PhotoKind.OTHER, max: int = MOST, min: int = 0, **how: Any) -> None:
        """Make the field; `how` goes to Field (label, help_text …)."""
        self.photo_kind, self.most, self.least = PhotoKind(kind), max, min
        how.setdefault("label", self.photo_kind.label)
        if not min and how.get("required") is not True:
            how |= {"required": False, "default": list}
        super().__init__(**how)

    def to_internal_value(self, data: Any) -> list[OrderPhoto]:
        """Look at each: a file must be a picture, a number one of this order's."""
        if not isinstance(data, list | tuple):
            self.fail("list")
        data = [item for item in data if item not in ("", None)]
        if len(data) > self.most:
            raise serializers.ValidationError(self.error_messages["many"] % {"most": self.most})
        if len(data) < self.least:
            self.fail("few")
        act = self.context["act"]
        known = _known(self, act, [item for item in data if not hasattr(item, "read")])
        return [_new(act, item, self.photo_kind) if hasattr(item, "read") else known[number_of(item)] for item in data]


@extend_schema_field(OpenApiTypes.STR)
class SignatureField(serializers.Field):
    """A signature: a PNG data URL as a page draws it, or the number of one sent to this order before; or none.

    A phone sends {"png": data URL, "strokes": [[[x, y, ms, pressure]…]…]}: how it was written is kept as well (H-R4).
    Read, it is an `OrderPhoto` (saved in the effect) or None. An empty drawing is refused (H-H1).
    """

    default_error_messages = {
        "unknown": _("This signature does not belong to this order. Sign again."),
        "strokes": _("The strokes of this signature can't be read. Sign again."),
    }
    photo_kind = PhotoKind.SIGNATURE

    def __init__(self, **how: Any) -> None:
        """Make the field; it is optional unless `required` is True."""
        how.setdefault("label", PhotoKind.SIGNATURE.label)
        if how.get("required") is not True:
            how |= {"required": False, "allow_null": True, "default": None}
        super().__init__(**how)

    def to_internal_value(self, data: Any) -> OrderPhoto | None:
        """Look at the drawing; nothing sent is nothing signed."""
        act, strokes = self.context["act"], None
        if isinstance(data, dict):
            data, strokes = data.get("png"), data.get("strokes")
            if strokes is not None and not _are_strokes(strokes):
                self.fail("strokes")
        if data == "" and not self.required:
            return None
        if number_of(data):
            return _known(self, act, [data], kind=PhotoKind.SIGNATURE)[number_of(data)]
        row = _new(act, data, PhotoKind.SIGNATURE)
        row.strokes = strokes
        return row


def _are_strokes(found: Any) -> bool:
    """Tell strokes, a list of lists of points of four finite numbers, from anything else."""
    points = [point for stroke in found for point in stroke] if _lists(found) else None
    return points is not None and len(points) <= MOST_POINTS and all(_is_point(point) for point in points)


def _lists(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, list) for one in found)


def _is_point(found: Any) -> bool:
    return (
        isinstance(found, list)
        and len(found) == 4
        and all(isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e9 for one in found)
    )


def number_of(item: Any) -> int:
    """Return the number of a photo as it may be sent, 0 when it is none."""
    if isinstance(item, str) and item.isascii() and item.isdigit() and len(item) <= 18:
        return int(item)
    return item if isinstance(item, int) and not isinstance(item, bool) and 0 < item < 10**18 else 0


def _known(field: serializers.Field, act: Act, items: list, **only: Any) -> dict[int, OrderPhoto]:
    """Return the order's photos by the numbers sent; refuse numbers of others."""
    wanted = {number_of(item) for item in items}
    if not wanted:
        return {}
    rows = OrderPhoto.objects.select_related("photo").filter(order_id=act.order.pk, pk__in=wanted, **only)
    found = {row.pk: row for row in rows}
    if found.keys() != wanted:
        field.fail("unknown")
    return found


def _new(act: Act, item: Any, kind: PhotoKind) -> OrderPhoto:
    """Return an unsaved row with the picture looked at, or refuse what is none."""
    read = pictures.read_signature if kind == PhotoKind.SIGNATURE else pictures.read
    try:
        found = read(item)
    except pictures.NotAPicture as error:
        raise serializers.ValidationError(str(error)) from error
    row = OrderPhoto(order=act.order, kind=kind, by=act.by, at=act.now)
    row.picture = found
    return row


def picture_fields(data: type[serializers.Serializer]) -> dict[str, serializers.Field]:
    """Return the fields of a verb's data that hold pictures, by name."""
    return {name: one for name, one in data._declared_fields.items() if isinstance(one, PhotosField | SignatureField)}


def attach(act: Act, fields: dict[str, serializers.Field]) -> None:
    """Keep the pictures of an act and put their numbers into its payload. `deed` calls this before the effect."""
    new = [row for name in fields for row in _rows(act.data.get(name)) if row.pk is None]
    for row in sorted(new, key=lambda row: row.picture.sha256):  # in one order, so that two acts can't lock each other
        row.photo = pictures.store(row.picture, act.now)
    for name, field in fields.items():
        value = act.data.get(name)
        rows = list(dict.fromkeys(_taken(act, row, field.photo_kind) for row in _rows(value)))
        several = isinstance(field, PhotosField)
        act.data[name] = rows if several else (rows[0] if rows else None)
        act.payload.pop(name, None)  # what is not there need not be told
        if rows:
            act.payload[name] = [row.pk for row in rows] if several else rows[0].pk


def _rows(value: Any) -> list[OrderPhoto]:
    return value if isinstance(value, list) else [value] if value else []


def _taken(act: Act, row: OrderPhoto, kind: PhotoKind) -> OrderPhoto:
    """Return the row of a picture as this act takes it: with its kind, and the event it came with."""
    seq, sent = act.order.log_seq + 1, row
    if row.pk is None or row.kind != kind:
        first = {"by": act.by, "at": act.now, "event_seq": seq, "note": row.note, "strokes": row.strokes}
        row = OrderPhoto.objects.get_or_create(order=act.order, photo=row.photo, kind=kind, defaults=first)[0]
        if sent.pk and sent.event_seq is None:
            sent.delete()  # it waited under another kind
    if row.event_seq is None:
        row.event_seq = seq
        row.save(update_fields=["event_seq"])
    return row


def upload(order: ServiceOrder, file: Any, kind: str, by: User, now: datetime, note: str = "") -> OrderPhoto:
    """Keep a photo that was sent to an order; it waits for the act that takes it. The same again is the same row.

    Raises BadData when it is no photo or the order has too many, with nothing written.
    """
    try:
        found = pictures.read(file)
    except pictures.NotAPicture as error:
        raise BadData("H-W5", {"errors": {"file": [str(error)]}}) from error
    with transaction.atomic():
        if OrderPhoto.objects.filter(order=order).count() >= MOST_PER_ORDER:
            said = _("This order has %(most)s photos already. No more can be kept.") % {"most": MOST_PER_ORDER}
            raise BadData("H-W5", {"errors": {"file": [str(said)]}})
        photo = pictures.store(found, now)
        first = {"by": by, "at": now, "note": note}
        return OrderPhoto.objects.get_or_create(order=order, photo=photo, kind=kind, defaults=first)[0]


def forget_unused(before: datetime) -> int:
    """Forget the photos sent before a moment that no act has taken since; return how many."""
    forgotten = 0
    rows = OrderPhoto.objects.filter(event_seq__isnull=True, at__lt=before)
    while some := dict(rows.values_list("pk", "photo_id")[:AT_A_TIME]):
        with transaction.atomic():
            forgotten += rows.filter(pk__in=some).delete()[0]
            pictures.forget(some.values())
    return forgotten


def find(user: User, order_id: int, pk: int) -> OrderPhoto | None:
    """Return a photo of an order that `user` may see, or None."""
    row = OrderPhoto.objects.select_related("photo").filter(order_id=order_id, pk=pk).first()
    return row if row and ServiceOrder.objects.one_for(user, order_id) else None


def served(row: OrderPhoto, *, small: bool = False) -> tuple[bytes, dict[str, str]]:
    """Return a picture's bytes and the headers to send them with: it never changes, and is nobody else's business.

    Raises Http404 when the file is gone from the disk.
    """
    photo = row.photo
    try:
        content = pictures.thumbnail(photo).read_bytes() if small else Path(photo.file.path).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    return content, {
        "Content-Type": f"image/{photo.format}",
        "Content-Disposition": f'inline; filename="{row.order_id:06d}-{row.pk}.{photo.format}"',
        "Cache-Control": "private, max-age=86400, immutable",
        "ETag": etag(row, small=small),
        "X-Content-Type-Options": "nosniff",
    }


def etag(row: OrderPhoto, *, small: bool = False) -> str:
    """Return the ETag of a picture: its hash."""
    return f'"{row.photo.sha256}{"-small" if small else ""}"'
