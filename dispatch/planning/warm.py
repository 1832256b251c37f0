"""Have the compiled parts of the search ready before anybody counts seconds.

    python -m dispatch.planning.warm        once after installing, beside everything else that has to be prepared

numba compiles them in half a minute and keeps the machine code beside the sources, in `__pycache__`; from there a
process reads it in half a second. Where that folder can't be written, it takes one in the user's home.
"""

from __future__ import annotations

import signal
from functools import cache

import numpy as np

from dispatch.planning.problem import Job, Problem, Rest, Technician

HOUR = 3600


def smallest() -> Problem:
    """Return a day for which everything compiled is called: two technicians, two jobs, a price and fairness."""
    way = np.array([[0, 60], [60, 0]])
    day, rest = (8 * HOUR, 17 * HOUR), Rest(11 * HOUR, 13 * HOUR, 1800)
    crew = (Technician(1, 0, 0, (day,), rest=rest), Technician(2, 1, 1, (day,)))
    jobs = tuple(Job(i, i, HOUR, (day,), prize=5_000) for i in range(2))
    return Problem(0, ((25.0, 121.0), (25.0, 121.1)), way, way, crew, jobs, change_price=60, fairness=0.1)


@cache
def warm() -> None:
    """Call every compiled part once; only the first call of a process does anything."""
    from dispatch.planning.day import Day
    from dispatch.planning.polish import polish
    from dispatch.planning.search import Search

    day = Day(smallest())
    tours = polish(day, [[] for _ in day.crew])
    Search(day, tours, 0).run(iter((0.0, 1.0)).__next__, 1.0, 1.0)
    day.plan(tours)
    day.value(tours)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback of the compiler
    warm()
