"""What a phone did and the order could not take: kept and shown until somebody has settled it (H-N3)."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from technicians.models import User


class KeptActs(models.QuerySet):
    """Refused acts."""

    def unsettled(self) -> KeptActs:
        """Return those that nobody has settled yet."""
        return self.filter(settled_at__isnull=True)

    def for_user(self, user: User) -> KeptActs:
        """Return those of orders that the user may see, and their own."""
        mine = ServiceOrder.objects.for_user(user).values("pk")
        return self.filter(models.Q(order__in=mine) | models.Q(actor=user))


class KeptAct(models.Model):
    """One refused act of one person. `key` is its idempotency key, so that it is kept once, however often it comes.

    `values` is what was filled in, without pictures' bytes; `lacks` as {"rule", "code", "message", "fix"} each.
    """

    class How(models.TextChoices):
        """How it was settled."""

        AGAIN = "again", _("Done again, put right")
        DROPPED = "dropped", _("Dropped")

    actor = models.ForeignKey(User, models.PROTECT, related_name="kept_acts", verbose_name=_("who"))
    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="kept_acts", verbose_name=_("order"))
    key = models.CharField(_("key"), max_length=80)
    verb = models.CharField(_("action"), max_length=40)
    values = models.JSONField(_("filled in"), default=dict, encoder=DjangoJSONEncoder)
    device_at = models.DateTimeField(_("device time"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"))
    code = models.CharField(_("code"), max_length=40)
    rule = models.CharField(_("rule"), max_length=12, blank=True)
    title = models.CharField(_("title"), max_length=240)
    detail = models.TextField(_("detail"), blank=True)
    lacks = models.JSONField(_("what is missing"), default=list, encoder=DjangoJSONEncoder)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_how = models.CharField(_("settled"), max_length=8, choices=How, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )

    objects = KeptActs.as_manager()

    class Meta:
        verbose_name = _("refused act")
        verbose_name_plural = _("refused acts")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="kept_act_once_per_key")]
        indexes = [
            models.Index(fields=["order"], name="kept_act_unsettled", condition=models.Q(settled_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.verb}"
