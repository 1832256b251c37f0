"""One technician's tour in time: the earliest ends and latest arrivals at each job, with the break ahead or behind.

Earlier is never worse, so both passes are exact, several windows and spans included; and any one job more can be
judged at a gap without driving the rest of the tour again (Savelsbergh 1992, The Vehicle Routing Problem with Time
Windows: Minimizing Route Duration, with the break as a second state).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dispatch.planning.problem import Job, Rest, Technician

NEVER = 10**9
Slot = tuple[int, int, int, int]  # work begins from … to …, in the span from … to …


def slots_of(job: Job, who: Technician, work: int) -> list[Slot]:
    """Return when the technician may begin the job, in order."""
    found = [
        (max(early, begin), min(late, end - work), begin, end)
        for early, late in job.windows
        for begin, end in who.spans
    ]
    return sorted(slot for slot in found if slot[0] <= slot[1])


def after_rest(free: int, way: int, rest: Rest) -> int:
    """Return the earliest arrival after a break and a way, in either order, from when somebody is free."""
    if free + way <= rest.latest:
        return max(free + way, rest.earliest) + rest.seconds
    if free <= rest.latest:
        return max(free, rest.earliest) + rest.seconds + way
    return NEVER


def before_rest(goal: int, way: int, rest: Rest) -> int:
    """Return the latest end of a job from which a break and a way, in either order, arrive by `goal`."""
    there = min(rest.latest, goal - rest.seconds)
    here = min(rest.latest, goal - rest.seconds - way)
    best = there - way if there >= rest.earliest else -NEVER
    return max(best, here) if here >= rest.earliest else best


@dataclass
class Timeline:
    """A tour: `legs[g]` is the way before the g-th job, the last one the way home. Gap g lies before job g.

    `free0[g]`, `free1[g]`: the earliest end before gap g with the break ahead, or behind; `goal0[g]`, `goal1[g]`: the
    latest arrival after it. Of the outermost gaps the span decides: free[0] and goal[n] are not in these lists.
    """

    who: Technician
    jobs: list[Job]
    legs: list[int]
    works: list[int] = field(default_factory=list)
    slots: list[list[Slot]] = field(default_factory=list)
    free0: list[int] = field(default_factory=list)
    free1: list[int] = field(default_factory=list)
    goal0: list[int] = field(default_factory=list)
    goal1: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.works = [round(job.seconds * self.who.pace) for job in self.jobs]
        self.slots = [slots_of(job, self.who, work) for job, work in zip(self.jobs, self.works, strict=True)]
        self.sound = not self.jobs or (self._forward() and self._backward())

    def _forward(self) -> bool:
        rest, free0, free1 = self.who.rest, None, None
        for slots, work, way in zip(self.slots, self.works, self.legs[:-1], strict=True):
            start0 = start1 = NEVER
            for lo, hi, begin, _end in slots:
                from0 = begin if free0 is None else free0
                if rest is None:
                    at1 = max(lo, (begin if free1 is None else free1) + way)
                else:
                    at0 = max(lo, from0 + way)
                    if at0 <= hi:
                        start0 = min(start0, at0)
                    at1 = max(lo, min(after_rest(from0, way, rest), NEVER if free1 is None else free1 + way))
                if at1 <= hi:
                    start1 = min(start1, at1)
            free0 = start0 + work if start0 < NEVER else NEVER
            free1 = start1 + work if start1 < NEVER else NEVER
            if free0 >= NEVER and free1 >= NEVER:
                return False
            self.free0.append(free0)
            self.free1.append(free1)
        return True

    def _backward(self) -> bool:
        rest, goal0, goal1 = self.who.rest, -NEVER, None
        for slots, work, way in zip(self.slots[::-1], self.works[::-1], self.legs[:0:-1], strict=True):
            late0 = late1 = -NEVER
            for lo, hi, _begin, end in slots:
                goal = end if goal1 is None else goal1
                at1 = min(hi, goal - way - work)
                if at1 >= lo:
                    late1 = max(late1, at1)
                if rest is not None:
                    at0 = min(hi, max(before_rest(goal, way, rest), goal0 - way) - work)
                    if at0 >= lo:
                        late0 = max(late0, at0)
            self.goal0.append(late0)
            self.goal1.append(late1)
            goal0, goal1 = late0, late1
        self.goal0.reverse()
        self.goal1.reverse()
        return self._meets()

    def _meets(self) -> bool:
        """Tell whether the first job can be reached in time for all the others."""
        rest, way = self.who.rest, self.legs[0]
        for lo, hi, begin, _end in self.slots[0]:
            if rest is None:
                if max(lo, begin + way) <= min(hi, self.goal1[0]):
                    return True
            else:
                ahead, behind = max(lo, begin + way), max(lo, after_rest(begin, way, rest))
                if ahead <= min(hi, self.goal0[0]) or behind <= min(hi, self.goal1[0]):
                    return True
        return False

    def drive(self) -> tuple[list[int], int | None] | None:
        """Return when each job begins, all as early as can be, and the break; None when it can't be driven.

        Of the places for the break the one that makes the jobs begin earliest in sum.
        """
        best = None
        for gap in range(len(self.jobs) + 1) if self.who.rest else (None,):
            found = self._walk(gap)
            if found is not None and (best is None or sum(found[0]) < sum(best[0])):
                best = found
        return best

    def _walk(self, gap: int | None) -> tuple[list[int], int | None] | None:
        """Drive the tour with the break before the gap-th job."""
        begins: list[int] = []
        free, pause = None, None
        for p, slots in enumerate(self.slots):
            for lo, hi, begin, end in slots:
                at, arrive = self._leg(begin if free is None else free, self.legs[p], p == gap)
                start = max(lo, arrive)
                if start > hi:
                    continue
                done = start + self.works[p]
                if p + 1 == len(self.jobs):
                    last, home = self._leg(done, self.legs[-1], gap == p + 1)
                    if home > end:
                        continue
                    at = last if gap == p + 1 else at
                pause = at if at is not None else pause
                begins.append(start)
                free = done
                break
            else:
                return None
        return begins, pause

    def _leg(self, free: int, way: int, resting: bool) -> tuple[int | None, int]:
        """Return when the break begins on a leg, if it does, and the arrival at its end."""
        rest = self.who.rest
        if not resting or rest is None:
            return None, free + way
        arrive = after_rest(free, way, rest)
        at = max(free + way, rest.earliest) if free + way <= rest.latest else max(free, rest.earliest)
        return at, arrive
