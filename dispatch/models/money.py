"""Quotes, consents, payments, waivers and the papers that go with them (H-F2, H-G). Integer minor units."""

from __future__ import annotations

import secrets

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Photo
from dispatch.models.fault import Fault
from dispatch.models.order import ServiceOrder
from dispatch.models.prices import DiscountPolicy, FeeKind, PriceList, money
from dispatch.models.repair import Bill
from dispatch.models.visit import Visit
from technicians.models import Outlet, Part, User


def new_code() -> str:
    """Return a code that nobody guesses, for addresses that customers are sent."""
    return secrets.token_urlsafe(18)


class QuoteStatus(models.TextChoices):
    """How a quote stands with the customer."""

    OFFERED = "offered", _("Waiting for the customer")
    ACCEPTED = "accepted", _("Accepted by the customer")
    REFUSED = "refused", _("Refused")
    SUPERSEDED = "superseded", _("Replaced by a newer one")


class Quote(models.Model):
    """What the work will cost, by the price list of that day. Changed work is a new quote (H-F2)."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="quotes", verbose_name=_("order"))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="quotes")
    number = models.PositiveSmallIntegerField(_("number"))
    code = models.CharField(max_length=32, unique=True, default=new_code)
    price_list = models.ForeignKey(
        PriceList, models.PROTECT, null=True, blank=True, related_name="quotes", verbose_name=_("price list")
    )
    currency = models.CharField(_("currency"), max_length=3)
    covered = models.BooleanField(_("covered by the warranty"), default=False)
    net = money(_("net"), default=0)
    tax = money(_("tax"), default=0)
    total = money(_("total"), default=0)
    status = models.CharField(_("status"), max_length=10, choices=QuoteStatus, default=QuoteStatus.OFFERED)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="quotes")
    valid_until = models.DateTimeField(_("valid until"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["order_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="quote_number_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=["offered", "accepted"]), name="quote_one_standing"
            ),
            models.CheckConstraint(name="quote_adds_up", condition=Q(total=models.F("net") + models.F("tax"))),
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.number}"


class QuoteLine(models.Model):
    """One line. `unit` is what is charged; `table` and `certificate` are what the two say (H-G3: the lower one).

    Credits and discounts have a negative `amount`; everything else is never below zero.
    """

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines", verbose_name=_("quote"))
    sequence = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=FeeKind)
    fault = models.ForeignKey(Fault, models.PROTECT, null=True, blank=True, related_name="quote_lines")
    part = models.ForeignKey(Part, models.PROTECT, null=True, blank=True, related_name="quote_lines")
    discount = models.ForeignKey(DiscountPolicy, models.PROTECT, null=True, blank=True, related_name="quote_lines")
    words = models.CharField(_("words"), max_length=240, blank=True, help_text=_("Where the table has no name for it"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    table = money(_("by the table"), null=True, blank=True)
    certificate = money(_("by the certificate"), null=True, blank=True)
    unit = money(_("charged each"), default=0)
    amount = models.BigIntegerField(_("amount"), default=0)
    covered = models.BooleanField(_("covered by the warranty"), default=False)

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        ordering = ["sequence", "pk"]
        constraints = [
            models.CheckConstraint(
                name="line_sign",
                condition=Q(kind__in=["credit", "discount"], amount__lte=0)
                | ~Q(kind__in=["credit", "discount"]) & Q(amount__gte=0),
            ),
            models.CheckConstraint(
                name="line_never_above_table",
                condition=(Q(table__isnull=True) | Q(unit__lte=models.F("table")))
                & (Q(certificate__isnull=True) | Q(unit__lte=models.F("certificate"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def name(self) -> str:
        """What it is for, in the reader's language."""
        return str(self.words or self.part or self.discount or self.fault or self.get_kind_display())


class Consent(models.Model):
    """The customer's answer to one quote: on their own phone, or on the technician's with a signature (H-F2)."""

    HOW = [
        ("link", _("On their own phone")),
        ("here", _("On the technician's phone")),
        ("said", _("Said on the phone")),
    ]

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="consents", verbose_name=_("quote"))
    accepted = models.BooleanField(_("accepted"))
    how = models.CharField(_("how"), max_length=4, choices=HOW)
    name = models.CharField(_("name"), max_length=120, blank=True)
    signature = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, related_name="consents")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="consents")

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.quote} {self.name}"


class PayMethod(models.TextChoices):
    """How money changes hands."""

    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    QR = "qr", _("QR payment")
    TRANSFER = "transfer", _("Bank transfer")


class Payment(models.Model):
    """Money received for a bill, or given back when `refunds` says which payment (managers only, H-F8)."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="payments", verbose_name=_("bill"))
    refunds = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="refunded")
    method = models.CharField(_("paid by"), max_length=8, choices=PayMethod)
    amount = money(_("amount (minor units)"))
    reference = models.CharField(_("slip or reference"), max_length=80, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="payments")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="payment_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_traceable",
                condition=Q(method="cash") | ~Q(reference=""),
                violation_error_message=_("Write down the number of the slip or the reference."),
            ),
            models.CheckConstraint(
                name="refund_has_reason", condition=Q(refunds__isnull=True) | ~Q(reason="") & Q(by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill} {self.amount}"


class Waiver(models.Model):
    """A wish to pay less or nothing, and what the centre decided: with a name and a reason (H-G4)."""

    ASKED, GRANTED, REFUSED = "asked", "granted", "refused"
    STATES = [(ASKED, _("Asked")), (GRANTED, _("Granted")), (REFUSED, _("Refused"))]

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="waivers", verbose_name=_("order"))
    amount = money(_("asked (minor units)"))
    granted = money(_("granted (minor units)"), default=0)
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="waivers_asked")
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=8, choices=STATES, default=ASKED)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="waivers_decided")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision = models.CharField(_("why"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="asked"), name="waiver_one_open"),
            models.CheckConstraint(name="waiver_at_most_asked", condition=Q(granted__lte=models.F("amount"))),
            models.CheckConstraint(
                name="waiver_decided_by_somebody",
                condition=Q(state="asked") | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.amount}"


class PaperKind(models.TextChoices):
    """Papers that customers are given."""

    RECEIPT = "receipt", _("Receipt")
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    SLIP = "slip", _("Workshop slip")


class Series(models.Model):
    """The last number given in an outlet's series of papers; its row is the lock that leaves no gap (H-G1)."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="series", verbose_name=_("outlet"))
    kind = models.CharField(_("kind"), max_length=12, choices=PaperKind)
    last = models.PositiveBigIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [models.UniqueConstraint(fields=["outlet", "kind"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.outlet} {self.get_kind_display()} {self.last}"


class Paper(models.Model):
    """A paper with its number and everything that is printed on it, as it was then. Never changed."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="papers", verbose_name=_("outlet"))
    kind = models.CharField(_("kind"), max_length=12, choices=PaperKind)
    number = models.PositiveBigIntegerField(_("number"))
    code = models.CharField(max_length=32, unique=True, default=new_code)
    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="papers", verbose_name=_("order"))
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, blank=True, related_name="papers")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="papers")
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="papers")
    language = models.CharField(_("language"), max_length=10, blank=True)
    snapshot = models.JSONField(_("what is printed"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["outlet", "kind", "number"], name="paper_number_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
