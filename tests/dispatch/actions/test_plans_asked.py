"""Asking for a plan: one under way per outlet and day, none for ever, and none by who may not."""

import subprocess
import sys
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from dispatch import tasks
from dispatch.actions import plans
from dispatch.actions.plans import asking
from dispatch.lifecycle import BadData, NotAllowed
from dispatch.models import OrderEvent, Plan, PlanState
from tests.dispatch.actions.planned import plan_of
from tests.dispatch.timers.processes import ROOT, environment
from tests.factories import NOW, in_days, make_order, make_outlet

TODAY = NOW.date()


@pytest.mark.django_db
def test_who_asks_second_is_shown_the_first_ones(place):
    plan, made = plans.ask_plan(place.outlet, TODAY, place.dispatcher, NOW)
    again, made_again = plans.ask_plan(place.outlet, TODAY, place.manager, NOW, again=True, why="sick")
    assert (made, made_again, again.pk) == (True, False, plan.pk)
    other, made_other = plans.ask_plan(place.outlet, TODAY + timedelta(days=1), place.manager, NOW)
    assert made_other and other.pk != plan.pk


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_moment_get_the_same_plan():
    place, gate, got = make_outlet(), Barrier(2), []

    def ask(user):
        gate.wait()
        try:
            got.append(plans.ask_plan(place.outlet, TODAY, user, NOW))
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(user,)) for user in (place.dispatcher, place.manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({plan.pk for plan, _made in got}) == 1
    assert sorted(made for _plan, made in got) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_the_same_moment_do_each_visit_once():  # H-N3
    place, gate, came = make_outlet(), Barrier(2), []
    orders = [make_order(place) for _ in range(4)]
    plan = plan_of(place, [(order, place.technician, 1 + number) for number, order in enumerate(orders)])

    def take(user):
        gate.wait()
        try:
            came.append(plans.take(plan.pk, 0, user, NOW))
        finally:
            connection.close()

    threads = [Thread(target=take, args=(user,)) for user in (place.dispatcher, place.manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(order for one in came for order in one.taken) == [order.pk for order in orders]
    assert not any(one.refused for one in came)
    assert OrderEvent.objects.filter(action="place").count() == 4


@pytest.mark.django_db
def test_old_plans_are_forgotten_at_night(place):
    old = plan_of(place, [(make_order(place), place.technician, 1)], day=TODAY - timedelta(days=400))
    young = plan_of(place, [], state=PlanState.SETTLED, day=timezone.now().date())
    assert tasks.housekeeping()["plans"] >= 1
    assert list(Plan.objects.filter(pk__in=[old.pk, young.pk])) == [young]


@pytest.mark.django_db
def test_it_begins_now_today_and_at_midnight_of_the_outlets_day_later(place):
    today, _ = plans.ask_plan(place.outlet, TODAY, place.dispatcher, NOW)
    later, _ = plans.ask_plan(place.outlet, TODAY + timedelta(days=2), place.dispatcher, NOW)
    assert today.since == NOW
    assert later.since.astimezone(place.outlet.tz).strftime("%Y-%m-%d %H:%M") == f"{in_days(2)} 00:00"


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1, 400, -700_000])
def test_a_day_that_is_over_or_far_away_is_refused_with_what_to_do(place, days):
    with pytest.raises(BadData) as refused:
        plans.ask_plan(place.outlet, TODAY + timedelta(days=days), place.dispatcher, NOW)
    assert "day" in refused.value.context["errors"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["agent", "clerk"])
def test_for_dispatchers_and_above(place, role):
    with pytest.raises(NotAllowed):
        plans.ask_plan(place.outlet, TODAY, getattr(place, role), NOW)
    with pytest.raises(NotAllowed):
        plans.ask_plan(place.outlet, TODAY, place.technician.user, NOW)


@pytest.mark.django_db
def test_not_for_another_outlet(place):
    with pytest.raises(plans.UnknownPlan):
        plans.ask_plan(make_outlet().outlet, TODAY, place.dispatcher, NOW)


@pytest.mark.django_db
def test_a_plan_whose_worker_died_fails_with_words_and_frees_the_way(place):
    plan, _ = plans.ask_plan(place.outlet, TODAY, place.dispatcher, NOW)
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.SOLVING, worker="w", heard_at=NOW)
    assert plans.bury(NOW + timedelta(seconds=30)) == 0
    late = NOW + asking.HEARD_WITHIN + timedelta(seconds=1)
    again, made = plans.ask_plan(place.outlet, TODAY, place.dispatcher, late)
    assert made and again.pk != plan.pk
    plan.refresh_from_db()
    assert (plan.state, plan.error) == (PlanState.FAILED, asking.LOST)
    assert "died" in plans.said(plan, late)["error"]


@pytest.mark.django_db
def test_a_plan_that_nobody_takes_up_fails_with_words(place):
    plan, _ = plans.ask_plan(place.outlet, TODAY, place.dispatcher, NOW)
    assert plans.bury(NOW + asking.TAKEN_UP_WITHIN + timedelta(seconds=1)) == 1
    plan.refresh_from_db()
    assert plan.state == PlanState.FAILED and "worker" in plans.said(plan, NOW)["error"]


SEND = """
import django; django.setup()
from django.utils import timezone
from dispatch.actions import plans
from dispatch.models import Plan
plans.send(Plan.objects.get(), timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_it_fails_at_once_and_says_so():
    plan, _ = plans.ask_plan((place := make_outlet()).outlet, TODAY, place.dispatcher, NOW)
    nobody = environment(REDIS_URL="redis://127.0.0.1:1/0", DJANGO_SETTINGS_MODULE="config.settings")
    subprocess.run([sys.executable, "-c", SEND], cwd=ROOT, env=nobody, check=True, timeout=60)
    plan.refresh_from_db()
    assert (plan.state, plan.error) == (PlanState.FAILED, asking.NO_WORKER)


@pytest.mark.django_db
def test_leaving_one_under_way_stops_it(place):
    plan, _ = plans.ask_plan(place.outlet, TODAY, place.dispatcher, NOW)
    assert plans.dismiss(plan.pk, place.manager, NOW).state == PlanState.DISMISSED
    assert plans.dismiss(plan.pk, place.manager, NOW).state == PlanState.DISMISSED  # twice is once
    assert plans.work_out(plan.pk, lambda: NOW) == PlanState.DISMISSED
