"""What the trade knows and has decided: faults, callback policies."""

from __future__ import annotations

from django.contrib import admin

from customers.admin import NAMES, NamedAdmin, RoleAdmin, SheetAdmin, by_code, many_by, sheet_of
from customers.models import Category
from dispatch.models import CallbackPolicy, Fault, StandardText
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
