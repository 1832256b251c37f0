"""Films of a fault: kept when they are sent, part of an order once the request is (H-I1), forgotten otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from customers import films
from dispatch.models import Film, ServiceOrder
from technicians.models import User


def keep(upload: Any, now: datetime) -> Film:
    """Keep a film that was sent, of no order yet. Raises customers.films.NotAFilm."""
    found = films.read(upload)
    film = Film(bytes=len(found.content), seconds=found.seconds, at=now)
    film.file.save("film.mp4", ContentFile(found.content), save=False)
    film.save()
    return film


def find(user: User, order: int, pk: int) -> Film | None:
    """Return a film of an order that `user` may see, or None."""
    film = Film.objects.filter(order_id=order, pk=pk).first()
    return film if film and ServiceOrder.objects.one_for(user, order) else None


def forget_unsent(before: datetime) -> int:
    """Delete the films sent before a moment that became part of nothing; return how many."""
    return forget(Film.objects.filter(order=None, at__lt=before).order_by("pk")[:1000])


def drop(pk: int) -> None:
    """Delete a film that was taken out of a request before it was sent, at once."""
    forget(Film.objects.filter(order=None, pk=pk))


def forget(films: QuerySet[Film]) -> int:
    """Delete films, row and file, unless another has made them part of an order meanwhile; return how many."""
    gone = 0
    for film in films:
        with transaction.atomic():
            held = Film.objects.select_for_update().filter(pk=film.pk, order=film.order_id)
            if held.delete()[0]:
                film.file.storage.delete(film.file.name)
                gone += 1
    return gone
