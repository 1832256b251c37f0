"""Parts, warehouses, loaners; and the ledger, which is read here and grows elsewhere (H-A3)."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from import_export.admin import ExportMixin

from customers.admin import NAMES, NamedAdmin, ReadOnly, RoleAdmin, SheetAdmin, by_code, many_by, sheet_of
from customers.models import Brand, Category, ProductModel
from technicians.models import Balance, Loaner, Move, Outlet, Part, StockCount, Technician, Warehouse

PART = (*NAMES, "category", "fits", "serialised", "return_old", "consumable")


@admin.register(Part)
class PartAdmin(NamedAdmin):
    """Spare parts and the models they fit."""

    list_display = ("code", "name", "category", "serialised", "return_old", "consumable")
    list_filter = ("category", "serialised", "return_old", "consumable")
    list_select_related = ("category",)
    search_fields = (*NAMES, "fits__number")
    autocomplete_fields = ("fits",)
    resource_classes = [
        sheet_of(Part, PART, category=by_code("category", Category), fits=many_by("fits", ProductModel, "number"))
    ]


@admin.register(Warehouse)
class WarehouseAdmin(NamedAdmin):
    """Where parts lie; a manager looks after those of the outlet."""

    of_outlet = True
    list_display = (*NAMES, "kind", "outlet", "technician", "active")
    list_filter = ("kind", "outlet", "active")
    list_select_related = ("outlet", "technician")
    resource_classes = [
        sheet_of(
            Warehouse,
            (*NAMES, "kind", "outlet", "technician", "active"),
            outlet=by_code("outlet", Outlet),
            technician=by_code("technician", Technician, "permit_code"),
        )
    ]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Who has one outlet chooses among their own."""
        rows = db_field.remote_field.model._default_manager
        if not request.user.sees_everything and db_field.name in ("outlet", "technician"):
            mine = {"pk": request.user.outlet_id} if db_field.name == "outlet" else {"outlet": request.user.outlet_id}
            kwargs["queryset"] = rows.filter(**mine)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OfWarehouseAdmin(ReadOnly, ExportMixin, RoleAdmin):
    """Rows of warehouses: read and exported here, written by what happens."""

    def get_queryset(self, request):
        """Return those of the warehouses this person may see."""
        rows = super().get_queryset(request)
        if request.user.sees_everything:
            return rows
        mine = Warehouse.objects.for_user(request.user)
        names = {field.name for field in self.opts.fields}
        if "warehouse" in names:
            return rows.filter(warehouse__in=mine)
        return rows.filter(Q(source__in=mine) | Q(target__in=mine))

    def has_export_permission(self, request) -> bool:
        """What is seen may be exported."""
        return self.has_view_permission(request)


@admin.register(Balance)
class BalanceAdmin(OfWarehouseAdmin):
    """What lies where; it changes by moves alone."""

    list_display = ("warehouse", "part", "on_hand", "reserved", "minimum", "counted_at")
    list_filter = ("warehouse__kind",)
    list_select_related = ("warehouse", "part")
    search_fields = ("part__code", "part__name_en", "part__name_zh_hans", "part__name_zh_hant", "warehouse__code")


@admin.register(Move)
class MoveAdmin(OfWarehouseAdmin):
    """The ledger: written once, never changed."""

    list_display = ("at", "kind", "part", "quantity", "source", "target", "serial", "order_number", "by")
    list_filter = ("kind",)
    list_select_related = ("part", "source", "target", "by")
    search_fields = ("part__code", "serial", "note")
    date_hierarchy = "at"
    ordering = ("-pk",)


@admin.register(StockCount)
class StockCountAdmin(OfWarehouseAdmin):
    """Counts and their differences."""

    list_display = ("warehouse", "at", "by", "note")
    list_filter = ("warehouse__kind",)
    list_select_related = ("warehouse", "by")
    search_fields = ("warehouse__code", "note")
    date_hierarchy = "at"


@admin.register(Loaner)
class LoanerAdmin(SheetAdmin):
    """Units to lend; a manager looks after those of the outlet."""

    of_outlet = True
    list_display = ("code", "outlet", "category", "brand", "model_no", "serial", "condition", "retired")
    list_filter = ("outlet", "category", "condition", "retired")
    list_select_related = ("outlet", "category", "brand")
    search_fields = ("code", "model_no", "serial", "note")
    raw_id_fields = ("photos",)
    resource_classes = [
        sheet_of(
            Loaner,
            ("code", "outlet", "category", "brand", "model_no", "serial", "condition", "note", "retired"),
            outlet=by_code("outlet", Outlet),
            category=by_code("category", Category),
            brand=by_code("brand", Brand),
        )
    ]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Who has one outlet lends from their own."""
        if db_field.name == "outlet" and not request.user.sees_everything:
            kwargs["queryset"] = Outlet.objects.filter(pk=request.user.outlet_id)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
