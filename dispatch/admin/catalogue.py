"""What the trade knows and has decided: faults, service levels, callback policies."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.admin import NAMES, NamedAdmin, RoleAdmin, SheetAdmin, VersionedAdmin, by_code, many_by, sheet_of
from customers.models import Category
from dispatch.models import CallbackPolicy, Fault, ServiceLevel, StandardText
from technicians.models import Part, Skill

FAULT = (
    "category",
    *NAMES,
    *(f"{name}_{language}" for name in ("cause", "measure") for language in ("en", "zh_hans", "zh_hant")),
    "parts",
    "usual_parts",
    "by_phone",
    "minutes",
    "skill",
)


@admin.register(Fault)
class FaultAdmin(NamedAdmin):
    """The fault catalogue, by category (H-A1)."""

    list_display = ("code", "name", "category", "measure", "parts", "minutes", "by_phone", "skill")
    list_filter = ("category", "by_phone", "skill")
    list_select_related = ("category", "skill")
    search_fields = (*NAMES, "cause_en", "measure_en", "parts")
    fieldsets = (
        (None, {"fields": ("category", "code", *NAMES[1:], "minutes", "skill", "by_phone", "parts", "usual_parts")}),
        (Fault._meta.get_field("cause_en").verbose_name, {"fields": ("cause_en", "cause_zh_hans", "cause_zh_hant")}),
        (
            Fault._meta.get_field("measure_en").verbose_name,
            {"fields": ("measure_en", "measure_zh_hans", "measure_zh_hant")},
        ),
    )
    autocomplete_fields = ("usual_parts",)
    resource_classes = [
        sheet_of(
            Fault,
            FAULT,
            category=by_code("category", Category),
            skill=by_code("skill", Skill),
            usual_parts=many_by("usual_parts", Part),
        )
    ]


class ServiceLevelForm(forms.ModelForm):
    """A promise is not changed for days that are over: what was counted under it stays (H-N2)."""

    def clean(self) -> dict:
        """Refuse a version that begins, or ends, before today."""
        data, today = super().clean(), timezone.localdate()
        if "valid_from" in self.changed_data and data.get("valid_from") and data["valid_from"] <= today:
            self.add_error("valid_from", _("It begins tomorrow or later: orders of before keep their promise."))
        if "valid_to" in self.changed_data and data.get("valid_to") and data["valid_to"] < today:
            self.add_error("valid_to", _("It ends today or later: orders of before keep their promise."))
        return data


@admin.register(ServiceLevel)
class ServiceLevelAdmin(VersionedAdmin):
    """How soon customers are spoken to and the work is done, by priority, in versions."""

    form = ServiceLevelForm
    list_display = ("priority", "version", "contact_minutes", "finish_hours", "valid_from", "valid_to")
    list_display_links = ("priority",)
    list_filter = ("priority",)

    def used(self, row: ServiceLevel) -> bool:
        """True once it has begun: orders are held to it."""
        return row.valid_from <= timezone.localdate()


@admin.register(CallbackPolicy)
class CallbackPolicyAdmin(RoleAdmin):
    """Who calls back, when, how often; a kind without a row follows the service standard (H-R1)."""

    list_display = ("kind", "delay_minutes", "role", "max_attempts", "retry_minutes")


TEXT = ("kind", "category", "text_en", "text_zh_hans", "text_zh_hant")


@admin.register(StandardText)
class StandardTextAdmin(SheetAdmin):
    """What customers are told when nothing is wrong, or it was used wrongly (H-F3)."""

    list_display = ("kind", "category", "text")
    list_filter = ("kind", "category")
    list_select_related = ("category",)
    search_fields = ("text_en", "text_zh_hans", "text_zh_hant")
    resource_classes = [sheet_of(StandardText, TEXT, "kind", "category", category=by_code("category", Category))]
