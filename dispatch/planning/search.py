"""The search on one day, from given tours, until the time is over: heat, clock and memory of ruin and recreate."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

import numpy as np

from dispatch.planning import ruin
from dispatch.planning.clock import length
from dispatch.planning.day import Day, Tours
from dispatch.planning.ruin import BEST, GAINED, STEPS, TOLL, VALUE, Bench, Hand
from dispatch.planning.sheet import Sheet

IDLE, WIDE = 20_000, 100  # so many steps in vain, and so many for each pair of jobs, are the end
TOLLS = ((0.15, 0.2), (0.35, 0.6), (9.0, 1.0))  # until which part of the time how much of a change's price is felt
FIRST = 20  # steps before the clock is looked at for the first time
OFTEN = 0.004  # then it is looked at after this part of the time, or half of it
REACH = 100  # so many of the nearest jobs are known to each


class Search:
    """Ruin and recreate from some tours. `run` may be called again; `best` is the best day seen, `tours` the last."""

    def __init__(self, day: Day, tours: Tours, seed: int):
        self.day, self.sheet = day, day.sheet
        self.hand, self.bench = _hand(self.sheet, day, tours, seed), _bench(self.sheet)
        self._charge(1.0)
        ruin.remember(self.hand)

    @property
    def best(self) -> Tours:
        """The best tours so far."""
        return _lists(self.hand.best, self.hand.best_sizes)

    @property
    def tours(self) -> Tours:
        """The present tours."""
        return _lists(self.hand.tours, self.hand.sizes)

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return int(self.hand.count[STEPS])

    def run(self, over: Callable[[], float], warm: float, cold: float) -> Tours:
        """Search until `over`() reaches 1 (it tells the part of the time that has passed). Returns the best tours."""
        size, batch, seen, count = len(self.day.jobs), FIRST, 0.0, self.hand.count
        idle = IDLE + WIDE * size * size
        while size and self.day.crew and (passed := over()) < 1 and count[STEPS] - count[GAINED] <= idle:
            if self.sheet.price:
                self._charge(next(toll for until, toll in TOLLS if passed < until))
            if passed - seen < OFTEN / 2:
                batch *= 2
            elif passed - seen > OFTEN:
                batch = max(1, batch // 2)
            seen = passed
            ruin.search(self.sheet, self.hand, self.bench, batch, warm * exp(passed * log(cold / warm)))
        self._charge(1.0)
        return self.best

    def _charge(self, toll: float) -> None:
        """Feel another part of the price of a change from now on: little at first, or nobody would ever move."""
        hand = self.hand
        if toll == hand.sum[TOLL]:
            return
        hand.sum[TOLL] = toll
        hand.sum[BEST] = self._value(hand.best, hand.best_sizes)
        hand.sum[VALUE] = self._value(hand.tours, hand.sizes)
        hand.count[GAINED] = hand.count[STEPS]
        if hand.sum[VALUE] > hand.sum[BEST]:
            ruin.remember(hand)

    def _value(self, tours: np.ndarray, sizes: np.ndarray) -> float:
        """Return what tours are worth at the present toll; leaves the worth and length of each in the hand."""
        s, hand = self.sheet, self.hand
        for k in range(len(sizes)):
            hand.worth[k] = ruin.worth_of(s, k, tours[k], sizes[k], hand.sum[TOLL])
            hand.days[k] = length(s, k, tours[k], sizes[k], self.bench.starts) if s.fairness else 0
        return float(hand.worth.sum()) - (ruin.unfair(s, hand.days) if s.fairness else 0.0)


def _lists(tours: np.ndarray, sizes: np.ndarray) -> Tours:
    return [tour[:size].tolist() for tour, size in zip(tours, sizes, strict=True)]


def _hand(s: Sheet, day: Day, tours: Tours, seed: int) -> Hand:
    """Lay tours out for the search."""
    n, rows, sizes = len(day.jobs), *day.rows(tours)
    holder, spot = np.full(n, -1, np.int32), np.zeros(n, np.int32)
    for k, tour in enumerate(tours):
        holder[tour] = k
    left, some = np.zeros(n, np.int32), np.flatnonzero(holder < 0)
    left[: len(some)] = some
    spot[some] = np.arange(len(some))
    work = np.array([max(job.seconds, 600) for job in day.jobs], dtype=float)
    return Hand(
        tours=rows, sizes=sizes,
        worth=np.zeros(len(tours)), days=np.zeros(len(tours), np.int32),
        holder=holder, left=left, spot=spot, best=rows.copy(), best_sizes=sizes.copy(),
        count=np.array([len(some), 0, 0]), sum=np.array([0.0, -np.inf, -1.0]),
        dice=np.array([_mixed(seed)], dtype=np.uint64), near=_near(s),
        effort=np.stack([work**power for power in ruin.POWERS]) if n else np.zeros((len(ruin.POWERS), 0)),
    )  # fmt: skip


def _mixed(seed: int) -> int:
    """Spread a small seed over 64 bits (splitmix64); never 0."""
    x = (seed + 1) * 0x9E3779B97F4A7C15 & (1 << 64) - 1
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    return x | 1


def _near(s: Sheet) -> np.ndarray:
    """Return the nearest jobs of each, itself first."""
    reach = min(REACH, len(s.place))
    found = np.empty((len(s.place), reach), np.int32)
    for i, place in enumerate(s.place):
        away = s.way[place, s.place]
        away[i] = -1
        some = np.argpartition(away, reach - 1)[:reach] if reach else []
        found[i] = some[np.lexsort((some, away[some]))] if reach else []
    return found


def _bench(s: Sheet) -> Bench:
    rows, wide = ruin.STRINGS + ruin.IDLERS, s.most + 1
    pool = ruin.STRINGS * ruin.LENGTH + ruin.NEAR
    return Bench(
        who=np.zeros(rows, np.int32), tours=np.zeros((rows, wide), np.int32), sizes=np.zeros(rows, np.int32),
        clock=np.zeros((rows, 4, wide), np.int32), lean=np.zeros(rows, np.int32), room=np.zeros(rows, np.int64),
        worth=np.zeros(rows), days=np.zeros(rows, np.int32), starts=np.zeros(wide, np.int64),
        pool=np.zeros(pool, np.int32), inside=np.zeros(pool, np.bool_), weight=np.zeros(pool),
        gain=np.zeros((rows, pool)), gap=np.zeros((rows, pool), np.int32),
    )  # fmt: skip
