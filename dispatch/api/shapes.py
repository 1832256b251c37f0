"""The shapes of answers, for the schema at /api/schema/. The rows themselves are built as plain data in `rows`."""

from __future__ import annotations

from rest_framework import serializers as s

from dispatch.models import (
    Bill,
    Callback,
    CallbackKind,
    Channel,
    Escalation,
    NextAction,
    Outcome,
    Priority,
    ServiceKind,
    State,
    VisitStatus,
)
from technicians.models import Role

Time = s.DateTimeField


def maybe(kind=Time, **how) -> s.Field:
    """Return a field that may be null."""
    return kind(allow_null=True, **how)


def choice(choices, *, blank: bool = False, **how) -> s.ChoiceField:
    """Return a field with one of the codes of `choices`; blank: or none, as ""."""
    return s.ChoiceField(choices=choices.choices if hasattr(choices, "choices") else choices, allow_blank=blank, **how)


class CodeShape(s.Serializer):
    """A row of master data: a code for programs, a name in the reader's language."""

    code = s.CharField()
    name = s.CharField()


class WhoShape(s.Serializer):
    """A person or technician, by number and name."""

    id = s.IntegerField()
    name = s.CharField()


class NextShape(s.Serializer):
    """Who must do what next, and by when (H-N1). `user` null: anybody of the role."""

    action = choice(NextAction)
    role = choice(Role)
    user = maybe(s.IntegerField)
    due_at = maybe()


class CustomerBrief(s.Serializer):
    """Whose order it is. The phone is masked for technicians once the order is over."""

    id = s.IntegerField()
    name = s.CharField(allow_blank=True)
    phone = s.CharField(allow_blank=True)


class AddressShape(s.Serializer):
    """Where it stands, WGS-84. Masked for technicians once the order is over."""

    line = s.CharField(allow_blank=True)
    district = s.CharField(allow_blank=True)
    city = s.CharField(allow_blank=True)
    access_note = s.CharField(allow_blank=True)
    latitude = maybe(s.FloatField)
    longitude = maybe(s.FloatField)


class ApplianceBrief(s.Serializer):
    """Which machine."""

    id = s.IntegerField()
    category = maybe(CodeShape)
    brand = maybe(CodeShape)
    model_no = s.CharField(allow_blank=True)


class VisitTimes(s.Serializer):
    """The appointment that stands."""

    id = s.IntegerField()
    sequence = s.IntegerField()
    status = choice(VisitStatus)
    starts_at = Time()
    ends_at = Time()
    window_ends_at = maybe()
    expected_at = maybe()
    leave_by = maybe()
    at_risk = s.BooleanField()
    departed_at = maybe()
    arrived_at = maybe()


class OrderShape(s.Serializer):
    """An order as it stands in a list."""

    id = s.IntegerField()
    number = s.CharField()
    state = choice(State)
    priority = choice(Priority)
    channel = choice(Channel)
    service_kind = choice(ServiceKind)
    symptom = s.CharField(allow_blank=True)
    wish = s.CharField(allow_blank=True)
    wish_from = maybe()
    wish_to = maybe()
    in_warranty = maybe(s.BooleanField)
    external_ref = s.CharField(allow_blank=True)
    escalation = choice(Escalation, blank=True)
    returns = s.IntegerField()
    opened_at = Time()
    state_since = Time()
    finished_at = maybe()
    promised_at = maybe()
    version = s.IntegerField()
    outlet = s.CharField()
    zone = s.CharField(help_text="Time zone of the outlet")
    customer = CustomerBrief()
    address = AddressShape()
    appliance = ApplianceBrief()
    technician = maybe(WhoShape)
    next = maybe(NextShape)
    overdue = s.BooleanField()
    visit = maybe(VisitTimes)


class VisitShape(VisitTimes):
    """An appointment, whole."""

    order = s.IntegerField()
    technician = WhoShape()
    travel_seconds = maybe(s.IntegerField)
    left_at = maybe()
    kit_checked_at = maybe()
    kit = s.ListField(child=s.CharField())
    consent = s.CharField(allow_blank=True)
    abort_reason = s.CharField(allow_blank=True)


class VisitOfDay(VisitShape):
    """An appointment with what a day's list shows of its order."""

    number = s.CharField()
    state = choice(State)
    priority = choice(Priority)
    outlet = s.CharField()
    customer = CustomerBrief()
    address = AddressShape()


class AttemptShape(s.Serializer):
    """One time the phone was picked up."""

    at = Time()
    caller = WhoShape()
    reached = s.BooleanField()
    note = s.CharField(allow_blank=True)


class CallbackShape(s.Serializer):
    """One promised call, with its attempts."""

    id = s.IntegerField()
    order = s.IntegerField()
    kind = choice(CallbackKind)
    role = choice(Role)
    due_at = Time()
    due = s.BooleanField(help_text="Open, and its time has come")
    state = choice(Callback.STATES)
    attempts = s.IntegerField()
    outcome = choice(Callback.OUTCOMES, blank=True)
    caller = maybe(WhoShape)
    done_at = maybe()
    created_at = Time()
    log = AttemptShape(many=True)


class CallbackOfQueue(CallbackShape):
    """A promised call with whom to call."""

    number = s.CharField()
    order_state = choice(State)
    outlet = s.CharField()
    customer = CustomerBrief()


class RepairShape(s.Serializer):
    """The warranty record of one visit. Money in minor units of the outlet's currency."""

    id = s.IntegerField()
    visit = maybe(s.IntegerField)
    fault = maybe(s.CharField)
    outcome = choice(Outcome)
    finding = s.CharField(allow_blank=True)
    cause = s.CharField(allow_blank=True)
    measure = s.CharField(allow_blank=True)
    parts = s.CharField(allow_blank=True)
    quoted = s.IntegerField()
    quote_accepted = s.BooleanField()
    worked_at = maybe()
    tested = maybe(s.BooleanField)
    certain = s.BooleanField()
    rating_repair = maybe(s.IntegerField)
    rating_manner = maybe(s.IntegerField)
    signed_by = s.CharField(allow_blank=True)
    unsigned_reason = s.CharField(allow_blank=True)


class BillShape(s.Serializer):
    """What was charged, in minor units."""

    id = s.IntegerField()
    visit = maybe(s.IntegerField)
    amount = s.IntegerField()
    currency = s.CharField()
    method = choice(Bill.METHODS)
    charged_at = Time()


class OrderWhole(OrderShape):
    """An order with everything that hangs on it."""

    gaps = s.ListField(child=s.CharField(), help_text="What H-I2 wants and nobody has filled in")
    note = s.CharField(allow_blank=True)
    fault = maybe(CodeShape)
    serial = s.CharField(allow_blank=True)
    purchased_on = maybe(s.DateField)
    phone_alt = s.CharField(allow_blank=True)
    satisfied = maybe(s.BooleanField)
    retry_at = maybe()
    no_answers = s.IntegerField()
    currency = s.CharField()
    visits = VisitShape(many=True)
    callbacks = CallbackShape(many=True)
    repairs = RepairShape(many=True)
    bills = BillShape(many=True)


class NextAfter(s.Serializer):
    """Who must do what next; all empty when the order is over."""

    action = choice(NextAction, blank=True)
    role = choice(Role, blank=True)
    user = maybe(s.IntegerField)
    due_at = maybe()


class AnswerShape(s.Serializer):
    """What came of an act. Sent again with the same key, the same again."""

    order = s.IntegerField()
    number = s.CharField()
    action = s.CharField()
    state = choice(State)
    version = s.IntegerField()
    event = s.IntegerField(help_text="Number of the event in the order's log")
    next = NextAfter()
