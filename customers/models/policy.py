"""What makers sell and what they promise for it: models, and warranty policies in versions (H-W1)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.people import Brand, Category
from customers.naming import Named, in_language
from customers.versions import Versioned, versioned
from customers.warranty import Document, Exclusion, Proof, Terms


class ProductModel(models.Model):
    """One model of a brand, by the number on its type plate."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="models", verbose_name=_("brand"))
    category = models.ForeignKey(Category, models.PROTECT, related_name="models", verbose_name=_("category"))
    number = models.CharField(_("model"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_zh_hans = models.CharField(_("name (Simplified Chinese)"), max_length=120, blank=True)
    name_zh_hant = models.CharField(_("name (Traditional Chinese)"), max_length=120, blank=True)
    made_from = models.PositiveSmallIntegerField(_("made from (year)"), null=True, blank=True)
    made_to = models.PositiveSmallIntegerField(_("made to (year)"), null=True, blank=True)

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["brand", "number"], name="model_once_per_brand")]
        indexes = [models.Index(models.functions.Upper("number"), name="model_by_number")]

    def __str__(self) -> str:
        return f"{self.brand} {self.number}"

    @property
    def name(self) -> str:
        """What it is, in the reader's language."""
        return in_language(self, "name")


class Shop(Named):
    """A shop that sells for us; bought at a linked one, no papers are asked for (H-W1)."""

    linked = models.BooleanField(_("linked with us"), default=True)

    class Meta(Named.Meta):
        verbose_name = _("shop")
        verbose_name_plural = _("shops")


def _months(label, default: int, most: int = 240, **how) -> models.PositiveSmallIntegerField:
    limits = [MinValueValidator(0), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(label, default=default, validators=limits, **how)


def _codes(label, choices, **how) -> ArrayField:
    return ArrayField(models.CharField(max_length=24, choices=choices.choices), verbose_name=label, blank=True, **how)


def all_exclusions() -> list[str]:
    """Return the ten of H-W5."""
    return list(Exclusion.values)


class WarrantyPolicy(Versioned):
    """One version of what is promised for a brand's appliances of a category; empty means every one (H-W1).

    Days and months are counted from the first purchase (H-W3).
    """

    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="policies", verbose_name=_("brand")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="policies", verbose_name=_("category")
    )
    period_months = _months(_("period (months)"), 12)
    regions = ArrayField(
        models.CharField(max_length=8), verbose_name=_("regions"), default=list, blank=True,
        help_text=_("Codes as TW, CN, separated by commas; none means everywhere"),
    )  # fmt: skip
    documents = _codes(_("documents to be shown together"), Document, default=list)
    proofs = _codes(_("what proves the day of purchase"), Proof, default=list, help_text=_("The best one first"))
    exclusions = _codes(_("exclusions in force"), Exclusion, default=all_exclusions)
    linked_shop_exempt = models.BooleanField(_("a linked shop needs no documents"), default=True)
    refund_days = _months(_("refund within (days)"), 7)
    exchange_days = _months(_("exchange within (days)"), 15)
    repairs_before_exchange = _months(_("exchange after repairs that did not hold"), 2)
    repair_days_before_exchange = _months(_("exchange when a repair takes over (days)"), 30)
    parts_days_before_refund = _months(_("refund when no part comes for (days)"), 90)
    software_free_months = _months(_("help with software free for (months)"), 1)
    software_charged_after_months = _months(_("help with software charged after (months)"), 3)
    software_between_free = models.BooleanField(
        _("free between the two"), default=True, help_text=_("The rule is silent there; the customer is favoured, H-G2")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("warranty policy")
        verbose_name_plural = _("warranty policies")
        ordering = ["brand_id", "category_id", "-version"]
        constraints = versioned("policy", "brand", "category")

    def __str__(self) -> str:
        return f"{self.brand or _('Every brand')} · {self.category or _('every category')} · {self.version}"

    def terms(self) -> Terms:
        """Return this version as the plain data that decisions are made from."""
        same = (
            "period_months", "linked_shop_exempt", "valid_from", "valid_to", "refund_days", "exchange_days",
            "repairs_before_exchange", "repair_days_before_exchange", "parts_days_before_refund",
            "software_free_months", "software_charged_after_months", "software_between_free",
        )  # fmt: skip
        return Terms(
            regions=frozenset(self.regions),
            documents=frozenset(Document(code) for code in self.documents),
            proofs=tuple(Proof(code) for code in self.proofs),
            exclusions=frozenset(Exclusion(code) for code in self.exclusions),
            **{name: getattr(self, name) for name in same},
        )


class Evidence(models.Model):
    """What has been shown for an appliance: documents, the box, where it was bought. One row an appliance (H-W1).

    None means that nobody has looked yet.
    """

    appliance = models.OneToOneField("customers.Appliance", models.CASCADE, related_name="evidence")
    documents = _codes(_("documents shown"), Document, default=list)
    box_matches = models.BooleanField(_("box matches the appliance"), null=True, blank=True)
    sold_region = models.CharField(_("sold in"), max_length=8, blank=True)
    sold_by_maker = models.BooleanField(_("sold by the maker here"), null=True, blank=True)
    shop = models.ForeignKey(
        Shop, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("shop")
    )
    proof = models.CharField(_("proof of the day of purchase"), max_length=24, choices=Proof.choices, blank=True)
    proof_number = models.CharField(_("number on it"), max_length=80, blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return f"{self.appliance}"
