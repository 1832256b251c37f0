"""Holidays as absences: whoever does not work then is away then, for planning, the board and the customer alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.db import transaction

from technicians.models import Absence, Holiday, Outlet, Technician, User


def span_of(holiday: Holiday, outlet: Outlet) -> tuple[datetime, datetime]:
    """Return a holiday at an outlet, from midnight to midnight there, UTC."""
    days = (holiday.starts_on, holiday.ends_on + timedelta(days=1))
    first, last = (datetime.combine(day, time.min, outlet.tz).astimezone(UTC) for day in days)
    return first, last


@transaction.atomic
def keep(holiday: Holiday, now: datetime, by: User | None = None) -> list[Technician]:
    """Bring the technicians' absences in step with a holiday; return those for whom something changed.

    What a technician's own absence covers whole is left as it is.
    """
    rows = Technician.objects.select_related("outlet").exclude(pk__in=holiday.on_duty.values("pk"))
    wanted = {one.pk: one for one in (rows.filter(outlet=holiday.outlet) if holiday.outlet_id else rows)}
    changed: list[Technician] = []
    there = set()
    for absence in holiday.absences.select_related("technician__outlet"):
        span = span_of(holiday, absence.technician.outlet)
        same = (absence.starts_at, absence.ends_at, absence.reason) == (*span, holiday.name)
        if absence.technician_id in wanted and same:
            there.add(absence.technician_id)
            continue
        absence.delete()
        changed.append(absence.technician)
    missing = [one for pk, one in wanted.items() if pk not in there]
    made = [
        Absence(
            technician=one, holiday=holiday, starts_at=starts, ends_at=ends, reason=holiday.name, recorded_by=by,
            recorded_at=now,
        )
        for one in missing
        for starts, ends in [span_of(holiday, one.outlet)]
        if not one.absences.filter(starts_at__lte=starts, ends_at__gte=ends).exists()
    ]  # fmt: skip
    Absence.objects.bulk_create(made)
    return [*changed, *(absence.technician for absence in made if absence.technician not in changed)]


def keep_coming(now: datetime) -> None:
    """Bring every holiday that is not over in step: for somebody who came, or went to another outlet."""
    yesterday = (now - timedelta(days=1)).date()
    for holiday in Holiday.objects.filter(ends_on__gte=yesterday):
        keep(holiday, now)


def works_all_the_same(absences: Iterable[Absence]) -> None:
    """Take technicians out of the holiday that their absences come from: what is changed for one stays changed."""
    for absence in absences:
        if absence.holiday_id:
            absence.holiday.on_duty.add(absence.technician_id)
            absence.holiday = None
