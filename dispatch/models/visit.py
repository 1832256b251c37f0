"""Visits carry the plan: one row per appointment; an earlier one is never overwritten."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from technicians.models import Role, Technician, User


class VisitStatus(models.TextChoices):
    """How firm an appointment is."""

    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    LOCKED = "locked", _("Locked")
    DONE = "done", _("Done")
    ABORTED = "aborted", _("Aborted")


STANDING = (VisitStatus.PROPOSED, VisitStatus.AGREED, VisitStatus.LOCKED)
BINDING = (VisitStatus.AGREED, VisitStatus.LOCKED)


class VisitQuerySet(models.QuerySet):
    """Visits, seen with their orders."""

    def for_user(self, user: User) -> VisitQuerySet:
        """Return the visits `user` may see."""
        if user.role == Role.TECHNICIAN:
            return self.filter(technician__user=user, order__technician__user=user)
        return self if user.sees_everything else self.filter(order__outlet_id=user.outlet_id)

    def standing(self) -> VisitQuerySet:
        """Return the appointments that still hold."""
        return self.filter(status__in=STANDING)

    def binding(self) -> VisitQuerySet:
        """Return those agreed with the customer: a technician can't have two at a time (H-A4)."""
        return self.filter(status__in=BINDING)


class Visit(models.Model):
    """One appointment. Times in UTC; `starts_at` is the arrival agreed with the customer."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="visits", verbose_name=_("order"))
    technician = models.ForeignKey(Technician, models.PROTECT, related_name="visits", verbose_name=_("technician"))
    sequence = models.PositiveSmallIntegerField(_("appointment"), default=1)
    status = models.CharField(_("status"), max_length=8, choices=VisitStatus, default=VisitStatus.PROPOSED)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    window_ends_at = models.DateTimeField(
        _("arrival no later than"), null=True, blank=True, help_text=_("When a window was promised, not a time")
    )
    expected_at = models.DateTimeField(_("expected arrival"), null=True, blank=True)
    travel_seconds = models.PositiveIntegerField(_("travel (s)"), null=True, blank=True)
    leave_by = models.DateTimeField(_("leave by"), null=True, blank=True)
    at_risk = models.BooleanField(_("at risk of being late"), default=False)
    pinned = models.BooleanField(_("pinned"), default=False, help_text=_("A plan leaves it where it is"))
    kit_checked_at = models.DateTimeField(_("kit checked at"), null=True, blank=True)
    kit = models.JSONField(_("kit taken along"), default=list, blank=True)
    departed_at = models.DateTimeField(_("departed at"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    consent = models.CharField(_("agreed with"), max_length=120, blank=True)
    abort_reason = models.CharField(_("why it was aborted"), max_length=240, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(name="visit_known_status", condition=Q(status__in=VisitStatus.values)),
            models.CheckConstraint(name="visit_forward", condition=Q(ends_at__gt=F("starts_at"))),
            models.UniqueConstraint(fields=["order", "sequence"], name="visit_sequence_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=STANDING), name="visit_one_standing_per_order"
            ),
            # H-A4: the net below the guard. No extension: the technician is a range of one.
            ExclusionConstraint(
                name="visit_no_overlap",
                index_type="GIST",
                expressions=[
                    (
                        Func(F("technician_id"), F("technician_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("starts_at"), F("ends_at"), Value("[)"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status__in=BINDING),
            ),
        ]
        indexes = [
            models.Index(
                fields=["technician", "starts_at"], condition=Q(status__in=STANDING), name="visit_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.sequence}"

    @property
    def latest_arrival(self):
        """The moment after which an arrival is late (H-E4)."""
        return self.window_ends_at or self.starts_at
