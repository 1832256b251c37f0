"""Holidays in the admin. Here and not in `technicians`, because visits may stand on them already (H-A4)."""

from __future__ import annotations

from functools import partial

from django.contrib import admin, messages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.admin import RoleAdmin
from dispatch import live
from dispatch.actions.absences import struck
from dispatch.admin.people import OfOutlet
from technicians.holidays import keep
from technicians.models import Holiday, Technician


@admin.register(Holiday)
class HolidayAdmin(OfOutlet, RoleAdmin):
    """Holidays of an outlet or of all; a manager enters those of their own."""

    of_outlet = True
    list_display = ("name", "starts_on", "ends_on", "for_whom", "crew")
    list_filter = ("outlet",)
    list_select_related = ("outlet",)
    search_fields = ("name",)
    date_hierarchy = "starts_on"
    autocomplete_fields = ("on_duty",)

    @admin.display(description=_("outlet"), ordering="outlet")
    def for_whom(self, holiday: Holiday) -> str:
        """The outlet, or all of them."""
        return str(holiday.outlet or _("Every outlet"))

    @admin.display(description=_("on duty all the same"))
    def crew(self, holiday: Holiday) -> str:
        """Who works then."""
        return ", ".join(str(one) for one in holiday.on_duty.all()) or "–"

    def get_queryset(self, request):
        """Read those on duty at once."""
        return super().get_queryset(request).prefetch_related("on_duty")

    def has_change_permission(self, request, obj=None) -> bool:
        """A holiday of every outlet is the centre's."""
        return super().has_change_permission(request, obj) and self._mine(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        """What was entered by mistake goes; the absences go with it."""
        return self.may_change(request) and self._mine(request, obj)

    @staticmethod
    def _mine(request, obj: Holiday | None) -> bool:
        return obj is None or request.user.sees_everything or obj.outlet_id == request.user.outlet_id

    def save_related(self, request, form, formsets, change) -> None:
        """Save who is on duty, then write down who is away, and say how many visits stand on these days."""
        super().save_related(request, form, formsets, change)
        holiday = form.instance
        self._tell(keep(holiday, timezone.now(), request.user))
        away = holiday.absences.select_related("technician")
        count = sum(struck(one.technician, one.starts_at, one.ends_at).count() for one in away)
        if count:
            said = ngettext(
                "%(n)d visit stands on these days. It is on the dispatcher's list: agree another time, or name who is"
                " on duty.",
                "%(n)d visits stand on these days. They are on the dispatcher's list: agree other times, or name who"
                " is on duty.",
                count,
            )
            messages.warning(request, said % {"n": count})

    def delete_model(self, request, obj) -> None:
        """Delete it, and show everybody's days as they are then."""
        people = [one.technician for one in obj.absences.select_related("technician")]
        super().delete_model(request, obj)
        self._tell(people)

    def delete_queryset(self, request, queryset) -> None:
        """Delete several, one by one."""
        for holiday in queryset:
            self.delete_model(request, holiday)

    @staticmethod
    def _tell(people: list[Technician]) -> None:
        for one in people:
            transaction.on_commit(partial(live.tell_of, "technician", one.pk, one.outlet_id))
