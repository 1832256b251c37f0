"""Parts on their way into an order: promised, asked for, put in, and the old one's way back (H-A3, H-F7, H-W4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from dispatch.models.repair import Repair
from technicians.models import Move, Outlet, Part, Role, User, Warehouse


class Reservation(models.Model):
    """Parts held for an order in a warehouse, or loaded into the van for it."""

    HELD, LOADED, USED, RELEASED = "held", "loaded", "used", "released"
    STATES = [(HELD, _("Held")), (LOADED, _("In the van")), (USED, _("Used")), (RELEASED, _("Released"))]

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="reservations", verbose_name=_("order"))
    part = models.ForeignKey(Part, models.PROTECT, related_name="reservations", verbose_name=_("part"))
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, related_name="reservations", verbose_name=_("warehouse")
    )
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=STATES, default=HELD)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reservations")

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="reservation_of_something", condition=Q(quantity__gte=1))]
        indexes = [models.Index(fields=["order"], condition=Q(state__in=["held", "loaded"]), name="reservation_open")]

    def __str__(self) -> str:
        return f"{self.order} {self.part} × {self.quantity}"


class RequisitionState(models.TextChoices):
    """How far a requested part has come."""

    ASKED = "asked", _("Asked for")
    APPROVED = "approved", _("Approved, on its way")
    REFUSED = "refused", _("Refused")
    ARRIVED = "arrived", _("Arrived")
    CANCELLED = "cancelled", _("Cancelled")


class RequisitionQuerySet(models.QuerySet):
    """Requisitions, by who may see them."""

    def for_user(self, user: User) -> RequisitionQuerySet:
        """Return a technician's own, their outlet's to others, all to the centre."""
        if user.role == Role.TECHNICIAN:
            return self.filter(Q(asked_by=user) | Q(order__technician__user=user))
        return self if user.sees_everything else self.filter(outlet_id=user.outlet_id)

    def open(self) -> RequisitionQuerySet:
        """Return those still awaited."""
        return self.filter(state__in=(RequisitionState.ASKED, RequisitionState.APPROVED))


class Requisition(models.Model):
    """A part asked for: for an order, or to fill up a warehouse. Approved by the outlet, with a date."""

    order = models.ForeignKey(
        ServiceOrder, models.PROTECT, null=True, blank=True, related_name="requisitions", verbose_name=_("order")
    )
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="requisitions", verbose_name=_("outlet"))
    part = models.ForeignKey(Part, models.PROTECT, related_name="requisitions", verbose_name=_("part"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    source = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="requisitions_out", verbose_name=_("from"),
        help_text=_("Empty: bought from the maker"),
    )  # fmt: skip
    target = models.ForeignKey(Warehouse, models.PROTECT, related_name="requisitions_in", verbose_name=_("to"))
    state = models.CharField(_("state"), max_length=10, choices=RequisitionState, default=RequisitionState.ASKED)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="requisitions_asked")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="requisitions_decided")
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=240, blank=True)

    objects = RequisitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("requisition")
        verbose_name_plural = _("requisitions")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="requisition_of_something", condition=Q(quantity__gte=1))]
        indexes = [
            models.Index(fields=["outlet"], condition=Q(state__in=["asked", "approved"]), name="requisition_open")
        ]

    def __str__(self) -> str:
        return f"{self.part} × {self.quantity}"


class PartUse(models.Model):
    """A part put in, with serial numbers in and out, and where its old one is (H-F7, H-W4)."""

    OLD = [
        ("none", _("There is none")),
        ("customer", _("Left with the customer")),
        ("technician", _("With the technician")),
        ("depot", _("Back at the depot")),
    ]

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="parts_used", verbose_name=_("order"))
    repair = models.ForeignKey(Repair, models.PROTECT, null=True, blank=True, related_name="parts_used")
    part = models.ForeignKey(Part, models.PROTECT, related_name="uses", verbose_name=_("part"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    move = models.OneToOneField(Move, models.PROTECT, null=True, blank=True, related_name="use")
    serial_in = models.CharField(_("serial number in"), max_length=80, blank=True)
    serial_out = models.CharField(_("serial number out"), max_length=80, blank=True)
    covered = models.BooleanField(_("under warranty"), default=False)
    old = models.CharField(_("old part"), max_length=10, choices=OLD, default="none")
    old_returned_at = models.DateTimeField(_("old part back at"), null=True, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="parts_used")

    class Meta:
        verbose_name = _("part used")
        verbose_name_plural = _("parts used")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "serial_in"],
                condition=~Q(serial_in=""),
                name="part_serial_once",
                violation_error_message=_("A part with this serial number is in another appliance already."),
            ),
            models.CheckConstraint(
                name="old_part_covered_comes_back", condition=Q(covered=False) | ~Q(old="customer")
            ),  # H-W4
        ]
        indexes = [models.Index(fields=["by"], condition=Q(old="technician"), name="old_part_out")]

    def __str__(self) -> str:
        return f"{self.order} {self.part}"
