"""What was found and done on a visit, and what was paid for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.fault import Fault
from dispatch.models.order import ServiceOrder
from dispatch.models.visit import Visit


class Outcome(models.TextChoices):
    """What the diagnosis comes to, each with its next step (H-F3, H-F4)."""

    REPAIRABLE = "repairable", _("Can be repaired here")
    PULL_IN = "pull_in", _("Must go to the workshop")
    PART_MISSING = "part_missing", _("A part is missing")
    NOTHING_WRONG = "nothing_wrong", _("Nothing wrong with it")
    MISUSE = "misuse", _("Not used as the manual says")
    REFUSED = "refused", _("Customer refuses the repair")
    NEW_FAULT = "new_fault", _("A fault nobody has seen before")
    UNSAFE = "unsafe", _("Not safe to use")
    EXCHANGE = "exchange", _("To be returned or exchanged")


class RatedHow(models.TextChoices):
    """Where the customer's word comes from: what was written on the technician's phone proves less (H-R4)."""

    HERE = "here", _("On the technician's phone")
    LINK = "link", _("On the customer's own phone")
    PHONE = "phone", _("Said on the phone")


class Repair(models.Model):
    """The warranty record of one visit (H-H1). Cause and measure may be completed at the depot, the same day."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="repairs", verbose_name=_("order"))
    visit = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="repair", verbose_name=_("visit")
    )
    fault = models.ForeignKey(
        Fault, models.PROTECT, null=True, blank=True, related_name="repairs", verbose_name=_("fault")
    )
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome)
    finding = models.TextField(_("finding"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    measure = models.TextField(_("measure"), blank=True)
    parts = models.CharField(_("parts used"), max_length=500, blank=True)
    quoted = models.PositiveBigIntegerField(_("quoted (minor units)"), default=0)
    quote_accepted = models.BooleanField(_("customer accepted the quote"), default=False)
    worked_at = models.DateTimeField(_("repaired at"), null=True, blank=True)
    tested = models.BooleanField(_("test run passed"), null=True, blank=True, help_text=_("Empty: not recorded yet"))
    certain = models.BooleanField(_("sure that it holds"), default=True)
    rating_repair = models.PositiveSmallIntegerField(_("rating of the repair"), null=True, blank=True)
    rating_manner = models.PositiveSmallIntegerField(_("rating of the manner"), null=True, blank=True)
    remarks = models.CharField(_("the customer's remarks"), max_length=1000, blank=True)
    rated_how = models.CharField(_("rated"), max_length=5, choices=RatedHow, blank=True)  # whose phone (H-R4)
    rated_at = models.DateTimeField(_("rated at"), null=True, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True)
    unsigned_reason = models.CharField(_("why not signed"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("repair record")
        verbose_name_plural = _("repair records")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="repair_ratings",
                condition=(Q(rating_repair__isnull=True) | Q(rating_repair__range=(1, 5)))
                & (Q(rating_manner__isnull=True) | Q(rating_manner__range=(1, 5))),
            ),
            # H-F2: no chargeable work before the customer said yes
            models.CheckConstraint(
                name="repair_quote_first", condition=Q(quoted=0) | Q(quote_accepted=True) | Q(worked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_outcome_display()}"

    @property
    def is_complete(self) -> bool:
        """True when the fields that may wait until the depot are filled in (H-H1)."""
        return bool(self.cause and self.measure)


class Bill(models.Model):
    """What was charged: integer minor units in the outlet's currency, never negative (H-G)."""

    METHODS = [
        ("none", _("Nothing to pay")),
        ("cash", _("Cash")),
        ("card", _("Card")),
        ("qr", _("QR payment")),
        ("transfer", _("Bank transfer")),
    ]

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="bills", verbose_name=_("order"))
    visit = models.OneToOneField(Visit, models.PROTECT, null=True, blank=True, related_name="bill")
    quote = models.OneToOneField("dispatch.Quote", models.PROTECT, null=True, blank=True, related_name="bill")
    waived = models.PositiveBigIntegerField(_("waived (minor units)"), default=0)
    tax = models.PositiveBigIntegerField(_("tax in it (minor units)"), default=0)
    invoice_to = models.CharField(_("invoice to"), max_length=120, blank=True)
    invoice_tax_no = models.CharField(_("their tax number"), max_length=40, blank=True)
    amount = models.PositiveBigIntegerField(_("amount (minor units)"))
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("paid by"), max_length=8, choices=METHODS)
    charged_at = models.DateTimeField(_("charged at"))

    class Meta:
        verbose_name = _("bill")
        verbose_name_plural = _("bills")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="bill_amount_and_method",
                condition=Q(amount__gt=0) & ~Q(method="none") | Q(amount=0, method="none"),
                violation_error_message=_("An amount needs a way of paying; nothing to pay needs none."),
            ),
            models.CheckConstraint(name="bill_currency", condition=Q(currency__regex=r"^[A-Z]{3}$")),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.amount} {self.currency}"
