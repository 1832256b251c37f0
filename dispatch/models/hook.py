"""Where other systems want to hear of what happens, and what was sent to them.

A delivery is written by the database itself as the event is (migration `hooks_follow_the_log`): what is in the log is
sent, and what was rolled back is not.
"""

from __future__ import annotations

import secrets

from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from technicians.models import Outlet, User


def new_secret() -> str:
    """Return a secret to sign with, as Standard Webhooks write it (`whsec_` and base64)."""
    from base64 import b64encode

    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


class Webhook(models.Model):
    """One receiver: its address, its secret, and which acts on which outlet's orders it hears of."""

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("web address"), max_length=500, validators=[URLValidator(schemes=["https", "http"])])
    secret = models.CharField(_("secret"), max_length=80, default=new_secret, editable=False)
    outlet = models.ForeignKey(
        Outlet, models.CASCADE, null=True, blank=True, related_name="webhooks", verbose_name=_("outlet"),
        help_text=_("Empty: every outlet"),
    )  # fmt: skip
    events = ArrayField(
        models.CharField(max_length=32), verbose_name=_("events"), default=list, blank=True,
        help_text=_("Empty: every act"),
    )  # fmt: skip
    active = models.BooleanField(_("active"), default=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    rests_until = models.DateTimeField(_("left alone until"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event for one receiver; sent until it is taken, and sent again when asked."""

    WAITING, SENT, FAILED = "waiting", "sent", "failed"
    STATES = [(WAITING, _("Waiting")), (SENT, _("Received")), (FAILED, _("Given up"))]

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="deliveries", verbose_name=_("order"))
    seq = models.PositiveIntegerField(_("number"))
    action = models.CharField(_("action"), max_length=32)
    made_at = models.DateTimeField(_("made at"))
    state = models.CharField(_("state"), max_length=7, choices=STATES, default=WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    answered = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["webhook", "order", "seq"], name="delivery_once")]
        indexes = [models.Index(fields=["webhook", "id"], condition=Q(state="waiting"), name="delivery_in_order")]

    def __str__(self) -> str:
        return f"{self.webhook} {self.order_id}.{self.seq}"
