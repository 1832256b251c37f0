"""All gaps of all tours as columns of numbers: where one more job fits, exactly, and from when until when."""

from __future__ import annotations

import numpy as np

from dispatch.planning.problem import Job
from dispatch.planning.timeline import NEVER, Timeline


class Rows:
    """All gaps of all tours in columns, so that a job is tried at every one of them at a stroke."""

    def __init__(self, lines: list[Timeline]):
        table, spans = [], []
        for k, line in enumerate(lines):
            n, who, rest = len(line.jobs), line.who, line.who.rest
            stops = [who.start, *(job.place for job in line.jobs), who.end]
            pause = (rest.earliest, rest.latest, rest.seconds) if rest else (NEVER, -NEVER, 0)
            for gap in range(n + 1):
                free = (line.free0[gap - 1] if rest else NEVER, line.free1[gap - 1]) if gap else (0, 0)
                goal = (line.goal0[gap], line.goal1[gap]) if gap < n else (0, 0)
                leg = line.legs[gap] if n else 0
                table.append((k, gap, stops[gap], stops[gap + 1], *free, *goal, leg, not gap, gap == n, *pause))
            spans.append(who.spans)
        columns = np.array(table, dtype=np.int64).reshape(-1, 14).T
        self.line, self.gap, self.before, self.after, self.free0, self.free1, self.goal0, self.goal1 = columns[:8]
        self.leg, (self.first, self.last) = columns[8], columns[9:11].astype(bool)
        self.earliest, self.latest, self.pause = columns[11:]
        self.pace = np.array([line.who.pace for line in lines])
        most = max(map(len, spans), default=0)
        none = (NEVER, -NEVER)
        self.spans = np.array([[*some, *[none] * (most - len(some))] for some in spans], dtype=np.int64)

    def intervals(self, job: Job, d1: np.ndarray, d2: np.ndarray):
        """Yield (starts, until) for each window and span: when work may begin at each gap; starts > until: not there.

        `d1`, `d2`: the way to the job from before each gap, and on from it.
        """
        work = np.rint(job.seconds * self.pace).astype(np.int64)[self.line]
        for early, late in job.windows:
            for s in range(self.spans.shape[1]):
                begin, end = self.spans[self.line, s, 0], self.spans[self.line, s, 1]
                lo, hi = np.maximum(early, begin), np.minimum(late, end - work)
                yield from self._span(lo, hi, begin, end, work, d1, d2)

    def _span(self, lo, hi, begin, end, work, d1, d2):
        """Yield (starts, until) within one window and span: with the break before and after there may be two."""
        rests = self.pause > 0
        free0 = np.where(self.first, np.where(rests, begin, NEVER), self.free0)
        free1 = np.where(self.first, np.where(rests, NEVER, begin), self.free1)
        goal0 = np.where(self.last, -NEVER, self.goal0)
        goal1 = np.where(self.last, end, self.goal1)
        by1 = np.minimum(hi, goal1 - d2 - work)  # the latest begin with the break behind when it is over
        ahead = np.maximum(lo, free0 + d1)
        ways = (
            (np.maximum(lo, free1 + d1), by1),
            (np.maximum(lo, self._after(free0, d1)), by1),
            (ahead, np.minimum(hi, goal0 - d2 - work)),
            (ahead, np.minimum(hi, self._before(goal1, d2) - work)),
        )
        floor = np.full(len(lo), -NEVER)
        while True:
            starts = np.full(len(lo), NEVER)
            for start, until in ways:
                starts = np.where((start <= until) & (start > floor), np.minimum(starts, start), starts)
            if not (starts < NEVER).any():
                return
            end_of = starts - 1
            for _again in ways:  # intervals that touch are one
                for start, until in ways:
                    joins = (start <= until) & (start > floor) & (start <= end_of + 1)
                    end_of = np.where(joins, np.maximum(end_of, until), end_of)
            yield starts, np.where(starts < NEVER, end_of, -NEVER)
            floor = np.where(starts < NEVER, end_of, NEVER)

    def _after(self, free: np.ndarray, way: np.ndarray) -> np.ndarray:
        """Return the earliest arrivals after break and way (see `timeline.after_rest`)."""
        there = np.maximum(free + way, self.earliest) + self.pause
        here = np.maximum(free, self.earliest) + self.pause + way
        found = np.where(free <= self.latest, here, NEVER)
        return np.where(free + way <= self.latest, there, found)

    def _before(self, goal: np.ndarray, way: np.ndarray) -> np.ndarray:
        """Return the latest ends from which break and way arrive in time (see `timeline.before_rest`)."""
        there = np.minimum(self.latest, goal - self.pause)
        here = np.minimum(self.latest, goal - self.pause - way)
        best = np.where(there >= self.earliest, there - way, -NEVER)
        return np.where(here >= self.earliest, np.maximum(best, here), best)
