"""In the workshop, stage by stage: received, diagnosed, waiting, repaired, tested; and the promised day (H-F4)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import pricing, warranty
from dispatch.actions.consent import consented
from dispatch.actions.fields import Moment, Reason, deed, fault_field, technician_field
from dispatch.actions.loaners import due_with_the_appliance
from dispatch.actions.quote import withdraw
from dispatch.actions.slips import bench_of_outlet, promise_ahead
from dispatch.actions.uses import parts_text, used_on
from dispatch.actions.work import words
from dispatch.lifecycle import REGISTRY, Act, Lack, verb
from dispatch.lifecycle.verb import CLOCK, FIELD, OFFICE
from dispatch.models import Outcome, Repair, Stage, TimerKind, WorkshopJob
from technicians.models import Role, Technician

BENCH = (Role.CLERK, *FIELD, *OFFICE)
# What can be found at the bench: it is in the workshop already.
BENCH_OUTCOMES = [choice for choice in Outcome.choices if choice[0] != Outcome.PULL_IN]
TO_REPAIR = (Outcome.REPAIRABLE, Outcome.PART_MISSING)
# From which stage each is done; the rest is refused with what comes first.
FROM = {
    "receive": (Stage.COLLECTED,),
    "bench_diagnose": (Stage.RECEIVED, Stage.DIAGNOSED, Stage.WAITING),
    "bench_wait": (Stage.RECEIVED, Stage.DIAGNOSED, Stage.WAITING),
    "bench_repair": (Stage.DIAGNOSED, Stage.WAITING),
    "bench_test": (Stage.REPAIRED, Stage.TESTED),
    "workshop_done": (Stage.DIAGNOSED, Stage.WAITING, Stage.REPAIRED, Stage.TESTED),
}
NEXT = {
    Stage.COLLECTED: "receive",
    Stage.RECEIVED: "bench_diagnose",
    Stage.REPAIRED: "bench_test",
    Stage.TESTED: "workshop_done",
}


def next_at_bench(job: WorkshopJob) -> str:
    """Return the name of the verb that comes next for what lies in the workshop; '' when it only has to go back."""
    record = job.repair
    if job.stage not in (Stage.DIAGNOSED, Stage.WAITING):
        return NEXT.get(Stage(job.stage), "")
    if record is None:
        return "bench_diagnose"
    if record.outcome not in TO_REPAIR:
        return "workshop_done"
    if job.order.in_warranty is False and pricing.has_table(job.order) and not record.quote_accepted:  # H-F2
        return "accept_quote" if record.quoted else "quote"
    if job.stage == Stage.DIAGNOSED and record.outcome == Outcome.PART_MISSING and not _parts_came(job):
        return "bench_wait"
    return "bench_repair"


def _parts_came(job: WorkshopJob) -> bool:
    """Tell whether what was requested for the order has all been settled; nothing requested is nothing come."""
    asked = job.order.requisitions
    return asked.exists() and not asked.open().exists()


def staged(act: Act) -> Iterator[Lack]:
    """H-F4: one stage after the other; what comes too early or too late is told what comes first."""
    job = act.order.job
    if job is None and act.verb.name != "receive":
        yield Lack("H-F4", "no_job", _("It has not been received in the workshop yet."), "receive")
    elif job is not None and job.stage not in FROM[act.verb.name]:
        way_out = next_at_bench(job)
        said = format_lazy(
            _("In the workshop it is “{stage}”. Next: {next}."),
            stage=job.get_stage_display(),
            next=REGISTRY[way_out].label if way_out else _("Back to the customer"),
        )
        yield Lack("H-F4", "stage", said, way_out)


def to_stage(act: Act, stage: str, **changes) -> WorkshopJob:
    """Move what lies in the workshop to another stage, and write what changed with it."""
    job = act.order.job
    changes |= {"stage": stage, "stage_since": act.now}
    for name, value in changes.items():
        setattr(job, name, value)
    job.save(update_fields=list(changes))
    act.payload["stage"] = stage
    return job


class ReceiveData(serializers.Serializer):
    """Where it lies, and whose it is to repair."""

    shelf = serializers.CharField(label=_("Shelf"), max_length=40)
    bench = technician_field(label=_("Who repairs it"), required=False, allow_null=True)


@deed("receive", "H-F4", _("Receive it"), BENCH, ReceiveData, needs=(staged,), checks=(bench_of_outlet,))
def receive(act: Act) -> None:
    """It has arrived and lies on its shelf; from here on somebody is to repair it."""
    order = act.order
    if order.job is None:  # taken in before slips were written
        order.job = WorkshopJob.objects.create(
            order=order, taken_at=act.now, stage_since=act.now, promised_at=order.promised_at
        )
    bench = act.data.get("bench") or order.job.bench or _own_bench(act)
    to_stage(act, Stage.RECEIVED, shelf=act.data["shelf"], bench=bench)


def _own_bench(act: Act) -> Technician | None:
    return Technician.objects.filter(user=act.by).first() if act.by.role == Role.TECHNICIAN else None


class FoundData(serializers.Serializer):
    """What was found with the housing open."""

    finding = words(_("What you found"))
    fault = fault_field()
    outcome = serializers.ChoiceField(label=_("Outcome"), choices=BENCH_OUTCOMES)


class BenchDiagnoseData(FoundData, warranty.CoverData):
    """What was found at the bench, and whether the warranty covers that (H-W2)."""

    cause = words(_("Cause"), required=False, allow_blank=True)


@deed(
    "bench_diagnose",
    "H-F4",
    _("Diagnose at the bench"),
    BENCH,
    BenchDiagnoseData,
    prepare=warranty.judge,
    needs=(staged,),
    checks=(warranty.last_word,),
)
def bench_diagnose(act: Act) -> None:
    """Name the fault and its outcome. The record has no visit; what it finds is what is quoted, done and charged."""
    data, order, job = act.data, act.order, act.order.job
    warranty.speak(act)
    if data.get("fault"):
        order.fault = data["fault"]
    record = job.repair or Repair(order=order)
    if (record.fault_id, record.outcome) != (order.fault_id, data["outcome"]):  # other work, another quote (H-F2)
        withdraw(act)
        record.quoted, record.quote_accepted = 0, False
    record.fault, record.outcome, record.finding = order.fault, data["outcome"], data["finding"]
    record.cause = data.get("cause") or record.cause
    record.worked_at = record.tested = None
    record.save()
    act.repair = record
    to_stage(act, Stage.DIAGNOSED, repair=record, waiting_for="")


class WaitData(serializers.Serializer):
    """What it waits for."""

    waiting_for = serializers.CharField(
        label=_("What it waits for"), max_length=240, help_text=_("A part, the customer's word on the quote")
    )


@deed("bench_wait", "H-F4", _("It has to wait"), BENCH, WaitData, needs=(staged,))
def bench_wait(act: Act) -> None:
    """Nothing can be done until a part or a word comes. If that takes too long, the promise is moved."""
    to_stage(act, Stage.WAITING, waiting_for=act.data["waiting_for"])


class BenchRepairData(serializers.Serializer):
    """What was done."""

    measure = words(_("What you did"))
    cause = words(_("Cause"), required=False, allow_blank=True)
    parts = serializers.CharField(label=_("Parts used"), required=False, allow_blank=True, max_length=500)
    certain = serializers.BooleanField(
        label=_("Sure that it holds"), default=False, help_text=_("Not ticked: the customer is called after 3 hours")
    )


def _worth_repairing(act: Act) -> Iterator[Lack]:
    """H-F3: only what was found to be repairable is repaired."""
    job = act.order.job
    if job and job.stage == Stage.WAITING and job.repair is None:
        yield Lack("H-F4", "stage", _("Nobody has diagnosed it yet."), "bench_diagnose")
    elif job and job.repair and job.repair.outcome not in TO_REPAIR:
        said = format_lazy(_("Diagnosed as: {outcome}."), outcome=job.repair.get_outcome_display())
        yield Lack("H-F3", "outcome", said, "bench_diagnose")


def _quote_first(act: Act) -> Iterator[Lack]:
    """H-F2: no chargeable work before the customer accepted the quote; not at the bench either."""
    yield from consented(act)
    repair = act.order.job.repair if act.order.job else None
    if repair and repair.quoted and not repair.quote_accepted and not pricing.has_table(act.order):
        yield Lack("H-F2", "quote", _("The customer has not accepted the quote. Ask before you start."), "accept_quote")


@deed(
    "bench_repair",
    "H-F2",
    _("Repaired at the bench"),
    BENCH,
    BenchRepairData,
    needs=(staged, _worth_repairing, _quote_first),
)
def bench_repair(act: Act) -> None:
    """Record what was done; the test run comes next."""
    record, data = act.order.job.repair, act.data
    record.outcome = Outcome.REPAIRABLE  # the part that was missing is in
    record.measure, record.cause = data["measure"], data.get("cause") or record.cause
    record.parts = parts_text(list(used_on(act.order).filter(repair=record))) or data.get("parts") or record.parts
    record.certain, record.worked_at, record.tested = data["certain"], act.now, None
    record.save()
    act.repair = record
    to_stage(act, Stage.REPAIRED, waiting_for="")


class TestData(serializers.Serializer):
    """How the test run went."""

    result = serializers.ChoiceField(
        label=_("Test run"),
        choices=[("passed", _("Passed")), ("failed", _("Failed"))],
        style={"base_template": "radio.html"},
    )
    note = serializers.CharField(
        label=_("What was tested"), required=False, allow_blank=True, max_length=500, style={"textarea": True}
    )


@deed("bench_test", "H-F11", _("Test it"), BENCH, TestData, needs=(staged,))
def bench_test(act: Act) -> None:
    """A full run, and no other fault found; when it fails it is diagnosed anew."""
    passed = act.data["result"] == "passed"
    record = act.order.job.repair
    record.tested = True if passed else None
    record.save(update_fields=["tested"])
    to_stage(act, Stage.TESTED if passed else Stage.DIAGNOSED)


class PromiseData(Reason):
    """The new day, why, and how the customer was told."""

    promised_at = Moment(label=_("Back by"), help_text=_("As it was told to the customer"))
    told = serializers.ChoiceField(
        label=_("How the customer was told"),
        choices=[("phone", _("By phone")), ("message", _("By message")), ("in_person", _("In person"))],
    )


@deed("move_promise", "H-F4", _("Move the promised day"), BENCH, PromiseData, checks=(promise_ahead,))
def move_promise(act: Act) -> None:
    """It takes longer (or less): a new day, with the reason, told to the customer. It is counted."""
    order, promised_at = act.order, act.data["promised_at"]
    act.payload["moved_from"] = order.promised_at
    order.promised_at = promised_at
    due_with_the_appliance(act, promised_at)
    act.start[TimerKind.RETURN_DUE] = promised_at
    if order.job:
        order.job.promised_at, order.job.promise_moved = promised_at, order.job.promise_moved + 1
        order.job.save(update_fields=["promised_at", "promise_moved"])


@verb("return_due", "H-F4", _("Promised return passed"), CLOCK)
def return_due(act: Act) -> None:
    """The day promised has come and the appliance is still here: the office sees it as overdue."""
