"""Many at once, with real transactions: one wins, nothing doubles, nobody waits for ever."""

# ruff: noqa: B023 (threads are over before a loop goes on)

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from customers.models import Customer
from dispatch import actions
from dispatch.actions import sweep_timers
from dispatch.lifecycle import Busy, Refusal
from dispatch.models import ServiceOrder, State, Timer, Visit
from dispatch.models.event import broken_links
from tests.dispatch.actions.tools import CONTACT
from tests.factories import COMPLETE, NOW, STARTS, do, fresh, make_order, make_outlet, order_in

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
HOUR = timedelta(hours=1)


@pytest.fixture
def place():
    return make_outlet()


def at_once(*works) -> list:
    """Run each in its own thread and connection, all from the same moment; return results or refusals."""
    barrier, results = Barrier(len(works)), [None] * len(works)

    def run(number, work):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[number] = work()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=it) for it in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refusal):
            raise result
    return results


def outcomes(results) -> Counter:
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)


def test_h_n3_the_same_act_fifty_times_at_once_counts_once(place):  # H-N3
    order = make_order(place)

    def note():
        raw = {"note": "the same"}
        return actions.perform(order.pk, "add_note", place.clerk, NOW, raw, key="k1", fingerprint="f")

    results = at_once(*[note] * 50)
    assert outcomes(results) == {"done": 50}
    assert sum(not result.replayed for result in results) == 1
    assert all(result.answer == results[0].answer for result in results)
    assert order.events.filter(action="add_note").count() == 1


def test_h_a4_two_dispatchers_one_winner_and_the_other_is_told_who(place):  # H-A4
    for _round in range(5):
        order = make_order(place)
        people = [(place.dispatcher, place.technician), (place.manager, place.other)]
        results = at_once(*[
            lambda by=by, to=to: actions.perform(order.pk, "assign", by, NOW, {"technician": to.pk})
            for by, to in people
        ])
        assert outcomes(results) == {"done": 1, "wrong_state": 1}
        lost = next(result for result in results if isinstance(result, Refusal))
        winner, technician = next(pair for pair, result in zip(people, results, strict=True) if result is not lost)
        assert lost.context["by"] == str(winner) and lost.context["technician"] == technician.name
        assert fresh(order).technician == technician


def test_h_a4_eight_at_once_for_one_technicians_time(place):
    tech, orders = place.technician.user, []
    for number in range(8):
        order = make_order(place, phone=f"09123456{number:02}")
        order = do(order, "assign", place.dispatcher, NOW, {"technician": place.technician.pk})
        orders.append(do(order, "accept", tech, NOW))
    for minutes in (0, 90, 180):  # three rounds: first come, first served, and the next time is free again
        raw = CONTACT | {"starts_at": (STARTS + timedelta(minutes=minutes)).isoformat()}
        left = [order for order in orders if fresh(order).state == State.ACCEPTED]
        results = at_once(*[lambda o=o: actions.perform(o.pk, "contact", tech, NOW, raw) for o in left])
        assert outcomes(results) == {"done": 1, "guards_unmet": len(left) - 1}
        lost = [result for result in results if isinstance(result, Refusal)]  # by the guard, not by the net below
        assert {lack.fix for refusal in lost for lack in refusal.lacks} == {"contact"}
    assert Visit.objects.binding().filter(technician=place.technician).count() == 3


def test_one_and_the_same_order_agreed_by_several(place):
    order, now = order_in(State.ACCEPTED, place)
    by = [place.technician.user, place.dispatcher, place.manager]
    results = at_once(*[lambda who=who: actions.perform(order.pk, "contact", who, now, CONTACT) for who in by])
    assert outcomes(results) == {"done": 1, "wrong_state": 2}


def test_different_acts_on_one_order_queue_up_and_the_log_stays_whole(place):
    order = make_order(place)
    works = [
        lambda n=n: actions.perform(order.pk, "add_note", place.clerk, NOW, {"note": f"note {n}"}) for n in range(12)
    ]
    assert outcomes(at_once(*works)) == {"done": 12}
    order = fresh(order)
    assert broken_links(order) == [] and order.log_seq == order.version == 13


def test_h_i3_two_corrections_at_once_both_stay(place):  # H-I3
    first, second = make_order(place), make_order(place, symptom="noise")
    assert first.customer == second.customer
    at_once(
        lambda: actions.perform(first.pk, "correct", place.clerk, NOW, {"phone_alt": "0933 333 333"}),
        lambda: actions.perform(second.pk, "correct", place.agent, NOW, {"name": "王大明"}),
        lambda: actions.perform(first.pk, "correct", place.agent, NOW, {"access_note": "3F"}),
    )
    order = fresh(first)
    assert (order.customer.phone_alt, order.customer.name) == ("+886933333333", "王大明")
    assert order.address.access_note == "3F"


def test_what_waited_for_the_lock_reads_what_was_written_meanwhile(place):
    """A remark that waits while the order is passed on names the new technician's next step, not nobody's."""
    order, now = order_in(State.ACCEPTED, place)
    raw = {"technician": place.other.pk, "reason": "nearer"}
    for _round in range(5):
        holder = fresh(order).technician
        raw["technician"] = (place.other if holder == place.technician else place.technician).pk
        results = at_once(
            lambda: actions.perform(order.pk, "transfer", place.dispatcher, now, raw),
            *[lambda: actions.perform(order.pk, "add_note", place.clerk, now, {"note": "x"})] * 5,
        )
        assert outcomes(results) == {"done": 6}
        order = fresh(order)
        assert order.technician_id == raw["technician"]
        assert order.next_user == order.technician.user


def test_an_order_opened_many_times_at_once_is_one_household(place):
    before = make_order(place)  # the household is known; the place and the machine are new
    new = COMPLETE | {"address_line": "信義路五段 7 號", "model_no": "BCD200"}
    results = at_once(*[lambda: actions.create_order(place.agent, new, NOW)] * 6)
    assert outcomes(results) == {"done": 6}
    orders = ServiceOrder.objects.exclude(pk=before.pk)
    assert {order.customer for order in orders} == {before.customer}
    assert len({(o.customer_id, o.address_id, o.appliance_id) for o in orders}) == 1 and len(orders) == 6


def test_one_reference_at_once_is_one_order(place):
    told = COMPLETE | {"external_ref": "A1"}
    results = at_once(*[lambda: actions.create_order(place.agent, told, NOW)] * 5)
    assert outcomes(results) == {"done": 1, "bad_data": 4}
    assert Customer.objects.count() == ServiceOrder.objects.count() == 1


def test_h_n1_nobody_is_given_to_who_leaves_at_that_moment(db):  # H-N1
    for number in range(4):
        place = make_outlet()
        held = [order_in(State.ACCEPTED, place, phone=f"09{number}2345{n:03}")[0] for n in range(2)]
        new = [make_order(place, phone=f"09{number}9345{n:03}") for n in range(3)]
        to = {"technician": place.technician.pk}
        results = at_once(
            lambda: actions.deactivate(place.technician, NOW),
            *[lambda o=o: actions.perform(o.pk, "assign", place.dispatcher, NOW, to) for o in new],
            *[lambda o=o: actions.perform(o.pk, "contact", place.technician.user, NOW, CONTACT) for o in held],
        )
        assert Busy.code not in outcomes(results)
        assert not ServiceOrder.objects.adrift().exists()
        for order in ServiceOrder.objects.unfinished().filter(technician=place.technician):
            assert order.next_action == "reassign", order.state
        assert ServiceOrder.objects.filter(technician=place.technician).count() >= len(held)


def test_an_act_and_the_sweep_on_the_same_order(place):
    """Whoever comes first: the timer either fires before the act or is cancelled by it, never both."""
    for _round in range(6):
        order, now = order_in(State.CONTACTED, place, phone=f"0912{_round:06}")
        do(order, "check_kit", place.technician.user, now, {"items": ["pad-cloth", "tools"]})
        order.timers.filter(kind="leave_by").update(wake_at=NOW - timedelta(days=400))
        at_once(
            lambda o=order: actions.perform(o.pk, "depart", place.technician.user, now),
            sweep_timers,
            sweep_timers,
        )
        order = fresh(order)
        rang = order.events.filter(action="leave_by_passed").count()
        assert order.state == State.EN_ROUTE and broken_links(order) == []
        assert order.timers.get(kind="leave_by").state == (Timer.FIRED if rang else Timer.CANCELLED)
        do(order, "hand_back", place.dispatcher, now, {"reason": "next round"})


def test_who_waits_too_long_is_told_to_try_again(place):
    order = make_order(place)

    def wait():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        return actions.perform(order.pk, "add_note", place.clerk, NOW, {"note": "x"})

    with transaction.atomic():
        ServiceOrder.objects.select_for_update().get(pk=order.pk)
        assert outcomes(at_once(wait)) == {"busy": 1}
