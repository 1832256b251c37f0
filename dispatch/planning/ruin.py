"""Ruin and recreate with the exact scan: take strings of neighbouring visits out, put the best back, keep the better.

After Schrimpf et al. (2000), Record Breaking Optimization Results Using the Ruin and Recreate Principle, and
Christiaens & Vanden Berghe (2020), Slack Induction by String Removals; with breaks that move and jobs that may stay
out. Half of the ruins lie around a job that is left, in tours of those who may do it. Compiled.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np

from dispatch.planning.clock import length, timed, travel
from dispatch.planning.compiled import compiled
from dispatch.planning.scan import NO_WAY, cheapest, fee, put, room_left

STRINGS, LENGTH = 4, 6  # at most so many tours are ruined at once, and so many visits in a row
IDLERS = 2  # technicians without a visit who are looked at for each ruin
BIAS = 0.5  # how often a ruin lies around a job that is left
NOISE = 0.6  # gains are multiplied by chance, this far apart
POWERS = (0.0, 0.5, 1.0)  # and divided by the working time to one of these powers
PRICES = (0.0, 0.3, 1.0)  # how much of a change's price is felt while recreating; all of it when judging
NEAR = 60  # jobs left that are tried again around a ruin
HOUR = 3600
LEFT, STEPS, GAINED = range(3)  # places in `Hand.count`
VALUE, BEST, TOLL = range(3)  # places in `Hand.sum`


class Hand(NamedTuple):
    """A day's tours while they are searched, and the best so far. int32 unless said."""

    tours: np.ndarray  # [technician, at most so many]
    sizes: np.ndarray
    worth: np.ndarray  # [technician], float: prizes less travel and changes
    days: np.ndarray  # [technician]: from leaving to coming home, if fairness counts
    holder: np.ndarray  # [job]: technician; -1: left
    left: np.ndarray  # the jobs that are left, `count[LEFT]` of them
    spot: np.ndarray  # [job]: where in `left`
    best: np.ndarray
    best_sizes: np.ndarray
    count: np.ndarray  # int64: jobs left, steps, the step of the last gain
    sum: np.ndarray  # float: value, value of the best, the part of a change's price that is felt
    dice: np.ndarray  # [1], uint64
    near: np.ndarray  # [job, so many]: jobs by nearness
    effort: np.ndarray  # [power, job], float: working time to a power


class Bench(NamedTuple):
    """Where a few tours are taken apart and put together again."""

    who: np.ndarray  # [row]: technician
    tours: np.ndarray
    sizes: np.ndarray
    clock: np.ndarray  # [row, 4, at most so many]
    lean: np.ndarray  # [row]: by which it is made to seem dearer
    room: np.ndarray  # [row], int64
    worth: np.ndarray  # [row], float
    days: np.ndarray  # [row]
    starts: np.ndarray  # [at most so many], int64: when each job of one tour begins
    pool: np.ndarray  # jobs to insert: first those that were taken out
    inside: np.ndarray  # [of the pool], bool
    weight: np.ndarray  # [of the pool], float
    gain: np.ndarray  # [row, of the pool], float: what inserting it brings
    gap: np.ndarray


@compiled
def chance(dice):
    """Return a number from 0 to 1 (xorshift, Marsaglia 2003)."""
    x = dice[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    dice[0] = x
    return (x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def pick(dice, n):
    """Return a whole number from 0 to n - 1."""
    return int(chance(dice) * n)


@compiled
def search(s, h, b, steps, heat):
    """Take so many steps; a worse day is still taken when it is worse by about `heat` seconds of travel."""
    for _step in range(steps):
        h.count[STEPS] += 1
        around = _around(h)
        rows, removed = _ruin(s, h, b, around)
        if not rows:
            continue
        jobs = _pool(h, b, around, removed)
        _recreate(s, h, b, rows, jobs)
        gain = _judge(s, h, b, rows)
        if gain >= 0 or gain >= heat * log(chance(h.dice) + 1e-12):
            _keep(h, b, rows, removed, jobs)
            h.sum[VALUE] += gain
            if h.sum[VALUE] > h.sum[BEST] + 0.5:
                remember(h)


@compiled
def remember(h):
    """Write the present tours down as the best."""
    for k in range(len(h.sizes)):
        h.best_sizes[k] = h.sizes[k]
        for p in range(h.sizes[k]):
            h.best[k, p] = h.tours[k, p]
    h.sum[BEST], h.count[GAINED] = h.sum[VALUE], h.count[STEPS]


@compiled
def _around(h):
    """Choose the job around which to ruin: half the time one that is left."""
    if h.count[LEFT] and chance(h.dice) < BIAS:
        return h.left[pick(h.dice, h.count[LEFT])]
    return pick(h.dice, len(h.holder))


@compiled
def _ruin(s, h, b, around):
    """Cut a string out of each of a few tours near a job. Returns (rows on the bench, jobs in its pool)."""
    wanted, rows, removed = 1 + pick(h.dice, STRINGS), 0, 0
    for i in h.near[around]:
        k = h.holder[i]
        if k < 0 or (h.holder[around] < 0 and not s.may[k, around]) or _has(b.who, rows, k):
            continue
        size = h.sizes[k]
        cut = 1 + pick(h.dice, min(LENGTH, size))
        at = 0
        while h.tours[k, at] != i:
            at += 1
        first = max(0, at - cut + 1)
        first += pick(h.dice, min(at, size - cut) - first + 1)
        for p in range(size):
            if p < first:
                b.tours[rows, p] = h.tours[k, p]
            elif p < first + cut:
                b.pool[removed] = h.tours[k, p]
                removed += 1
            else:
                b.tours[rows, p - cut] = h.tours[k, p]
        b.who[rows], b.sizes[rows] = k, size - cut
        rows += 1
        if rows == wanted:
            break
    for _idler in range(IDLERS):
        k = pick(h.dice, len(h.sizes))
        if h.sizes[k] == 0 and s.may[k, around] and not _has(b.who, rows, k):
            b.who[rows], b.sizes[rows] = k, 0
            rows += 1
    return rows, removed


@compiled
def _has(values, size, value):
    for p in range(size):  # noqa: SIM110  (any() of a generator can't be compiled)
        if values[p] == value:
            return True
    return False


@compiled
def _pool(h, b, around, removed):
    """Add the jobs left near a job to the pool; returns how many it holds."""
    jobs = removed
    for i in h.near[around]:
        if h.holder[i] < 0 and jobs < removed + NEAR:
            b.pool[jobs] = i
            jobs += 1
    return jobs


@compiled
def _recreate(s, h, b, rows, jobs):
    """Insert jobs of the pool into the tours on the bench, best gain for its time first, with noise."""
    effort = h.effort[pick(h.dice, len(POWERS))]
    price = PRICES[pick(h.dice, len(PRICES))]
    for j in range(jobs):
        b.inside[j] = False
        b.weight[j] = (1 - NOISE / 2 + NOISE * chance(h.dice)) / effort[b.pool[j]]
    for r in range(rows):
        k = b.who[r]
        b.lean[r] = _lean(s, h, k)
        b.room[r] = room_left(s, k, b.tours[r], b.sizes[r])
        sound = timed(s, k, b.tours[r], b.sizes[r], b.clock[r])
        for j in range(jobs):
            b.gain[r, j] = 0.0
            if sound and s.may[k, b.pool[j]]:
                _look(s, b, r, j, price)
    while True:
        best, row, one = 0.0, -1, -1
        for r in range(rows):
            for j in range(jobs):
                if b.gain[r, j] > best:
                    best, row, one = b.gain[r, j], r, j
        if one < 0:
            return
        i = b.pool[one]
        put(b.tours[row], b.sizes[row], b.gap[row, one], i)
        b.sizes[row] += 1
        b.room[row] -= s.load[i]
        b.inside[one] = True
        b.gain[:rows, one] = 0.0
        timed(s, b.who[row], b.tours[row], b.sizes[row], b.clock[row])
        for j in range(jobs):
            if b.gain[row, j] > 0:  # what did not fit before does not fit now
                _look(s, b, row, j, price)


@compiled
def _look(s, b, r, j, price):
    """Scan a tour on the bench for one job of the pool."""
    k, i = b.who[r], b.pool[j]
    cost = NO_WAY
    if s.load[i] <= b.room[r]:
        cost, b.gap[r, j] = cheapest(s, k, b.tours[r], b.sizes[r], b.clock[r], i)
        cost += int(price * fee(s, k, i)) + b.lean[r]
    b.gain[r, j] = max(0.0, (s.prize[i] - cost) * b.weight[j])


@compiled
def _lean(s, h, k):
    """Return some seconds, by chance, by which the tour of somebody with a long day is made to seem dearer."""
    if s.fairness == 0:
        return 0
    total = 0
    for seconds in h.days:
        total += seconds
    long = h.days[k] - total / len(h.days)
    return int(chance(h.dice) * min(HOUR, max(0.0, s.fairness * long)))


@compiled
def worth_of(s, k, tour, size, toll):
    """Return the prizes of a tour less its travel, and less what its changes cost, `toll` times."""
    worth = -float(travel(s, k, tour, size))
    for p in range(size):
        worth += s.prize[tour[p]] - toll * fee(s, k, tour[p])
    return worth


@compiled
def _judge(s, h, b, rows):
    """Return what the tours on the bench are worth more than those they would replace."""
    gain, longest, total = 0.0, 0, 0
    for r in range(rows):
        k = b.who[r]
        b.worth[r] = worth_of(s, k, b.tours[r], b.sizes[r], h.sum[TOLL])
        gain += b.worth[r] - h.worth[k]
    if s.fairness == 0:
        return gain
    before = unfair(s, h.days)
    for k in range(len(h.days)):
        if not _has(b.who, rows, k):
            longest, total = max(longest, h.days[k]), total + h.days[k]
    for r in range(rows):
        b.days[r] = length(s, b.who[r], b.tours[r], b.sizes[r], b.starts)
        longest, total = max(longest, b.days[r]), total + b.days[r]
    return gain + before - s.fairness * (longest - total / len(h.days))


@compiled
def unfair(s, days):
    """Return the price of the spread of working days, in seconds of travel."""
    longest, total = 0, 0
    for seconds in days:
        longest, total = max(longest, seconds), total + seconds
    return s.fairness * (longest - total / len(days))


@compiled
def _keep(h, b, rows, removed, jobs):
    """Take the tours on the bench over."""
    for r in range(rows):
        k = b.who[r]
        h.worth[k], h.days[k], h.sizes[k] = b.worth[r], b.days[r], b.sizes[r]
        for p in range(b.sizes[r]):
            h.tours[k, p] = b.tours[r, p]
            h.holder[b.tours[r, p]] = k
    for j in range(jobs):
        i = b.pool[j]
        if j < removed and not b.inside[j]:
            h.holder[i], h.spot[i] = -1, h.count[LEFT]
            h.left[h.count[LEFT]] = i
            h.count[LEFT] += 1
        elif j >= removed and b.inside[j]:
            h.count[LEFT] -= 1
            last = h.left[h.count[LEFT]]
            h.left[h.spot[i]], h.spot[last] = last, h.spot[i]
