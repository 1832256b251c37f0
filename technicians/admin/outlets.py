"""Outlets, fee tables, skills, what belongs in the bag. People are in `dispatch.admin.people`."""

from __future__ import annotations

from django.contrib import admin
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget

from customers.admin import NAMES, ByRole, NamedAdmin, RoleAdmin, SheetAdmin, sheet_of
from technicians.models import KitItem, KitStandard, Outlet, PriceTable, Skill


@admin.register(Outlet)
class OutletAdmin(RoleAdmin):
    """Outlets. A manager looks after their own; only an administrator opens a new one."""

    of_outlet = True
    may_delete = False
    list_display = ("code", "name_en", "zone", "currency", "phone", "cutoff")
    search_fields = NAMES

    def get_queryset(self, request):
        """Return the outlets this person looks after."""
        rows = super().get_queryset(request)
        return rows if request.user.sees_everything else rows.filter(pk=request.user.outlet_id)

    def has_add_permission(self, request, obj=None) -> bool:
        """Only the centre opens outlets."""
        return self.may_change(request) and request.user.sees_everything


@admin.register(Skill)
class SkillAdmin(NamedAdmin):
    """What technicians are trained for."""

    list_display = ("code", "name_en", "name_zh_hans", "name_zh_hant", "for_categories")
    list_filter = ("categories",)
    filter_horizontal = ("categories",)
    resource_classes = [sheet_of(Skill, (*NAMES, "categories"))]

    def get_queryset(self, request):
        """Read the categories of all rows at once."""
        return super().get_queryset(request).prefetch_related("categories")

    @admin.display(description=Skill._meta.get_field("categories").verbose_name)
    def for_categories(self, skill: Skill) -> str:
        """The categories in one line."""
        return ", ".join(category.name for category in skill.categories.all())


class KitItemInline(ByRole, admin.TabularInline):
    """What is in the bag."""

    model = KitItem
    extra = 0
    fields = ("sequence", *NAMES, "group", "mandatory", "when_charged", "counted")


@admin.register(KitStandard)
class KitStandardAdmin(RoleAdmin):
    """Versions of the kit standard; a change is a new version, so that old checks stay true (H-D1)."""

    list_display = ("__str__", "category", "version", "valid_from", "valid_to")
    list_filter = ("category",)
    list_select_related = ("category",)
    date_hierarchy = "valid_from"
    inlines = (KitItemInline,)


class KitItemSheet(ModelResource):
    """Kit items as a sheet: the standard is named by its number, the item by its code within it."""

    standard = Field(column_name="standard", attribute="standard", widget=ForeignKeyWidget(KitStandard))

    class Meta:
        model = KitItem
        fields = ("standard", *NAMES, "group", "mandatory", "when_charged", "counted", "sequence")
        import_id_fields = ("standard", "code")
        skip_unchanged = True


@admin.register(KitItem)
class KitItemAdmin(SheetAdmin):
    """All items of all standards, for sheets and for searching."""

    list_display = ("code", "name_en", "standard", "group", "mandatory", "when_charged", "counted", "sequence")
    list_filter = ("group", "mandatory", "when_charged", "counted", "standard__category")
    list_select_related = ("standard__category",)
    search_fields = NAMES
    resource_classes = [KitItemSheet]


@admin.register(PriceTable)
class PriceTableAdmin(NamedAdmin):
    """Fee tables; outlets point to one, its price lists come in versions (H-G1)."""

    list_display = (*NAMES, "currency")
    list_filter = ("currency",)
    resource_classes = [sheet_of(PriceTable, (*NAMES, "currency"))]
