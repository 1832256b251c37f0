"""Numbers of papers: one after the other, each once, whoever asks at the same time and whatever fails (H-G1)."""

from contextlib import ExitStack

import pytest
from django.db import transaction

from dispatch.actions.papers import issue
from dispatch.models import Paper, PaperKind, Series
from tests.dispatch.timers.processes import running, wait_for
from tests.factories import make_outlet
from tests.pricing import charged, make_prices

PROCESSES, EACH = 4, 50


def receipts():
    return list(Paper.objects.filter(kind=PaperKind.RECEIPT).order_by("number").values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_processes_at_once_leave_no_gap_and_take_none_twice(tmp_path):  # H-G1
    place = make_outlet()
    make_prices(place)
    order, _now = charged(place)  # its receipt is number 1
    bill = order.bills.get()
    with ExitStack() as stack:
        command = ("-m", "tests.dispatch.papers.issuing", str(bill.pk), str(EACH))
        crew = [stack.enter_context(running(tmp_path, *command)) for _number in range(PROCESSES)]
        wait_for(lambda: all(process.poll() == 0 for process in crew))
    assert receipts() == list(range(1, PROCESSES * EACH + 2))
    assert Series.objects.get(kind=PaperKind.RECEIPT).last == PROCESSES * EACH + 1


@pytest.mark.django_db
def test_what_is_refused_takes_no_number():
    place = make_outlet()
    make_prices(place)
    order, now = charged(place)
    bill = order.bills.get()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issue(order, PaperKind.RECEIPT, now, None, bill=bill)
        1 / 0  # noqa: B018
    assert issue(order, PaperKind.RECEIPT, now, None, bill=bill).number == 2
    assert issue(order, PaperKind.INVOICE, now, None, bill=bill).number == 1


@pytest.mark.django_db
def test_each_outlet_counts_for_itself():
    numbers = []
    for _turn in range(2):
        place = make_outlet()
        make_prices(place)
        order, _now = charged(place)
        numbers.append(order.papers.get().snapshot["number"])
    assert all(number.endswith("-R000001") for number in numbers)
    assert numbers[0] != numbers[1]
