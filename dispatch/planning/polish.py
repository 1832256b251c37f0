"""What own moves add to tours: repair, insertion of what was left."""

from __future__ import annotations

import numpy as np

from dispatch.planning.day import Day, Tours


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


def standing(day: Day, tours: Tours) -> Tours:
    """Return tours with every job that must stay: where the given ones lack some, a tour of just those.

    They stand in the order of their present times (or windows); the others of that tour are inserted anew later.
    """
    lacking = missing(day, tours)
    must: Tours = [[] for _ in day.crew]
    held = {k for i in lacking if (k := _held(day, i)) is not None}
    for i, job in enumerate(day.jobs):
        if job.required and (k := _held(day, i)) in held:
            must[k].append(i)
    found = []
    for k, tour in enumerate(tours):
        mine = sorted(must[k], key=lambda i: _begins(day, i))
        by_window = sorted(must[k], key=lambda i: (day.jobs[i].windows[0][1], day.jobs[i].windows[0][0]))
        found.append(tour if not mine else mine if day.sound(k, mine) or not day.sound(k, by_window) else by_window)
    return found


def _held(day: Day, i: int) -> int | None:
    """Return the technician with whom a job must stay; None when it need not, or any may do it."""
    job = day.jobs[i]
    return day.technician.get(job.technician) if job.required and job.technician is not None else None


def _begins(day: Day, i: int) -> int:
    job = day.jobs[i]
    return job.windows[0][0] if job.starts is None else job.starts


def missing(day: Day, tours: Tours) -> set[int]:
    """Return the jobs in no tour."""
    return set(range(len(day.jobs))) - {i for tour in tours for i in tour}


def polish(day: Day, tours: Tours) -> Tours:
    """Repair tours, then insert with the exact scan, best first, what brings more than it costs."""
    from dispatch.planning.scan import fill, table  # compiled: see `Day.clock`

    tours = repair(day, tours)
    wanted = np.zeros(len(day.jobs), np.bool_)
    wanted[list(missing(day, tours))] = True
    rows, sizes = day.rows(tours)
    fill(day.sheet, table(day.sheet, rows.shape[1]), rows, sizes, wanted)
    return [row[:size].tolist() for row, size in zip(rows, sizes, strict=True)]
