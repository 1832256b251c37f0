"""What must be in the bag before leaving (H-D1), as versioned data."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Category
from customers.naming import in_language


class KitStandardQuerySet(models.QuerySet):
    """Kit standards by validity."""

    def holding(self, category_id: int | None, on: date) -> KitStandardQuerySet:
        """Return the standards that hold for a category on a day: its own and the one for all categories."""
        return (
            self.filter(Q(category__isnull=True) | Q(category_id=category_id), valid_from__lte=on)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
            .order_by("category_id", "-version")
        )


class KitStandard(models.Model):
    """One version of what to carry for one category; no category means every job."""

    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="kits", verbose_name=_("category")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = KitStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("kit standard")
        verbose_name_plural = _("kit standards")
        constraints = [
            models.UniqueConstraint(
                fields=["category", "version"], name="kit_version_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.category or _('Every job')} v{self.version}"


class KitGroup(models.TextChoices):
    """What an item of the bag belongs to (H-D1)."""

    FIVE_ONES = "five_ones", _("The five ones")
    TOOLS = "tools", _("Tools")
    PAPERS = "papers", _("Papers")
    SUPPLIES = "supplies", _("Supplies")


class KitItem(models.Model):
    """One thing in the bag. Mandatory ones can't be skipped; the pad cloth always is (H-D1)."""

    standard = models.ForeignKey(KitStandard, models.CASCADE, related_name="items", verbose_name=_("kit standard"))
    code = models.SlugField(_("code"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_zh_hans = models.CharField(_("name (Simplified Chinese)"), max_length=120, blank=True)
    name_zh_hant = models.CharField(_("name (Traditional Chinese)"), max_length=120, blank=True)
    group = models.CharField(_("group"), max_length=10, choices=KitGroup, default=KitGroup.TOOLS)
    mandatory = models.BooleanField(_("mandatory"), default=True)
    when_charged = models.BooleanField(
        _("only when charged"), default=False, help_text=_("Receipts and fee table for jobs out of warranty, H-C4")
    )
    counted = models.BooleanField(
        _("counted at the end"), default=False, help_text=_("A tool that must come back into the bag, H-F12")
    )
    sequence = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("kit item")
        verbose_name_plural = _("kit items")
        ordering = ["sequence", "id"]
        constraints = [models.UniqueConstraint(fields=["standard", "code"], name="kit_item_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")
