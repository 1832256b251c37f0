"""Callbacks: a promise to phone, kept by a person (H-A2, H-F11, H-R1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from technicians.models import Role, User


class CallbackKind(models.TextChoices):
    """Why we call."""

    ADVICE = "advice", _("After advice by phone")
    UNTESTED = "untested", _("Repair not tested")
    UNCERTAIN = "uncertain", _("Repair may not hold")
    ROUTINE = "routine", _("Routine")
    REMEDIAL = "remedial", _("To make sure")  # H-R4


class CallbackRule(models.Model):
    """The fields of a callback policy, in the database or out of it."""

    delay_minutes = models.PositiveIntegerField(_("minutes after"))
    role = models.CharField(
        _("who calls"), max_length=12, choices=[c for c in Role.choices if c[0] in (Role.AGENT, Role.TECHNICIAN)]
    )
    max_attempts = models.PositiveSmallIntegerField(_("calls before the manager decides"), default=3)
    retry_minutes = models.PositiveIntegerField(_("minutes between calls"), default=30)

    class Meta:
        abstract = True


class CallbackPolicy(CallbackRule):
    """Who calls back, how long after, how often. A kind without a row follows the service standard."""

    kind = models.CharField(_("kind"), max_length=10, choices=CallbackKind, unique=True)

    class Meta:
        verbose_name = _("callback policy")
        verbose_name_plural = _("callback policies")
        constraints = [
            models.CheckConstraint(name="policy_sane", condition=Q(max_attempts__gte=1, retry_minutes__gte=1)),
            # H-R1: who did the work asks how it is only where they doubted it themselves.
            models.CheckConstraint(
                name="policy_technician_only_in_doubt",
                condition=Q(role="agent") | Q(kind="uncertain"),
                violation_error_message=_("The technician calls back only when not sure that the repair holds."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@dataclass(frozen=True)
class StandardRule:
    """What the service standard says where nobody has decided otherwise."""

    delay_minutes: int
    role: str
    max_attempts: int = 3
    retry_minutes: int = 30


STANDARD = {
    CallbackKind.ADVICE: StandardRule(120, Role.AGENT),  # H-A2
    CallbackKind.UNTESTED: StandardRule(120, Role.AGENT),  # H-F11
    CallbackKind.UNCERTAIN: StandardRule(180, Role.TECHNICIAN),  # H-R1
    CallbackKind.ROUTINE: StandardRule(24 * 60, Role.AGENT),  # H-R1: otherwise the call centre calls
    CallbackKind.REMEDIAL: StandardRule(15 * 60, Role.AGENT),  # H-R4: never the one who did the work
}


def callback_rule(kind: str) -> CallbackPolicy | StandardRule:
    """Return the policy of a kind of callback, else the standard's."""
    return CallbackPolicy.objects.filter(kind=kind).first() or STANDARD[CallbackKind(kind)]


class CallbackQuerySet(models.QuerySet):
    """Callbacks, by who may see and make them."""

    def for_user(self, user: User) -> CallbackQuerySet:
        """Return the callbacks of the orders that `user` may see."""
        if user.role == Role.TECHNICIAN:
            return self.filter(order__technician__user=user)
        return self if user.sees_everything else self.filter(order__outlet_id=user.outlet_id)

    def open(self) -> CallbackQuerySet:
        """Return the promises not yet kept."""
        return self.filter(state=Callback.WAITING)


class Callback(models.Model):
    """One promised call. It stays open through attempts until the customer has been heard."""

    WAITING, DONE, VOID = "waiting", "done", "void"
    STATES = [(WAITING, _("Waiting")), (DONE, _("Done")), (VOID, _("No longer needed"))]
    OUTCOMES = [("satisfied", _("Satisfied")), ("unhappy", _("Not satisfied")), ("unreached", _("Not reached"))]

    order = models.ForeignKey(ServiceOrder, models.CASCADE, related_name="callbacks", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=CallbackKind)
    role = models.CharField(_("who calls"), max_length=12, choices=Role)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=8, choices=STATES, default=WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    outcome = models.CharField(_("outcome"), max_length=10, choices=OUTCOMES, blank=True)
    caller = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="callbacks", verbose_name=_("caller")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    created_at = models.DateTimeField(_("promised at"))

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"], condition=Q(state="waiting"), name="callback_one_waiting_of_a_kind"
            ),
            # H-R4: asked once to make sure, not again and again
            models.UniqueConstraint(fields=["order"], condition=Q(kind="remedial"), name="callback_one_remedial"),
            # Nobody counts as satisfied who was not reached.
            models.CheckConstraint(
                name="callback_done_is_whole",
                condition=~Q(state="done") | (~Q(outcome="") & Q(done_at__isnull=False, caller__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="callback_waiting")]

    def __str__(self) -> str:
        return f"{self.order} {self.get_kind_display()}"


class CallbackAttempt(models.Model):
    """One time the phone was picked up."""

    callback = models.ForeignKey(Callback, models.CASCADE, related_name="log", verbose_name=_("callback"))
    at = models.DateTimeField(_("at"))
    caller = models.ForeignKey(User, models.PROTECT, related_name="callback_attempts", verbose_name=_("caller"))
    reached = models.BooleanField(_("reached"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("callback attempt")
        verbose_name_plural = _("callback attempts")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.callback} {self.at:%H:%M}"
