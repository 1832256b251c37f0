"""How long a paper takes to print: the first of a process and those after it; the limit is half a second."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

import common

LIMIT = 0.5  # seconds a paper
REPEAT = 40


def prepared() -> dict[str, tuple[str, dict]]:
    """Return {name: (kind, snapshot)} of each kind, and of a receipt with sixty lines."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@localhost/none")  # named, never asked
    os.environ.setdefault("REDIS_URL", "redis://localhost/0")
    import django

    django.setup()
    from dispatch.papers import KINDS
    from tests.dispatch.papers.examples import LINES, paper

    found = {kind: (kind, paper(kind, "zh-hant")) for kind in KINDS}
    return found | {"receipt of 60 lines": ("receipt", paper("receipt", "zh-hant", lines=LINES * 15))}


def print_one(kind: str, paper: dict, number: int) -> None:
    """Print a paper that was never printed before: another number, so that nothing is remembered."""
    from dispatch.papers import render

    assert render(kind, paper | {"number": f"DAAN-{number:06d}"}).startswith(b"%PDF")


def main() -> int:
    """Print the figures; return 1 when one is over the limit."""
    papers = prepared()
    command = [sys.executable, __file__, "first"]
    first = float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    common.heading(f"Papers as PDF, ms each, median and slowest of {REPEAT}")
    common.line("receipt, the first of a process", f"{first * 1000:.0f} ms", "500 ms", first / LIMIT)
    worst = first
    for name, given in papers.items():
        numbers = iter(range(REPEAT))
        took = common.timed(lambda given=given, numbers=numbers: print_one(*given, next(numbers)), REPEAT)
        worst = max(worst, took[-1])
        shown = f"{statistics.median(took) * 1000:.0f} / {took[-1] * 1000:.0f} ms"
        common.line(name, shown, "500 ms", took[-1] / LIMIT)
    return int(worst > LIMIT)


def first_of_all() -> None:
    """Print how many seconds the first paper of this process takes."""
    given = prepared()["receipt"]
    print(common.timed(lambda: print_one(*given, 0))[0])


if __name__ == "__main__":
    sys.exit(first_of_all() if sys.argv[1:] == ["first"] else main())
