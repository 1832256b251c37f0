"""What is to be visited on a day: how long, when, by whom alone, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.models import State, VisitStatus
from dispatch.models.states import PLACEABLE
from dispatch.planning.crew import Hours, Person
from dispatch.planning.learned import Lessons
from dispatch.planning.reading import ORDER, Rows
from dispatch.planning.travel import Place

# What serving an order is worth, in seconds of travel; the engine counts it several times over (`day.SERVE`), so that
# no detour within a city outweighs even the least urgent.
PRIZES = {1: 40_000, 2: 20_000, 3: 10_000, 4: 5_000}
WAITED = timedelta(days=3)  # from then on waiting adds no more: half as much again
OVERDUE = timedelta(days=1)  # likewise
PROMISED = 3.0  # times as much: the customer stays at home for it
DEFAULT_MINUTES = 60  # a visit with no known fault, as `lifecycle.standard` has it
FIRM = (VisitStatus.AGREED, VisitStatus.LOCKED)
OF_ORDER = [(name, f"order__{name}") for name in ORDER]


@dataclass
class Wanted:
    """An order on its way to becoming a job. `lo` to `hi`: when work may begin; `firm`: agreed or pinned."""

    id: int
    row: dict
    place: Place | None
    district: str
    skills: frozenset[int]
    seconds: int
    lo: int
    hi: int
    prize: int
    technician: int | None = None
    starts: int | None = None
    ends: int | None = None
    firm: bool = False
    agreed: bool = False
    pinned: bool = False
    only: frozenset[int] | None = None
    held: list[dict] = field(default_factory=list)

    def work(self, pace: float) -> int:
        """Return how long somebody of that pace works on it."""
        return round(self.seconds * pace)


def wanted(rows: Rows, crew: dict[int, Person], hours: Hours, lessons: Lessons, now: datetime) -> list[Wanted]:
    """Return the day's orders: those that stand on the board and nobody has left for, then those nobody has."""
    last = end_of(crew.values(), hours)
    held: dict[int, list[dict]] = {}
    for one in rows.held:
        held.setdefault(one["order"], []).append(one)
    found = []
    for row in rows.visits:
        if row["order__state"] in PLACEABLE and row["status"] != VisitStatus.DONE:
            order = {name: row[key] for name, key in OF_ORDER}
            job = draft(row["order_id"], order, rows, hours, lessons, now, last)
            _stands(job, row, crew, hours, lessons)
            found.append(job)
    standing = {job.id for job in found}
    for row in rows.orders:
        if row["pk"] not in standing:
            job = draft(row["pk"], row, rows, hours, lessons, now, last)
            job.technician = row["technician_id"] if row["state"] != State.READY else None
            found.append(job)
    for job in found:
        job.held = held.get(job.id, [])
        job.only = only_by(job.held, crew)
    return found


def only_by(held: list[dict], crew: dict[int, Person]) -> frozenset[int] | None:
    """Return who alone may go, because the part is in their van; None: anybody, nobody's van has it."""
    vans = {one["van"] for one in held if one["van"]} & crew.keys()
    return frozenset(vans) if len(vans) == 1 else None


def draft(pk: int, row: dict, rows: Rows, hours: Hours, lessons: Lessons, now: datetime, last: int) -> Wanted:
    """Return an order as if it stood nowhere. `last`: the end of the day, for whoever wishes nothing."""
    place = row["address__latitude"], row["address__longitude"]
    category = row["appliance__category_id"]
    skills = rows.wanted.get(category, set()) if category else set()
    if row["fault__skill_id"]:
        skills = skills | {row["fault__skill_id"]}
    lo, hi = wish(row, hours, last)
    return Wanted(
        pk,
        row,
        None if None in place else place,
        row["address__district"],
        frozenset(skills),
        lessons.minutes(row["fault_id"], category, row["fault__minutes"] or DEFAULT_MINUTES) * 60,
        lo,
        hi,
        prize(row, now),
    )


def end_of(crew: Iterable[Person], hours: Hours) -> int:
    """Return when the day ends: at midnight, or with the last shift that goes on after it."""
    return max([hours.end, *(end for one in crew for _begin, end in one.shift)])


def wish(row: dict, hours: Hours, last: int) -> tuple[int, int]:
    """Return when work may begin by the customer's wish: within the day; all day where nothing is wished.

    A wish that has passed leaves the day open: the customer waits. One that ends before it begins stays impossible.
    """
    early, late = row["wish_from"], row["wish_to"]
    lo = max(0, hours.second(early)) if early else 0
    hi = min(last, hours.second(late)) if late else last
    if early and late and late < early:
        return 1, 0
    if hi < hours.since:
        lo, hi = 0, last
    return max(lo, hours.since), hi


def prize(row: dict, now: datetime) -> int:
    """Return what serving an order is worth: by priority, more for who has waited long, and more when overdue."""
    waited = max(timedelta(), now - row["opened_at"]) / WAITED
    late = max(timedelta(), now - row["next_due_at"]) / OVERDUE if row["next_due_at"] else 0.0
    more = 1 + 0.5 * min(1.0, waited) + 0.5 * min(1.0, late)
    return round(PRIZES.get(row["priority"], PRIZES[3]) * more)


def _stands(job: Wanted, row: dict, crew: dict[int, Person], hours: Hours, lessons: Lessons) -> None:
    """Write where the order stands now, and what of that holds."""
    job.technician = row["technician_id"]
    if row["ends_at"] <= hours.first:  # proposed for a day that is over, and nobody went
        return
    job.starts, job.ends = hours.second(row["starts_at"]), hours.second(row["ends_at"])
    job.pinned, job.agreed = row["pinned"], row["status"] in FIRM
    job.firm = job.pinned or job.agreed
    length = job.ends - job.starts
    usual = (row["order__fault__minutes"] or DEFAULT_MINUTES) * 60
    if job.firm or length != usual:  # somebody has decided how long it takes: nothing learned changes that
        pace = crew[job.technician].pace if job.technician in crew else 1.0
        job.seconds = int(length / pace)
        while round((job.seconds + 1) * pace) <= length:
            job.seconds += 1
        while round(job.seconds * pace) > length:
            job.seconds -= 1
    if job.pinned:
        job.lo = job.hi = job.starts
    elif job.agreed:
        job.lo = job.starts
        job.hi = hours.second(row["window_ends_at"]) if row["window_ends_at"] else job.starts
        job.prize = round(job.prize * PROMISED)
