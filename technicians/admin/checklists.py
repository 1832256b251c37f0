"""Checklists in versions (H-E1, H-E6, H-F6, H-H3, H-H4)."""

from __future__ import annotations

from django.contrib import admin
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget

from customers.admin import ByRole, SheetAdmin, VersionedAdmin
from technicians.models import Checklist, ChecklistItem

ITEM = (
    "code", "kind", "name_en", "name_zh_hans", "name_zh_hant", "hint_en", "hint_zh_hans", "hint_zh_hant",
    "unit", "minimum", "maximum", "mandatory", "sequence",
)  # fmt: skip


class ChecklistItemInline(ByRole, admin.StackedInline):
    """What is checked."""

    model = ChecklistItem
    extra = 0
    fields = (
        ("sequence", "code", "kind", "mandatory"),
        ("name_en", "name_zh_hans", "name_zh_hant"),
        ("hint_en", "hint_zh_hans", "hint_zh_hant"),
        ("unit", "minimum", "maximum"),
    )


@admin.register(Checklist)
class ChecklistAdmin(VersionedAdmin):
    """What is gone through at each step; a change is a new version, so that old checks stay true."""

    copied = ("items",)
    list_display = ("__str__", "step", "category", "version", "valid_from", "valid_to")
    list_filter = ("step", "category")
    list_select_related = ("category",)
    inlines = (ChecklistItemInline,)


class ChecklistItemSheet(ModelResource):
    """Items as a sheet: the checklist is named by its number, the item by its code within it."""

    checklist = Field(column_name="checklist", attribute="checklist", widget=ForeignKeyWidget(Checklist))

    class Meta:
        model = ChecklistItem
        fields = ("checklist", *ITEM)
        import_id_fields = ("checklist", "code")
        skip_unchanged = True


@admin.register(ChecklistItem)
class ChecklistItemAdmin(SheetAdmin):
    """All items of all checklists, for sheets and for searching."""

    list_display = ("code", "name_en", "checklist", "kind", "unit", "mandatory", "sequence")
    list_filter = ("kind", "mandatory", "checklist__step", "checklist__category")
    list_select_related = ("checklist__category",)
    search_fields = ("code", "name_en", "name_zh_hans", "name_zh_hant")
    resource_classes = [ChecklistItemSheet]
