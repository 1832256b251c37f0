"""What was decided about the warranty of an order, when, by whom, under which version (H-W1, H-W2, H-W5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import WarrantyPolicy
from customers.warranty import Exclusion
from dispatch.models.money import new_code
from dispatch.models.order import ServiceOrder
from technicians.models import User


class DecisionStage(models.TextChoices):
    """How final a decision is."""

    PROVISIONAL = "provisional", _("Provisional, at intake")
    FINAL = "final", _("Final, at diagnosis")
    OVERRIDE = "override", _("Decided by the manager")


class WarrantyDecision(models.Model):
    """One decision; the newest counts, the older ones stay. `covered` empty: not known yet."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="decisions", verbose_name=_("order"))
    policy = models.ForeignKey(
        WarrantyPolicy, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("policy")
    )
    stage = models.CharField(_("stage"), max_length=12, choices=DecisionStage)
    covered = models.BooleanField(_("covered"), null=True, blank=True)
    until = models.DateField(_("covered until"), null=True, blank=True)
    exclusion = models.CharField(_("exclusion"), max_length=24, choices=Exclusion.choices, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, help_text=_("Codes with their numbers"))
    seen = models.JSONField(_("what was looked at"), default=dict)
    code = models.CharField(max_length=32, unique=True, default=new_code)
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="warranty_decisions")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("warranty decision")
        verbose_name_plural = _("warranty decisions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="override_has_reason",
                condition=~models.Q(stage="override") | ~models.Q(reason="") & models.Q(decided_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_stage_display()}"
