"""Planning against the three solvers bare, at the same seconds of CPU: how much of the prize is served.

    python benchmarks/plan.py FOLDER [FOLDER…]      every day in the folders (Solomon's format or our JSON)
    python benchmarks/plan.py --made 3              days of our own instead
    python benchmarks/plan.py --replan --network --large FOLDER    the other measurements

Every plan of ours passes the checker; those of the others are counted when they do not. VROOM is given its whole
budget once for each of its three useful explorations, and the best counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import mean

from common import heading, line  # puts the project on the path

from benchmarks import bare
from benchmarks.instances import made, read
from dispatch.planning import solve as engine
from dispatch.planning.check import check
from dispatch.planning.problem import Plan, Problem, Rest, figures
from dispatch.planning.solve import solve

NAMES = ("ours", "pyvrp", "vroom", "ortools")
HALF_PAST_TEN = 10 * 3600 + 1800
engine.PATIENCE = 1_000  # CPU is what counts here, however busy the machine
warnings.filterwarnings("ignore", module="pyvrp")


def ours(problem: Problem, seconds: float, seed: int = 0) -> Plan:
    """Solve with the product's own solver, on one core."""
    return solve(problem, seconds, seed=seed)


def vroom(problem: Problem, seconds: float, seed: int = 0) -> Plan:
    """Return the best of VROOM's explorations, each of which gets all of the time."""
    plans = [bare.by_vroom(problem, seconds, level=level) for level in (0, 1, 2)]
    return max(plans, key=lambda plan: (figures(problem, plan).prize, -figures(problem, plan).travel))


SOLVERS = {"ours": ours, "pyvrp": bare.by_pyvrp, "vroom": vroom, "ortools": bare.by_ortools}


def score(name: str, solver: str, seconds: float, problem: Problem, best: float | None) -> tuple:
    """Solve once. Returns (name, solver, seconds, points, faults, CPU used): gap for Solomon's, else prize served."""
    cpu = time.process_time()
    try:
        plan = SOLVERS[solver](problem, seconds)
    except Exception as failed:
        print(f"  {solver} failed on {name}: {failed}")
        plan = Plan(())
    cpu = time.process_time() - cpu
    found, faults = figures(problem, plan), check(problem, plan)
    if best is not None:
        served = found.served == len(problem.jobs)
        points = 100 * (found.travel / (10 * best) - 1) if served else 100.0
    else:
        points = 100 * found.prize / max(1, sum(job.prize for job in problem.jobs))
    return name, solver, seconds, points, len(faults), cpu


def bests(folder: Path) -> dict[str, float]:
    """Return the best known costs by name, from a `best_known.json` in or above a folder."""
    for path in (folder / "best_known.json", folder.parent / "best_known.json"):
        if path.exists():
            return {name: one["bks"] for name, one in json.loads(path.read_text()).items()}
    return {}


def table(days: dict[str, Problem], budgets: list[float], known: dict[str, float], args) -> None:
    """Measure every solver on every day and say where ours stands."""
    asked = args.solvers.split(",")
    found: dict[tuple, float] = {}
    with ProcessPoolExecutor(args.workers) as pool:
        calls = [
            pool.submit(score, name, solver, seconds, problem, known.get(name))
            for name, problem in days.items()
            for seconds in budgets
            for solver in asked
        ]
        for call in calls:
            name, solver, seconds, points, faults, cpu = call.result()
            found[name, solver, seconds] = points
            if faults and solver == "ours":
                raise SystemExit(f"our plan for {name} has {faults} faults")
            if args.verbose or faults:
                print(
                    f"  {name:<20} {seconds:>5g} s {solver:<8} {points:7.2f}  cpu {cpu:.2f} faults {faults}", flush=True
                )
    gaps = bool(set(days) & known.keys())
    for seconds in budgets:
        print(f"\n{seconds:g} s of CPU: " + ("gap to the best known, %" if gaps else "prize served, %"))
        print(f"{'':<20}" + "".join(f"{solver:>9}" for solver in asked) + "   ours - best of the others")
        worst = []
        for name in days if not gaps else []:
            row = [found[name, solver, seconds] for solver in asked]
            print(f"{name:<20}" + "".join(f"{points:9.2f}" for points in row) + _than(row, asked, gaps, worst))
        row = [mean(found[name, solver, seconds] for name in days) for solver in asked]
        print(f"{'mean':<20}" + "".join(f"{points:9.3f}" for points in row) + _than(row, asked, gaps, []), flush=True)
        if worst:
            line(f"worst against the best of the others, {seconds:g} s", f"{min(worst):+.2f} points", ">= -0.30")


def _than(row: list[float], asked: list[str], gaps: bool, worst: list[float]) -> str:
    """Say how far ours is from the best of the others; empty when only one was asked for."""
    if "ours" not in asked or len(asked) == 1:
        return ""
    others = [points for solver, points in zip(asked, row, strict=True) if solver != "ours"]
    mine = row[asked.index("ours")]
    worst.append(mine - (min(others) if gaps else max(others)))
    return f"{worst[-1]:+10.2f}"


def piece(given: tuple) -> Plan:
    """Solve one piece in a worker."""
    problem, seconds, seed, start = given
    return solve(problem, seconds, seed=seed, start=start)


def large(days: dict[str, Problem], seconds: float) -> None:
    """Solve the largest day with four workers, as the product's Celery workers do: `seconds` of CPU in all."""
    name, problem = max(days.items(), key=lambda one: len(one[1].jobs))
    heading(f"{name}: {len(problem.technicians)} technicians, {len(problem.jobs)} jobs, four workers")
    with ProcessPoolExecutor(4) as pool:
        began = time.perf_counter()
        plan = solve(problem, seconds, run=lambda pieces: list(pool.map(piece, pieces)))
        passed = time.perf_counter() - began
    assert not check(problem, plan), check(problem, plan)[:3]
    served = 100 * figures(problem, plan).prize / sum(job.prize for job in problem.jobs)
    line(f"prize served, {seconds:g} s of CPU in all", f"{served:.2f} %", ">= 80 %")
    line("seconds by the clock", f"{passed:.1f} s")


def morning_gone(problem: Problem, plan: Plan, seed: int) -> tuple[Problem, Plan]:
    """Return the rest of the day at half past ten: what is under way is done, some are sick, nine urgent calls came.

    One in ten of the visits ahead is agreed with its technician and must stay.
    """
    dice, now = random.Random(seed), HALF_PAST_TEN
    sick = set(dice.sample([who.id for who in problem.technicians], max(1, len(problem.technicians) // 20)))
    routes = {route.technician: route for route in plan.routes}
    crew, gone, ahead = [], set(), {}
    for who in problem.technicians:
        place, free, rest = who.start, max(now, who.spans[0][0]), who.rest
        stops = routes[who.id].stops if who.id in routes else ()
        for stop in stops:
            job = problem.job[stop.job]
            if stop.starts - problem.way(place, job.place) <= now:
                place, free = job.place, max(now, stop.starts + problem.work(job, who))
                gone.add(job.id)
            else:
                ahead[job.id] = (None if who.id in sick else who.id, stop.starts)
        if who.id not in sick:
            rest = rest and Rest(max(rest.earliest, free), max(rest.latest, free), rest.seconds)
            crew.append(replace(who, start=place, spans=((free, who.spans[0][1]),), rest=rest))
    jobs = []
    for job in problem.jobs:
        if job.id in gone or job.windows[0][1] < now:
            continue
        who, starts = ahead.get(job.id, (None, None))
        keep = who is not None and dice.random() < 0.1
        only = frozenset({who}) if keep else None
        jobs.append(replace(job, technician=who, starts=starts, required=keep, only=only))
    for number in range(9):
        like = dice.choice(problem.jobs)
        window = ((now, now + dice.choice((2, 3, 4)) * 3600),)
        urgent = replace(like, id=10**6 + number, prize=40_000, priority=1, windows=window)
        jobs.append(replace(urgent, place=dice.choice(problem.jobs).place))
    rest = replace(problem, technicians=tuple(crew), jobs=tuple(jobs))
    kept = {job.id for job in jobs} & {job for job, (who, _at) in ahead.items() if who is not None}
    stands = [replace(r, stops=tuple(s for s in r.stops if s.job in kept)) for r in plan.routes]
    return rest, Plan(tuple(route for route in stands if route.stops))


def replan(days: dict[str, Problem], seconds: float) -> None:
    """Plan the rest of a day again at half past ten, with and without a price on each change."""
    for name, problem in days.items():
        if len(problem.technicians) != 60 or any(job.prize == 0 for job in problem.jobs):
            continue
        rest, stands = morning_gone(problem, solve(problem, 5), seed=1)
        total = sum(job.prize for job in rest.jobs)
        heading(f"{name} at half past ten: {sum(1 for _ in stands.visits())} visits stand, {seconds:g} s of CPU")
        free = solve(rest, seconds)  # unconstrained: from nothing, as if nobody minded
        got = {}
        for price in (None, 0, 900, 1_800, 3_600, 7_200):
            plan = free if price is None else solve(replace(rest, change_price=price), seconds, start=stands)
            assert not check(rest, plan), check(rest, plan)[:3]
            found = figures(rest, plan)
            got[price] = (100 * found.prize / total, found.changes)
            urgent = sum(job >= 10**6 for job in plan.holder)
            title = "planned anew, unconstrained" if price is None else f"from what stands, a change costs {price} s"
            line(title, f"{got[price][0]:.2f} %", f"{found.changes} changes")
            line("  urgent ones served", f"{urgent} of 9")
        best = max(points for points, _changes in got.values())
        price, anew = 7_200, got[None]
        line(f"{price} s: less than planned anew", f"{anew[0] - got[price][0]:.2f} points", "<= 0.50")
        line(f"{price} s: less than the best of all these", f"{best - got[price][0]:.2f} points")
        line(f"{price} s: of the changes of the plan made anew", f"{100 * got[price][1] / anew[1]:.0f} %", "<= 30 %")


def network(seconds: float) -> None:
    """Plan 10,000 orders over 50 outlets with four workers."""
    days = [made(22, 200, seed) for seed in range(50)]
    heading(f"50 outlets, 10,000 orders, {seconds:g} s of CPU each, four workers")
    with ProcessPoolExecutor(4) as pool:
        began = time.perf_counter()
        plans = list(pool.map(piece, [(day, seconds, 0, None) for day in days]))
        passed = time.perf_counter() - began
    assert not any(check(day, plan) for day, plan in zip(days, plans, strict=True))
    share = [
        100 * figures(day, plan).prize / sum(job.prize for job in day.jobs)
        for day, plan in zip(days, plans, strict=True)
    ]
    line("by the clock", f"{passed:.0f} s", "300 s", passed / 300)
    line("prize served, mean", f"{mean(share):.2f} %")


def main() -> None:
    """Measure what was asked for."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folders", nargs="*", type=Path)
    words.add_argument("--seconds", default="1,5,10,30", help="budgets of CPU, for each solve")
    words.add_argument("--solvers", default=",".join(NAMES))
    words.add_argument("--match", default="", help="only days whose names contain this")
    words.add_argument("--made", type=int, default=0, help="so many days of our own")
    words.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    words.add_argument("--verbose", action="store_true")
    for name in ("large", "replan", "network"):
        words.add_argument(f"--{name}", type=float, nargs="?", const={"large": 120, "replan": 5, "network": 10}[name])
    args = words.parse_args()
    known = {name: best for folder in args.folders for name, best in bests(folder).items()}
    days = {name: day for folder in args.folders for name, day in read(folder).items() if args.match in name}
    days |= {f"made_{seed}": made(20 + 20 * (seed % 3), 170 * (1 + seed % 3), seed) for seed in range(args.made)}
    chosen = [partial(large, days, args.large)] if args.large else []
    chosen += [partial(replan, days, args.replan)] if args.replan else []
    chosen += [partial(network, args.network)] if args.network else []
    budgets = [float(one) for one in args.seconds.split(",")]
    for run in chosen or [partial(table, days, budgets, known, args)]:
        run()


if __name__ == "__main__":
    main()
