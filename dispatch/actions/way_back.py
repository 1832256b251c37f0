"""The way back from the workshop: ready, brought or collected, the loaner taken along (H-F4, H-I4, H-W3)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions.checks import at_the_appliance
from dispatch.actions.fields import deed
from dispatch.actions.loaners import condition_field, take_back, told_what
from dispatch.actions.outcomes import begin
from dispatch.actions.pictures import PhotosField
from dispatch.actions.workshop import BENCH, FROM, TO_REPAIR, staged, to_stage
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import FIELD
from dispatch.models import Loan, Outcome, PhotoKind, Stage
from technicians.models import Role


class DoneData(serializers.Serializer):
    """Why it goes back untested, and what it was replaced by, if that is so."""

    untested_reason = serializers.CharField(
        label=_("Why it was not tested"), required=False, allow_blank=True, max_length=240
    )
    new_serial = serializers.CharField(
        label=_("Serial number of another unit given instead"), required=False, allow_blank=True, max_length=80
    )
    new_model = serializers.CharField(
        label=_("Its model, if it is another one"), required=False, allow_blank=True, max_length=80
    )


def _done_with(act: Act) -> Iterator[Lack]:
    """H-F11: tested, or said why not; and what can be repaired is repaired."""
    job = act.order.job
    if job is None or job.stage not in FROM["workshop_done"]:
        return
    untouched = job.stage in (Stage.DIAGNOSED, Stage.WAITING)
    if untouched and job.repair is None:
        yield Lack("H-F4", "unrepaired", _("Nobody has diagnosed it yet."), "bench_diagnose")
    elif untouched and job.repair.outcome in TO_REPAIR and not act.data.get("new_serial"):
        yield Lack("H-F4", "unrepaired", _("It is not repaired yet. Repair it, or diagnose it anew."), "bench_repair")
    if job.stage == Stage.REPAIRED and not act.data.get("untested_reason"):
        yield Lack("H-F11", "test_run", _("Test it first, or say why it goes back untested."), "bench_test")


@deed("workshop_done", "H-F4", _("Ready to go back"), BENCH, DoneData, needs=(staged,), checks=(_done_with,))
def workshop_done(act: Act) -> None:
    """Ready: the technician agrees a time to bring it back, which is a visit; or the customer collects it."""
    order, record = act.order, act.order.job.repair
    order.promised_at = None  # the slip keeps it until the appliance is back
    order.retry_at, order.no_answers = None, 0
    if act.data.get("new_serial"):
        replaced(act, act.data["new_serial"], act.data.get("new_model", ""))
        record.outcome = Outcome.EXCHANGE
        record.save(update_fields=["outcome"])
    elif order.job.stage == Stage.REPAIRED:
        record.tested = False  # said why not; then the customer is called after 2 hours
        record.save(update_fields=["tested"])
    order.outcome_step = "" if order.at_counter else "deliver"  # what the next visit is for
    to_stage(act, Stage.READY)


def replaced(act: Act, serial: str, model_no: str = "") -> None:
    """H-W3: another unit instead neither extends nor restarts the period: the purchase date stays."""
    appliance = act.order.appliance
    act.payload["changes"] = {"serial": [appliance.serial, serial]}
    if model_no and model_no != appliance.model_no:
        act.payload["changes"]["model_no"] = [appliance.model_no, model_no]
        appliance.model_no = model_no
    appliance.serial, appliance.replaced_on = serial, act.now.astimezone(act.order.outlet.tz).date()
    appliance.save(update_fields=["serial", "model_no", "replaced_on"])


class DeliverData(serializers.Serializer):
    """Put in place, tried out, and the unit taken along again."""

    in_place = serializers.BooleanField(label=_("In its place and connected"), default=False)
    tested = serializers.BooleanField(
        label=_("Test run passed here"), default=False, help_text=_("Not ticked: the centre calls back after 2 hours")
    )
    note = serializers.CharField(label=_("Note"), required=False, allow_blank=True, max_length=500)
    loaner_condition = condition_field(label=_("Condition of the loaner coming back"), required=False, allow_blank=True)
    loaner_photos = PhotosField(label=_("Photos of the loaner"), kind=PhotoKind.LOANER_BACK)
    loaner_note = serializers.CharField(
        label=_("What is different with the loaner"), required=False, allow_blank=True, max_length=240
    )
    loaner_stays = serializers.CharField(
        label=_("Why the loaner stays"), required=False, allow_blank=True, max_length=240
    )


def ready_to_go_back(act: Act) -> Iterator[Lack]:
    """H-F4: what is brought back has been in the workshop and is ready."""
    job = act.order.job
    if job is None or job.stage != Stage.READY:
        yield Lack("H-F4", "no_job", _("Nothing of this customer is ready to be brought back."), "diagnose")


def _in_place(act: Act) -> Iterator[Lack]:
    """H-F4: carried to where it stood and connected, not left at the door."""
    if not act.data.get("in_place"):
        yield Lack("H-F4", "in_place", _("Put it in its place and connect it."), "deliver")


def _loaner_looked_at(act: Act) -> Iterator[Lack]:
    """H-F4: the unit goes back with the technician, or somebody says why not; then it stays owed."""
    loan = act.order.loan if act.order.loaner_due_at else None
    if loan is None or loan.state != Loan.OUT:
        return
    if not act.data.get("loaner_condition") and not act.data.get("loaner_stays"):
        said = format_lazy(
            _("{loaner} is still here. Look it over and take it back, or say why it stays."), loaner=loan.loaner
        )
        yield Lack("H-F4", "loaner_out", said, "take_back_loaner")
    yield from told_what(act.data.get("loaner_condition"), act.data.get("loaner_note", ""), "deliver")


@deed(
    "deliver",
    "H-F4",
    _("Bring it back"),
    FIELD,
    DeliverData,
    needs=(ready_to_go_back, at_the_appliance),
    checks=(_in_place, _loaner_looked_at),
    tone="primary",
)
def deliver(act: Act) -> None:
    """Back at the customer's: in its place, tried out, and the loaner taken along. Charging comes next."""
    order, record, data = act.order, act.order.job.repair, act.data
    order.retry_at, order.no_answers = None, 0  # met in person
    if record.worked_at:
        record.tested = data["tested"]  # what counts is how it runs where it stands (H-F11)
        record.save(update_fields=["tested"])
    if data.get("loaner_condition") and order.loaner_due_at:
        take_back(act, data["loaner_condition"], data["loaner_photos"], data.get("loaner_note", ""))
    give_back(act)
    if record.outcome in (Outcome.NOTHING_WRONG, Outcome.MISUSE):
        begin(act, record.outcome)  # who gets it back as it was is told why (H-F3)


def at_the_counter(act: Act) -> Iterator[Lack]:
    """H-I4: the office charges and hands over at the counter; at the customer's, the technician does."""
    if act.by and act.by.role != Role.TECHNICIAN and not act.order.at_counter:
        yield Lack("H-I4", "not_at_counter", _("The technician does this at the customer's."))


def clerk_at_the_counter(act: Act) -> Iterator[Lack]:
    """H-I4: a clerk completes only what is handed over the counter."""
    if act.by and act.by.role == Role.CLERK:
        yield from at_the_counter(act)


def give_back(act: Act, **more) -> None:
    """The appliance is with its customer again: the slip is done with. Nothing happens when there is none."""
    if act.order.job:
        to_stage(act, Stage.RETURNED, returned_at=act.now, **more)
        act.order.job = None
    if act.order.outcome_step == "deliver":
        act.order.outcome_step = ""
