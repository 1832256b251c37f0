"""Pictures on the pages of staff: kept when a form comes with them, shown to who may see the order and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.datastructures import MultiValueDict
from rest_framework import serializers

from dispatch.actions import pictures
from dispatch.actions.pictures import PhotosField
from dispatch.lifecycle import BadData
from dispatch.models import OrderPhoto, ServiceOrder
from technicians.models import User


def photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Send one picture of an order; with ?w=320 the small one. 404 to who may not see the order."""
    row = pictures.find(request.user, pk, photo)
    if row is None:
        raise Http404
    small = "w" in request.GET
    known = get_conditional_response(request, etag=pictures.etag(row, small=small))
    if known is not None:
        return known
    content, headers = pictures.served(row, small=small)
    return HttpResponse(content, headers=headers)


def of(order: ServiceOrder, *kinds: str) -> list[OrderPhoto]:
    """Return the pictures that acts brought to an order, oldest first; of some kinds only, if any are named."""
    rows = order.photos.filter(event_seq__isnull=False).select_related("photo", "by")
    return list(rows.filter(kind__in=kinds) if kinds else rows)


def keep_files(
    order: ServiceOrder,
    described: serializers.Serializer,
    post: MultiValueDict,
    files: MultiValueDict,
    by: User,
    now: datetime,
) -> dict[str, list[str]]:
    """Keep the pictures that came with a form and put their numbers into `post`; return {field: what was none}.

    A form that is refused for whatever reason so comes back with its photos; sent twice they are the same ones.
    """
    wrong = {}
    for name, field in _photo_fields(described):
        sent = files.getlist(name)
        if not sent:
            continue
        numbers, texts = post.getlist(name), []
        room = max(0, field.most - len(numbers))
        for file in sent[:room]:
            try:
                kept = str(pictures.upload(order, file, field.photo_kind, by, now).pk)
            except BadData as refusal:
                texts += [f"{file.name}: {text}" for text in refusal.context["errors"]["file"]]
                continue
            numbers += [] if kept in numbers else [kept]
        if len(sent) > room:
            texts.append(str(field.error_messages["many"] % {"most": field.most}))
        post.setlist(name, numbers)
        if texts:
            wrong[name] = texts
    return wrong


def chosen(order: ServiceOrder, described: serializers.Serializer, post: MultiValueDict) -> dict[str, list]:
    """Return {field: [(number, address of the small picture)]} for pictures that a form holds already."""
    found = {}
    for name, _field in _photo_fields(described):
        numbers = [text for text in post.getlist(name) if pictures.number_of(text)]
        rows = order.photos.filter(pk__in=numbers[:50]) if numbers else ()
        found[name] = [(row.pk, f"{reverse('photo', args=[order.pk, row.pk])}?w=320") for row in rows]
    return found


def _photo_fields(described: serializers.Serializer) -> Iterable[tuple[str, PhotosField]]:
    return [(name, field) for name, field in described.fields.items() if isinstance(field, PhotosField)]
