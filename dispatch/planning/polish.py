"""What own moves add to tours: repair, insertion of what was left, a better job for a worse one."""

from __future__ import annotations

from collections.abc import Callable

from dispatch.planning.day import Day, Tours
from dispatch.planning.scan import Scan, fill, swap_in


def repair(day: Day, tours: Tours) -> Tours:
    """Return tours that can be driven: the least valuable jobs of those that cannot are taken out, one by one."""
    fixed = []
    for k, tour in enumerate(tours):
        tour = [i for i in tour if day.may[k, i]]
        while not day.sound(k, tour):
            tour = min(
                (tour[:p] + tour[p + 1 :] for p in range(len(tour))),
                key=lambda rest: (not day.sound(k, rest), day.travel(k, rest) - sum(day.prize[i] for i in rest)),
            )
        fixed.append(tour)
    return fixed


def missing(day: Day, tours: Tours) -> set[int]:
    """Return the jobs in no tour."""
    return set(range(len(day.jobs))) - {i for tour in tours for i in tour}


def polish(day: Day, tours: Tours, over: Callable[[], bool], scan: Scan | None = None) -> Tours:
    """Repair tours, then insert and exchange with the exact scan until nothing gains or time is `over`."""
    scan = scan or Scan(day)
    tours = repair(day, tours)
    left = missing(day, tours)
    fill(scan, tours, left, over)
    while not over() and swap_in(scan, tours, left, over):
        fill(scan, tours, left, over)
    return tours
