"""A day as VROOM sees it, and back: the first second, and days on which nearly everything fits."""

from __future__ import annotations

from datetime import timedelta

from dispatch.planning.day import Day, Tours

WORST = 100  # VROOM counts priorities from 0 to 100, the most urgent highest


def seconds(jobs: int) -> float:
    """Return about how long VROOM takes over a day, at its lowest exploration (measured; one more takes four times)."""
    return (jobs / 350) ** 2.7


def quick(day: Day, seconds: float, level: int = 0) -> Tours | None:
    """Solve with VROOM on one thread, within `seconds` by the clock; None when it fails (vroom issue 1251).

    What it returns may need repair: a technician's spans are vehicles of their own here, and a way is a way from home.
    """
    try:
        return _solve(day, seconds, level)
    except Exception:  # it raises what its C++ throws, «Infeasible route» among them: then there is no quick start
        return None


def _solve(day: Day, seconds: float, level: int) -> Tours:
    import vroom

    given = vroom.Input()
    given.set_durations_matrix("car", day.problem.seconds)
    held = 1 + max((skill for who in day.crew for skill in who.skills), default=0)
    most = max((job.prize for job in day.jobs if not job.required), default=1) or 1
    for i, job in enumerate(day.jobs):
        free = job.only is None and not (job.required and job.technician is not None)
        skills = set(job.skills) if free else {held + i}  # whoever may do it has that skill
        given.add_job(
            vroom.Job(
                i, job.place, default_service=job.seconds, delivery=[job.load], skills=skills,
                priority=WORST if job.required else max(0, min(WORST - 1, round(90 * job.prize / most))),
                time_windows=[[max(0, early), late] for early, late in job.windows if max(0, early) <= late],
            )
        )  # fmt: skip
    vehicles = []
    for k, who in enumerate(day.crew):
        skills = set(who.skills) | {
            held + i
            for i, job in enumerate(day.jobs)
            if day.may[k, i] and (job.only is not None or (job.required and job.technician is not None))
        }
        resting = _resting(day, k)
        for s, (begin, end) in enumerate(who.spans):
            breaks = []
            if s == resting:
                rest = who.rest
                breaks = [vroom.Break(len(vehicles), [[rest.earliest, rest.latest]], rest.seconds)]
            given.add_vehicle(
                vroom.Vehicle(
                    len(vehicles), who.start, who.end, skills=skills, time_window=[max(0, begin), max(0, end)],
                    breaks=breaks, capacity=[who.capacity if who.capacity is not None else sum(day.load)],
                )
            )  # fmt: skip
            vehicles.append(k)
    frame = given.solve(level, nb_threads=1, timeout=timedelta(seconds=max(0.05, seconds))).routes
    tours: Tours = [[] for _ in day.crew]
    for vehicle, kind, number in zip(frame["vehicle_id"], frame["type"], frame["id"], strict=True):
        if kind == "job":
            tours[vehicles[int(vehicle)]].append(int(number))
    return tours


def _resting(day: Day, k: int) -> int | None:
    """Return the span in which the break has most room; None without one."""
    who = day.crew[k]
    if who.rest is None:
        return None
    first, last, pause = who.rest.earliest, who.rest.latest, who.rest.seconds
    return max(range(len(who.spans)), key=lambda s: min(last + pause, who.spans[s][1]) - max(first, who.spans[s][0]))
