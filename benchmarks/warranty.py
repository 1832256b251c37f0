"""One decision about a warranty: pure data in, pure data out, so it costs nothing to make it again (H-W1).

The limit is on the slowest of the cases: everything shown, nothing shown, and all ten exclusions found.
"""

from __future__ import annotations

import statistics
import sys
import timeit
from datetime import date

import common
from django.conf import settings

MICROSECONDS = 50
ROUNDS, CALLS = 15, 4_000


def main() -> int:
    """Print the figures; return the exit status."""
    settings.configure(USE_I18N=True)  # labels are lazy: nothing is translated while deciding
    slowest = 0.0
    common.heading(f"One decision, median of {ROUNDS} rounds of {CALLS:,}")
    for name, work in cases().items():
        rounds = timeit.repeat(work, number=CALLS, repeat=ROUNDS)
        took = statistics.median(rounds) / CALLS * 1e6
        slowest = max(slowest, took)
        common.line(name, f"{took:.1f} µs", f"{MICROSECONDS} µs", took / MICROSECONDS)
    return int(slowest > MICROSECONDS)


def cases() -> dict:
    """Return what is measured: a name, and a call that decides."""
    from customers.remedies import History, remedies
    from customers.warranty import Document, Evidence, Exclusion, Product, Proof, Terms, decide

    today, bought = date(2026, 11, 22), date(2026, 1, 31)
    terms = Terms(
        valid_from=date(2024, 1, 1),
        regions=frozenset({"TW", "HK"}),
        documents=frozenset(Document),
        proofs=(Proof.INVOICE, Proof.CARD),
    )
    product = Product(bought, "TW", True, replaced_on=date(2026, 6, 1))
    shown = Evidence(frozenset(Document), True, proof=Proof.INVOICE)
    excluded = Evidence(box_matches=False, found=frozenset(Exclusion))
    history = History(bought, today, True, True, failed_repairs=1, longest_repair_days=12)
    return {
        "provisional, nothing shown": lambda: decide(terms, product, Evidence(), today, final=False),
        "final, everything shown": lambda: decide(terms, product, shown, today, final=True),
        "final, nothing shown": lambda: decide(terms, product, Evidence(), today, final=True),
        "final, all ten exclusions": lambda: decide(terms, product, excluded, today, final=True),
        "refund, exchange, repair": lambda: remedies(terms, history, today),
    }


if __name__ == "__main__":
    sys.exit(main())
