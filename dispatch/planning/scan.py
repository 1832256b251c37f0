"""Where one more job fits: every gap of every tour at once, exactly, moving the break if that helps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch.planning.clock import NEVER, Clock
from dispatch.planning.day import Day, Tours

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
    single: bool  # one row for each job

    def only(self, wanted: np.ndarray) -> Rows:
        """Keep the rows of the jobs for which `wanted[job]` is true."""
        return self.keep(wanted[self.job])

    def keep(self, keep: np.ndarray) -> Rows:
        """Keep the rows for which `keep` is true."""
        keep = np.flatnonzero(keep)
        return Rows(
            self.job[keep], self.lo[keep], self.hi[keep], self.begin[keep], self.end[keep], self.work[keep],
            self.place[keep], self.price[keep], self.single,
        )  # fmt: skip

    def least(self, found: np.ndarray, gaps: np.ndarray, column: np.ndarray, cost: np.ndarray, gap: np.ndarray) -> None:
        """Write what was found into `column[job]` of cost and gap, the cheapest of a job's rows; NO_WAY elsewhere."""
        cost.fill(NO_WAY)
        job = column[self.job]
        if not self.single:
            order = np.argsort(-found, kind="stable")  # the cheapest is written last
            job, found, gaps = job[order], found[order], gaps[order]
        cost[job] = found
        gap[job] = gaps


class Scan:
    """Looks for gaps. Keeps each technician's rows, so that a day is prepared once."""

    def __init__(self, day: Day):
        self.day = day
        self.way = day.problem.seconds
        self.prize = np.array(day.prize, dtype=np.int64)
        self.load = np.array(day.load, dtype=np.int64)
        self.place = np.array(day.place, dtype=np.int64)
        self.seconds = np.array([job.seconds for job in day.jobs], dtype=float)
        windows = [(i, early, late) for i, job in enumerate(day.jobs) for early, late in job.windows]
        self.job, self.early, self.late = np.array(windows, dtype=np.int64).reshape(-1, 3).T
        longest = int(self.way.max()) if self.way.size else 0
        self.short = [who.rest is None or who.rest.latest - who.rest.earliest >= longest for who in day.crew]
        self.usual = [
            len(who.spans) == 1 and who.rest is not None and short
            for who, short in zip(day.crew, self.short, strict=True)
        ]
        self.to_jobs = np.ascontiguousarray(self.way[:, self.place])
        self.from_jobs = np.ascontiguousarray(self.way[self.place].T)
        self._rows: dict[int, Rows] = {}

    def rows(self, k: int) -> Rows:
        """Return everything technician k may do, in columns."""
        if k not in self._rows:
            day, who = self.day, self.day.crew[k]
            works, prices = np.rint(self.seconds * who.pace).astype(np.int64), day.prices(k)
            pieces = []
            for begin, end in who.spans:
                lo, hi = np.maximum(self.early, begin), np.minimum(self.late, end - works[self.job])
                fits = np.flatnonzero(day.may[k][self.job] & (lo <= hi))
                span = np.full((2, len(fits)), [[begin], [end]])
                pieces.append(np.stack([self.job[fits], lo[fits], hi[fits], *span]))
            job, lo, hi, begin, end = np.concatenate(pieces, axis=1)
            single = len(np.unique(job)) == len(job)
            self._rows[k] = Rows(job, lo, hi, begin, end, works[job], self.place[job], prices[job], single)
        return self._rows[k]

    def detours(self, k: int, tour: list[int], rows: Rows, price: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """Return for each row the least detour and the gap; NO_WAY where it does not fit.

        The price of a change is added, `price` times.
        """
        clock = Clock.of(self.day, k, tour) if tour else Clock(self.day, k, [])
        if clock is None or not len(rows.job):
            return np.full(len(rows.job), NO_WAY), np.zeros(len(rows.job), dtype=np.int64)
        cost = self._cost(k, tour, clock, rows)
        gap = cost.argmin(axis=0)
        best = cost[gap, np.arange(len(gap))]
        if self.day.problem.change_price and price:
            best = np.where(best < NO_WAY, best + (rows.price * price).astype(np.int64), NO_WAY)
        return best, gap

    def _cost(self, k: int, tour: list[int], clock: Clock, rows: Rows) -> np.ndarray:
        """Return detours [gap, row] in seconds, NO_WAY where the row does not fit into the gap."""
        day, who = self.day, self.day.crew[k]
        stops = [who.start, *(day.place[i] for i in tour), who.end]
        before, after = np.array(stops[:-1]), np.array(stops[1:])
        d1 = self.to_jobs.take(before, axis=0).take(rows.job, axis=1)
        d2 = self.from_jobs.take(after, axis=0).take(rows.job, axis=1)
        fits = (self._fits_usual if self.usual[k] else self._fits)(k, clock, rows, d1, d2)
        if who.capacity is not None:
            fits &= self.load[rows.job] <= who.capacity - sum(day.load[i] for i in tour)
        extra = d1 + d2
        if tour:
            extra -= self.way[before, after][:, None]
        return np.where(fits, extra, NO_WAY)

    def _fits_usual(self, k: int, clock: Clock, rows: Rows, d1: np.ndarray, d2: np.ndarray) -> np.ndarray:
        """Do what `_fits` does, for one span and a break that no way is longer than: in fewer, larger steps."""
        who = self.day.crew[k]
        (begin, end), rest, pause = who.spans[0], who.rest, who.rest.seconds
        ends0, goals = [begin, *clock.ends0], [*clock.late1, end]
        # three kinds: the break lies behind, lies ahead, or is taken on this way
        free = np.array([[NEVER, *clock.ends1], ends0, [at if at <= rest.latest else NEVER for at in ends0]])
        goal1 = np.array(goals)[:, None]
        goal0 = np.array([*clock.late0, -NEVER])[:, None]
        last = np.array([goal - pause if goal >= rest.earliest + pause else -NEVER for goal in goals])[:, None]
        start = free[:, :, None] + d1
        start[2] += pause
        np.maximum(start, rows.lo, out=start)
        np.maximum(start[2], rest.earliest + pause, out=start[2])
        fits = start <= rows.hi
        start += rows.work + d2
        fits[0] &= start[0] <= goal1
        fits[1] &= start[1] <= np.maximum(goal0, np.minimum(last, d2 + rest.latest))
        fits[2] &= start[2] <= goal1
        return fits.any(axis=0)

    def _fits(self, k: int, clock: Clock, rows: Rows, d1: np.ndarray, d2: np.ndarray) -> np.ndarray:
        """Tell [gap, row] whether the row fits into the gap, with the break before, after, or on one of the ways."""
        who, size, shape = self.day.crew[k], len(clock.tour), d1.shape
        free1, goal1 = np.empty(shape, np.int64), np.empty(shape, np.int64)
        free1[1:], goal1[:size] = _column(clock.ends1), _column(clock.late1)
        free1[0], goal1[size] = NEVER if who.rest else rows.begin, rows.end
        start = np.maximum(rows.lo, free1 + d1)
        onward = rows.work + d2
        fits = (start <= rows.hi) & (start + onward <= goal1)
        if who.rest is not None:
            rest, pause = who.rest, who.rest.seconds
            free0, goal0 = np.empty(shape, np.int64), np.empty(shape, np.int64)
            free0[1:], goal0[:size] = _column(clock.ends0), _column(clock.late0)
            free0[0], goal0[size] = rows.begin, -NEVER
            there = free0 + d1
            start = np.maximum(rows.lo, there)
            if self.short[k]:  # no way is longer than the time in which the break may begin
                done = start + rows.work
                next_ = done + d2
                last = np.where(goal1 >= rest.earliest + pause, goal1 - pause, -NEVER)
                fits |= (start <= rows.hi) & ((next_ <= goal0) | ((next_ <= last) & (done <= rest.latest)))
                start = np.maximum(rows.lo, np.maximum(there, rest.earliest) + pause)
                fits |= (start <= rows.hi) & (start + onward <= goal1) & (free0 <= rest.latest)
            else:
                done = start + rows.work
                fits |= (start <= rows.hi) & ((done + d2 <= goal0) | (_rested(done, d2, rest) <= goal1))
                start = np.maximum(rows.lo, _rested(free0, d1, rest))
                fits |= (start <= rows.hi) & (start + onward <= goal1)
        return fits


def _column(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64).reshape(-1, 1)


def _rested(free: np.ndarray, d: np.ndarray, rest) -> np.ndarray:
    """Return the earliest arrivals after a break and a way (see `clock.after_rest`)."""
    there = np.maximum(free + d, rest.earliest) + rest.seconds
    first = np.where(free <= rest.latest, np.maximum(free, rest.earliest) + rest.seconds + d, NEVER)
    return np.where(free + d <= rest.latest, there, first)


class Table:
    """The least detour of every wanted job in every tour, kept up to date while tours change."""

    def __init__(self, scan: Scan, tours: Tours, wanted: np.ndarray):
        self.scan, self.tours, self.wanted = scan, tours, wanted
        n, m = len(scan.day.jobs), len(scan.day.crew)
        self.column = np.arange(n)
        self.cost = np.full((m, n), NO_WAY, dtype=np.int64)
        self.gap = np.zeros((m, n), dtype=np.int64)
        for k in range(m):
            self.update(k)

    def update(self, k: int) -> None:
        """Scan tour k again."""
        rows = self.scan.rows(k).only(self.wanted)
        found, gaps = self.scan.detours(k, self.tours[k], rows)
        rows.least(found, gaps, self.column, self.cost[k], self.gap[k])


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
    tours[k] = [*rest[: gap[best]], int(rows.job[best]), *rest[gap[best] :]]
    if elsewhere[other] < day.prize[out]:
        tours[other].insert(int(table.gap[other, out]), out)
        table.update(other)
    else:
        left.add(out)
    table.update(k)
    return True
