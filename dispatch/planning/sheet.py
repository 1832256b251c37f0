"""A day as columns of numbers, for the compiled parts of the search. Seconds; jobs and technicians count from 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from dispatch.planning.day import Day

NEVER = 10**9  # a second that never comes


class Sheet(NamedTuple):
    """What does not change while a day is planned. int32 unless said; `*_from[x]:*_from[x + 1]` are the rows of x."""

    way: np.ndarray  # [place, place]
    place: np.ndarray  # [job]
    prize: np.ndarray  # [job], int64
    load: np.ndarray  # [job], int64
    now: np.ndarray  # [job]: the technician it is with now; -1: nobody, one more than there are: somebody away
    window_from: np.ndarray
    window: np.ndarray  # [row, 2]: work begins from … to …
    work: np.ndarray  # [pace, job]
    pace: np.ndarray  # [technician]: row of `work`
    may: np.ndarray  # [technician, job], bool
    start: np.ndarray  # [technician]: place
    end: np.ndarray  # [technician]: place
    room: np.ndarray  # [technician], int64
    span_from: np.ndarray
    span: np.ndarray  # [row, 2]: working hours
    rest: np.ndarray  # [technician, 3]: earliest, latest, seconds; -1 seconds: none
    price: int  # of a change
    fairness: float  # price of a second between the longest and the mean day
    most: int  # no tour holds more jobs


def sheet_of(day: Day) -> Sheet:
    """Write a day down in columns."""
    jobs, crew, problem = day.jobs, day.crew, day.problem
    windows = [[span for span in job.windows if span[0] <= span[1]] for job in jobs]
    paces = sorted({who.pace for who in crew})
    usual = np.array([job.seconds for job in jobs], dtype=float)
    work = np.rint(np.outer(paces, usual)).astype(np.int32).reshape(len(paces), len(jobs))
    rests = [(-1, -1, -1) if who.rest is None else _clipped(who.rest) for who in crew]
    return Sheet(
        way=np.ascontiguousarray(problem.seconds, dtype=np.int32),
        place=np.array(day.place, dtype=np.int32),
        prize=np.array(day.prize, dtype=np.int64),
        load=np.array(day.load, dtype=np.int64),
        now=day.now.astype(np.int32),
        window_from=_from(windows),
        window=_rows(windows),
        work=work,
        pace=np.array([paces.index(who.pace) for who in crew], dtype=np.int32),
        may=np.ascontiguousarray(day.may),
        start=np.array([who.start for who in crew], dtype=np.int32),
        end=np.array([who.end for who in crew], dtype=np.int32),
        room=np.array([NEVER if who.capacity is None else who.capacity for who in crew], dtype=np.int64),
        span_from=_from([who.spans for who in crew]),
        span=_rows([who.spans for who in crew]),
        rest=np.array(rests, dtype=np.int32).reshape(-1, 3),
        price=int(problem.change_price),
        fairness=float(problem.fairness),
        most=_most(work, [sum(end - begin for begin, end in who.spans) for who in crew]),
    )


def _most(work: np.ndarray, hours: list[int]) -> int:
    """Return how many jobs fit into the longest day when it holds the shortest ones: no tour has more."""
    if not work.size:
        return 1
    shortest = np.sort(work.min(axis=0)).cumsum()
    return max(1, int(np.searchsorted(shortest, max(hours), side="right")))


def _clipped(rest) -> tuple[int, int, int]:
    return max(-NEVER, rest.earliest), min(NEVER, rest.latest), rest.seconds


def _from(lists: list) -> np.ndarray:
    return np.cumsum([0, *(len(one) for one in lists)]).astype(np.int32)


def _rows(lists: list) -> np.ndarray:
    rows = np.array([pair for one in lists for pair in one], dtype=np.int64).reshape(-1, 2)
    return rows.clip(1 - NEVER, NEVER - 1).astype(np.int32)
