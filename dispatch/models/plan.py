"""Plans are proposals: what the engine would do with a day, option by option, until a dispatcher takes or leaves it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.order import ServiceOrder
from technicians.models import Outlet, Role, Technician, User


class PlanState(models.TextChoices):
    """How far a plan is."""

    WAITING = "waiting", _("Waiting")
    SOLVING = "solving", _("Being worked out")
    READY = "ready", _("Ready to look at")
    SETTLED = "settled", _("Settled")
    DISMISSED = "dismissed", _("Dismissed")
    FAILED = "failed", _("Did not work")


UNDER_WAY = (PlanState.WAITING, PlanState.SOLVING)


class PlanQuerySet(models.QuerySet):
    """Plans, by who may see them."""

    def for_user(self, user: User) -> PlanQuerySet:
        """Return the plans of the user's outlet; the centre sees all, technicians and clerks none."""
        if user.role in (Role.TECHNICIAN, Role.CLERK):
            return self.none()
        return self if user.sees_everything else self.filter(outlet_id=user.outlet_id)


class Plan(models.Model):
    """One run for an outlet and a local day. `since` is the moment from which it may change things (UTC)."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="plans", verbose_name=_("outlet"))
    day = models.DateField(_("day"))
    since = models.DateTimeField(_("from"))
    again = models.BooleanField(_("plan again"), default=False, help_text=_("Something broke: few changes wanted"))
    why = models.CharField(_("reason"), max_length=240, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=PlanState, default=PlanState.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0)
    seconds = models.PositiveSmallIntegerField(_("time to think (s)"), default=10)
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    before = models.JSONField(_("as it is"), default=dict, encoder=DjangoJSONEncoder)  # Figures of what stands now
    notices = models.JSONField(_("what to know"), default=list, encoder=DjangoJSONEncoder)  # [code, facts]
    # Whoever works on it writes a name of its own here and says from time to time that it is alive: a second one that
    # takes over writes another, and the first stops when it finds that out.
    worker = models.CharField(_("worker"), max_length=36, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=500, blank=True)  # a code of `actions.plans.ENDS`

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="plan_known_state", condition=Q(state__in=PlanState.values)),
            # Two at a time for one day would only work against each other.
            models.UniqueConstraint(
                fields=["outlet", "day"], condition=Q(state__in=UNDER_WAY), name="plan_one_under_way"
            ),
        ]
        indexes = [models.Index(fields=["outlet", "day", "-asked_at"], name="plan_newest")]

    def __str__(self) -> str:
        return f"{self.outlet} {self.day:%Y-%m-%d} #{self.pk}"


class PlanOption(models.Model):
    """One end, or a point between, of the slider from "change little" to "best plan".

    `price` is the seconds of travel asked for each change of technician; `figures` those of `planning.problem`;
    `left` says {order number: code} why orders are in no route.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="options", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    price = models.PositiveIntegerField(_("price of a change (s)"))
    figures = models.JSONField(_("figures"), default=dict, encoder=DjangoJSONEncoder)
    left = models.JSONField(_("left out"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("option of a plan")
        verbose_name_plural = _("options of a plan")
        ordering = ["plan_id", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_option_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}.{self.number}"


class MoveState(models.TextChoices):
    """What became of one proposed visit."""

    OPEN = "open", _("Proposed")
    TAKEN = "taken", _("Taken")
    REFUSED = "refused", _("Refused")
    LEFT = "left", _("Left as it was")


class PlanMove(models.Model):
    """One visit as the plan would have it. Only what differs from what stands is kept.

    `version` is the order's when the plan was made: an order that changed since is refused, not overwritten (H-N2).
    """

    option = models.ForeignKey(PlanOption, models.CASCADE, related_name="moves", verbose_name=_("option"))
    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="plan_moves", verbose_name=_("order"))
    version = models.PositiveIntegerField(_("version"))
    technician = models.ForeignKey(Technician, models.PROTECT, related_name="+", verbose_name=_("technician"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    travel_seconds = models.PositiveIntegerField(_("travel (s)"), default=0)
    off = models.BooleanField(
        _("off the board"), default=False, help_text=_("Back to the queue: more urgent work takes its place")
    )
    from_technician = models.ForeignKey(
        Technician, models.PROTECT, null=True, related_name="+", verbose_name=_("technician before")
    )
    from_starts_at = models.DateTimeField(_("from, before"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=MoveState, default=MoveState.OPEN)
    refusal = models.JSONField(_("why refused"), null=True, encoder=DjangoJSONEncoder)  # a problem, as the API says it

    class Meta:
        verbose_name = _("proposed visit")
        verbose_name_plural = _("proposed visits")
        ordering = ["option_id", "technician_id", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["option", "order"], name="plan_move_once"),
            models.CheckConstraint(name="plan_move_known_state", condition=Q(state__in=MoveState.values)),
        ]

    def __str__(self) -> str:
        return f"{self.option} {self.order_id}"


class Learned(models.Model):
    """What history teaches about an outlet: written anew each night, only where there are samples enough.

    `work`: median minutes of a fault, or of a category where `fault` is empty. `pace`: a technician's factor on them.
    `way`: real travel over the estimate, per district and hour of the day (either may be empty).
    """

    WORK, PACE, WAY = "work", "pace", "way"
    KINDS = [(WORK, _("Minutes of work")), (PACE, _("Pace of a technician")), (WAY, _("Travel against the estimate"))]

    outlet = models.ForeignKey(Outlet, models.CASCADE, related_name="learned", verbose_name=_("outlet"))
    kind = models.CharField(_("kind"), max_length=4, choices=KINDS)
    fault = models.ForeignKey(
        "dispatch.Fault", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("fault")
    )
    category = models.ForeignKey(
        "customers.Category", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    technician = models.ForeignKey(
        Technician, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("technician")
    )
    district = models.CharField(_("district"), max_length=80, blank=True)
    hour = models.PositiveSmallIntegerField(_("hour"), null=True, blank=True)
    value = models.FloatField(_("value"))
    samples = models.PositiveIntegerField(_("samples"))
    learned_at = models.DateTimeField(_("learned at"))

    class Meta:
        verbose_name = _("what history teaches")
        verbose_name_plural = _("what history teaches")
        indexes = [models.Index(fields=["outlet", "kind"], name="learned_of_outlet")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value:.2f} ({self.samples})"
