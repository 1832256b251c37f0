"""Who may do what in the admin, and the shapes that its lists have in common."""

from __future__ import annotations

from django.contrib import admin
from django.shortcuts import redirect
from import_export.admin import ImportExportModelAdmin
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, ManyToManyWidget

from customers.admin.changed import with_values

ADMIN, MANAGER = "admin", "manager"


class ByRole:
    """Permissions by role, for ModelAdmin and inlines: nobody here has rows of Django's permissions.

    Administrators may do everything. Managers see what is theirs and may change it when `of_outlet`;
    what all outlets share (`of_outlet = False`) is changed by the centre. Others don't come here.
    """

    of_outlet = False
    may_delete = True

    def may_see(self, request) -> bool:
        """True for active administrators and managers."""
        return request.user.is_active and getattr(request.user, "role", "") in (ADMIN, MANAGER)

    def may_change(self, request) -> bool:
        """True for those who look after this kind of row."""
        return self.may_see(request) and (self.of_outlet or request.user.sees_everything)

    def has_module_permission(self, request) -> bool:
        """Tell whether the app is shown at all."""
        return self.may_see(request)

    def has_view_permission(self, request, obj=None) -> bool:
        """Tell whether rows may be read; the queryset says which."""
        return self.may_see(request)

    def has_add_permission(self, request, obj=None) -> bool:
        """Tell whether a row may be made."""
        return self.may_change(request)

    def has_change_permission(self, request, obj=None) -> bool:
        """Tell whether a row may be changed."""
        return self.may_change(request)

    def has_delete_permission(self, request, obj=None) -> bool:
        """Tell whether a row may go: only by an administrator, and never what has a history."""
        return self.may_delete and self.may_see(request) and request.user.role == ADMIN


class OwnFilter(admin.RelatedFieldListFilter):
    """A filter by a related row that offers only what this person may see."""

    def field_choices(self, field, request, model_admin):
        """Return the rows to choose from."""
        return [(row.pk, str(row)) for row in field.related_model._default_manager.for_user(request.user)]


class RoleAdmin(ByRole, admin.ModelAdmin):
    """A ModelAdmin with permissions by role; managers see their outlet's rows."""

    personal = False  # rows about customers: what they were is not kept in the log of changes
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        """Return the rows that this person may see."""
        rows = super().get_queryset(request)
        return rows.for_user(request.user) if hasattr(rows, "for_user") else rows

    def changelist_view(self, request, extra_context=None):
        """Show the list; an address that PostgreSQL can't read leads to the whole list, as Django's own do."""
        if any("\0" in text for _name, texts in request.GET.lists() for text in texts):
            return redirect(f"{request.path}?e=1")
        return super().changelist_view(request, extra_context)

    def construct_change_message(self, request, form, formsets, add=False):
        """Write down from what to what, so that the audit can answer what it was before (H-N2)."""
        told = super().construct_change_message(request, form, formsets, add)
        return told if add or self.personal else with_values(told, form, formsets)

    def get_list_filter(self, request):
        """Who has one outlet is not asked which."""
        filters = super().get_list_filter(request)
        return filters if request.user.sees_everything else [name for name in filters if name != "outlet"]


class ReadOnly:
    """Rows that are shown and never touched here: they have a history, and change through the actions."""

    actions = None

    def has_add_permission(self, request, obj=None) -> bool:
        """Nothing is made here."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """Nothing is deleted here."""
        return False


class SheetAdmin(RoleAdmin, ImportExportModelAdmin):
    """Master data that also goes in and out as a sheet; in only by those who look after all outlets."""

    def has_import_permission(self, request) -> bool:
        """A sheet may hold any outlet's rows."""
        return self.may_change(request) and request.user.sees_everything

    def has_export_permission(self, request) -> bool:
        """What is seen may be exported."""
        return self.has_view_permission(request)


def by_code(name: str, model, code: str = "code") -> Field:
    """Return a sheet's column that names a row of `model` by its code, or another unique field."""
    return Field(column_name=name, attribute=name, widget=ForeignKeyWidget(model, code))


def many_by(name: str, model, code: str = "code") -> Field:
    """Return a sheet's column that names rows of `model`, separated by spaces."""
    return Field(column_name=name, attribute=name, widget=ManyToManyWidget(model, separator=" ", field=code))


def sheet_of(model, fields: tuple[str, ...], *keys: str, **columns: Field) -> type[ModelResource]:
    """Return the resource of a model whose rows are found by `keys` ("code" unless given).

    A row that says nothing new is skipped.
    """
    names = {"fields": fields, "import_id_fields": keys or ("code",), "skip_unchanged": True, "report_skipped": True}
    meta = type("Meta", (), {"model": model} | names)
    return type(f"{model.__name__}Sheet", (ModelResource,), {"Meta": meta} | columns)


NAMES = ("code", "name_en", "name_zh_hans", "name_zh_hant")


class NamedAdmin(SheetAdmin):
    """A list of codes with their names in three languages."""

    list_display = NAMES
    search_fields = NAMES
