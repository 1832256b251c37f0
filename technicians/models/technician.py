"""Technicians: skills, weekly shifts, absences, last known positions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Category, Photo
from customers.naming import Named
from technicians.models.people import Outlet, Role, User


class Skill(Named):
    """Something a technician was trained for; an order of its categories, or with its fault, needs it."""

    categories = models.ManyToManyField(Category, blank=True, related_name="skills", verbose_name=_("categories"))

    class Meta(Named.Meta):
        verbose_name = _("skill")
        verbose_name_plural = _("skills")


class TechnicianQuerySet(models.QuerySet):
    """Technicians, by who may see them."""

    def for_user(self, user: User) -> TechnicianQuerySet:
        """Return the technicians of the user's outlet; the centre sees all."""
        return self if user.sees_everything else self.filter(outlet_id=user.outlet_id)

    def working(self) -> TechnicianQuerySet:
        """Return those who can be given work."""
        return self.filter(active=True, user__is_active=True)


class Technician(models.Model):
    """Somebody who goes to customers. The permit code is what the customer can check at the door (H-E3)."""

    user = models.OneToOneField(User, models.PROTECT, related_name="technician", verbose_name=_("person"))
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="technicians", verbose_name=_("outlet"))
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    permit_code = models.CharField(_("work permit"), max_length=12, unique=True)
    skills = models.ManyToManyField(Skill, blank=True, related_name="technicians", verbose_name=_("skills"))
    home_latitude = models.FloatField(_("start latitude"), null=True, blank=True)
    home_longitude = models.FloatField(_("start longitude"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    portrait = models.ForeignKey(
        Photo, models.PROTECT, null=True, blank=True, related_name="portraits", verbose_name=_("portrait"),
        help_text=_("Customers see it before they open the door"),
    )  # fmt: skip
    calendar_code = models.CharField(max_length=32, unique=True, null=True, blank=True, editable=False)

    objects = TechnicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("technician")
        verbose_name_plural = _("technicians")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> tuple[float, float] | None:
        """Where the day starts, (latitude, longitude) in degrees; the outlet if home is not known."""
        if self.home_latitude is None or self.home_longitude is None:
            return self.outlet.place
        return self.home_latitude, self.home_longitude


class OfTechnicianQuerySet(models.QuerySet):
    """Rows of technicians, seen with them."""

    def for_user(self, user: User) -> OfTechnicianQuerySet:
        """Return the rows of the outlet's technicians; a technician sees only their own."""
        if user.role == Role.TECHNICIAN:
            return self.filter(technician__user=user)
        return self if user.sees_everything else self.filter(technician__outlet_id=user.outlet_id)


class Weekday(models.IntegerChoices):
    """ISO weekdays."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class Shift(models.Model):
    """Weekly working hours in the outlet's local time; past midnight when it ends before it starts."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="shifts", verbose_name=_("technician"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    break_from = models.TimeField(_("break not before"), null=True, blank=True)
    break_until = models.TimeField(_("break begins by"), null=True, blank=True)
    break_minutes = models.PositiveSmallIntegerField(_("minutes of break"), default=30)

    objects = OfTechnicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.UniqueConstraint(fields=["technician", "weekday", "starts"], name="shift_once"),
            models.CheckConstraint(name="shift_weekday", condition=Q(weekday__range=(1, 7))),
            models.CheckConstraint(name="shift_has_length", condition=~Q(starts=F("ends"))),
            models.CheckConstraint(
                name="shift_break_whole",
                condition=Q(break_from__isnull=True, break_until__isnull=True)
                | Q(break_from__isnull=False, break_until__isnull=False, break_from__lte=F("break_until")),
                violation_error_message=_("Give both ends of the time in which the break begins, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class AwayFor(models.TextChoices):
    """Why somebody is away, where a word is enough. `Absence.reason` holds one of these or words of its own."""

    SICK = "sick", pgettext_lazy("why somebody is away", "Sick")
    LEAVE = "leave", pgettext_lazy("why somebody is away", "On leave")
    TRAINING = "training", pgettext_lazy("why somebody is away", "In training")
    HELD_UP = "held_up", pgettext_lazy("why somebody is away", "Held up on the road")


class Absence(models.Model):
    """Time away: leave, sickness, training. Who wrote it down, and who changed it last, stays with it (H-N2)."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="absences", verbose_name=_("technician"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    holiday = models.ForeignKey(
        "technicians.Holiday", models.CASCADE, null=True, blank=True, editable=False, related_name="absences"
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True, editable=False)

    objects = OfTechnicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                name="absence_forward",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("An absence ends after it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.technician} {self.starts_at:%Y-%m-%d %H:%M} – {self.ends_at:%Y-%m-%d %H:%M}"

    @property
    def why(self) -> str:
        """The reason in words, in the active language; "" when none was given."""
        return str(AwayFor(self.reason).label) if self.reason in AwayFor.values else self.reason


class Position(models.Model):
    """Where a technician's phone said it was, WGS-84, accuracy in metres."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="positions", verbose_name=_("technician"))
    at = models.DateTimeField(_("at"), db_index=True)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    accuracy = models.FloatField(_("accuracy (m)"), null=True, blank=True)

    objects = OfTechnicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        indexes = [models.Index(fields=["technician", "-at"], name="position_latest")]

    def __str__(self) -> str:
        return f"{self.technician} {self.at:%H:%M}"
