"""Photos of an order: sent one at a time, listed, and their bytes. Verbs take them by number."""

from __future__ import annotations

import hashlib

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from dispatch.actions import pictures
from dispatch.api import shapes
from dispatch.api.base import ApiView
from dispatch.api.envelope import read_key
from dispatch.api.parts import who
from dispatch.api.problems import problem
from dispatch.api.schema import KEY_HEADER, REPLAYED
from dispatch.lifecycle import BadData, NotFound
from dispatch.lifecycle.act import in_one_piece
from dispatch.lifecycle.once import once
from dispatch.models import OrderPhoto, PhotoKind, ServiceOrder


class PhotoData(serializers.Serializer):
    """One photo of up to 12 MB and 50 megapixels: JPEG, PNG or WebP. It is kept without position, as JPEG."""

    file = serializers.FileField(use_url=False)
    kind = serializers.ChoiceField(choices=PhotoKind.choices, default=PhotoKind.OTHER.value)
    note = serializers.CharField(required=False, allow_blank=True, max_length=240)

    def validate_kind(self, kind: str) -> str:
        """A signature is drawn in the form of its act, not photographed (H-H1)."""
        if kind == PhotoKind.SIGNATURE:
            raise serializers.ValidationError(_("A signature goes with its act. Choose what the photo shows."))
        return kind


class PhotoShape(serializers.Serializer):
    """A photo of an order. `event` is the act that took it (its `seq` in the log); null while none has."""

    id = serializers.IntegerField()
    kind = shapes.choice(PhotoKind)
    label = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    by = shapes.maybe(shapes.WhoShape)
    at = shapes.Time()
    event = serializers.IntegerField(allow_null=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    href = serializers.CharField(help_text="The picture itself; ?w=320 for a small one")


class PhotoList(serializers.Serializer):
    """All photos of an order, oldest first."""

    results = PhotoShape(many=True)


class Photos(ApiView):
    """The photos of one order."""

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="orders_photos", responses=PhotoList, tags=["orders"])
    def get(self, request, pk: int):
        """List an order's photos, oldest first: what they show, who took them, when."""
        rows = mine(request.user, pk).photos.select_related("photo", "by")
        return Response({"results": [row_of(row) for row in rows]})

    @extend_schema(
        operation_id="orders_photos_add",
        parameters=[KEY_HEADER],
        request={"multipart/form-data": PhotoData},
        responses={201: PhotoShape},
        tags=["orders"],
    )
    def post(self, request, pk: int):
        """Send one photo to an order, then give its `id` to the act it belongs to. The same photo twice is kept once.

        What no act has taken after a week is forgotten.
        """
        try:
            form, key = PhotoData(data=request.data), read_key(request)
        except exceptions.UnsupportedMediaType:
            detail = _("Send multipart/form-data with the photo as “file”.")
            return problem(415, "unsupported_media_type", _("Not a form"), detail, instance=request.path)
        except ValueError as error:
            raise BadData("H-N3", {"errors": {"Idempotency-Key": [str(error)]}}) from error
        order, said = mine(request.user, pk), self._read(form)

        def keep() -> dict:
            return row_of(pictures.upload(order, said["file"], said["kind"], request.user, self.now, said["note"]))

        answer = in_one_piece(lambda: once(request.user, key, _print(pk, said), keep) if key else (keep(), False))
        return Response(answer.answer, status=201, headers=REPLAYED[answer.replayed])

    def _read(self, form: PhotoData) -> dict:
        form.is_valid(raise_exception=True)
        return {"note": ""} | form.validated_data


class OnePhoto(ApiView):
    """The bytes of one photo."""

    @extend_schema(
        operation_id="orders_photo",
        parameters=[OpenApiParameter("w", int, description="320: small enough for a list", required=False)],
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY, (200, "image/png"): OpenApiTypes.BINARY},
        tags=["orders"],
    )
    def get(self, request, pk: int, photo: int):
        """Return the picture itself."""
        row = pictures.find(request.user, pk, photo)
        if row is None:
            raise exceptions.NotFound
        content, headers = pictures.served(row, small="w" in request.query_params)
        return HttpResponse(content, headers=headers)


def mine(user, pk: int) -> ServiceOrder:
    """Return an order that the user may see, or hold on their bench. Raises NotFound."""
    order = ServiceOrder.objects.one_for(user, pk)
    if order is None:
        raise NotFound("H-N2")
    return order


def row_of(row: OrderPhoto) -> dict:
    """Return a photo as plain data."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "label": row.get_kind_display(),
        "note": row.note,
        "by": who(row.by),
        "at": row.at.isoformat(),
        "event": row.event_seq,
        "width": row.photo.width,
        "height": row.photo.height,
        "bytes": row.photo.bytes,
        "sha256": row.photo.sha256,
        "href": f"/api/v1/orders/{row.order_id}/photos/{row.pk}/",
    }


def _print(pk: int, said: dict) -> str:
    """Return the fingerprint of what was sent, so that a key can't be used for another photo (H-N3)."""
    found = hashlib.sha256(f"photo {pk} {said['kind']} {said['note']}\n".encode())
    for piece in said["file"].chunks():
        found.update(piece)
    return found.hexdigest()
