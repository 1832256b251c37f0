"""What makers sell and promise: models, shops, warranty policies in versions (H-W1)."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.admin.base import (
    NAMES,
    NamedAdmin,
    ReadOnly,
    RoleAdmin,
    SheetAdmin,
    by_code,
    sheet_of,
)
from customers.models import Brand, Category, Evidence, Photo, ProductModel, Shop, WarrantyPolicy
from customers.warranty import Document, Exclusion, Proof

MODEL = ("brand", "category", "number", "name_en", "name_zh_hans", "name_zh_hant", "made_from", "made_to")


@admin.register(ProductModel)
class ProductModelAdmin(SheetAdmin):
    """Models, found by the number on the type plate."""

    list_display = ("number", "brand", "category", "name", "made_from", "made_to")
    list_filter = ("brand", "category")
    list_select_related = ("brand", "category")
    search_fields = ("number", "name_en", "name_zh_hans", "name_zh_hant")
    resource_classes = [
        sheet_of(
            ProductModel,
            MODEL,
            "brand",
            "number",
            brand=by_code("brand", Brand),
            category=by_code("category", Category),
        )
    ]


@admin.register(Shop)
class ShopAdmin(NamedAdmin):
    """Shops; a linked one stands for the papers (H-W1)."""

    list_display = (*NAMES, "linked")
    list_filter = ("linked",)
    resource_classes = [sheet_of(Shop, (*NAMES, "linked"))]


class VersionedAdmin(RoleAdmin):
    """Versions: one that something was decided under only ends; a change is a new version.

    `copied` names the inline rows that a new version takes along. `used(row)` tells whether it was decided under.
    """

    copied: tuple[str, ...] = ()
    actions = ("new_version",)
    date_hierarchy = "valid_from"

    def used(self, row: models.Model) -> bool:
        """Return whether something was decided under this version."""
        return False

    def get_readonly_fields(self, request, obj=None):
        """All but the last day and the note, once it was used."""
        if obj is None or not self.used(obj):
            return super().get_readonly_fields(request, obj)
        return [field.name for field in self.opts.fields if field.editable and field.name not in ("valid_to", "note")]

    def get_inline_instances(self, request, obj=None):
        """The rows of a version that was used are shown, not changed."""
        inlines = super().get_inline_instances(request, obj)
        if obj is not None and self.used(obj):
            for inline in inlines:
                inline.has_add_permission = inline.has_change_permission = lambda *args: False
                inline.has_delete_permission = lambda *args: False
                inline.max_num = 0  # nor is a row offered to be added
        return inlines

    def has_delete_permission(self, request, obj=None) -> bool:
        """What was decided under a version keeps it."""
        return super().has_delete_permission(request, obj) and (obj is None or not self.used(obj))

    def delete_model(self, request, obj) -> None:
        """Delete a version; the one before it holds again for its days, so that no day is left without one."""
        same = next(one.fields[:-1] for one in self.opts.constraints if one.name.endswith("_version_once"))
        series = self.model.objects.filter(**{name: getattr(obj, name) for name in same})
        before = series.filter(valid_to=obj.valid_from - timedelta(days=1)).first()
        end = obj.valid_to
        super().delete_model(request, obj)
        if before is not None:
            before.valid_to = end
            before.save(update_fields=["valid_to"])
            until = end.isoformat() if end else _("a later one is made")
            said = _("%(version)s holds again, until %(until)s.") % {"version": before, "until": until}
            self.message_user(request, said, messages.WARNING)

    def delete_queryset(self, request, queryset) -> None:
        """Delete several, the last first."""
        for row in queryset.order_by("-valid_from"):
            self.delete_model(request, row)

    @admin.action(description=_("Make the next version, from tomorrow"), permissions=["change"])
    def new_version(self, request, queryset):
        """Copy the versions that run on, end them today, and let the copies begin tomorrow."""
        today = timezone.localdate()
        running = queryset.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=today), valid_from__lte=today)
        made = 0
        for row in running.order_by("pk"):
            self._next(row, today)
            made += 1
        said = ngettext("%(count)d new version made.", "%(count)d new versions made.", made) % {"count": made}
        if made < queryset.count():
            said += " " + str(_("Versions that have ended, or begin later, have no next one."))
        self.message_user(request, said, messages.SUCCESS if made else messages.WARNING)

    def _next(self, row: models.Model, today) -> models.Model:
        old = self.model.objects.get(pk=row.pk)
        end, old.valid_to = old.valid_to, today
        old.save(update_fields=["valid_to"])
        row.pk, row.version = None, old.version + 1
        row.valid_from, row.valid_to = today + timedelta(days=1), end
        row.save()
        for name in self.copied:
            link = self.model._meta.get_field(name).field.name
            rows = list(getattr(old, name).all())
            for each in rows:
                each.pk = None
                setattr(each, link, row)
            if rows:
                type(rows[0]).objects.bulk_create(rows)
        return row


def ticks(label, choices, **how) -> forms.MultipleChoiceField:
    """Return a field of codes to tick, for a column that holds a list of them."""
    return forms.MultipleChoiceField(
        label=label, choices=choices.choices, required=False, widget=forms.CheckboxSelectMultiple, **how
    )


class PolicyForm(forms.ModelForm):
    """Lists of codes as ticks."""

    documents = ticks(_("documents to be shown together"), Document)
    proofs = ticks(_("what proves the day of purchase"), Proof)
    exclusions = ticks(_("exclusions in force"), Exclusion)


@admin.register(WarrantyPolicy)
class WarrantyPolicyAdmin(VersionedAdmin):
    """What is promised for which appliances, from when to when (H-W1)."""

    form = PolicyForm
    list_display = ("__str__", "brand", "category", "version", "period_months", "valid_from", "valid_to")
    list_filter = ("brand", "category")
    list_select_related = ("brand", "category")
    search_fields = ("brand__code", "brand__name_en", "category__code", "category__name_en", "note")
    fieldsets = (
        (None, {"fields": (("brand", "category"), ("version", "valid_from", "valid_to"), "period_months", "regions")}),
        (_("Proof"), {"fields": ("documents", "proofs", "linked_shop_exempt")}),
        (_("Not covered"), {"fields": ("exclusions",)}),
        (
            _("Refund and exchange (H-W7)"),
            {
                "fields": (
                    ("refund_days", "exchange_days"),
                    "repairs_before_exchange",
                    "repair_days_before_exchange",
                    "parts_days_before_refund",
                )
            },
        ),
        (
            _("Help with software (H-G2)"),
            {"fields": (("software_free_months", "software_charged_after_months"), "software_between_free")},
        ),
        (None, {"fields": ("note",)}),
    )

    def used(self, row: WarrantyPolicy) -> bool:
        """True when an order was decided under it."""
        return row.decisions.exists()


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, RoleAdmin):
    """What was shown for appliances; it comes in with the orders."""

    list_display = ("appliance", "documents", "box_matches", "shop", "proof", "seen_at")
    list_filter = ("box_matches", "shop")
    list_select_related = ("appliance__category", "appliance__brand", "shop")
    search_fields = ("appliance__serial", "appliance__model_no", "proof_number")

    def get_queryset(self, request):
        """Return those of the appliances that this person may see."""
        rows = super().get_queryset(request)
        if request.user.sees_everything:
            return rows
        orders = self.model._meta.get_field("appliance").related_model._meta.get_field("orders").related_model
        return rows.filter(appliance__in=orders.objects.for_user(request.user).values("appliance_id"))


@admin.register(Photo)
class PhotoAdmin(ReadOnly, RoleAdmin):
    """Pictures by their content; whose they are is on the orders. Only the centre sees all of them."""

    exclude = ("file",)  # who may see what it shows, says the order it belongs to
    list_display = ("sha256", "format", "width", "height", "bytes", "created_at")
    list_filter = ("format",)
    search_fields = ("sha256",)
    date_hierarchy = "created_at"

    def may_see(self, request) -> bool:
        """True for those who look after every outlet."""
        return super().may_see(request) and request.user.sees_everything
