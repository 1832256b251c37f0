"""What people are told by message: the row first, the sending after (H-C, H-D, H-E4, H-R)."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from dispatch.models.order import ServiceOrder
from technicians.models import Outlet, User


class NoticeEvent(models.TextChoices):
    """What somebody is told of. All but the last four go to the customer of an order."""

    OPENED = "opened", _("Order opened")
    NEEDS_INFO = "needs_info", _("Information needed")
    REFUSED_REQUEST = "refused_request", _("Request refused")
    APPOINTMENT = "appointment", _("Time agreed")
    ON_THE_WAY = "on_the_way", _("On the way")
    DELAYED = "delayed", _("Delayed")
    LATE_APOLOGY = "late_apology", _("Apology for being late")
    ARRIVED = "arrived", _("Arrived")
    PART_ARRIVED = "part_arrived", _("Part has arrived")
    QUOTE = "quote", _("Quote")
    RECEIPT = "receipt", _("Receipt")
    RATE = "rate", _("Asked for a rating")
    CALLBACK_MISSED = "callback_missed", _("We could not reach you")
    CANCELLED = "cancelled", _("Order cancelled")
    CODE = "code", _("One-time code")
    # to our own people
    ALARM = "alarm", _("Alarm")
    ESCALATED = "escalated", _("Manager called in")
    UNDELIVERED = "undelivered", _("Customer could not be told")


class NoticeChannel(models.TextChoices):
    """By what way."""

    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")
    STAFF = "staff", _("Our own people's channel")


class NoticeState(models.TextChoices):
    """How far it has come."""

    QUEUED = "queued", _("Waiting to be sent")
    HELD = "held", _("Held until the quiet hours are over")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Not delivered")
    DROPPED = "dropped", _("Not sent")


WAITING = (NoticeState.QUEUED, NoticeState.HELD, NoticeState.SENDING)
CALL_OUTCOMES = [
    ("told", _("Told by phone")),
    ("no_answer", _("No answer")),
    ("not_needed", _("No longer needed")),
]


class NoticeTemplate(models.Model):
    """Words of our own for an event, in one language, for one channel or for every one. Without a row ours hold."""

    event = models.CharField(_("event"), max_length=16, choices=NoticeEvent)
    language = models.CharField(_("language"), max_length=10)
    channel = models.CharField(
        _("sent by"), max_length=8, choices=NoticeChannel, blank=True, help_text=_("Empty: every channel")
    )
    subject = models.CharField(_("subject"), max_length=150, blank=True, help_text=_("Of an e-mail"))
    body = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("notice template")
        verbose_name_plural = _("notice templates")
        ordering = ["event", "language", "channel"]
        constraints = [models.UniqueConstraint(fields=["event", "language", "channel"], name="notice_template_once")]

    def __str__(self) -> str:
        return f"{self.get_event_display()} · {self.language} · {self.get_channel_display() or '*'}"


class NoticePolicy(models.Model):
    """How an outlet writes to its customers: the hours in which it does not, and by what way first."""

    outlet = models.OneToOneField(Outlet, models.CASCADE, related_name="notice_policy", verbose_name=_("outlet"))
    quiet_from = models.TimeField(_("quiet from"), default=time(21, 0), help_text=_("By the outlet's clock"))
    quiet_to = models.TimeField(
        _("quiet until"), default=time(8, 0), help_text=_("On the way, delayed and late are told at any hour")
    )
    email_first = models.BooleanField(_("e-mail before text message"), default=False)

    class Meta:
        verbose_name = _("notice policy")
        verbose_name_plural = _("notice policies")

    def __str__(self) -> str:
        return f"{self.outlet}"


class NoticeHook(models.Model):
    """Where our own people are told: a group in WeCom, DingTalk, Feishu … The address holds a secret."""

    name = models.CharField(_("name"), max_length=80)
    outlet = models.ForeignKey(
        Outlet, models.CASCADE, null=True, blank=True, related_name="notice_hooks", verbose_name=_("outlet"),
        help_text=_("Empty: every outlet"),
    )  # fmt: skip
    url = models.CharField(_("web address"), max_length=500, help_text=_("As Apprise writes it: wecombot://KEY, dingtalk://TOKEN"))
    events = ArrayField(
        models.CharField(max_length=16, choices=[(e.value, e.label) for e in list(NoticeEvent)[-3:]]),
        verbose_name=_("events"),
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hant")
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("staff channel")
        verbose_name_plural = _("staff channels")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OptOut(models.Model):
    """A customer wants no more of a kind, by one way or by any. What a visit hangs on is told all the same."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="opt_outs", verbose_name=_("customer"))
    channel = models.CharField(_("sent by"), max_length=8, choices=NoticeChannel, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=NoticeEvent, blank=True)
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [models.UniqueConstraint(fields=["customer", "channel", "kind"], name="opt_out_once")]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_channel_display() or '*'} {self.get_kind_display() or '*'}"


class NoticeQuerySet(models.QuerySet):
    """Notices, by who may see them and what is to be done about them."""

    def for_user(self, user: User) -> NoticeQuerySet:
        """Return those of the orders of the user's outlet, all to the centre."""
        return self if user.sees_everything else self.filter(order__outlet_id=user.outlet_id)

    def to_call(self) -> NoticeQuerySet:
        """Return those that were not delivered and that somebody has to tell by phone, the most urgent first."""
        return self.filter(call_due_at__isnull=False, called_at__isnull=True).order_by("call_due_at", "pk")


class Notice(models.Model):
    """One thing to be told to one person. Written with the event it tells of, sent afterwards, never twice by us.

    `key` is one per event, and what a provider is given so that a repeat does not count. `next_try_at` is when it
    is taken up (again); of a row in `sending`, when its sender is taken for dead. Times in UTC.
    """

    key = models.CharField(max_length=80, unique=True)
    event = models.CharField(_("event"), max_length=16, choices=NoticeEvent)
    order = models.ForeignKey(
        ServiceOrder, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("order")
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name=_("customer")
    )
    hook = models.ForeignKey(
        NoticeHook, models.SET_NULL, null=True, blank=True, related_name="notices", verbose_name=_("staff channel")
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    channel = models.CharField(_("sent by"), max_length=8, choices=NoticeChannel, blank=True)
    to = models.CharField(_("sent to"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)

    state = models.CharField(_("state"), max_length=10, choices=NoticeState, default=NoticeState.QUEUED)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("why not"), max_length=300, blank=True)
    provider_ref = models.CharField(_("provider's number"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("written at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    call_due_at = models.DateTimeField(_("call due"), null=True, blank=True)
    call_tries = models.PositiveSmallIntegerField(_("calls"), default=0)
    called_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    called_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="notice_calls", verbose_name=_("caller")
    )
    call_outcome = models.CharField(_("what came of it"), max_length=12, choices=CALL_OUTCOMES, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="notice_known_state", condition=Q(state__in=NoticeState.values)),
            # Nobody counts as told without an address and a moment.
            models.CheckConstraint(
                name="notice_sent_is_whole",
                condition=~Q(state__in=("sent", "delivered")) | (Q(sent_at__isnull=False) & ~Q(to="")),
            ),
            models.CheckConstraint(
                name="notice_call_settled_by_somebody",
                condition=Q(called_at__isnull=True) | (Q(called_by__isnull=False) & ~Q(call_outcome="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=("queued", "held", "sending")), name="notice_waiting"
            ),
            models.Index(
                fields=["call_due_at"],
                condition=Q(call_due_at__isnull=False, called_at__isnull=True),
                name="notice_to_call",
            ),
            models.Index(fields=["provider_ref"], condition=~Q(provider_ref=""), name="notice_by_ref"),
        ]

    def __str__(self) -> str:
        """Name the event and the order, never the person."""
        return f"{self.get_event_display()} {self.order or ''}".strip()

    @property
    def counted_from(self) -> datetime:
        """When it could first have been sent, UTC."""
        return self.not_before or self.created_at

    def forget_code(self) -> None:
        """Blank a one-time code that is on its way: it stands nowhere for longer than sending takes. Not saved."""
        self.facts, self.body = {}, ""
