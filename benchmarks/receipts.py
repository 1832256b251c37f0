"""10,000 receipts from 8 processes: the numbers 1 to 10,000, each once, though some acts come to nothing (H-G1)."""

from __future__ import annotations

import sys
import time

import common

RECEIPTS, PROCESSES = 10_000, 8


def main() -> int:
    """Print the rate; return 1 when a number is missing or was given twice."""
    with common.servers() as var:
        from django.utils import timezone

        from dispatch.models import Bill, Paper
        from tests.factories import make_order, make_outlet

        place = make_outlet()
        order = make_order(place)
        how = {"currency": "TWD", "method": "cash", "charged_at": timezone.now()}
        bill = Bill.objects.create(order=order, amount=115_000, **how)
        module, each = "tests.dispatch.papers.issuing", RECEIPTS // PROCESSES
        log = var / "receipts.log"
        begun = time.perf_counter()
        crew = [common.start("-m", module, str(bill.pk), str(each), log=log) for _number in range(PROCESSES)]
        for process in crew:
            process.wait(1800)
        took = time.perf_counter() - begun
        if any(process.returncode for process in crew):
            raise SystemExit(log.read_text())
        numbers = list(Paper.objects.order_by("number").values_list("number", flat=True))
    right = numbers == list(range(1, RECEIPTS + 1))
    rate = RECEIPTS / took
    common.heading(f"{RECEIPTS:,} receipts from {PROCESSES} processes, with the start of the processes")
    common.line("numbers 1 to 10,000, each once", "yes" if right else "NO", "yes")
    common.line("receipts a second", f"{rate:,.0f}")
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())
