"""Days to plan, for benchmarks: Solomon's format, our JSON of service days, and a seeded generator of our own."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np

from dispatch.planning.problem import Job, Problem, Rest, Technician

DETOUR, METRES_A_SECOND = 1.3, 35 / 3.6
REST = Rest(earliest=41_400, latest=48_600, seconds=1_800)  # half an hour, begun between 11:30 and 13:30
PRIZES = {1: 40_000, 2: 20_000, 3: 10_000, 4: 5_000}
AROUND = (25.03, 121.5)  # where the generated days lie on the globe; degrees


def solomon(path: Path) -> Problem:
    """Read a file in Solomon's format: distances cut to one decimal (DIMACS), so ten units are one of theirs.

    Customers become required jobs anybody may do, vehicles become technicians without a break.
    """
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    vehicles, capacity = map(int, lines[3])
    rows = [tuple(map(int, line)) for line in lines if len(line) == 7 and line[0].isdigit()]
    xy = np.array([(row[1], row[2]) for row in rows], dtype=float)
    way = np.floor(10 * np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) + 1e-9).astype(np.int64)
    day = (10 * rows[0][4], 10 * rows[0][5])
    crew = tuple(Technician(k, 0, 0, (day,), capacity=capacity) for k in range(vehicles))
    jobs = tuple(
        Job(number, index, 10 * service, ((10 * ready, 10 * due),), required=True, load=demand)
        for index, (number, _x, _y, demand, ready, due, service) in enumerate(rows)
        if index
    )
    return Problem(0, tuple((y / 1000, x / 1000) for x, y in xy), way, way, crew, jobs)


def service_day(path: Path) -> Problem:
    """Read one of our JSON days (kilometres and seconds from midnight; one break of half an hour around noon)."""
    day = json.loads(path.read_text())
    n = day["n"]
    jobs = tuple(
        Job(i, i, day["service"][i], ((day["early"][i], day["late"][i]),), frozenset(day["jskill"][i]),
            prize=day["prize"][i], priority=day["prio"][i])
        for i in range(n)
    )  # fmt: skip
    crew = tuple(
        Technician(k, n + k, n + k, (tuple(day["shift"][k]),), frozenset(day["tskill"][k]), REST)
        for k in range(day["m"])
    )
    return _problem(np.array(day["xy"], dtype=float), crew, jobs)


def _problem(xy: np.ndarray, crew: tuple[Technician, ...], jobs: tuple[Job, ...]) -> Problem:
    """Put places given in kilometres on the globe and measure the ways between them."""
    far = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) * 1000 * DETOUR
    lat, lon = AROUND
    places = tuple((lat + y / 111.2, lon + x / (111.2 * math.cos(math.radians(lat)))) for x, y in xy)
    return Problem(
        0, places, np.rint(far / METRES_A_SECOND).astype(np.int64), np.rint(far).astype(np.int64), crew, jobs
    )


def made(technicians: int, jobs: int, seed: int, radius: float = 18.0) -> Problem:
    """Make a service day: homes and jobs around a few towns, four skills, windows of two hours, three shifts."""
    dice = random.Random(seed)
    towns = [(dice.gauss(0, radius / 2), dice.gauss(0, radius / 2)) for _ in range(max(2, technicians // 8))]

    def place() -> tuple[float, float]:
        town = dice.choice(towns)
        return dice.gauss(town[0], radius / 5), dice.gauss(town[1], radius / 5)

    xy = [place() for _ in range(jobs + technicians)]
    crew = []
    for k in range(technicians):
        first = dice.choice((8, 8, 8, 7, 10)) * 3600
        skills = frozenset(dice.sample(range(4), dice.choice((1, 2, 3, 3, 4))))
        crew.append(Technician(k, jobs + k, jobs + k, ((first, first + 8 * 3600),), skills, REST))
    asked = []
    for i in range(jobs):
        early = dice.choice((8, 9, 10, 11, 13, 14, 15)) * 3600
        skills = frozenset(dice.sample(range(4), dice.choice((1, 1, 1, 2))))
        priority = dice.choices((1, 2, 3, 4), (5, 20, 50, 25))[0]
        work = dice.randrange(30, 100, 5) * 60
        asked.append(Job(i, i, work, ((early, early + 7200),), skills, prize=PRIZES[priority], priority=priority))
    return _problem(np.array(xy), tuple(crew), tuple(asked))


def read(folder: Path) -> dict[str, Problem]:
    """Read every instance of a folder, in Solomon's format (`.txt`) or in our JSON, by name."""
    found = {path.stem: solomon(path) for path in sorted(folder.glob("**/*.txt"))}
    for path in sorted(folder.glob("**/*.json")):
        if {"m", "n", "xy"} <= json.loads(path.read_text()).keys():
            found[path.stem] = service_day(path)
    return found
