"""Customers and what they own."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin.base import NAMES, ByRole, NamedAdmin, RoleAdmin, SheetAdmin, by_code, sheet_of
from customers.models import Address, Appliance, Brand, Category, Customer


@admin.register(Brand)
class BrandAdmin(NamedAdmin):
    """Makers."""

    resource_classes = [sheet_of(Brand, NAMES)]


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    """Kinds of appliance."""

    resource_classes = [sheet_of(Category, NAMES)]


class AddressInline(ByRole, admin.StackedInline):
    """Where a customer's appliances stand."""

    model = Address
    of_outlet = True
    extra = 0
    fields = (("line", "access_note"), ("district", "city"), ("latitude", "longitude"))


class ApplianceInline(ByRole, admin.StackedInline):
    """What a customer owns."""

    model = Appliance
    of_outlet = True
    extra = 0
    fields = (("category", "brand"), ("model_no", "serial"), ("purchased_on", "installed_on", "replaced_on"), "note")


@admin.register(Customer)
class CustomerAdmin(RoleAdmin):
    """Customers with their addresses and appliances."""

    personal = True
    of_outlet = True
    may_delete = False
    list_display = ("name", "phone", "phone_alt", "language", "created_at")
    search_fields = ("name", "phone", "phone_alt")
    date_hierarchy = "created_at"
    readonly_fields = ("created_at",)
    inlines = (AddressInline, ApplianceInline)


@admin.register(Address)
class AddressAdmin(RoleAdmin):
    """Addresses, to find one by its street; changed with their customer."""

    personal = True
    of_outlet = True
    may_delete = False
    list_display = ("customer", "line", "district", "city", "has_place")
    list_display_links = ("line",)
    list_filter = ("city",)
    list_select_related = ("customer",)
    search_fields = ("line", "district", "customer__name", "customer__phone")
    autocomplete_fields = ("customer",)

    @admin.display(boolean=True, description=_("on the map"))
    def has_place(self, address: Address) -> bool:
        """True when the coordinates are known."""
        return address.place is not None


DAYS = ("purchased_on", "installed_on", "replaced_on")
APPLIANCE = ("id", "customer", "category", "brand", "model_no", "serial", *DAYS, "note")
APPLIANCE_SHEET = sheet_of(
    Appliance, APPLIANCE, "id", category=by_code("category", Category), brand=by_code("brand", Brand)
)


@admin.register(Appliance)
class ApplianceAdmin(SheetAdmin):
    """Machines, to find one by model or serial number."""

    personal = True
    of_outlet = True
    may_delete = False
    list_display = ("__str__", "customer", "category", "brand", "model_no", "serial", "purchased_on")
    list_filter = ("category", "brand")
    list_select_related = ("customer", "category", "brand")
    search_fields = ("model_no", "serial", "customer__name", "customer__phone")
    autocomplete_fields = ("customer",)
    date_hierarchy = "purchased_on"
    resource_classes = [APPLIANCE_SHEET]
