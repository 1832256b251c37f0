"""The fault catalogue: what a symptom is likely to be, and what helps (H-A1)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Category
from customers.naming import Named, in_language
from technicians.models import Part, Skill


class Fault(Named):
    """A known fault of a category. Its name is the symptom as a customer tells it."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="faults", verbose_name=_("category"))
    cause_en = models.CharField(_("likely cause (English)"), max_length=240, blank=True)
    cause_zh_hans = models.CharField(_("likely cause (Simplified Chinese)"), max_length=240, blank=True)
    cause_zh_hant = models.CharField(_("likely cause (Traditional Chinese)"), max_length=240, blank=True)
    measure_en = models.CharField(_("measure (English)"), max_length=240, blank=True)
    measure_zh_hans = models.CharField(_("measure (Simplified Chinese)"), max_length=240, blank=True)
    measure_zh_hant = models.CharField(_("measure (Traditional Chinese)"), max_length=240, blank=True)
    parts = models.CharField(_("usual parts"), max_length=240, blank=True)
    usual_parts = models.ManyToManyField(Part, blank=True, related_name="faults", verbose_name=_("parts that fix it"))
    by_phone = models.BooleanField(_("may be settled by phone"), default=False, help_text=_("Mistaken report, H-A2"))
    minutes = models.PositiveIntegerField(
        _("usual minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    skill = models.ForeignKey(
        Skill, models.SET_NULL, null=True, blank=True, related_name="faults", verbose_name=_("skill needed")
    )

    class Meta(Named.Meta):
        verbose_name = _("fault")
        verbose_name_plural = _("faults")

    @property
    def cause(self) -> str:
        """The likely cause in the reader's language."""
        return in_language(self, "cause")

    @property
    def measure(self) -> str:
        """What usually helps, in the reader's language."""
        return in_language(self, "measure")


class StandardText(models.Model):
    """What a technician tells a customer whose machine has nothing wrong, or was used wrongly; truthful (H-F3)."""

    KINDS = [
        ("nothing_wrong", _("Nothing wrong with it")),
        ("misuse", _("Not used as the manual says")),
        ("unsafe", _("Not safe to use")),
        ("refused", _("Customer refuses the repair")),
    ]

    kind = models.CharField(_("kind"), max_length=14, choices=KINDS)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="texts", verbose_name=_("category")
    )
    text_en = models.TextField(_("text (English)"))
    text_zh_hans = models.TextField(_("text (Simplified Chinese)"), blank=True)
    text_zh_hant = models.TextField(_("text (Traditional Chinese)"), blank=True)

    class Meta:
        verbose_name = _("standard text")
        verbose_name_plural = _("standard texts")
        constraints = [
            models.UniqueConstraint(fields=["kind", "category"], name="text_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.category or ''}".strip()

    @property
    def text(self) -> str:
        """The words in the reader's language."""
        return in_language(self, "text")
