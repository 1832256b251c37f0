"""Short films that customers send of a fault (H-I1). Seen by those who may see the order, and by who sent them."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder


def path_of(film: Film, name: str) -> str:
    """Return where the file lies under MEDIA_ROOT; nobody can guess it."""
    key = uuid4().hex
    return f"films/{key[:2]}/{key}.mp4"


class Film(models.Model):
    """One film as it was kept, without the place where it was taken. `order` is None until the request is sent."""

    order = models.ForeignKey(
        ServiceOrder, models.PROTECT, null=True, blank=True, related_name="films", verbose_name=_("order")
    )
    file = models.FileField(_("file"), upload_to=path_of)
    bytes = models.PositiveIntegerField(_("bytes"))
    seconds = models.PositiveIntegerField(_("seconds"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("film")
        verbose_name_plural = _("films")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.seconds} s"
