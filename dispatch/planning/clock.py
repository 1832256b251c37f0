"""How a tour runs by the clock: the earliest ends, the latest arrivals, and where the break lies. Compiled.

A clock is an int array [4, job of the tour]: `ENDS0`, `ENDS1`, the earliest end of each job with the break still ahead
(0) or behind (1); `LATE0`, `LATE1`, the latest arrival at it from which the remaining day works. Earlier is never
worse, so both passes are exact, with several windows and spans, too.
"""

from __future__ import annotations

from dispatch.planning.compiled import compiled
from dispatch.planning.sheet import NEVER

ENDS0, ENDS1, LATE0, LATE1 = range(4)


@compiled
def after_rest(free, d, earliest, latest, seconds):
    """Return the earliest arrival after a break and a way of `d`, from when somebody is free; NEVER if too late.

    Driving first and resting there never arrives later, but may be too late to begin the break.
    """
    if free + d <= latest:
        return max(free + d, earliest) + seconds
    if free <= latest:
        return max(free, earliest) + seconds + d
    return NEVER


@compiled
def before_rest(goal, d, earliest, latest, seconds):
    """Return the latest end of a job from which a break and a way of `d` still arrive by `goal`; -NEVER if none."""
    best = -NEVER
    if earliest <= goal - seconds:
        best = min(latest - d, goal - seconds - d)
    if earliest <= min(latest, goal - seconds - d):
        best = max(best, min(latest, goal - seconds - d))
    return best


@compiled
def timed(s, k, tour, size, clock):
    """Fill in the clock of technician k's tour `tour[:size]`; False when it cannot be driven."""
    return size == 0 or (_forward(s, k, tour, size, clock) and _backward(s, k, tour, size, clock))


@compiled
def _forward(s, k, tour, size, clock):
    """Fill in the earliest ends; False when some job cannot be begun in time."""
    earliest, latest, pause = s.rest[k]
    here, free0, free1 = s.start[k], NEVER, NEVER
    for p in range(size):
        i = tour[p]
        there = s.place[i]
        d, work, start0, start1 = s.way[here, there], s.work[s.pace[k], i], NEVER, NEVER
        for w in range(s.window_from[i], s.window_from[i + 1]):
            for v in range(s.span_from[k], s.span_from[k + 1]):
                lo, hi = max(s.window[w, 0], s.span[v, 0]), min(s.window[w, 1], s.span[v, 1] - work)
                if p == 0:  # still at home
                    free0 = s.span[v, 0]
                    free1 = free0 if pause < 0 else NEVER
                at = max(lo, free1 + d)
                if pause >= 0:
                    at0 = max(lo, free0 + d)
                    if at0 <= hi:
                        start0 = min(start0, at0)
                    at = min(at, max(lo, after_rest(free0, d, earliest, latest, pause)))
                if at <= hi:
                    start1 = min(start1, at)
        if start0 == NEVER and start1 == NEVER:
            return False
        free0 = start0 + work if start0 < NEVER else NEVER
        free1 = start1 + work if start1 < NEVER else NEVER
        clock[ENDS0, p], clock[ENDS1, p] = free0, free1
        here = there
    return True


@compiled
def _backward(s, k, tour, size, clock):
    """Fill in the latest arrivals; False when the earliest ends come too late for them."""
    earliest, latest, pause = s.rest[k]
    after, next0, next1 = s.end[k], -NEVER, NEVER
    for p in range(size - 1, -1, -1):
        i = tour[p]
        work, d = s.work[s.pace[k], i], s.way[s.place[i], after]
        here0, here1 = -NEVER, -NEVER
        for w in range(s.window_from[i], s.window_from[i + 1]):
            for v in range(s.span_from[k], s.span_from[k + 1]):
                lo, hi = max(s.window[w, 0], s.span[v, 0]), min(s.window[w, 1], s.span[v, 1] - work)
                goal = s.span[v, 1] if p == size - 1 else next1
                at = min(goal - d - work, hi)
                if at >= lo:
                    here1 = max(here1, at)
                if pause >= 0:
                    at = max(next0 - d, before_rest(goal, d, earliest, latest, pause))
                    at = min(at - work, hi)
                    if at >= lo:
                        here0 = max(here0, at)
        clock[LATE0, p], clock[LATE1, p] = max(here0, -NEVER), max(here1, -NEVER)
        next0, next1, after = here0, here1, s.place[i]
    return _meets(s, k, tour[0], clock)


@compiled
def _meets(s, k, i, clock):
    """Tell whether both passes meet at the first job, i."""
    earliest, latest, pause = s.rest[k]
    d, work = s.way[s.start[k], s.place[i]], s.work[s.pace[k], i]
    for w in range(s.window_from[i], s.window_from[i + 1]):
        for v in range(s.span_from[k], s.span_from[k + 1]):
            begin = s.span[v, 0]
            lo, hi = max(s.window[w, 0], begin), min(s.window[w, 1], s.span[v, 1] - work)
            if pause < 0:
                if max(lo, begin + d) <= min(hi, clock[LATE1, 0]):
                    return True
            elif max(lo, begin + d) <= min(hi, clock[LATE0, 0]) or max(
                lo, after_rest(begin, d, earliest, latest, pause)
            ) <= min(hi, clock[LATE1, 0]):
                return True
    return False


@compiled
def times(s, k, tour, size, starts):
    """Drive a tour as early as it goes: fills in when each job begins; returns (when it is over, when it rests).

    NEVER when it cannot be driven; resting at -NEVER: there is no break.
    """
    over, best = NEVER, 0
    for gap in range(size + 1 if s.rest[k, 2] >= 0 else 1):
        home, _begun = _driven(s, k, tour, size, gap, starts)
        if home < over:
            over, best = home, gap
    return _driven(s, k, tour, size, best, starts)


@compiled
def _driven(s, k, tour, size, gap, starts):
    """Drive a tour with the break before its gap-th job. Returns (when it is over, when the break begins); or NEVER."""
    pause = s.rest[k, 2]
    begun, here, now = -NEVER, s.start[k], 0
    home = NEVER
    for p in range(size):
        i = tour[p]
        d, work = s.way[here, s.place[i]], s.work[s.pace[k], i]
        start, rested = NEVER, begun
        for w in range(s.window_from[i], s.window_from[i + 1]):
            for v in range(s.span_from[k], s.span_from[k + 1]):
                begin, end = s.span[v]
                free, at = begin if p == 0 else now, begun
                arrive = free + d
                if pause >= 0 and p == gap:
                    at, arrive = _resting(s.rest[k], free, d)
                first = max(s.window[w, 0], begin, arrive)
                if first > min(s.window[w, 1], end - work) or first >= start:
                    continue
                if p == size - 1:
                    d2 = s.way[s.place[i], s.end[k]]
                    over = first + work + d2
                    if pause >= 0 and gap == size:
                        at, over = _resting(s.rest[k], first + work, d2)
                    if over > end:
                        continue
                    home = over
                start, rested = first, at
        if start == NEVER:
            return NEVER, begun
        starts[p], begun, now, here = start, rested, start + work, s.place[i]
    return home, begun


@compiled
def _resting(rest, free, d):
    """Return when the break on a way of `d` begins that arrives earliest, and that arrival; NEVER if too late."""
    if free + d <= rest[1]:
        at = max(free + d, rest[0]) if free < rest[0] else free
    elif free <= rest[1]:
        at = max(free, rest[0])
    else:
        return NEVER, NEVER
    return at, at + rest[2] + (d if at < free + d else 0)


@compiled
def length(s, k, tour, size, starts):
    """Return the seconds from leaving to coming home; 0 without jobs, or when the tour cannot be driven.

    Leaves in `starts` when each job begins.
    """
    if size == 0:
        return 0
    over, _rest = times(s, k, tour, size, starts)
    if over == NEVER:
        return 0
    first, last = s.place[tour[0]], tour[size - 1]
    home = starts[size - 1] + s.work[s.pace[k], last] + s.way[s.place[last], s.end[k]]
    return home - starts[0] + s.way[s.start[k], first]


@compiled
def travel(s, k, tour, size):
    """Return the seconds on the road of a tour, from home to home; 0 for an empty one."""
    if size == 0:
        return 0
    here, sum_ = s.start[k], 0
    for p in range(size):
        sum_ += s.way[here, s.place[tour[p]]]
        here = s.place[tour[p]]
    return sum_ + s.way[here, s.end[k]]
