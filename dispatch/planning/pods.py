"""A large day in pods: about fifty technicians who work near each other, with their jobs, solved side by side.

Each round cuts the map another way, so that what a border kept apart in one round is together in the next.
"""

from __future__ import annotations

import random
from dataclasses import replace
from math import cos, pi, sin

import numpy as np

from dispatch.planning.day import Day, Tours
from dispatch.planning.problem import Plan, Problem
from dispatch.planning.sheet import NEVER

SIZE = 50  # technicians in a pod: their ways fit into a core's own cache


def split(day: Day, tours: Tours, seed: int) -> list[list[int]]:
    """Group technicians by where they work (or live), in pods of about `SIZE`, cut along lines of chance."""
    dice = random.Random(seed)
    centres = np.array([_centre(day, k, tour) for k, tour in enumerate(tours)])
    centres[:, 1] *= cos(pi / 180 * float(np.mean(centres[:, 0]))) if len(centres) else 1.0

    def cut(members: list[int], angle: float) -> list[list[int]]:
        pieces = -(-len(members) // SIZE)
        if pieces <= 1:
            return [members]
        along = centres[members] @ np.array([cos(angle), sin(angle)])
        order = [members[at] for at in np.argsort(along, kind="stable").tolist()]
        at = len(order) * (pieces // 2) // pieces
        turn = angle + pi / 2 + dice.uniform(-0.5, 0.5)
        return cut(order[:at], turn) + cut(order[at:], turn)

    return cut(list(range(len(tours))), dice.uniform(0, pi))


def _centre(day: Day, k: int, tour: list[int]) -> tuple[float, float]:
    """Return where a technician works on the mean: (latitude, longitude), the home counted as one more stop."""
    spots = [day.problem.places[p] for p in (day.crew[k].start, *(day.place[i] for i in tour))]
    known = [spot for spot in spots if spot] or [(0.0, 0.0)]
    return sum(a for a, _b in known) / len(known), sum(b for _a, b in known) / len(known)


def share(day: Day, pods: list[list[int]], tours: Tours) -> list[list[int]]:
    """Give every job to a pod: those in tours stay with them, the others go where somebody fit passes nearest.

    Pods that have more than their part of the work are made to seem further away.
    """
    of = {k: p for p, members in enumerate(pods) for k in members}
    jobs: list[list[int]] = [[] for _ in pods]
    for k, tour in enumerate(tours):
        jobs[of[k]] += tour
    inside = {i for tour in tours for i in tour}
    left = [i for i in range(len(day.jobs)) if i not in inside]
    if not left:
        return jobs
    near = _nearness(day, pods, tours, left)
    load = np.array([sum(day.jobs[i].seconds for i in mine) for mine in jobs], dtype=float)
    size = np.array([len(members) for members in pods], dtype=float)
    for row in np.argsort(near.min(axis=0), kind="stable").tolist():
        i = left[row]
        crowded = load / size
        away = near[:, row] * (1 + 0.5 * crowded / max(crowded.mean(), 1.0))
        pod = int(away.argmin())
        jobs[pod].append(i)
        load[pod] += day.jobs[i].seconds
    return jobs


def _nearness(day: Day, pods: list[list[int]], tours: Tours, left: list[int]) -> np.ndarray:
    """Return [pod, left job]: seconds from the nearest stop (or home) of somebody there who may do it."""
    near = np.full((len(pods), len(left)), float(NEVER))
    places = np.array([day.place[i] for i in left])
    for p, members in enumerate(pods):
        for k in members:
            stops = [day.crew[k].start, *(day.place[i] for i in tours[k])]
            away = day.problem.seconds[np.ix_(stops, places)].min(axis=0) + 60.0
            near[p] = np.minimum(near[p], np.where(day.may[k, left], away, float(NEVER)))
    return near


def part(day: Day, members: list[int], jobs: list[int], stretch: tuple[float, float]) -> Problem:
    """Cut a pod out of a day: its technicians, its jobs, its places, for one stretch of the search."""
    problem = day.problem
    crew, mine = [day.crew[k] for k in members], [day.jobs[i] for i in jobs]
    places = sorted({job.place for job in mine} | {place for who in crew for place in (who.start, who.end)})
    index = {place: at for at, place in enumerate(places)}
    grid = np.ix_(places, places)
    return replace(
        problem,
        stretch=stretch,
        places=tuple(problem.places[place] for place in places),
        seconds=problem.seconds[grid],
        metres=problem.metres[grid],
        technicians=tuple(replace(who, start=index[who.start], end=index[who.end]) for who in crew),
        jobs=tuple(replace(job, place=index[job.place]) for job in mine),
    )


def some(plan: Plan, members: set[int]) -> Plan:
    """Keep the routes of some technicians, by id."""
    return Plan(tuple(route for route in plan.routes if route.technician in members))
