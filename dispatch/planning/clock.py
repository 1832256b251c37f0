"""How a tour runs by the clock: the earliest ends, the latest arrivals, and where the break lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.planning.day import Day

NEVER = 10**9  # a second that never comes
Slot = tuple[int, int, int, int]  # work begins from … to …, within the span from … to …


@dataclass(slots=True)
class Clock:
    """The earliest ends and the latest arrivals along one tour, with the break still ahead (0) or behind (1).

    `ends0[p]`, `ends1[p]`: the earliest end of the p-th job; `late0[p]`, `late1[p]`: the latest arrival at it from
    which the remaining day works. Earlier is never worse, so both passes are exact, with several windows, too.
    """

    day: Day
    k: int
    tour: list[int]
    ends0: list[int] = field(default_factory=list)
    ends1: list[int] = field(default_factory=list)
    late0: list[int] = field(default_factory=list)
    late1: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, day: Day, k: int, tour: list[int]) -> Clock | None:
        """Time a tour; None when it cannot be driven."""
        clock = cls(day, k, tour)
        return clock if clock._forward() and clock._backward() else None

    def _forward(self) -> bool:
        """Fill in the earliest ends; False when some job cannot be begun in time."""
        day, k, who = self.day, self.k, self.day.crew[self.k]
        way, places, slots, works = day.way, day.place, day._slots[k], day._work[k]
        rest, here, end0, end1 = who.rest, who.start, -1, -1  # -1: still at home
        if rest is not None:
            earliest, latest, pause = rest.earliest, rest.latest, rest.seconds
        for i in self.tour:
            there = places[i]
            d, start0, start1 = way[here][there], NEVER, NEVER
            for lo, hi, begin, _end in slots.get(i) or day.slots(k, i):
                from0, from1 = (begin, begin) if end0 == -1 else (end0, end1)
                if rest is None:
                    at1 = from1 + d
                else:
                    at0 = from0 + d
                    if at0 < lo:
                        at0 = lo
                    if at0 <= hi and at0 < start0:
                        start0 = at0
                    at1 = after_rest(from0, d, earliest, latest, pause)
                    if end0 != -1 and from1 + d < at1:
                        at1 = from1 + d
                if at1 < lo:
                    at1 = lo
                if at1 <= hi and at1 < start1:
                    start1 = at1
            work = works[i] if i in works else day.work(k, i)
            end0 = start0 + work if start0 < NEVER else NEVER
            end1 = start1 + work if start1 < NEVER else NEVER
            if end0 >= NEVER and end1 >= NEVER:
                return False
            self.ends0.append(end0)
            self.ends1.append(end1)
            here = there
        return True

    def _backward(self) -> bool:
        """Fill in the latest arrivals; False when the earliest ends come too late for them."""
        day, k, who = self.day, self.k, self.day.crew[self.k]
        way, places, slots, works = day.way, day.place, day._slots[k], day._work[k]
        rest, after, next0, next1 = who.rest, who.end, -NEVER, NEVER
        late0, late1 = self.late0, self.late1
        if rest is not None:
            earliest, latest, pause = rest.earliest, rest.latest, rest.seconds
        for i in reversed(self.tour):
            work, d = works[i], way[places[i]][after]
            here0 = here1 = -NEVER
            for lo, hi, _begin, end in slots[i]:
                goal = next1 if late1 else end
                at = goal - d - work
                if at > hi:
                    at = hi
                if at >= lo and at > here1:
                    here1 = at
                if rest is not None:
                    at = before_rest(goal, d, earliest, latest, pause)
                    if next0 - d > at:
                        at = next0 - d
                    at -= work
                    if at > hi:
                        at = hi
                    if at >= lo and at > here0:
                        here0 = at
            late0.append(here0)
            late1.append(here1)
            next0, next1, after = here0, here1, places[i]
        late0.reverse()
        late1.reverse()
        return self._meets()

    def _meets(self) -> bool:
        """Tell whether both passes meet at the first job."""
        day, who, i = self.day, self.day.crew[self.k], self.tour[0]
        d, rest = day.way[who.start][day.place[i]], who.rest
        for lo, hi, begin, _end in day.slots(self.k, i):
            if rest is None:
                if max(lo, begin + d) <= min(hi, self.late1[0]):
                    return True
            else:
                if max(lo, begin + d) <= min(hi, self.late0[0]):
                    return True
                at = after_rest(begin, d, rest.earliest, rest.latest, rest.seconds)
                if max(lo, at) <= min(hi, self.late1[0]):
                    return True
        return False

    def times(self) -> tuple[list[int], int | None]:
        """Return when each job begins, as early as it goes, and when the break does (None: nobody takes one)."""
        rest = self.day.crew[self.k].rest
        best = None
        for gap in range(len(self.tour) + 1) if rest else (None,):
            found = self._walk(gap)
            if found is not None and (best is None or found[2] < best[2]):
                best = found
        assert best is not None, "a tour that was timed has a break somewhere"
        return best[0], best[1]

    def _walk(self, gap: int | None) -> tuple[list[int], int | None, int] | None:
        """Drive the tour with the break before the gap-th job; None when that is impossible. Adds when it is over."""
        day, k, who = self.day, self.k, self.day.crew[self.k]
        starts, begun, place, now = [], None, who.start, None
        for p, i in enumerate(self.tour):
            d, work, final = day.way[place][day.place[i]], day.work(k, i), p + 1 == len(self.tour)
            for lo, hi, begin, end in day.slots(k, i):
                leave, at = begin if now is None else now, None
                if p == gap:
                    at = resting(leave, d, who.rest)
                    if at is None:
                        continue
                    arrive = at + who.rest.seconds + (d if at < leave + d else 0)
                else:
                    arrive = leave + d
                start = max(lo, arrive)
                if start > hi:
                    continue
                if final:
                    home = day.way[day.place[i]][who.end]
                    done, over = start + work, start + work + home
                    if gap == len(self.tour):
                        at = resting(done, home, who.rest)
                        if at is None:
                            continue
                        over = at + who.rest.seconds + (home if at < done + home else 0)
                    if over > end:
                        continue
                    begun = begun if at is None else at
                    starts.append(start)
                    return starts, begun, over
                begun = begun if at is None else at
                starts.append(start)
                now, place = start + work, day.place[i]
                break
            else:
                return None
        return None


def after_rest(free: int, d: int, earliest: int, latest: int, seconds: int) -> int:
    """Return the earliest arrival after a break and a way of `d`, from when somebody is free; NEVER if too late.

    Driving first and resting there never arrives later, but may be too late to begin the break.
    """
    if free + d <= latest:
        return max(free + d, earliest) + seconds
    if free <= latest:
        return max(free, earliest) + seconds + d
    return NEVER


def before_rest(goal: int, d: int, earliest: int, latest: int, seconds: int) -> int:
    """Return the latest end of a job from which a break and a way of `d` still arrive by `goal`; -NEVER if none."""
    best = -NEVER
    if earliest <= goal - seconds:
        best = min(latest - d, goal - seconds - d)
    if earliest <= min(latest, goal - seconds - d):
        best = max(best, min(latest, goal - seconds - d))
    return best


def resting(free: int, d: int, rest) -> int | None:
    """Return when the break between two jobs begins that arrives earliest; None when it is too late for one."""
    if free + d <= rest.latest:
        return max(free + d, rest.earliest) if free < rest.earliest else free
    return max(free, rest.earliest) if free <= rest.latest else None
