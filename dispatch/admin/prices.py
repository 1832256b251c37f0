"""Fee tables: price lists in versions without a gap, certificate fees, discounts (H-G1, H-G3)."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget

from customers.admin import NAMES, ByRole, NamedAdmin, RoleAdmin, SheetAdmin, VersionedAdmin, by_code, sheet_of
from customers.models import Category
from dispatch import fees
from dispatch.admin.amounts import AmountsForm, said
from dispatch.models import CertificateFee, DiscountPolicy, Fault, LabourPrice, PartPrice, PriceList
from technicians.models import Part, PriceTable


class PriceListForm(AmountsForm):
    """A version of a fee table; there is no day without a price (H-G1)."""

    def clean(self) -> dict:
        """Refuse a gap between this version and its neighbours. Overlaps are refused by the table itself."""
        data = super().clean()
        known = {name: getattr(self.instance, name, None) for name in ("table_id", "valid_from", "valid_to")}
        table = data["table"].pk if data.get("table") else known["table_id"]
        begins, ends = data.get("valid_from", known["valid_from"]), data.get("valid_to", known["valid_to"])
        if not table or not begins:
            return data
        others = PriceList.objects.filter(table_id=table).exclude(pk=self.instance.pk)
        versions = [(begins, ends), *others.values_list("valid_from", "valid_to")]
        try:
            found = fees.gap(versions)
        except ValueError:  # two on one day: the table itself says which
            return data
        if found:
            said = _("Nothing has a price from %(first)s to %(last)s. Choose days that leave no gap.")
            where = "valid_from" if found[1] < begins and "valid_from" in self.fields else "valid_to"
            raise ValidationError({where: said % {"first": found[0], "last": found[1]}})
        return data


class LabourInline(ByRole, admin.TabularInline):
    """What the work costs."""

    model = LabourPrice
    form = AmountsForm
    extra = 0
    autocomplete_fields = ("fault",)
    readonly_fields = (said(LabourPrice, "amount"),)

    def get_fields(self, request, obj=None):
        """Say the amount where it can't be changed."""
        return ("category", "fault", "amount" if self.has_change_permission(request, obj) else self.readonly_fields[0])


@admin.register(PriceList)
class PriceListAdmin(VersionedAdmin):
    """Versions of the fee tables; the prices of parts have a list of their own."""

    form = PriceListForm
    copied = ("labour", "parts")
    list_display = (
        "__str__", "table", "version", "valid_from", "valid_to", said(PriceList, "call_out"), said(PriceList, "tax_bp"),
    )  # fmt: skip
    list_filter = ("table",)
    list_select_related = ("table",)
    search_fields = ("table__code", "table__name_en", "note")
    fieldsets = (
        (None, {"fields": (("table", "version"), ("valid_from", "valid_to"))}),
        (None, {"fields": (("call_out", "software_help"), "old_part_credit_bp", ("tax_bp", "tax_included"), "note")}),
    )
    told = tuple(said(PriceList, name) for name in ("call_out", "software_help", "old_part_credit_bp", "tax_bp"))
    inlines = (LabourInline,)

    def used(self, row: PriceList) -> bool:
        """True when a quote was made by it."""
        return row.quotes.exists()

    def get_fieldsets(self, request, obj=None):
        """Say the amounts of a version that can't be changed any more."""
        if obj is None or not self.used(obj):
            return super().get_fieldsets(request, obj)
        return (self.fieldsets[0], (None, {"fields": (*self.told, "tax_included", "note")}))

    def get_readonly_fields(self, request, obj=None):
        """The same, said."""
        return (*super().get_readonly_fields(request, obj), *(self.told if obj is not None and self.used(obj) else ()))


class OfListAdmin(SheetAdmin):
    """Prices of a list: what a quote was made by is not rewritten."""

    form = AmountsForm

    def has_change_permission(self, request, obj=None) -> bool:
        """A price that was quoted stays; the next version has the new one."""
        return super().has_change_permission(request, obj) and not (obj and obj.price_list.quotes.exists())

    def has_delete_permission(self, request, obj=None) -> bool:
        """Likewise."""
        return super().has_delete_permission(request, obj) and not (obj and obj.price_list.quotes.exists())


class PriceSheet(ModelResource):
    """Prices as a sheet: the list is named by its number."""

    price_list = Field(column_name="price_list", attribute="price_list", widget=ForeignKeyWidget(PriceList))

    def before_save_instance(self, instance, row, **kwargs) -> None:
        """Refuse to rewrite a list that quotes were made by."""
        if instance.price_list.quotes.exists():
            raise ValidationError(_("Quotes were made by this price list. Make its next version and import there."))


class PartPriceSheet(PriceSheet):
    """Prices of parts by their codes."""

    part = by_code("part", Part)

    class Meta:
        model = PartPrice
        fields = ("price_list", "part", "amount")
        import_id_fields = ("price_list", "part")
        skip_unchanged = True


class LabourSheet(PriceSheet):
    """Labour by category or fault."""

    category = by_code("category", Category)
    fault = by_code("fault", Fault)

    class Meta:
        model = LabourPrice
        fields = ("price_list", "category", "fault", "amount")
        import_id_fields = ("price_list", "category", "fault")
        skip_unchanged = True


@admin.register(PartPrice)
class PartPriceAdmin(OfListAdmin):
    """What parts cost, by price list."""

    list_display = ("part", "price_list", said(PartPrice, "amount"))
    list_filter = ("price_list", "part__category")
    list_select_related = ("part", "price_list__table")
    search_fields = ("part__code", "part__name_en", "part__name_zh_hans", "part__name_zh_hant")
    autocomplete_fields = ("part",)
    resource_classes = [PartPriceSheet]


@admin.register(LabourPrice)
class LabourPriceAdmin(OfListAdmin):
    """What work costs, by price list."""

    list_display = ("__str__", "price_list", said(LabourPrice, "amount"))
    list_filter = ("price_list", "category")
    list_select_related = ("category", "fault", "price_list__table")
    search_fields = ("fault__code", "fault__name_en", "category__code")
    autocomplete_fields = ("fault",)
    resource_classes = [LabourSheet]


@admin.register(CertificateFee)
class CertificateFeeAdmin(RoleAdmin):
    """What warranty certificates say; the lower of certificate and table is charged (H-G3)."""

    form = AmountsForm
    list_display = ("policy", "kind", "fault", "part", said(CertificateFee, "amount"))
    list_filter = ("kind", "currency")
    list_select_related = ("policy__brand", "policy__category", "fault", "part")
    search_fields = ("fault__code", "part__code", "policy__brand__code")
    autocomplete_fields = ("policy", "fault", "part")


@admin.register(DiscountPolicy)
class DiscountPolicyAdmin(NamedAdmin):
    """Reasons to charge less, decided beforehand."""

    form = AmountsForm
    list_display = (
        "code", "name", "table", "on", said(DiscountPolicy, "share_bp"), said(DiscountPolicy, "amount"), "valid_from",
        "valid_to",
    )  # fmt: skip
    list_filter = ("table", "on")
    list_select_related = ("table",)
    date_hierarchy = "valid_from"
    resource_classes = [
        sheet_of(
            DiscountPolicy,
            (*NAMES, "table", "on", "share_bp", "amount", "valid_from", "valid_to"),
            table=by_code("table", PriceTable),
        )
    ]
