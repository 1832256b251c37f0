"""The log of an order: written once, never changed (H-N2)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from django.contrib.postgres.indexes import BrinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from technicians.models import User


class OrderEvent(models.Model):
    """One thing that happened. Triggers refuse update, delete and truncate; `hash` chains it to the one before.

    `at` is the server's clock, `device_at` what the phone said; positions are WGS-84, accuracy in metres.
    """

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="events", verbose_name=_("order"))
    seq = models.PositiveIntegerField(_("number"))
    action = models.CharField(_("action"), max_length=32)
    at = models.DateTimeField(_("at"))
    device_at = models.DateTimeField(_("device time"), null=True)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="events", verbose_name=_("who"), help_text=_("Empty: Doorstep")
    )
    role = models.CharField(_("role"), max_length=12, blank=True)
    from_state = models.CharField(_("state before"), max_length=16, blank=True)
    to_state = models.CharField(_("state after"), max_length=16)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    payload = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    latitude = models.FloatField(_("latitude"), null=True)
    longitude = models.FloatField(_("longitude"), null=True)
    accuracy = models.FloatField(_("accuracy (m)"), null=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["order_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["order", "seq"], name="event_seq_once")]
        indexes = [BrinIndex(fields=["at"], name="event_at")]  # the log grows in order of time

    def __str__(self) -> str:
        return f"{self.order_id}.{self.seq} {self.action}"

    def digest(self, previous: str) -> str:
        """Return the SHA-256 (hex) of this event chained to the hash of the one before."""
        said = json.dumps(
            [
                self.order_id,
                self.seq,
                self.action,
                self.at and self.at.astimezone(UTC),
                self.device_at and self.device_at.astimezone(UTC),
                self.actor_id,
                self.role,
                self.from_state,
                self.to_state,
                self.reason,
                self.payload,
                self.latitude,
                self.longitude,
                self.accuracy,
            ],
            cls=DjangoJSONEncoder,
            sort_keys=True,
            ensure_ascii=False,
        )
        return hashlib.sha256(f"{previous}{said}".encode("utf-8", "surrogatepass")).hexdigest()


def broken_links(order: ServiceOrder) -> list[int]:
    """Return the numbers of the events at which the chain of an order breaks; [] when it is whole."""
    broken, previous = [], ""
    expected = 1
    for event in order.events.order_by("seq"):
        if event.seq != expected or event.hash != event.digest(previous):
            broken.append(event.seq)
        previous, expected = event.hash, event.seq + 1
    if previous != order.log_hash or expected != order.log_seq + 1:
        broken.append(expected)
    return broken
