"""Where one more job fits: every gap of a tour, exactly, moving the break if that helps. Compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch.planning.clock import ENDS0, ENDS1, LATE0, LATE1, after_rest, timed
from dispatch.planning.compiled import compiled
from dispatch.planning.sheet import NEVER, Sheet

NO_WAY = 10**8  # more seconds than any detour: it does not fit


@compiled
def cheapest(s, k, tour, size, clock, i):
    """Return the least detour in seconds by which job i fits into technician k's timed tour, and the gap; or NO_WAY.

    Neither skills nor the room in the van are asked for, nor the price of a change.
    """
    earliest, latest, pause = s.rest[k]
    work, there = s.work[s.pace[k], i], s.place[i]
    best, gap = NO_WAY, 0
    for w in range(s.window_from[i], s.window_from[i + 1]):
        for v in range(s.span_from[k], s.span_from[k + 1]):
            begin, end = s.span[v]
            lo, hi = max(s.window[w, 0], begin), min(s.window[w, 1], end - work)
            if lo > hi:
                continue
            here, free0, free1 = s.start[k], begin, begin if pause < 0 else NEVER
            for p in range(size + 1):
                if min(free0, free1) > hi:
                    break  # ends only become later
                if p < size:
                    after, goal0, goal1 = s.place[tour[p]], clock[LATE0, p], clock[LATE1, p]
                else:
                    after, goal0, goal1 = s.end[k], -NEVER, end
                d1, d2 = s.way[here, there], s.way[there, after]
                extra = d1 + d2 - (s.way[here, after] if size else 0)
                if extra < best and lo + work + d2 <= max(goal0, goal1):
                    start = max(lo, free1 + d1)
                    fits = start <= hi and start + work + d2 <= goal1
                    if pause >= 0 and not fits:  # the break lies ahead, on the way onward, or on the way there
                        done = max(lo, free0 + d1) + work
                        fits = done - work <= hi and (
                            done + d2 <= goal0 or after_rest(done, d2, earliest, latest, pause) <= goal1
                        )
                        if not fits:
                            start = max(lo, after_rest(free0, d1, earliest, latest, pause))
                            fits = start <= hi and start + work + d2 <= goal1
                    if fits:
                        best, gap = extra, p
                if p < size:
                    here, free0, free1 = after, clock[ENDS0, p], clock[ENDS1, p]
    return best, gap


@compiled
def put(tour, size, gap, i):
    """Insert job i before the gap-th of `tour[:size]`."""
    for p in range(size, gap, -1):
        tour[p] = tour[p - 1]
    tour[gap] = i


@compiled
def room_left(s, k, tour, size):
    """Return how much load still fits into technician k's van."""
    room = s.room[k]
    if room < NEVER:
        for p in range(size):
            room -= s.load[tour[p]]
    return room


@compiled
def fee(s, k, i):
    """Return what it costs to give job i to technician k: the price of a change, or nothing."""
    return s.price if s.now[i] >= 0 and s.now[i] != k else 0


class Table(NamedTuple):
    """The least detour of every job in every tour, and the least of all; int32."""

    cost: np.ndarray  # [technician, job]
    gap: np.ndarray  # [technician, job]
    least: np.ndarray  # [job]
    by: np.ndarray  # [job]: technician
    clock: np.ndarray  # [4, at most so many]


def table(s: Sheet, wide: int) -> Table:
    """Return an empty table for tours of at most so many jobs."""
    m, n = s.may.shape
    shapes = (m, n), (m, n), n, n, (4, wide)
    return Table(*(np.full(shape, NO_WAY, np.int32) for shape in shapes))


@compiled
def _row(s, t, k, tour, size, wanted):
    """Write the least detour of each wanted job in tour k, with the price of a change, into the table."""
    room = room_left(s, k, tour, size)
    sound = timed(s, k, tour, size, t.clock)
    for i in range(len(wanted)):
        cost = NO_WAY
        if wanted[i] and sound and s.may[k, i] and s.load[i] <= room:
            cost, t.gap[k, i] = cheapest(s, k, tour, size, t.clock, i)
            if cost < NO_WAY:
                cost += fee(s, k, i)
        t.cost[k, i] = cost


@compiled
def fill(s, t, tours, sizes, wanted):
    """Insert wanted jobs where they bring more than they cost, best first, until none fits. Changes all but the sheet.

    `tours` [technician, at most so many], `sizes` [technician], `wanted` [job].
    """
    n = len(wanted)
    for k in range(len(sizes)):
        _row(s, t, k, tours[k], sizes[k], wanted)
        for i in range(n):
            if t.cost[k, i] < t.least[i]:
                t.least[i], t.by[i] = t.cost[k, i], k
    while True:
        best, i = 0, -1
        for j in range(n):
            if wanted[j] and t.least[j] < NO_WAY and s.prize[j] - t.least[j] > best:
                best, i = s.prize[j] - t.least[j], j
        if i < 0:
            return
        k = t.by[i]
        put(tours[k], sizes[k], t.gap[k, i], i)
        sizes[k] += 1
        wanted[i] = False
        _row(s, t, k, tours[k], sizes[k], wanted)
        _leasts(t, k, wanted)


@compiled
def _leasts(t, k, wanted):
    """Bring the least detours up to date after tour k was scanned again."""
    for j in range(len(wanted)):
        if not wanted[j]:
            continue
        if t.by[j] == k:
            t.least[j] = NO_WAY
            for other in range(len(t.cost)):
                if t.cost[other, j] < t.least[j]:
                    t.least[j], t.by[j] = t.cost[other, j], other
        elif t.cost[k, j] < t.least[j]:
            t.least[j], t.by[j] = t.cost[k, j], k
