"""Appliances in the workshop, and the units lent meanwhile (H-F4, H-A6)."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Photo
from dispatch.models.order import ServiceOrder
from dispatch.models.repair import Repair
from technicians.models import Loaner, Role, Technician, User
from technicians.models.loaner import Condition

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for something else when read out


def slip_code() -> str:
    """Return the code on a slip: short enough to be read out on the phone."""
    return "".join(secrets.choice(ALPHABET) for _number in range(8))


class Stage(models.TextChoices):
    """How far an appliance is in the workshop."""

    COLLECTED = "collected", _("On its way in")
    RECEIVED = "received", _("Received")
    DIAGNOSED = "diagnosed", _("Diagnosed")
    WAITING = "waiting", _("Waiting for a part or a word")
    REPAIRED = "repaired", _("Repaired")
    TESTED = "tested", _("Tested")
    READY = "ready", _("Ready to go back")
    RETURNED = "returned", _("Returned")


class WorkshopJobQuerySet(models.QuerySet):
    """Workshop jobs, by who may see them."""

    def for_user(self, user: User) -> WorkshopJobQuerySet:
        """Return a technician's own orders', their outlet's to others, all to the centre."""
        if user.role == Role.TECHNICIAN:
            return self.filter(Q(order__technician__user=user) | Q(bench__user=user))
        return self if user.sees_everything else self.filter(order__outlet_id=user.outlet_id)

    def inside(self) -> WorkshopJobQuerySet:
        """Return those not given back yet."""
        return self.exclude(stage=Stage.RETURNED)


class WorkshopJob(models.Model):
    """One stay in the workshop: what came in and how it looked, where it lies, what was promised (H-F4)."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="workshop_jobs", verbose_name=_("order"))
    code = models.CharField(_("slip"), max_length=12, unique=True, default=slip_code)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.COLLECTED)
    stage_since = models.DateTimeField(_("since"))
    outside = models.TextField(_("how it looks outside"), blank=True)
    accessories = models.CharField(_("what came with it"), max_length=240, blank=True)
    taken_at = models.DateTimeField(_("taken at"))
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="taken_in")
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True)
    signature = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, related_name="slips")
    shelf = models.CharField(_("shelf"), max_length=40, blank=True)
    bench = models.ForeignKey(
        Technician, models.PROTECT, null=True, blank=True, related_name="bench_jobs", verbose_name=_("at the bench")
    )
    repair = models.OneToOneField(Repair, models.PROTECT, null=True, blank=True, related_name="workshop_job")
    waiting_for = models.CharField(_("waiting for"), max_length=240, blank=True)
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)
    promise_moved = models.PositiveSmallIntegerField(_("promise moved"), default=0)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    parcel = models.CharField(_("parcel number"), max_length=80, blank=True)

    objects = WorkshopJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop job")
        verbose_name_plural = _("workshop jobs")
        ordering = ["promised_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=~Q(stage="returned"), name="workshop_one_at_a_time"),
            models.CheckConstraint(name="workshop_known_stage", condition=Q(stage__in=Stage.values)),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.code}"

    def is_late(self, now: datetime) -> bool:
        """True when it should be back with the customer by now."""
        return self.stage != Stage.RETURNED and self.promised_at is not None and self.promised_at < now


class Loan(models.Model):
    """A loaner reserved for an order, handed out, and taken back; a unit is lent once at a time."""

    RESERVED, OUT, BACK, RELEASED = "reserved", "out", "back", "released"
    STATES = [
        (RESERVED, _("Reserved")),
        (OUT, _("With the customer")),
        (BACK, _("Back with us")),
        (RELEASED, _("Released")),
    ]

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="loans", verbose_name=_("order"))
    loaner = models.ForeignKey(Loaner, models.PROTECT, related_name="loans", verbose_name=_("loaner"))
    state = models.CharField(_("state"), max_length=8, choices=STATES, default=RESERVED)
    reserved_at = models.DateTimeField(_("reserved at"))
    out_at = models.DateTimeField(_("handed out at"), null=True, blank=True)
    condition_out = models.CharField(_("condition going out"), max_length=8, choices=Condition, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True)
    signature = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, related_name="loans")
    back_at = models.DateTimeField(_("back at"), null=True, blank=True)
    condition_back = models.CharField(_("condition coming back"), max_length=8, choices=Condition, blank=True)
    note = models.CharField(_("note"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["loaner"],
                condition=Q(state__in=["reserved", "out"]),
                name="loaner_lent_once",
                violation_error_message=_("This unit is lent out or reserved already."),
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=["reserved", "out"]), name="loan_one_per_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.loaner}"
