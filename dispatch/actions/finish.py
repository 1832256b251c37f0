"""Charging, the customer's word, and leaving well (H-G, H-H, H-F12)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import checks, guards
from dispatch.actions.arrive import leave
from dispatch.actions.bill import BEFORE_CHARGING, ChargeData, by_the_quote, make_bill
from dispatch.actions.callbacks import promise_callback
from dispatch.actions.fields import deed
from dispatch.actions.loaners import let_go
from dispatch.actions.outcomes import step_first, words
from dispatch.actions.pictures import SignatureField
from dispatch.actions.way_back import at_the_counter, clerk_at_the_counter, give_back
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.standard import BAD_RATING
from dispatch.lifecycle.verb import FIELD, OFFICE
from dispatch.models import CallbackKind, Escalation, Outcome, RatedHow, ServiceOrder, TimerKind
from technicians.models import Role


def _work_recorded(act: Act):
    """H-F11: test run recorded, or said that there was none (then the 2 h callback is set)."""
    repair = act.repair
    if act.order.outcome_step and not act.order.at_counter:
        yield from step_first(act)
    elif repair.outcome == Outcome.REPAIRABLE and repair.tested is None:
        yield Lack("H-F11", "test_run", _("Record the repair and its test run first."), "repair")


@deed(
    "charge",
    "H-G1",
    _("Charge"),
    (Role.CLERK, *FIELD, *OFFICE),
    ChargeData,
    needs=(at_the_counter, _work_recorded, checks.after_the_work, *BEFORE_CHARGING),
    checks=(by_the_quote,),
    tone="primary",
)
def charge(act: Act) -> None:
    """Settle the bill, at the customer's or at the counter; nothing to pay is a bill of 0."""
    make_bill(act)


class CompleteData(serializers.Serializer):
    """The customer's word, and what is back in the bag. Ratings 1 to 5; nobody is forced to give one."""

    rating_repair = serializers.IntegerField(
        label=_("Repair, 1 to 5"), required=False, allow_null=True, min_value=1, max_value=5
    )
    rating_manner = serializers.IntegerField(
        label=_("Manner, 1 to 5"), required=False, allow_null=True, min_value=1, max_value=5
    )
    signed_by = serializers.CharField(label=_("Signed by"), required=False, allow_blank=True, max_length=120)
    signature = SignatureField(
        label=_("Signature"), help_text=_("With a finger. The name alone stands for a signature on paper.")
    )
    unsigned_reason = serializers.CharField(
        label=_("Why not signed"), required=False, allow_blank=True, max_length=240
    )
    own_phone = serializers.BooleanField(
        label=_("On their own phone"),
        default=False,
        help_text=_("The customer rates and signs there; show them the code"),
    )
    tools_back = serializers.ListField(
        label=_("Back in the bag"), child=serializers.CharField(max_length=40), required=False, max_length=200
    )
    tools_reason = serializers.CharField(
        label=_("Where the missing tools are"), required=False, allow_blank=True, max_length=240
    )
    parcel = serializers.CharField(
        label=_("Parcel number"),
        required=False,
        allow_blank=True,
        max_length=80,
        help_text=_("When it is sent back, not handed over"),
    )


def _signed(act: Act):
    """H-H1: signed, or declined with a reason; never forced. A parcel is signed for elsewhere (H-I4)."""
    if act.order.at_counter and act.data.get("parcel"):
        return
    if act.repair.signed_by or act.data.get("own_phone"):  # what does not come is missing on the card (H-R4)
        return
    if not (act.data.get("signed_by") or act.data.get("signature") or act.data.get("unsigned_reason")):
        said = _("Have it signed, or note why the customer does not want to sign.")
        yield Lack("H-H1", "signature", said, "complete")


def _tools_counted(act: Act):
    """H-F12: what was carried in is carried out."""
    if act.visit is None or act.data.get("tools_reason"):
        return
    back = set(act.data.get("tools_back") or [])
    for item in guards.kit_items(act.order, act.visit.departed_at or act.now):
        if item.counted and item.code in act.visit.kit and item.code not in back:
            said = format_lazy(_("Not back in the bag: {item}."), item=item.name)
            yield Lack("H-F12", f"tool_{item.code}", said, "complete")


@deed(
    "complete",
    "H-H1",
    _("Complete the visit"),
    (Role.CLERK, *FIELD, *OFFICE),
    CompleteData,
    needs=(clerk_at_the_counter, checks.before_leaving),
    checks=(_signed, _tools_counted),
    tone="primary",
)
def complete(act: Act) -> None:
    """Rated, signed or not, cleaned up: leave. The callbacks that are owed are promised now (H-F11, H-R1)."""
    record, data = act.repair, act.data
    _write_the_word(act)
    leave(act)
    let_go(act)
    if act.order.at_counter:  # handed over, or sent by parcel
        give_back(act, parcel=data.get("parcel") or (act.order.job.parcel if act.order.job else ""))
    if not record.is_complete:
        act.start[TimerKind.FIELDS_DUE] = fields_due_at(act.order, act.now)
    owed = []
    if record.outcome == Outcome.REPAIRABLE:
        owed = [CallbackKind.UNTESTED] * (not record.tested) + [CallbackKind.UNCERTAIN] * (not record.certain)
    for kind in owed or [CallbackKind.ROUTINE]:
        promise_callback(act, kind)
    ratings = [rating for rating in (record.rating_repair, record.rating_manner) if rating]
    if ratings and min(ratings) <= BAD_RATING:  # H-H2: stay on it until satisfied
        act.order.escalation = Escalation.BAD_RATING


def _write_the_word(act: Act) -> None:
    """Keep rating and signature; what the customer wrote on their own phone before stands (H-R4)."""
    record, data = act.repair, act.data
    if record.rated_how != RatedHow.LINK:
        record.rating_repair, record.rating_manner = data.get("rating_repair"), data.get("rating_manner")
        record.signed_by, record.unsigned_reason = data.get("signed_by", ""), data.get("unsigned_reason", "")
        if data["signature"] and not record.signed_by:
            record.signed_by = act.order.customer.name
        if record.signed_by or record.rating_repair or record.rating_manner:
            record.rated_how, record.rated_at = RatedHow.HERE, act.now
    if data["own_phone"] and not record.signed_by and not record.unsigned_reason:
        record.unsigned_reason = gettext("Asked to sign on the customer's own phone")
    record.save()


def fields_due_at(order: ServiceOrder, now: datetime) -> datetime:
    """Return when the warranty record is due: the outlet's cut-off today, or the end of the day after it (H-H1)."""
    zone = order.outlet.tz
    today = now.astimezone(zone).date()
    # Compared in UTC: in one zone Python compares the clocks on the wall, and some hours come twice.
    cutoff = datetime.combine(today, order.outlet.cutoff, zone).astimezone(UTC)
    return cutoff if now < cutoff else datetime.combine(today + timedelta(days=1), time.min, zone).astimezone(UTC)


class RecordData(serializers.Serializer):
    """The two fields that may be finished at the depot."""

    cause = words(_("Cause"))
    measure = words(_("What was done"))


@deed("complete_record", "H-H1", _("Finish the warranty record"), (*FIELD, *OFFICE, Role.CLERK), RecordData)
def complete_record(act: Act) -> None:
    """Cause and measure filled in at the depot, the same day."""
    act.repair.cause, act.repair.measure = act.data["cause"], act.data["measure"]
    act.repair.save(update_fields=["cause", "measure"])
    act.stop.add(TimerKind.FIELDS_DUE)
