"""The fee table in versions, what a warranty certificate says instead, and what may be taken off (H-G1, H-G3)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Category, WarrantyPolicy
from customers.naming import Named
from customers.versions import Versioned, VersionedQuerySet, versioned
from dispatch.models.fault import Fault
from technicians.models import Part, PriceTable

MOST = 10**12  # minor units; beyond it somebody typed the phone number


def money(label, **how) -> models.PositiveBigIntegerField:
    """Return a column of money in minor units."""
    return models.PositiveBigIntegerField(label, validators=[MaxValueValidator(MOST)], **how)


def basis_points(label, **how) -> models.PositiveSmallIntegerField:
    """Return a column for a share in hundredths of a per cent."""
    return models.PositiveSmallIntegerField(label, validators=[MaxValueValidator(10_000)], **how)


class PriceList(Versioned):
    """One version of a fee table. Versions follow each other without a gap."""

    table = models.ForeignKey(PriceTable, models.PROTECT, related_name="lists", verbose_name=_("fee table"))
    call_out = money(_("call-out"), default=0)
    software_help = money(_("help with software"), default=0)
    old_part_credit_bp = basis_points(
        _("credit for an old part (1/100 %)"), default=0, help_text=_("Share of the new part's price, H-G1")
    )
    tax_bp = basis_points(_("tax (1/100 %)"), default=0)
    tax_included = models.BooleanField(_("prices include the tax"), default=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["table_id", "-version"]
        constraints = versioned("price_list", "table")

    def __str__(self) -> str:
        return f"{self.table} · {self.version}"


class LabourPrice(models.Model):
    """What the work costs: for a fault, else for its category, else for anything. The nearest one counts."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="labour", verbose_name=_("price list"))
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="labour", verbose_name=_("category")
    )
    fault = models.ForeignKey(
        Fault, models.PROTECT, null=True, blank=True, related_name="labour", verbose_name=_("fault")
    )
    amount = money(_("amount (minor units)"))

    class Meta:
        verbose_name = _("labour price")
        verbose_name_plural = _("labour prices")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "category", "fault"], name="labour_price_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="labour_for_one_thing", condition=Q(category__isnull=True) | Q(fault__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fault or self.category or _('Any work')}"


class PartPrice(models.Model):
    """What a part costs."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="parts", verbose_name=_("price list"))
    part = models.ForeignKey(Part, models.PROTECT, related_name="prices", verbose_name=_("part"))
    amount = money(_("amount (minor units)"))

    class Meta:
        verbose_name = _("part price")
        verbose_name_plural = _("part prices")
        constraints = [models.UniqueConstraint(fields=["price_list", "part"], name="part_price_once")]

    def __str__(self) -> str:
        return f"{self.part}"


class FeeKind(models.TextChoices):
    """What a line of a quote is for."""

    CALL_OUT = "call_out", _("Call-out")
    LABOUR = "labour", _("Labour")
    PART = "part", _("Part")
    SOFTWARE = "software", _("Help with software")
    CREDIT = "credit", _("Credit for an old part")
    DISCOUNT = "discount", _("Discount")


class CertificateFee(models.Model):
    """What the customer's warranty certificate says a thing costs; the lower of the two counts (H-G3)."""

    policy = models.ForeignKey(WarrantyPolicy, models.CASCADE, related_name="fees", verbose_name=_("warranty policy"))
    currency = models.CharField(_("currency"), max_length=3)
    kind = models.CharField(_("kind"), max_length=8, choices=FeeKind)
    fault = models.ForeignKey(
        Fault, models.PROTECT, null=True, blank=True, related_name="certificate_fees", verbose_name=_("fault")
    )
    part = models.ForeignKey(
        Part, models.PROTECT, null=True, blank=True, related_name="certificate_fees", verbose_name=_("part")
    )
    amount = money(_("amount (minor units)"))

    class Meta:
        verbose_name = _("certificate fee")
        verbose_name_plural = _("certificate fees")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "currency", "kind", "fault", "part"],
                name="certificate_fee_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.get_kind_display()}"


class DiscountQuerySet(VersionedQuerySet):
    """Discounts by validity."""


class DiscountPolicy(Named):
    """A reason to charge less, decided beforehand; nobody gives a discount of their own (H-G1)."""

    ON = [("all", _("Everything")), ("labour", _("Labour")), ("parts", _("Parts")), ("call_out", _("Call-out"))]

    table = models.ForeignKey(PriceTable, models.PROTECT, related_name="discounts", verbose_name=_("fee table"))
    on = models.CharField(_("on"), max_length=8, choices=ON, default="all")
    share_bp = basis_points(_("share (1/100 %)"), default=0)
    amount = money(_("amount (minor units)"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = DiscountQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("discount")
        verbose_name_plural = _("discounts")
        constraints = [
            models.CheckConstraint(
                name="discount_share_or_amount",
                condition=Q(share_bp__gt=0, amount=0) | Q(share_bp=0, amount__gt=0),
                violation_error_message=_("Give either a share or an amount."),
            ),
            models.CheckConstraint(
                name="discount_days_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                violation_error_message=_("A discount ends on or after the day it begins."),
            ),
        ]
