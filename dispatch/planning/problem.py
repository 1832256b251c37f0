"""A day to plan, and a plan for it: plain data. Seconds count from `Problem.origin`; no rows, no solver's types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rest:
    """A break that must begin between `earliest` and `latest`, and lasts `seconds`."""

    earliest: int
    latest: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Technician:
    """Somebody to send. `start` and `end` are indexes of places; `spans` are working hours in order, absences cut out.

    A visit lies wholly within one span; so does the way to the first and home from the last. Who is under way
    already starts at that visit's place and end. `skills` are numbers of skills; `pace` stretches every job's
    seconds (1.2: a fifth slower than usual). `capacity`: how much `load` fits into the van in one day; None: any.
    """

    id: int
    start: int
    end: int
    spans: tuple[Span, ...]
    skills: frozenset[int] = frozenset()
    rest: Rest | None = None
    pace: float = 1.0
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """An order to be visited. Work must *begin* within one of `windows` and takes `seconds` at a usual pace.

    `only`: the technicians who may do it (what has been agreed, a part in one van); None: anybody with the skills.
    `required`: it stands already and must stay (agreed or pinned), the plan goes around it. `prize` is what serving
    it is worth, in seconds of travel. `technician` and `starts` are where it stands now, None when nowhere.
    `load`: the room it takes in the van all day (a loaner, a bulky part); the sum keeps within the capacity.
    """

    id: int
    place: int
    seconds: int
    windows: tuple[Span, ...]
    skills: frozenset[int] = frozenset()
    prize: int = 0
    priority: int = 3
    only: frozenset[int] | None = None
    required: bool = False
    technician: int | None = None
    starts: int | None = None
    version: int = 0
    load: int = 0

    def fits(self, technician: Technician) -> bool:
        """True when the technician may do it and was trained for it, whatever the time."""
        return self.skills <= technician.skills and (self.only is None or technician.id in self.only)


@dataclass(frozen=True)
class Problem:
    """One outlet's day. `seconds` and `metres` are int arrays [place, place]; `places` are (latitude, longitude).

    `change_price`: seconds of travel that it must save, or serve, to give a job to another technician than now.
    `fairness`: seconds of travel worth one second less between the longest and the mean day, days off counted.
    `stretch`: for a part of a larger day, which stretch of the whole search this is, as parts of it (0 to 1).
    """

    origin: int  # seconds since 1970, UTC
    places: tuple[tuple[float, float] | None, ...]
    seconds: np.ndarray
    metres: np.ndarray
    technicians: tuple[Technician, ...]
    jobs: tuple[Job, ...]
    change_price: int = 0
    fairness: float = 0.0
    stretch: tuple[float, float] | None = None

    @cached_property
    def job(self) -> dict[int, Job]:
        """Jobs by number."""
        return {job.id: job for job in self.jobs}

    @cached_property
    def technician(self) -> dict[int, Technician]:
        """Technicians by number."""
        return {one.id: one for one in self.technicians}

    def work(self, job: Job, technician: Technician) -> int:
        """Return how long the technician works on the job, in seconds."""
        return round(job.seconds * technician.pace)

    def way(self, a: int, b: int) -> int:
        """Return the way between two places, by index, in seconds."""
        return int(self.seconds[a, b])


@dataclass(frozen=True, slots=True)
class Stop:
    """A job with the second at which work begins."""

    job: int
    starts: int


@dataclass(frozen=True, slots=True)
class Route:
    """One technician's stops in order, and when the break begins (None: there is none)."""

    technician: int
    stops: tuple[Stop, ...] = ()
    rest: int | None = None


@dataclass(frozen=True)
class Plan:
    """Routes, and why each job left out was left out: a code of `LEFT`."""

    routes: tuple[Route, ...]
    left: dict[int, str] = field(default_factory=dict)

    def visits(self) -> Iterator[tuple[int, Stop]]:
        """Yield (technician, stop)."""
        for route in self.routes:
            for stop in route.stops:
                yield route.technician, stop

    @cached_property
    def holder(self) -> dict[int, int]:
        """Job → technician."""
        return {stop.job: technician for technician, stop in self.visits()}


# Why a job is in no route. `no_place` and `bad_window` are found before anything is solved.
NO_PLACE, BAD_WINDOW, NO_SKILL, NO_SHIFT, NO_ROOM = "no_place", "bad_window", "no_skill", "no_shift", "no_room"
LEFT = (NO_PLACE, BAD_WINDOW, NO_SKILL, NO_SHIFT, NO_ROOM)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan amounts to. Seconds; `changes` are jobs whose technician is another than now."""

    served: int
    prize: int
    travel: int
    changes: int
    moved: int  # jobs that keep their technician, at another time
    longest: int  # of the working days, from leaving to coming home
    mean: int


def figures(problem: Problem, plan: Plan) -> Figures:
    """Add up a plan (which is taken to be sound: see `check`)."""
    travel, days = 0, []
    for route in plan.routes:
        if not route.stops:
            continue
        who = problem.technician[route.technician]
        jobs = [problem.job[stop.job] for stop in route.stops]
        way = [who.start, *(job.place for job in jobs), who.end]
        legs = [problem.way(a, b) for a, b in pairwise(way)]
        travel += sum(legs)
        home = route.stops[-1].starts + problem.work(jobs[-1], who) + legs[-1]
        days.append(home - (route.stops[0].starts - legs[0]))
    done = [(problem.job[stop.job], technician, stop.starts) for technician, stop in plan.visits()]
    return Figures(
        served=len(done),
        prize=sum(job.prize for job, _technician, _starts in done),
        travel=travel,
        changes=sum(job.technician is not None and job.technician != who for job, who, _starts in done),
        moved=sum(job.technician == who and job.starts != starts for job, who, starts in done),
        longest=max(days, default=0),
        mean=round(sum(days) / len(days)) if days else 0,
    )
