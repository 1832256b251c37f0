"""The form for giving an order to somebody: a time, and the technicians with what speaks for and against each."""

from __future__ import annotations

from datetime import datetime

from dispatch.actions.appointments import usual_minutes
from dispatch.actions.fields import EARLIEST, LATEST
from web.console.candidates import Candidate, candidates
from web.shared import values
from web.shared.doing import Doing


def assign_body(doing: Doing) -> dict:
    """Return the context of console/assign_form.html, for assign and for transfer."""
    starts_at, minutes = _time(doing)
    overtime = _said(doing, "overtime") not in ("", "false", "0")
    found: list[Candidate] = candidates(doing.order, doing.now, starts_at, minutes, overtime=overtime)
    rows = {row.name: row for row in doing.drawn.rows}
    shown = ("reason",) if doing.verb.name == "transfer" else ("starts_at", "window_ends_at", "minutes", "overtime")
    return {
        "body_template": "console/assign_form.html",
        "candidates": found,
        "starts_at": starts_at,
        "nobody_chosen": rows["technician"].errors,
        "time_rows": [rows[name] for name in shown],
        "transfers": doing.verb.name == "transfer",
    }


def _said(doing: Doing, name: str) -> str:
    return doing.values.get(name, "")


def _time(doing: Doing) -> tuple[datetime | None, int]:
    """Return the time thought of and the minutes of work: as typed, else as the order has it."""
    minutes = _said(doing, "minutes")
    minutes = int(minutes) if minutes.isascii() and minutes.isdigit() and 5 <= int(minutes[:4]) <= 600 else 0
    minutes = minutes or usual_minutes(doing.order)
    if doing.verb.name == "transfer":
        visit = doing.order.visits.standing().first()
        ahead = visit and visit.starts_at > doing.now and visit.arrived_at is None
        return (visit.starts_at, _minutes_of(visit)) if ahead else (None, minutes)
    typed = _said(doing, "starts_at")
    if typed:
        try:
            moment = values.parse_local(typed, doing.zone, doing.values.get("starts_at__fold"))
        except values.Unclear:
            moment = None
        return (moment if moment and EARLIEST < moment < LATEST else None), minutes
    wished = doing.order.wish_from
    return (wished if wished and wished > doing.now else None), minutes


def _minutes_of(visit) -> int:
    return round((visit.ends_at - visit.starts_at).total_seconds() / 60)
