"""Where one more job fits: every gap of every tour at once, exactly, moving the break if that helps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch.planning.day import NEVER, Clock, Day, Tours

NO_WAY = 10**8  # more seconds than any detour: it does not fit


@dataclass(slots=True)
class Rows:
    """What one technician may do: a row per job and slot, as columns."""

    job: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    work: np.ndarray
    place: np.ndarray
    price: np.ndarray

    def only(self, wanted: np.ndarray) -> Rows:
        """Keep the rows of the jobs for which `wanted[job]` is true."""
        keep = wanted[self.job]
        return Rows(*(getattr(self, name)[keep] for name in self.__slots__))


class Scan:
    """Looks for gaps. Keeps each technician's rows, so that a day is prepared once."""

    def __init__(self, day: Day):
        self.day = day
        self.way = day.problem.seconds
        self.prize = np.array(day.prize, dtype=np.int64)
        self.load = np.array(day.load, dtype=np.int64)
        self._rows: dict[int, Rows] = {}

    def rows(self, k: int) -> Rows:
        """Return everything technician k may do, in columns."""
        if k not in self._rows:
            day = self.day
            table = [
                (i, *slot, day.work(k, i), day.place[i], day.price(k, i))
                for i in np.flatnonzero(day.may[k]).tolist()
                for slot in day.slots(k, i)
            ]
            columns = np.array(table, dtype=np.int64).reshape(-1, 8).T
            self._rows[k] = Rows(*columns)
        return self._rows[k]

    def detours(self, k: int, tour: list[int], rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        """Return for each row the least detour (price of a change added) and the gap; NO_WAY where it does not fit."""
        clock = Clock.of(self.day, k, tour) if tour else Clock(self.day, k, [])
        if clock is None or not len(rows.job):
            return np.full(len(rows.job), NO_WAY), np.zeros(len(rows.job), dtype=np.int64)
        cost = self._cost(k, tour, clock, rows)
        gap = cost.argmin(axis=0)
        best = cost[gap, np.arange(len(gap))]
        return np.where(best < NO_WAY, best + rows.price, NO_WAY), gap

    def _cost(self, k: int, tour: list[int], clock: Clock, rows: Rows) -> np.ndarray:
        """Return detours [gap, row] in seconds, NO_WAY where the row does not fit into the gap."""
        day, way, who, size = self.day, self.way, self.day.crew[k], len(tour)
        before = np.array([who.start, *(day.place[i] for i in tour)])
        after = np.array([*before[1:], who.end])
        d1, d2 = way[before[:, None], rows.place], way[rows.place[:, None], after].T
        extra = d1 + d2 - (way[before, after][:, None] if size else 0)
        shape = (size + 1, len(rows.job))
        free1, goal1 = np.empty(shape, np.int64), np.empty(shape, np.int64)
        free1[1:], goal1[:size] = _column(clock.ends1), _column(clock.late1)
        free1[0], goal1[size] = NEVER if who.rest else rows.begin, rows.end
        start = np.maximum(rows.lo, free1 + d1)
        fits = (start <= rows.hi) & (start + rows.work + d2 <= goal1)
        if who.rest is not None:
            free0, goal0 = np.empty(shape, np.int64), np.empty(shape, np.int64)
            free0[1:], goal0[:size] = _column(clock.ends0), _column(clock.late0)
            free0[0], goal0[size] = rows.begin, -NEVER
            start = np.maximum(rows.lo, free0 + d1)
            done = start + rows.work
            fits |= (start <= rows.hi) & ((done + d2 <= goal0) | (_rested(done, d2, who.rest) <= goal1))
            start = np.maximum(rows.lo, _rested(free0, d1, who.rest))
            fits |= (start <= rows.hi) & (start + rows.work + d2 <= goal1)
        if who.capacity is not None:
            fits &= self.load[rows.job] <= who.capacity - sum(day.load[i] for i in tour)
        return np.where(fits, extra, NO_WAY)


def _column(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64).reshape(-1, 1)


def _rested(free: np.ndarray, d: np.ndarray, rest) -> np.ndarray:
    """Return the earliest arrivals after a break and a way (see `day.after_rest`)."""
    there = np.maximum(free + d, rest.earliest) + rest.seconds
    first = np.where(free <= rest.latest, np.maximum(free, rest.earliest) + rest.seconds + d, NEVER)
    return np.where(free + d <= rest.latest, there, first)


class Table:
    """The least detour of every wanted job in every tour, kept up to date while tours change."""

    def __init__(self, scan: Scan, tours: Tours, wanted: np.ndarray):
        self.scan, self.tours, self.wanted = scan, tours, wanted
        n, m = len(scan.day.jobs), len(scan.day.crew)
        self.cost = np.full((m, n), NO_WAY, dtype=np.int64)
        self.gap = np.zeros((m, n), dtype=np.int64)
        for k in range(m):
            self.update(k)

    def update(self, k: int) -> None:
        """Scan tour k again."""
        rows = self.scan.rows(k).only(self.wanted)
        cost, gap = self.scan.detours(k, self.tours[k], rows)
        self.cost[k] = NO_WAY
        order = np.argsort(-cost, kind="stable")  # the cheapest slot of a job is written last
        self.cost[k, rows.job[order]] = cost[order]
        self.gap[k, rows.job[order]] = gap[order]


def fill(scan: Scan, tours: Tours, left: set[int], over=lambda: False) -> None:
    """Insert jobs of `left` where they bring more than they cost, best first, until none fits. Changes both."""
    wanted = np.zeros(len(scan.day.jobs), dtype=bool)
    wanted[list(left)] = True
    if not left or not tours:
        return
    table = Table(scan, tours, wanted)
    while left and not over():
        least = table.cost.min(axis=0)
        gain = np.where((least < NO_WAY) & wanted, scan.prize - least, -1)
        i = int(gain.argmax())
        if gain[i] <= 0:
            return
        k = int(table.cost[:, i].argmin())
        tours[k].insert(int(table.gap[k, i]), i)
        wanted[i] = False
        left.discard(i)
        table.update(k)


def swap_in(scan: Scan, tours: Tours, left: set[int], over=lambda: False) -> bool:
    """Take one job out of a tour for a better one of `left`, and put it elsewhere if it fits. True if it gained."""
    day = scan.day
    gained = False
    everything = Table(scan, tours, np.ones(len(day.jobs), dtype=bool))
    for k in range(len(tours)):
        p = 0
        while p < len(tours[k]) and not over():
            if left and _swap_at(scan, tours, left, everything, k, p):
                gained = True
            p += 1
    return gained


def _swap_at(scan: Scan, tours: Tours, left: set[int], table: Table, k: int, p: int) -> bool:
    """Try to replace the p-th job of tour k; True when that gained, with everything brought up to date."""
    day, tour, out = scan.day, tours[k], tours[k][p]
    wanted = np.zeros(len(day.jobs), dtype=bool)
    wanted[list(left)] = True
    rest = tour[:p] + tour[p + 1 :]
    rows = scan.rows(k).only(wanted)
    cost, gap = scan.detours(k, rest, rows)
    if not len(cost):
        return False
    saved = day.travel(k, tour) - day.travel(k, rest) + day.price(k, out)
    elsewhere = table.cost[:, out].copy()
    elsewhere[k] = NO_WAY
    other = int(elsewhere.argmin())
    fee = min(int(elsewhere[other]), day.prize[out])
    gain = np.where(cost < NO_WAY, scan.prize[rows.job] + saved - cost - fee, -1)
    best = int(gain.argmax())
    if gain[best] <= 0:
        return False
    left.discard(int(rows.job[best]))
    tours[k] = rest[: gap[best]] + [int(rows.job[best])] + rest[gap[best] :]
    if elsewhere[other] < day.prize[out]:
        tours[other].insert(int(table.gap[other, out]), out)
        table.update(other)
    else:
        left.add(out)
    table.update(k)
    return True
