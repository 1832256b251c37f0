"""Days on which an outlet, or every outlet, does not work."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from technicians.models.people import Outlet, User
from technicians.models.technician import Technician

LONGEST = timedelta(days=31)  # more is a slip of the year


class HolidayQuerySet(models.QuerySet):
    """Holidays, by who may see them."""

    def for_user(self, user: User) -> HolidayQuerySet:
        """Return those of the user's outlet and of every outlet; the centre sees all."""
        return self if user.sees_everything else self.filter(Q(outlet=None) | Q(outlet=user.outlet_id))


class Holiday(models.Model):
    """From a first to a last day, by the outlet's calendar: everybody is away, but for those on duty all the same.

    The technicians' absences follow from it (`technicians.holidays`).
    """

    outlet = models.ForeignKey(
        Outlet, models.CASCADE, null=True, blank=True, related_name="holidays", verbose_name=_("outlet"),
        help_text=_("Empty: every outlet"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    on_duty = models.ManyToManyField(
        Technician, blank=True, related_name="+", verbose_name=_("on duty all the same"),
        help_text=_("They work by their weekly hours"),
    )  # fmt: skip

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="holiday_forward",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day lies before the first. Swap them."),
            )
        ]

    def __str__(self) -> str:
        days = dict.fromkeys((self.starts_on.isoformat(), self.ends_on.isoformat()))
        return f"{self.name} {' – '.join(days)}"

    def clean(self) -> None:
        """Raise ValidationError when it lasts longer than a holiday does."""
        if self.starts_on and self.ends_on and self.ends_on - self.starts_on >= LONGEST:
            raise ValidationError({"ends_on": _("A holiday has at most 31 days. Check the year.")})
