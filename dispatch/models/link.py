"""The address a customer is sent for one order: whoever has it sees that order, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.money import new_code
from dispatch.models.order import ServiceOrder

AFTER_THE_END = timedelta(days=365)  # a customer may look up serials and say “still broken” for so long


class LinkQuerySet(models.QuerySet):
    """Links as a customer's page asks for them."""

    def open(self, now: datetime) -> LinkQuerySet:
        """Return those that still open something at `now` (UTC)."""
        lasts = Q(expires_at__gt=now) | Q(order__finished_at__gt=now - AFTER_THE_END)
        return self.filter(lasts, revoked_at=None)

    def of(self, order: ServiceOrder, now: datetime) -> Link:
        """Return the order's link, made now (UTC) if it has none that opens; the same one as long as it does."""
        found = self.open(now).filter(order=order).order_by("-pk").first()
        return found or self.create(order=order, made_at=now, expires_at=now + AFTER_THE_END)


class Link(models.Model):
    """A customer's key to one order. 144 random bits: nobody guesses it, and it can be taken back."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="links", verbose_name=_("order"))
    code = models.CharField(max_length=32, unique=True, default=new_code)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("opens until"))
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last opened at"), null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer's link")
        verbose_name_plural = _("customers' links")

    def __str__(self) -> str:
        """Name the order, never the code: this is shown to staff."""
        return str(self.order)

    def get_absolute_url(self) -> str:
        """Return the customer's page of the order."""
        from django.urls import reverse

        return reverse("portal_order", args=[self.code])

    def opens(self, now: datetime) -> bool:
        """True while it opens something at `now` (UTC): for a year, and for a year after the order's end."""
        ended = self.order.finished_at
        return not self.revoked_at and (self.expires_at > now or (ended is not None and ended + AFTER_THE_END > now))
