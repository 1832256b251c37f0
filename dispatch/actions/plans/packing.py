"""Pieces of work and plans as bytes, for another worker: JSON and two plain tables, nothing that could run."""

from __future__ import annotations

from dataclasses import asdict, fields
from io import BytesIO
from typing import Any

import numpy as np
import orjson

from dispatch.planning.problem import Job, Plan, Problem, Rest, Route, Stop, Technician

Piece = tuple[Problem, float, int, Plan | None]  # as `planning.solve` gives it out
LENGTH = 8  # bytes that say how long the JSON is
SIMPLE = [one.name for one in fields(Problem) if one.name not in ("seconds", "metres", "technicians", "jobs", "places")]


def pack(piece: Piece) -> bytes:
    """Return a piece as bytes."""
    problem, seconds, seed, start = piece
    head = orjson.dumps(
        {
            "problem": {name: getattr(problem, name) for name in SIMPLE},
            "places": problem.places,
            "technicians": [asdict(one) for one in problem.technicians],
            "jobs": [asdict(one) for one in problem.jobs],
            "seconds": seconds,
            "seed": seed,
            "start": None if start is None else plan_data(start),
        },
        default=_plain,
    )
    tables = BytesIO()
    np.save(tables, problem.seconds, allow_pickle=False)
    np.save(tables, problem.metres, allow_pickle=False)
    return len(head).to_bytes(LENGTH, "big") + head + tables.getvalue()


def unpack(packed: bytes) -> Piece:
    """Return the piece again."""
    length = int.from_bytes(packed[:LENGTH], "big")
    head = orjson.loads(packed[LENGTH : LENGTH + length])
    tables = BytesIO(packed[LENGTH + length :])
    problem = Problem(
        seconds=np.load(tables, allow_pickle=False),
        metres=np.load(tables, allow_pickle=False),
        places=tuple(None if place is None else tuple(place) for place in head["places"]),
        technicians=tuple(_technician(one) for one in head["technicians"]),
        jobs=tuple(_job(one) for one in head["jobs"]),
        **{name: tuple(value) if isinstance(value, list) else value for name, value in head["problem"].items()},
    )
    return problem, head["seconds"], head["seed"], None if head["start"] is None else plan_of(head["start"])


def plan_data(plan: Plan) -> dict:
    """Return a plan as plain data."""
    routes = [[route.technician, [[s.job, s.starts] for s in route.stops], route.rest] for route in plan.routes]
    return {"routes": routes, "left": [[job, why] for job, why in plan.left.items()]}


def plan_of(data: dict) -> Plan:
    """Return the plan again."""
    routes = tuple(Route(who, tuple(Stop(*stop) for stop in stops), rest) for who, stops, rest in data["routes"])
    return Plan(routes, dict(map(tuple, data["left"])))


def _technician(data: dict) -> Technician:
    rest = data.pop("rest")
    spans, skills = tuple(map(tuple, data.pop("spans"))), frozenset(data.pop("skills"))
    return Technician(**data, spans=spans, skills=skills, rest=rest and Rest(**rest))


def _job(data: dict) -> Job:
    windows, skills = tuple(map(tuple, data.pop("windows"))), frozenset(data.pop("skills"))
    only = data.pop("only")
    return Job(**data, windows=windows, skills=skills, only=None if only is None else frozenset(only))


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value)} can't be sent")
