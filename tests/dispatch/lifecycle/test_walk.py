"""A walk through the life of orders: anybody does anything, the clock jumps, requests come twice.

`WALK=long` walks further, elsewhere each time.
"""

import os
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dispatch import actions
from dispatch.actions.clock import ring
from dispatch.lifecycle import REGISTRY, GuardsUnmet, KeyReused, NotFound, Refusal, WrongState
from dispatch.lifecycle.sweep import _alone
from dispatch.models import ServiceOrder, State, Timer
from technicians.models import Technician
from tests.dispatch.actions.tools import check_ways_out
from tests.dispatch.lifecycle.walking import DONE_BY, JUNK, MINUTE, check, no_two_at_once, sensible
from tests.factories import NOW, fresh, make_order, make_outlet

LONG = os.environ.get("WALK") == "long"
EACH_TIME = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "database": None,
    "derandomize": not LONG,
    # The short form is the same each time: what fails there can be looked at as it is.
    "phases": (Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
    "max_examples": 500 if LONG else 20,
    "stateful_step_count": 80 if LONG else 20,
}
VERBS = st.sampled_from([*sorted(REGISTRY), *["cancel"] * 16])  # there are many verbs, and one end
WHICH = st.integers(0, 2)  # of the orders
SEEDS = st.integers(0, 2**16)  # for what is picked along the way


class Walk(RuleBasedStateMachine):
    """Up to three orders of one outlet. Everything is undone at the end of a walk."""

    place, seen = None, set()

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now, self.orders, self.sent, self.touched = NOW, [], [], set()
        place = self.place
        self.people = [place.dispatcher, place.clerk, place.agent, place.manager, place.admin]
        self.people += [place.technician.user, place.other.user]

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(covered=st.sampled_from([True, False, None]), steps=st.sampled_from([0, 8, 16, 24, 32, 40]), seed=SEEDS)
    def first(self, covered, steps, seed):
        review = Random(seed).random() < 0.3
        self.orders.append(make_order(self.place, self.now, needs_review=review, in_warranty=covered).pk)
        self.seen.add(self.order(0).state)
        self.it_goes_on(0, steps, seed)

    @rule(gaps=st.sampled_from([{}, {"model_no": ""}, {"latitude": None, "longitude": None}, {"category": None}]))
    def another(self, gaps):
        if len(self.orders) < 3:
            self.orders.append(make_order(self.place, self.now, phone=f"0912 34567{len(self.orders)}", **gaps).pk)

    @rule(minutes=st.sampled_from([1, 6, 20, 60, 185, 1500]))
    def time_passes(self, minutes):
        self.now += minutes * MINUTE

    @rule()
    def the_clock_rings(self):
        """What is due by our clock; the sweep itself goes by the database's, and is tried elsewhere."""
        due = Timer.objects.filter(order__in=self.orders, state=Timer.PENDING, wake_at__lte=self.now)
        for timer in due.order_by("wake_at", "pk"):
            if Timer.objects.filter(pk=timer.pk, state=Timer.PENDING).exists():
                _alone(ring, timer, self.now)
                self.touched.add(timer.order_id)
                assert Timer.objects.get(pk=timer.pk).state == Timer.FIRED

    @rule(which=WHICH, steps=st.integers(1, 8), seed=SEEDS)
    def it_goes_on(self, which, steps, seed):
        """Whoever must act next does; where something is lacking, the way out named is gone first."""
        choose = Random(seed).choice
        for _step in range(steps):
            order = self.order(which)
            if order.is_open:
                possible = {transition.name for transition in order.get_available_state_transitions()}
                name = next(name for name in DONE_BY[order.next_action] if name in possible)
                refused = self.send(order, name, self.somebody_who_may(order, name), choose)
                for lack in refused.lacks if isinstance(refused, GuardsUnmet) else ():
                    if lack.fix not in ("", name):
                        self.send(self.order(which), lack.fix, self.somebody_who_may(order, lack.fix), choose)

    @rule(which=WHICH, name=VERBS, who=st.integers(0, 6), seed=SEEDS)
    def somebody_acts(self, which, name, who, seed):
        self.send(self.order(which), name, self.people[who], Random(seed).choice)

    @rule(which=WHICH, place=st.integers(0, 60), seed=SEEDS)
    def somebody_does_what_they_may(self, which, place, seed):
        choose = Random(seed).choice
        by, order = choose(self.people), self.order(which)
        if ServiceOrder.objects.for_user(by).filter(pk=order.pk).exists():
            offered = [one.verb.name for one in actions.open_to(order, by, self.now)]
            self.send(order, offered[place % len(offered)], by, choose)

    @rule(which=WHICH, name=VERBS, seed=SEEDS, amount=st.integers(1, 4))
    def somebody_sends_nonsense(self, which, name, seed, amount):
        choose, order = Random(seed).choice, self.order(which)
        raw, shape = sensible(name, self.place, self.now, choose), REGISTRY[name].data
        fields = [*(shape().fields if shape else ()), "unknown"]
        raw |= {choose(fields): choose(JUNK) for _ in range(amount)}
        self.try_it(order, name, self.somebody_who_may(order, name), choose([raw, raw, raw, [], "x", None]))

    @rule(which=st.integers(0, 40))
    def a_phone_sends_again(self, which):
        """The same key gives the same answer, or the same refusal, and changes nothing."""
        if not self.sent:
            return
        how, answer = self.sent[which % len(self.sent)]
        before = {pk: fresh(pk).version for pk in self.orders}
        try:
            again = actions.perform(**how | {"now": self.now})
            assert again.replayed and again.answer == answer
        except WrongState as refusal:
            assert refusal.replayed and answer is None
        with pytest.raises(KeyReused):
            actions.perform(**how | {"now": self.now, "fingerprint": "another"})
        assert {pk: fresh(pk).version for pk in self.orders} == before

    @rule(which=st.sampled_from(["technician", "other"]), back=st.booleans())
    def somebody_leaves_or_is_back(self, which, back):
        technician = getattr(self.place, which)
        if back:
            Technician.objects.filter(pk=technician.pk).update(active=True)
        elif Technician.objects.working().filter(outlet=self.place.outlet).count() > 1:
            actions.deactivate(Technician.objects.get(pk=technician.pk), self.now)
            self.touched.update(self.orders)

    def order(self, which: int):
        pk = self.orders[which % len(self.orders)]
        return fresh(pk)

    def somebody_who_may(self, order, name):
        """Return whoever must act next if the verb is theirs, else the first who may do it, else anybody."""
        roles = REGISTRY[name].roles
        holder = order.technician and order.technician.user
        next_one = next((by for by in self.people[:5] if by.role == order.next_role), None)
        theirs = [order.next_user, next_one, holder, *self.people[:5]]
        return next((by for by in theirs if by and by.role in roles), self.people[0])

    def send(self, order, name, by, choose):
        version = choose([None, None, None, order.version, order.version - 1])
        return self.try_it(order, name, by, sensible(name, self.place, self.now, choose), version)

    def try_it(self, order, name, by, raw, version=None):
        """Act as somebody; a refusal must be one of ours, and change nothing."""
        key = f"k{len(self.sent)}" if len(self.sent) < 40 else ""
        how = {"order_id": order.pk, "name": name, "by": by, "raw": raw, "version": version}
        how |= {"key": key, "fingerprint": "f"}
        refusal = None
        try:
            answer = actions.perform(now=self.now, **how).answer
            after = fresh(order)
            assert answer["version"] == after.version == order.version + 1
            check(after, self.now)
            self.seen.add(after.state)
        except Refusal as refused:
            refusal = refused
            assert fresh(order).version == order.version
            assert 400 <= refusal.status < 500 and refusal.title
            if isinstance(refusal, GuardsUnmet):
                check_ways_out(refusal, fresh(order))
            if isinstance(refusal, NotFound):
                assert REGISTRY[name].by_clock or by.role == "technician"
            if not isinstance(refusal, WrongState):
                return refusal
            answer = None
        if key:
            self.sent.append((how, answer))
        return refusal

    @invariant()
    def all_holds(self):
        for order in ServiceOrder.objects.with_rows().filter(pk__in=self.touched):
            check(order, self.now)
        self.touched.clear()
        assert not ServiceOrder.objects.adrift().exists()
        no_two_at_once(self.place)


@pytest.mark.django_db
def test_h_n1_whatever_anybody_does_nothing_is_lost():  # H-N1, H-N2, H-N3, H-A4
    Walk.place = make_outlet()
    Walk.seen = set()
    run_state_machine_as_test(Walk, settings=settings(**EACH_TIME))
    rare = {State.REJECTED, State.NEEDS_INFO, State.CONSULTING, State.REQUESTED}
    assert set(State.values) - Walk.seen <= rare, "the walk saw too little of the life of an order"
