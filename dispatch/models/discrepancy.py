"""Cases of what did not add up, and the log of every step of a settlement (H-R4)."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from dispatch.models.settle import BookQuerySet, DayBook, LineKind, OutletDay
from technicians.models import Outlet, Technician, User


class CaseState(models.TextChoices):
    """How far a case is."""

    OPEN = "open", _("Open")
    EXPLAINED = "explained", _("Explained")
    GOOD = "good", _("Made good")
    WRITTEN_OFF = "written_off", _("Written off")


class CaseKind(models.TextChoices):
    """Where a case comes from."""

    DIFFERENCE = "difference", _("Counted otherwise")
    LATE = "late", _("Changed after the book was closed")
    NOT_SETTLED = "not_settled", _("Book not settled yet")
    CENTRE = "centre", _("Counted otherwise at the centre")


class Discrepancy(models.Model):
    """Something that did not add up: who answers for it, why, and what came of it. Once settled it stays so.

    `expected` and `counted` as on the line. `key` keeps the same thing from being opened twice.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="discrepancies", verbose_name=_("outlet"))
    technician = models.ForeignKey(
        Technician, models.PROTECT, null=True, blank=True, related_name="discrepancies", verbose_name=_("technician")
    )
    day = models.DateField(_("day"))
    book = models.ForeignKey(
        DayBook, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("book")
    )
    outlet_day = models.ForeignKey(
        OutletDay, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("outlet's day")
    )
    order = models.ForeignKey(
        ServiceOrder, models.PROTECT, null=True, blank=True, related_name="discrepancies", verbose_name=_("order")
    )
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind)
    what = models.CharField(_("what"), max_length=10, choices=LineKind, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    about = models.CharField(_("about"), max_length=240, blank=True)
    expected = models.BigIntegerField(_("expected"), default=0)
    counted = models.BigIntegerField(_("counted"), default=0)
    owner = models.ForeignKey(User, models.PROTECT, related_name="discrepancies", verbose_name=_("who answers for it"))
    reason = models.CharField(_("why it differs"), max_length=240, blank=True)
    remedy = models.CharField(_("what is done about it"), max_length=240, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=CaseState, default=CaseState.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    outcome = models.CharField(_("how it was settled"), max_length=500, blank=True)

    objects = BookQuerySet.as_manager()

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        ordering = ["-pk"]
        constraints = [
            # What came in later is found by Doorstep: its owner is still to say why.
            models.CheckConstraint(name="case_has_reason", condition=~Q(reason="") | ~Q(remedy="") | Q(kind="late")),
            models.CheckConstraint(
                name="case_settled_by_somebody",
                condition=Q(state="open", settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [models.Index(fields=["outlet"], condition=Q(state="open"), name="case_open")]

    def __str__(self) -> str:
        return f"{self.day} {self.key}"

    @property
    def difference(self) -> int:
        """Counted less expected."""
        return self.counted - self.expected


class BookStep(models.TextChoices):
    """What is written down about a book, an outlet's day or a case."""

    MADE = "made", _("Book made")
    EXPECTED = "expected", _("What is expected changed")
    COUNTED = "counted", _("Counted")
    CLERK_AGREED = "clerk_agreed", _("Agreed for the outlet")
    CONFIRMED = "confirmed", _("Agreed by the technician")
    INSTEAD = "instead", _("Agreed in the technician's place")
    CLOSED = "closed", _("Closed")
    CARRIED = "carried", _("Carried as a case")
    ACCEPTED = "accepted", _("Accepted by the centre")
    CASE_OPENED = "case_opened", _("Case opened")
    CASE_SETTLED = "case_settled", _("Case settled")


class BookEntry(models.Model):
    """One step of a settlement. Triggers refuse change (H-R4: nothing is settled silently). No actor: Doorstep."""

    book = models.ForeignKey(
        DayBook, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("book")
    )
    outlet_day = models.ForeignKey(
        OutletDay, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("outlet's day")
    )
    case = models.ForeignKey(
        Discrepancy, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("case")
    )
    step = models.CharField(_("what"), max_length=12, choices=BookStep)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    what = models.JSONField(_("details"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("step of a settlement")
        verbose_name_plural = _("steps of settlements")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="book_entry_about_something",
                condition=Q(book__isnull=False) | Q(outlet_day__isnull=False) | Q(case__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d %H:%M}"
