"""The day's books: what was expected back, what was counted, who answers for the difference (H-R3, H-R4).

A `DayBook` is settled by the clerk with one technician, an `OutletDay` by the centre with the clerk. What was not
right becomes a `Discrepancy` with an owner. Triggers refuse to change what is closed, and the log of every step.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from technicians.models import Outlet, Role, Technician, User


class LineKind(models.TextChoices):
    """What one line of a book is about. Money in minor units of its currency, all else in pieces."""

    CARD = "card", _("Supervision card")
    CASH = "cash", _("Cash")
    SLIP = "card_slip", _("Card slips")
    QR = "qr", _("QR payments")
    TRANSFER = "transfer", _("Bank transfers")
    OLD_PART = "old_part", _("Old part")
    PART = "part", _("Part not used")
    LOANER = "loaner", _("Loaner brought back")
    SIGNATURE = "signature", _("Customer's signature")
    RECORD = "record", _("Warranty record")


MONEY = (LineKind.CASH, LineKind.SLIP, LineKind.QR, LineKind.TRANSFER)
BY_DOORSTEP = (LineKind.SIGNATURE, LineKind.RECORD)  # counted by what is written down, not by hand


class BookQuerySet(models.QuerySet):
    """Books and days, by who may see them."""

    def for_user(self, user: User) -> BookQuerySet:
        """Return a technician's own, their outlet's to others, all to the centre."""
        if user.role == Role.TECHNICIAN:
            return self.filter(technician__user=user)
        return self if user.sees_everything else self.filter(outlet_id=user.outlet_id)

    def open(self) -> BookQuerySet:
        """Return those not settled yet."""
        return self.filter(closed_at__isnull=True)


class DayBook(models.Model):
    """One technician's local day: closed when clerk and technician agreed to the same `version` of the figures."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="books", verbose_name=_("outlet"))
    technician = models.ForeignKey(Technician, models.PROTECT, related_name="books", verbose_name=_("technician"))
    day = models.DateField(_("day"))
    cutoff_at = models.DateTimeField(_("cut-off"))
    made_at = models.DateTimeField(_("made at"))
    version = models.PositiveIntegerField(_("version"), default=1)
    clerk = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreed for the outlet")
    )
    clerk_at = models.DateTimeField(_("outlet agreed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreed for the technician")
    )
    confirmed_at = models.DateTimeField(_("technician agreed at"), null=True, blank=True)
    instead_reason = models.CharField(_("why somebody else agreed"), max_length=240, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = BookQuerySet.as_manager()

    class Meta:
        verbose_name = _("day book")
        verbose_name_plural = _("day books")
        ordering = ["-day", "technician", "pk"]
        constraints = [
            # H-R3: once, whoever makes it and however often
            models.UniqueConstraint(fields=["outlet", "technician", "day"], name="book_once_a_day"),
            models.CheckConstraint(
                name="book_closed_by_both",
                condition=Q(closed_at__isnull=True)
                | Q(
                    clerk__isnull=False, clerk_at__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="book_agreed_by_two", condition=Q(closed_at__isnull=True) | ~Q(clerk=F("confirmed_by"))
            ),
        ]
        indexes = [models.Index(fields=["outlet", "day"], name="book_of_day")]

    def __str__(self) -> str:
        return f"{self.technician} {self.day}"

    @property
    def currency(self) -> str:
        """The outlet's currency."""
        return self.outlet.currency


class OutletDay(models.Model):
    """An outlet's local day: closed by the clerk, then accepted by the centre with what it counted itself."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="settled_days", verbose_name=_("outlet"))
    day = models.DateField(_("day"))
    made_at = models.DateTimeField(_("made at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )

    objects = BookQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlet's day")
        verbose_name_plural = _("outlets' days")
        ordering = ["-day", "outlet"]
        constraints = [
            models.UniqueConstraint(fields=["outlet", "day"], name="outlet_day_once"),
            models.CheckConstraint(
                name="outlet_day_closed_by", condition=Q(closed_at__isnull=True) | Q(closed_by__isnull=False)
            ),
            models.CheckConstraint(
                name="outlet_day_accepted_after",
                condition=Q(accepted_at__isnull=True) | Q(accepted_by__isnull=False, closed_at__isnull=False),
            ),
            # H-R4: nobody accepts their own count
            models.CheckConstraint(
                name="outlet_day_by_two", condition=Q(accepted_at__isnull=True) | ~Q(accepted_by=F("closed_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet} {self.day}"

    @property
    def currency(self) -> str:
        """The outlet's currency."""
        return self.outlet.currency


class BookLine(models.Model):
    """One thing expected and counted, of a book or of an outlet's day. `key` names it within that.

    A difference has an owner and a reason, or a remedy, before anybody can agree to it.
    """

    book = models.ForeignKey(
        DayBook, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("book")
    )
    outlet_day = models.ForeignKey(
        OutletDay, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("outlet's day")
    )
    key = models.CharField(max_length=60)
    kind = models.CharField(_("what"), max_length=10, choices=LineKind)
    order = models.ForeignKey(
        ServiceOrder, models.PROTECT, null=True, blank=True, related_name="book_lines", verbose_name=_("order")
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    about = models.CharField(_("about"), max_length=240, blank=True)
    source = models.JSONField(_("rows it comes from"), default=list, blank=True)  # numbers of payments, uses …
    expected = models.BigIntegerField(_("expected"))
    counted = models.BigIntegerField(_("counted"), null=True, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="book_lines", verbose_name=_("who answers for it")
    )
    reason = models.CharField(_("why it differs"), max_length=240, blank=True)
    remedy = models.CharField(_("what is done about it"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("line of a book")
        verbose_name_plural = _("lines of books")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["book", "key"], name="book_line_once"),
            models.UniqueConstraint(fields=["outlet_day", "key"], name="outlet_day_line_once"),
            models.CheckConstraint(
                name="book_line_of_one",
                condition=Q(book__isnull=False, outlet_day__isnull=True)
                | Q(book__isnull=True, outlet_day__isnull=False),
            ),
            models.CheckConstraint(
                name="book_line_money_has_currency",
                condition=Q(kind__in=[str(kind) for kind in MONEY], currency__regex=r"^[A-Z]{3}$")
                | (~Q(kind__in=[str(kind) for kind in MONEY]) & Q(currency="")),
            ),
            models.CheckConstraint(
                name="book_line_not_negative",  # an outlet may have given back more than it took
                condition=Q(counted__isnull=True) | Q(counted__gte=0) | Q(book__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_money(self) -> bool:
        """True where the figures are minor units."""
        return self.kind in MONEY

    @property
    def by_doorstep(self) -> bool:
        """True where what is written down is the count."""
        return self.kind in BY_DOORSTEP

    @property
    def difference(self) -> int | None:
        """Counted less expected; None until it is counted."""
        return None if self.counted is None else self.counted - self.expected

    @property
    def differs(self) -> bool:
        """True when it was counted and is not what was expected."""
        return bool(self.difference)

    @property
    def explained(self) -> bool:
        """True when somebody answers for it and says why, or what is done about it."""
        return bool(self.owner_id and (self.reason or self.remedy))
