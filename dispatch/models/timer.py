"""Durable due times. The row is the truth; Celery is only the hand that wakes it (house: Time)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder


class TimerKind(models.TextChoices):
    """What falls due. Each is a verb of the clock, see `dispatch.actions.clock`."""

    CALLBACK_ADVICE = "callback_advice", _("Callback after advice by phone")  # H-A2
    CALLBACK_UNTESTED = "callback_untested", _("Callback after an untested repair")  # H-F11
    CALLBACK_UNCERTAIN = "callback_uncertain", _("Callback after an uncertain repair")  # H-R1
    CALLBACK_ROUTINE = "callback_routine", _("Routine callback")  # H-R1
    CALLBACK_REMEDIAL = "callback_remedial", _("Callback to make sure")  # H-R4
    RE_ESTIMATE = "re_estimate", _("Travel estimated again")  # H-D2
    LEAVE_BY = "leave_by", _("Latest departure")  # H-D2
    LATE_CALL = "late_call", _("Call ahead: late")  # H-E4
    RETRY_CONTACT = "retry_contact", _("Call the customer again")  # H-C5
    FIELDS_DUE = "fields_due", _("Warranty record due")  # H-H1
    RETURN_DUE = "return_due", _("Promised return from the workshop")  # H-F4
    PART_DUE = "part_due", _("Part expected")  # H-A3
    HELP_DUE = "help_due", _("Answer to a request for help")  # H-A5
    INVOICE_DUE = "invoice_due", _("Invoice owed")  # H-G3
    PAYMENT_DUE = "payment_due", _("Rest to be paid")  # H-G


class Timer(models.Model):
    """Something due once. `wake_at` is `due_at`, later only when an attempt failed and is tried again.

    `cycle` is the number of the event that started it, so (order, kind, cycle) never repeats.
    """

    PENDING, FIRED, CANCELLED = "pending", "fired", "cancelled"
    STATES = [(PENDING, _("Pending")), (FIRED, _("Fired")), (CANCELLED, _("Cancelled"))]

    order = models.ForeignKey(ServiceOrder, models.CASCADE, related_name="timers", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=20, choices=TimerKind)
    cycle = models.PositiveIntegerField(_("cycle"))
    due_at = models.DateTimeField(_("due"))
    wake_at = models.DateTimeField(_("wakes at"))
    state = models.CharField(_("state"), max_length=9, choices=STATES, default=PENDING)
    fired_at = models.DateTimeField(_("fired at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("failed tries"), default=0)

    class Meta:
        verbose_name = _("timer")
        verbose_name_plural = _("timers")
        constraints = [
            models.UniqueConstraint(fields=["order", "kind", "cycle"], name="timer_once_per_cycle"),
            models.UniqueConstraint(
                fields=["order", "kind"], condition=Q(state="pending"), name="timer_one_pending_of_a_kind"
            ),
            models.CheckConstraint(name="timer_known_state", condition=Q(state__in=["pending", "fired", "cancelled"])),
            models.CheckConstraint(
                name="timer_fired_has_time",
                condition=Q(state="fired", fired_at__isnull=False) | (~Q(state="fired") & Q(fired_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["wake_at"], condition=Q(state="pending"), name="timer_pending")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind} {self.due_at:%Y-%m-%d %H:%M}"
