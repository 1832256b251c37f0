"""Make a day as it stands drivable by the rules: what people have agreed to is a fact, whatever an estimate says.

The way between two agreed visits is cut to the time there is between them; agreed overtime lengthens the day; a break
for which they leave no room is dropped. Each is said. A visit that can't be reached any more is not held to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dispatch.planning.crew import Person
from dispatch.planning.jobs import Wanted
from dispatch.planning.problem import Span
from technicians.availability import joined, without

Way = Callable[[int, int], int]


@dataclass
class Settled:
    """What had to be done: ways cut to seconds, orders that come too late or lie in an absence, breaks dropped."""

    cut: dict[tuple[int, int], int] = field(default_factory=dict)
    tight: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    away: list[int] = field(default_factory=list)
    no_break: list[int] = field(default_factory=list)


@dataclass
class _Walk:
    begins: list[int] = field(default_factory=list)
    legs: list[tuple[int, int, int]] = field(default_factory=list)  # (free, by, way)


def settle(
    one: Person,
    jobs: list[Wanted],
    place: dict[int, int],
    start: int,
    end: int,
    way: Way,
    found: Settled,
    *,
    bend: bool,
    passed: Iterable[Wanted] = (),
) -> list[Wanted]:
    """Return the jobs that stand with a technician, in the order of the day, made drivable; write into `found` how.

    `place`: job → index; `start`, `end`: where the technician's day begins and ends. `bend`: a visit that comes too
    late stands later instead of not at all. `passed`: promised here for a moment that is over, and not begun.
    """
    kept: list[Wanted] = []
    for job in sorted(jobs, key=lambda job: (job.starts, job.id)):
        if any(job.starts < until and since < job.ends for since, until in one.away):
            found.away.append(job.id)
        else:
            kept.append(job)
            _overtime(one, job)
    stands: list[Wanted] = []
    dropped: list[Wanted] = []
    free, here, walk = None, start, _Walk()
    for job in kept:
        need = way(here, place[job.id])
        chosen = _chosen(one, job, free, need)
        if chosen is None:
            dropped.append(job)
            continue
        span, since, begin = chosen
        if begin > job.hi:
            if since <= job.hi:
                begin, need = job.hi, job.hi - since
                found.cut[here, place[job.id]] = need
                found.tight.append(job.id)
            elif bend:
                job.hi = begin
            else:
                dropped.append(job)
                continue
        ends = begin + job.work(one.pace)
        if not span[0] <= begin or ends > span[1]:
            one.spans = joined([*one.spans, (begin, ends)])
        walk.legs.append((since, begin, need))
        walk.begins.append(begin)
        free, here = ends, place[job.id]
        stands.append(job)
    found.late += [job.id for job in dropped]
    for job in [*passed, *dropped]:
        _kept_free(one, job, zip(walk.begins, stands, strict=True))
    if stands:
        _home(one, found, walk, free, here, end, way)
        _break(one, stands, walk, found)
    return stands


def _kept_free(one: Person, gone: Wanted, stands: Iterable[tuple[int, Wanted]]) -> None:
    """Give nobody else the time of a promised visit that can't be kept, until the customer was called.

    It stands on the board till then, and the board refuses an overlap (H-A4). What stands in that time itself is left.
    """
    others = [(min(job.lo, begin), max(job.hi, begin) + job.work(one.pace)) for begin, job in stands]
    if gone.agreed and not any(since < gone.ends and gone.starts < until for since, until in others):
        one.spans = [piece for span in one.spans for piece in without(span, [(gone.starts, gone.ends)])]


def _overtime(one: Person, job: Wanted) -> None:
    """Let the technician work when a visit stands outside the shift: somebody has decided so."""
    ends = job.starts + job.work(one.pace)
    works = any(since <= job.starts and ends <= until for since, until in one.spans)
    if job.starts >= one.free_from and not works:
        one.spans = joined([*one.spans, (job.starts, ends)])


def _chosen(one: Person, job: Wanted, free: int | None, need: int) -> tuple[Span, int, int] | None:
    """Return (span, free from, begin): where the job fits, else where it stands though it does not fit."""
    loose = None
    for span in one.spans:
        since = span[0] if free is None else free
        begin = max(job.lo, since + need, span[0])
        if begin <= job.hi and begin + job.work(one.pace) <= span[1]:
            return span, since, begin
        if loose is None and span[0] <= max(job.starts, since) < span[1]:
            loose = span, since, begin
    return loose


def _home(one: Person, found: Settled, walk: _Walk, free: int, here: int, end: int, way: Way) -> None:
    span = next(span for span in one.spans if span[0] <= walk.begins[-1] and free <= span[1])
    need = way(here, end)
    if free + need > span[1]:
        need = span[1] - free
        found.cut[here, end] = need
    walk.legs.append((free, span[1], need))


def _break(one: Person, stands: list[Wanted], walk: _Walk, found: Settled) -> None:
    """Drop a break that the day as it stands leaves no room for, even with visits as late as was promised."""
    rest = one.rest
    if rest is None or any(_room(rest, *leg) for leg in walk.legs):
        return
    if not any(_pushed(one, stands, walk, gap) for gap in range(len(walk.legs))):
        one.rest = None
        found.no_break.append(one.id)


def _room(rest, free: int, by: int, way: int) -> bool:
    """Tell whether the break fits into the time between two jobs, before or after the way."""
    after = max(free + way, rest.earliest)
    if after <= rest.latest and after + rest.seconds <= by:
        return True
    before = max(free, rest.earliest)
    return before <= rest.latest and before + rest.seconds + way <= by


def _pushed(one: Person, stands: list[Wanted], walk: _Walk, gap: int) -> bool:
    """Tell whether the break fits before the gap-th job when what comes after begins later."""
    free = walk.legs[gap][0]
    rest = one.rest
    for at in range(gap, len(walk.legs)):
        _free, by, way = walk.legs[at]
        arrive = free + way
        if at == gap:
            if arrive <= rest.latest:
                arrive = max(arrive, rest.earliest) + rest.seconds
            elif free <= rest.latest:
                arrive = max(free, rest.earliest) + rest.seconds + way
            else:
                return False
        if at == len(stands):
            return arrive <= by
        job = stands[at]
        begin = max(job.lo, arrive)
        if begin > job.hi:
            return False
        free = begin + job.work(one.pace)
        if not any(span[0] <= begin and free <= span[1] for span in one.spans):
            return False
    return False
