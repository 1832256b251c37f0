"""The service order: one breakdown, from the first call to the last callback."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Address, Appliance, Customer
from customers.reading import of_order, remembered
from dispatch.models.fault import Fault
from dispatch.models.states import FINISHED, Lifecycle, State
from technicians.models import Outlet, Role, Technician, User


class Channel(models.TextChoices):
    """How an order came in (H-I4)."""

    CALL = "call", _("Call centre")
    PORTAL = "portal", _("Customer page")
    IMPORT = "import", _("Order file")
    API = "api", _("Program")


class ServiceKind(models.TextChoices):
    """Where the work is done (H-I4)."""

    ON_SITE = "on_site", pgettext_lazy("kind of service", "On site")  # the state of that name has another word
    CARRY_IN = "carry_in", _("Carry-in")
    MAIL_IN = "mail_in", _("Mail-in")


class Priority(models.IntegerChoices):
    """1 is most urgent."""

    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Low")


class Escalation(models.TextChoices):
    """Why the after-sales manager has to step in."""

    ANGRY = "angry", _("Angry customer")  # H-C6
    LATE = "late", _("Late, apology not accepted")  # H-E4
    DOUBT = "doubt", _("Doubts who we are")  # H-E5
    BAD_RATING = "bad_rating", _("Bad rating")  # H-H2
    UNREACHED = "unreached", _("Never reached")  # H-R1


class NextAction(models.TextChoices):
    """What somebody must do next (H-N1)."""

    REVIEW = "review", _("Review the request")
    CHASE_INFO = "chase_info", _("Get the missing information")
    ASSIGN = "assign", _("Assign a technician")
    REASSIGN = "reassign", _("Find another technician")
    ACCEPT = "accept", _("Accept or decline")
    CONTACT = "contact", _("Call the customer")
    DEPART = "depart", _("Depart")
    ARRIVE = "arrive", _("Arrive")
    DIAGNOSE = "diagnose", _("Diagnose")
    # What each outcome of the diagnosis asks for first (H-F3)
    REPAIR = "repair", _("Repair and test")
    PULL_IN = "pull_in", _("Take it to the workshop")
    GET_PART = "get_part", _("Fetch the part, or come again")
    EXPLAIN = "explain", _("Explain it to the customer")
    HEAR_OUT = "hear_out", _("Hear the customer out")
    ASK_HELP = "ask_help", _("Report the new fault")
    MAKE_SAFE = "make_safe", _("Make it safe")
    FILE_CLAIM = "file_claim", _("File the claim")
    CHARGE = "charge", _("Charge")
    COMPLETE = "complete", _("Rating, signature, leave")
    COMPLETE_RECORD = "complete_record", _("Finish the warranty record")
    CALL_BACK = "call_back", _("Call back")
    CHASE_PARTS = "chase_parts", _("Get the part")
    WORKSHOP = "workshop", _("Repair in the workshop")
    WIN_BACK = "win_back", _("Win the customer back")
    TAKE_OVER = "take_over", _("Alarm: take over")  # H-F10
    DECIDE_WAIVER = "decide_waiver", _("Decide about the waiver")  # H-G4
    ANSWER_HELP = "answer_help", _("Answer the request for help")  # H-A5
    DECIDE_CLAIM = "decide_claim", _("Decide about the claim")  # H-F8
    SEND_INVOICE = "send_invoice", _("Send the invoice")  # H-G3
    COLLECT = "collect", _("Collect what is still open")  # H-G
    BRING_BACK = "bring_back", _("Bring it back")  # H-F4
    FETCH_LOANER = "fetch_loaner", _("Get the loaner back")  # H-F4
    TAKE_IN = "take_in", _("Take it in at the counter")  # H-I4
    HAND_OVER = "hand_over", _("Charge and hand over")  # H-I4


class ServiceOrderQuerySet(models.QuerySet):
    """Orders, by who may see them and what is wanted of whom."""

    def for_user(self, user: User) -> ServiceOrderQuerySet:
        """Return what `user` may see: a technician their own orders, others their outlet's, the centre all."""
        if user.role == Role.TECHNICIAN:
            return self.filter(technician__user=user)
        return self if user.sees_everything else self.filter(outlet_id=user.outlet_id)

    def one_for(self, user: User, pk: int) -> ServiceOrder | None:
        """Return one order that `user` may see, or None: theirs, or what lies on their bench (H-F4)."""
        found = self.for_user(user).filter(pk=pk).first()
        if found or user.role != Role.TECHNICIAN:
            return found
        jobs = self.model._meta.get_field("workshop_jobs").related_model.objects
        theirs = jobs.filter(order=pk, bench__user=user).inside()
        return self.filter(pk=pk, state=State.IN_WORKSHOP, pk__in=theirs.values("order")).first()

    def unfinished(self) -> ServiceOrderQuerySet:
        """Return the orders still alive. The predicate stays literal, so that its partial indexes are used."""
        return self.filter(finished_at__isnull=True)

    def adrift(self) -> ServiceOrderQuerySet:
        """Return the open orders that nobody who is here must act on next (H-N1): always empty, or something is wrong.

        The database refuses an open order without owner, action and time; people leave without asking it.
        """
        nobody = Q(next_action="") | Q(next_role="") | Q(next_due_at__isnull=True)
        gone = Q(next_user__is_active=False) | Q(next_user__technician__active=False)
        return self.unfinished().filter(nobody | gone)

    def waiting_for(self, user: User) -> ServiceOrderQuerySet:
        """Return what `user` must do next, most urgent first (H-N1)."""
        mine = Q(next_user=user) | Q(next_user__isnull=True, next_role=user.role)
        if user.role == Role.ADMIN:
            mine = Q(next_role__in=(Role.MANAGER, Role.ADMIN))
        return self.for_user(user).unfinished().filter(mine).order_by("next_due_at", "priority", "pk")

    def with_rows(self) -> ServiceOrderQuerySet:
        """Join what nearly every reader of an order reads."""
        return self.select_related(
            "outlet", "customer", "address", "appliance__category", "appliance__brand", "technician__user", "fault"
        )

    def page(self, first: int, last: int) -> ServiceOrderQuerySet:
        """Return the rows from `first` to before `last` in this order, picked before anything is joined to them.

        A slice would join every row there is, sort them all, and throw all but a page away. Two statements:
        as one, PostgreSQL joins first all the same when there are this many tables.
        """
        picked = self.select_related(None).prefetch_related(None).values_list("pk", flat=True)[first:last]
        return self.filter(pk__in=list(picked))


class ServiceOrder(Lifecycle):
    """One breakdown looked after until the customer is satisfied.

    `version` counts changes. `log_seq` and `log_hash` are the head of the event log's chain.
    The `next_*` fields hold H-N1; the database refuses an open order without them.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="orders", verbose_name=_("outlet"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders", verbose_name=_("customer"))
    address = models.ForeignKey(Address, models.PROTECT, related_name="orders", verbose_name=_("address"))
    appliance = models.ForeignKey(Appliance, models.PROTECT, related_name="orders", verbose_name=_("appliance"))
    technician = models.ForeignKey(
        Technician, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("technician")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.CALL)
    service_kind = models.CharField(_("service"), max_length=8, choices=ServiceKind, default=ServiceKind.ON_SITE)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    symptom = models.TextField(_("symptom"), blank=True)
    fault = models.ForeignKey(
        Fault, models.SET_NULL, null=True, blank=True, related_name="orders", verbose_name=_("fault")
    )
    wish = models.CharField(_("what the customer wants"), max_length=240, blank=True)
    wish_from = models.DateTimeField(_("wished from"), null=True, blank=True)
    wish_to = models.DateTimeField(_("wished to"), null=True, blank=True)
    in_warranty = models.BooleanField(_("in warranty"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    external_ref = models.CharField(_("their order number"), max_length=80, blank=True)

    opened_at = models.DateTimeField(_("opened at"))
    state_since = models.DateTimeField(_("in this state since"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    escalation = models.CharField(_("escalation"), max_length=12, choices=Escalation, blank=True)
    retry_at = models.DateTimeField(_("call again at"), null=True, blank=True)
    no_answers = models.PositiveSmallIntegerField(_("calls without answer"), default=0)
    returns = models.PositiveSmallIntegerField(_("visits again"), default=0, help_text=_("Not satisfied, H-R2"))
    satisfied = models.BooleanField(
        _("satisfied"), null=True, blank=True, help_text=_("Only what the customer said when reached")
    )
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)

    # What keeps it from going on or from closing, each since when or until when; the rows that say more are elsewhere.
    sos_at = models.DateTimeField(_("alarm since"), null=True, blank=True)  # H-F10
    waiver_asked_at = models.DateTimeField(_("waiver asked at"), null=True, blank=True)  # H-G4
    claim_filed_at = models.DateTimeField(_("claim filed at"), null=True, blank=True)  # H-F8
    help_due_at = models.DateTimeField(_("answer due"), null=True, blank=True)  # H-A5
    help_user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for help")
    )
    help_level = models.CharField(_("help asked of"), max_length=10, blank=True)  # a HelpLevel
    outcome_step = models.CharField(
        _("what the outcome asks for"), max_length=32, blank=True, help_text=_("A verb; empty once it is done (H-F3)")
    )
    invoice_due_at = models.DateTimeField(_("invoice owed by"), null=True, blank=True)  # H-G3
    money_due_at = models.DateTimeField(_("rest to be paid by"), null=True, blank=True)
    loaner_due_at = models.DateTimeField(_("loaner due back"), null=True, blank=True)  # H-F4

    next_action = models.CharField(_("next action"), max_length=16, choices=NextAction, blank=True)
    next_role = models.CharField(_("next role"), max_length=12, choices=Role, blank=True)
    next_user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="next_orders", verbose_name=_("next person")
    )
    next_due_at = models.DateTimeField(_("due"), null=True, blank=True)

    version = models.PositiveIntegerField(_("version"), default=1)
    log_seq = models.PositiveIntegerField(default=0, editable=False)
    log_hash = models.CharField(max_length=64, default="", editable=False)

    objects = ServiceOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("service order")
        verbose_name_plural = _("service orders")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="order_known_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="order_finished_when_over",
                condition=Q(state__in=[str(s) for s in FINISHED], finished_at__isnull=False)
                | (~Q(state__in=[str(s) for s in FINISHED]) & Q(finished_at__isnull=True)),
            ),
            # H-N1: nothing open without an owner, an action and a time
            models.CheckConstraint(
                name="order_has_next_step",
                condition=Q(finished_at__isnull=False)
                | (~Q(next_action="") & ~Q(next_role="") & Q(next_due_at__isnull=False)),
            ),
            models.CheckConstraint(name="order_known_priority", condition=Q(priority__range=(1, 4))),
            models.UniqueConstraint(
                fields=["outlet", "external_ref"], condition=~Q(external_ref=""), name="order_once_per_reference"
            ),
        ]
        indexes = [
            models.Index(
                fields=["outlet", "state", "priority", "opened_at"],
                condition=Q(finished_at__isnull=True),
                name="order_board",
            ),
            models.Index(
                fields=["outlet", "next_role", "next_due_at"],
                condition=Q(finished_at__isnull=True),
                name="order_next_role",
            ),
            models.Index(
                fields=["next_user", "next_due_at"], condition=Q(finished_at__isnull=True), name="order_next_user"
            ),
            models.Index(
                fields=["technician", "state"], condition=Q(finished_at__isnull=True), name="order_technician"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people say on the phone."""
        return f"{self.pk:06d}" if self.pk else "–"

    @property
    def is_open(self) -> bool:
        """True until the order is closed, cancelled or rejected."""
        return self.finished_at is None

    @property
    def at_counter(self) -> bool:
        """True when it is brought or mailed in: there is no visit (H-I4)."""
        return self.service_kind != ServiceKind.ON_SITE

    @remembered(of_order)
    def standing_visit(self):
        """Return the appointment that still holds, as a Visit; None when there is none."""
        return self.visits.standing().first()

    @remembered(of_order)
    def newest_repair(self):
        """Return the newest repair record, as a Repair; None when nothing was diagnosed."""
        return self.repairs.select_related("fault").last()

    @cached_property
    def loan(self):
        """The unit reserved for it, or lent to the customer, as a Loan; None when there is none (H-A6, H-F4)."""
        return self.loans.filter(state__in=("reserved", "out")).select_related("loaner").first() if self.pk else None

    @cached_property
    def job(self):
        """Its stay in the workshop as a WorkshopJob, until it is given back; None when it is not there (H-F4)."""
        return self.workshop_jobs.inside().select_related("repair", "bench").first() if self.pk else None

    @cached_property
    def refused(self) -> list:
        """What a phone did to it that was not taken, and nobody has settled (H-N3)."""
        return list(self.kept_acts.unsettled().select_related("actor"))

    def owes(self) -> set[str]:
        """Return what keeps it from closing: "claim", "invoice", "money", "loaner" (H-G3, H-F4, H-F8)."""
        open_ones = {
            "claim": self.claim_filed_at,
            "invoice": self.invoice_due_at,
            "money": self.money_due_at,
            "loaner": self.loaner_due_at,
        }
        return {name for name, since in open_ones.items() if since}

    def gaps(self) -> list[str]:
        """Return the names of what H-I2 wants and nobody has filled in, in its order."""
        known = {
            "name": self.customer.name,
            "address": self.address.line,
            "phone": self.customer.phone or self.customer.phone_alt,
            "model": self.appliance.model_no,
            "purchase_date": self.appliance.purchased_on,
            "symptom": self.symptom,
            "wish": self.wish,
        }
        return [name for name, value in known.items() if not value]

    def is_overdue(self, now: datetime) -> bool:
        """True when somebody should have acted by `now`."""
        return self.is_open and self.next_due_at is not None and self.next_due_at < now
