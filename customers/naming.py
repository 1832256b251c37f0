"""Names of master data in the three languages, and the models that carry them."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A row of master data: a stable code for programs, a name in each language for people."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_zh_hans = models.CharField(_("name (Simplified Chinese)"), max_length=120, blank=True)
    name_zh_hant = models.CharField(_("name (Traditional Chinese)"), max_length=120, blank=True)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; English where a translation is missing."""
        return in_language(self, "name")


def in_language(row: models.Model, field: str) -> str:
    """Return `row.<field>_<language>` for the active language, else the English text."""
    suffix = {"zh-hans": "zh_hans", "zh-hant": "zh_hant"}.get(get_language() or "en", "en")
    return getattr(row, f"{field}_{suffix}") or getattr(row, f"{field}_en")
