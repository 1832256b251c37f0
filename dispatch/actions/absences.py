"""Somebody is sick, on leave, held up: written down at once, so that nobody is promised their time (H-A4, H-D3).

Visits that lie in the absence are not moved by it. They are told to whoever writes it down, and plans mend them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch import live
from dispatch.actions import guards
from dispatch.actions.fields import Moment
from dispatch.lifecycle import BadData, GuardsUnmet, Lack, NotAllowed, NotFound, Outcome
from dispatch.lifecycle.act import in_one_piece
from dispatch.lifecycle.once import once
from dispatch.lifecycle.verb import OFFICE
from dispatch.models import Visit
from technicians.holidays import works_all_the_same
from technicians.models import Absence, Technician, User

RULE = "H-A4"
LONGEST = timedelta(days=400)  # a year's leave; more is a slip of the year


class NotThere(NotFound):
    """No such technician or absence among one's own."""

    @property
    def detail(self) -> str:
        return _now("There is no such technician, or no such absence, at your outlet. Load the board again.")


class AbsenceData(serializers.Serializer):
    """From when to when, and why: a code of `AwayFor`, or words."""

    starts_at = Moment(label=_("From"))
    ends_at = Moment(label=_("To"))
    reason = serializers.CharField(label=_("Reason"), max_length=120)

    def validate(self, data: dict) -> dict:
        """An absence ends after it starts, and not years later."""
        if data["ends_at"] <= data["starts_at"]:
            raise serializers.ValidationError({"ends_at": _("An absence ends after it starts.")})
        if data["ends_at"] - data["starts_at"] > LONGEST:
            raise serializers.ValidationError({"ends_at": _("That is more than a year away. Check the date.")})
        return data


@dataclass(frozen=True)
class Asked:
    """Who asks for what, and when; `key` and `fingerprint` make it count once (H-N3)."""

    by: User
    now: datetime
    key: str = ""
    fingerprint: str = ""


def struck(technician: Technician, starts: datetime, ends: datetime) -> QuerySet[Visit]:
    """Return the visits of theirs that still stand and lie in a span, in order; one statement."""
    rows = Visit.objects.standing().filter(technician=technician, starts_at__lt=ends, ends_at__gt=starts)
    return rows.select_related("order__customer", "order__address").order_by("starts_at", "pk")


def in_the_way(technician: Technician, data: dict, now: datetime, but: Absence | None = None) -> Iterator[Lack]:
    """Yield what speaks against an absence (`but`: the one that is changed): the past, or another one (H-A4)."""
    zone = technician.outlet.tz
    today = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    if data["starts_at"] < today and not (but and but.starts_at == data["starts_at"]):
        yield Lack(RULE, "past", _("That day is over. An absence begins today or later."))
    if but and data["ends_at"] < now:
        yield Lack(RULE, "past", _("It would have ended already. Choose “Back at work” instead."))
    others = technician.absences.filter(starts_at__lt=data["ends_at"], ends_at__gt=data["starts_at"], holiday=None)
    for other in others.exclude(pk=but and but.pk).order_by("starts_at")[:3]:
        said = _("{technician} is away from {start} to {end} already. Change that absence instead.")
        yield Lack(RULE, "overlap", format_lazy(said, technician=technician.name, **_span(other, zone)))


def _span(absence: Absence, zone) -> dict[str, str]:
    start, end = absence.starts_at.astimezone(zone), absence.ends_at.astimezone(zone)
    return {"start": f"{start:%Y-%m-%d %H:%M}", "end": f"{end:%Y-%m-%d %H:%M}"}


def record_absence(asked: Asked, technician: int, raw: Any) -> Outcome:
    """Write down that a technician is away. The answer names the absence and the orders whose visits it strikes.

    Raises NotFound, NotAllowed, BadData, GuardsUnmet.
    """
    found = _technician(asked.by, technician)
    data = read(raw)

    def work() -> Absence:
        if not guards.hold(found):
            _refuse(Lack("H-N1", "gone", _("This technician takes no more work.")))
        _refuse(*in_the_way(found, data, asked.now))
        return Absence.objects.create(technician=found, recorded_by=asked.by, recorded_at=asked.now, **data)

    return _do(asked, found, _now("Absence recorded"), work)


def change_absence(asked: Asked, pk: int, raw: Any) -> Outcome:
    """Give an absence another span or reason. Raises NotFound, NotAllowed, BadData, GuardsUnmet."""
    found = _absence(asked.by, pk)
    data = read(raw)

    def work() -> Absence:
        absence = _held(found, asked.now)
        _refuse(*in_the_way(found.technician, data, asked.now, but=absence))
        works_all_the_same([absence])
        return _write(absence, asked, data)

    return _do(asked, found.technician, _now("Absence changed"), work)


def end_absence(asked: Asked, pk: int) -> Outcome:
    """Back at work now; what has not begun is taken back. Raises NotFound, NotAllowed, GuardsUnmet."""
    found = _absence(asked.by, pk)
    minute = asked.now.replace(second=0, microsecond=0)

    def work() -> Absence:
        absence = _held(found, asked.now)
        works_all_the_same([absence])
        if absence.starts_at >= minute:
            absence.delete()
            return absence
        return _write(absence, asked, {"ends_at": minute})

    return _do(asked, found.technician, _now("Absence ended"), work)


def read(raw: Any) -> dict:
    """Return the data of an absence. Raises BadData."""
    form = AbsenceData(data=raw)
    if not form.is_valid():
        raise BadData(RULE, {"errors": form.errors})
    return dict(form.validated_data)


def _technician(by: User, pk: int) -> Technician:
    found = Technician.objects.for_user(by).select_related("outlet", "user").filter(pk=pk).first()
    if found is None:
        raise NotThere(RULE)
    _allowed(by)
    return found


def _absence(by: User, pk: int) -> Absence:
    rows = Absence.objects.for_user(by).select_related("technician__outlet", "technician__user")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotThere(RULE)
    _allowed(by)
    return found


def _allowed(by: User) -> None:
    if by.role not in OFFICE:
        roles = ", ".join(str(role.label) for role in OFFICE)
        raise NotAllowed(RULE, {"action": _now("Sick or away"), "roles": roles})


def _held(found: Absence, now: datetime) -> Absence:
    """Lock the technician, then read the absence anew: another dispatcher may have ended it. Raises GuardsUnmet."""
    guards.hold(found.technician)
    absence = Absence.objects.filter(pk=found.pk).first()
    if absence is None or absence.ends_at <= now:
        _refuse(Lack(RULE, "over", _("This absence is over already. Look at the board as it is now.")))
    return absence


def _refuse(*lacks: Lack) -> None:
    if lacks:
        raise GuardsUnmet(lacks[0].rule, list(lacks))


def _write(absence: Absence, asked: Asked, data: dict) -> Absence:
    for name, value in (data | {"changed_by": asked.by, "changed_at": asked.now}).items():
        setattr(absence, name, value)
    absence.save(update_fields=[*data, "holiday", "changed_by", "changed_at"])
    return absence


def _do(asked: Asked, technician: Technician, said: str, work: Callable[[], Absence]) -> Outcome:
    """Do it once, note who did it (H-N2), and tell every open board when it is written."""

    def piece() -> dict:
        absence = work()
        span = _span(absence, technician.outlet.tz)
        line = f"{said}: {span['start']} – {span['end']}, {absence.why}"
        LogEntry.objects.log_actions(asked.by.pk, [technician], CHANGE, line, single_object=True)
        transaction.on_commit(partial(_tell, technician))
        standing = struck(technician, absence.starts_at, absence.ends_at) if absence.pk else ()
        return {
            "absence": absence.pk,
            "technician": technician.pk,
            "starts_at": absence.starts_at.isoformat(),
            "ends_at": absence.ends_at.isoformat(),
            "reason": absence.reason,
            "struck": [visit.order_id for visit in standing],
        }

    def work_once() -> tuple[dict, bool]:
        return once(asked.by, asked.key, asked.fingerprint, piece) if asked.key else (piece(), False)

    return in_one_piece(work_once)


def _tell(technician: Technician) -> None:
    live.tell_of("technician", technician.pk, technician.outlet_id)
