"""What is gone through at each step of a visit, as versioned data (H-E1, H-E6, H-F6, H-F12, H-H3, H-H4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Category
from customers.naming import in_language
from customers.versions import Versioned, versioned


class CheckStep(models.IntegerChoices):
    """When it is gone through; the bag is checked by its own standard before leaving (H-D1)."""

    APPEARANCE = 1, _("Before the door")  # H-E1
    ENTERING = 2, _("Entering")  # H-E6
    WORKING = 3, _("Working")  # H-F6, H-F12
    LEAVING = 4, _("Leaving")  # H-H3, H-H4


class Checklist(Versioned):
    """One version of what to check at one step for one category; no category means every job."""

    step = models.PositiveSmallIntegerField(_("step"), choices=CheckStep)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="checklists", verbose_name=_("category")
    )

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["step", "category_id", "-version"]
        constraints = [
            *versioned("checklist", "step", "category"),
            models.CheckConstraint(name="checklist_step", condition=Q(step__in=CheckStep.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.category or _('Every job')} v{self.version}"


class ItemKind(models.TextChoices):
    """How an item is answered."""

    TICK = "tick", _("Done")
    PHOTO = "photo", _("Photo")
    VALUE = "value", _("Words")
    NUMBER = "number", _("Measured value")


class ChecklistItem(models.Model):
    """One thing to check. A mandatory one stands in the way until it is answered."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items", verbose_name=_("checklist"))
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=ItemKind, default=ItemKind.TICK)
    name_en = models.CharField(_("name (English)"), max_length=160)
    name_zh_hans = models.CharField(_("name (Simplified Chinese)"), max_length=160, blank=True)
    name_zh_hant = models.CharField(_("name (Traditional Chinese)"), max_length=160, blank=True)
    hint_en = models.CharField(_("hint (English)"), max_length=240, blank=True)
    hint_zh_hans = models.CharField(_("hint (Simplified Chinese)"), max_length=240, blank=True)
    hint_zh_hant = models.CharField(_("hint (Traditional Chinese)"), max_length=240, blank=True)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    minimum = models.FloatField(_("at least"), null=True, blank=True)
    maximum = models.FloatField(_("at most"), null=True, blank=True)
    mandatory = models.BooleanField(_("mandatory"), default=True)
    sequence = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["sequence", "id"]
        constraints = [models.UniqueConstraint(fields=["checklist", "code"], name="checklist_item_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    @property
    def hint(self) -> str:
        """What to look for, in the reader's language."""
        return in_language(self, "hint")
