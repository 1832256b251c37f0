"""What is asked of others: help, claims, an alarm; and what was checked (H-A5, H-F8, H-F10, H-E1)."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Category
from dispatch.models.fault import Fault
from dispatch.models.order import ServiceOrder
from dispatch.models.prices import money
from dispatch.models.visit import Visit
from technicians.models import User
from technicians.models.checklist import CheckStep


class HelpLevel(models.TextChoices):
    """Who is asked; without an answer in time it goes one up."""

    COLLEAGUE = "colleague", _("A colleague")
    CENTRE = "centre", _("The centre")
    HQ = "hq", _("Technical headquarters")


class HelpQuerySet(models.QuerySet):
    """Requests for help, by who may see and answer them."""

    def for_user(self, user: User) -> HelpQuerySet:
        """Return those of the user's outlet, all to the centre; technicians help each other within an outlet."""
        return self if user.sees_everything else self.filter(order__outlet_id=user.outlet_id)

    def open(self) -> HelpQuerySet:
        """Return those nobody has answered."""
        return self.filter(answered_at__isnull=True)


class HelpRequest(models.Model):
    """A question about a fault never met or failed on before, and its answer, found again next time (H-A5, H-F8)."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="help", verbose_name=_("order"))
    level = models.CharField(_("asked"), max_length=10, choices=HelpLevel)
    to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="help_wanted", verbose_name=_("colleague")
    )
    question = models.TextField(_("question"))
    new_fault = models.BooleanField(_("a new kind of fault"), default=False)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="help")
    fault = models.ForeignKey(Fault, models.PROTECT, null=True, blank=True, related_name="help")
    model_no = models.CharField(_("model"), max_length=80, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="help_asked")
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("due"))
    raised = models.PositiveSmallIntegerField(_("went up"), default=0)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="help_given")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    found = SearchVectorField(null=True, editable=False)

    objects = HelpQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(answered_at__isnull=True), name="help_one_open"),
            models.CheckConstraint(
                name="help_answered_by_somebody",
                condition=Q(answered_at__isnull=True) | Q(answered_by__isnull=False) & ~Q(answer=""),
            ),
        ]
        indexes = [GinIndex(fields=["found"], name="help_found")]

    def __str__(self) -> str:
        return f"{self.order} {self.get_level_display()}"


class ClaimKind(models.TextChoices):
    """What a customer claims."""

    REFUND = "refund", _("Money back for the appliance")  # H-W7
    EXCHANGE = "exchange", _("Another appliance")  # H-W7
    COMPENSATION = "compensation", _("Compensation")  # H-F8
    DAMAGE = "damage", _("Something of theirs was damaged")  # H-F6


class ClaimQuerySet(models.QuerySet):
    """Claims, by who may see them."""

    def for_user(self, user: User) -> ClaimQuerySet:
        """Return those of the user's outlet, all to the centre."""
        return self if user.sees_everything else self.filter(order__outlet_id=user.outlet_id)


class Claim(models.Model):
    """A claim, with the clause that grants or denies it. The technician promises nothing (H-F8)."""

    OPEN, GRANTED, REFUSED = "open", "granted", "refused"
    STATES = [(OPEN, _("To be decided")), (GRANTED, _("Granted")), (REFUSED, _("Refused"))]

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="claims", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=ClaimKind)
    what = models.TextField(_("what happened"))
    asked = money(_("asked (minor units)"), default=0)
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="claims_filed")
    filed_at = models.DateTimeField(_("filed at"))
    state = models.CharField(_("state"), max_length=8, choices=STATES, default=OPEN)
    granted = money(_("granted (minor units)"), default=0)
    clause = models.CharField(_("clause"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="claims_decided")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="open"), name="claim_one_open"),
            models.CheckConstraint(
                name="claim_decided_by_somebody",
                condition=Q(state="open") | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_kind_display()}"


class IncidentQuerySet(models.QuerySet):
    """Alarms, by who may see them."""

    def for_user(self, user: User) -> IncidentQuerySet:
        """Return those of the user's outlet, all to the centre."""
        return self if user.sees_everything else self.filter(order__outlet_id=user.outlet_id)

    def open(self) -> IncidentQuerySet:
        """Return those nobody has settled."""
        return self.filter(settled_at__isnull=True)


class Incident(models.Model):
    """An alarm: held back, tools kept, abused. The centre takes over (H-F10). WGS-84, accuracy in metres."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="incidents", verbose_name=_("order"))
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="incidents")
    raised_at = models.DateTimeField(_("raised at"))
    what = models.CharField(_("what"), max_length=500, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    accuracy = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="incidents_taken")
    taken_at = models.DateTimeField(_("taken over at"), null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="incidents_settled")
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    outcome = models.CharField(_("how it ended"), max_length=500, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(settled_at__isnull=True), name="incident_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.raised_at:%Y-%m-%d %H:%M}"


class Check(models.Model):
    """One step gone through on a visit: answers by item, with the versions they were given to (H-E1, H-H4)."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="checked", verbose_name=_("order"))
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="checked", verbose_name=_("visit")
    )
    step = models.PositiveSmallIntegerField(_("step"), choices=CheckStep)
    checklists = models.JSONField(_("checklists"), default=list, help_text=_("Numbers of the versions"))
    answers = models.JSONField(_("answers"), default=dict)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="checked")

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "visit", "step"], name="check_once_a_visit", nulls_distinct=False),
            models.CheckConstraint(name="check_step", condition=Q(step__in=CheckStep.values)),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_step_display()}"


