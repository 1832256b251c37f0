"""Working a plan out with the real engine: what is kept passes the checker; what goes wrong is said; nothing hangs."""

from datetime import time, timedelta

import pytest
from django.core.management import CommandError, call_command

from dispatch.actions import plans
from dispatch.actions.plans import asking, sharing, working
from dispatch.models import Fault as KnownFault
from dispatch.models import Plan, PlanMove, PlanOption, PlanState, ServiceOrder
from dispatch.planning.check import Fault
from dispatch.planning.problem import Plan as Found
from dispatch.planning.problem import Route, Stop
from technicians.models import Absence, Skill
from tests.dispatch.actions.planned import at, placed, promise_until, standing
from tests.factories import NOW, in_days, make_order, make_technician

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
ELSEWHERE = {"phone": "0911 222 333", "address_line": "忠孝東路 9 號", "latitude": None, "longitude": None}


def clock():
    return NOW


def worked(place, **how):
    """Ask for a plan of today, work it out here in a second, and return it as it is then."""
    plan, _made = plans.ask_plan(place.outlet, TODAY, place.dispatcher, NOW, seconds=1, **how)
    plans.work_out(plan.pk, clock)
    return Plan.objects.get(pk=plan.pk)


def test_a_morning_is_planned_and_can_be_taken_as_it_is(place):
    orders = [make_order(place) for _ in range(5)]
    plan = worked(place)
    assert plan.state == PlanState.READY and plan.progress == 100, plan.error
    option = plan.options.get()
    assert (plan.before["served"], option.figures["served"], option.figures["orders"]) == (0, 5, 5)
    assert option.left == {}
    came = plans.take(plan.pk, 0, place.dispatcher, NOW)
    assert sorted(came.taken) == [order.pk for order in orders] and came.refused == {}


def test_what_was_promised_stays_and_nothing_else_is_at_its_time(place):  # H-C2
    agreed = placed(place, place.technician, 2, consent="son")
    for _ in range(4):
        make_order(place)
    plan = worked(place)
    moves = PlanMove.objects.filter(option__plan=plan)
    assert not moves.filter(order=agreed).exists()
    visit = agreed.visits.get()
    same = moves.filter(technician=place.technician, starts_at__lt=visit.ends_at, ends_at__gt=visit.starts_at)
    assert not same.exists()
    assert plans.take(plan.pk, 0, place.dispatcher, NOW).refused == {}


def test_a_visit_that_keeps_its_technician_and_time_is_no_move(place):
    stands = placed(place, place.technician, 2)
    plan = worked(place)
    assert plan.state == PlanState.READY
    assert not PlanMove.objects.filter(option__plan=plan, order=stands).exists()


def test_somebody_is_sick_their_promised_visits_go_to_others_within_the_promise(place):  # H-C2
    promised = promise_until(placed(place, place.technician, 2, consent="son"), 5)
    free = placed(place, place.technician, 4)
    Absence.objects.create(technician=place.technician, starts_at=NOW, ends_at=at(12), reason="sick")
    plan = worked(place, again=True, why="sick")
    assert plan.state == PlanState.READY
    for option in plan.options.all():
        move = option.moves.get(order=promised)
        assert move.technician == place.other
        assert at(2) <= move.starts_at <= at(5)
        assert option.moves.get(order=free).technician == place.other
    assert plan.before["calls"] == 1 and plans.take(plan.pk, 0, place.dispatcher, NOW).refused == {}


def passed_on(option) -> set[int]:
    """Return the orders that an option gives to another technician than now."""
    return {one.order_id for one in option.moves.all() if one.from_technician_id not in (None, one.technician_id)}


def test_the_least_change_passes_on_only_what_somebody_sick_leaves_behind(place):
    """The ends of the slider: the best plan makes room where only one can go, the least leaves everybody's visits."""
    third = make_technician(place.outlet, place.skill)
    special = Skill.objects.create(code="special", name_en="Special")
    place.other.skills.add(special)
    fault = KnownFault.objects.create(code="odd", name_en="Odd", category=place.category, skill=special)
    lost = placed(place, place.technician, 1)
    full = [placed(place, place.other, hours) for hours in range(1, 10)]
    wanted = make_order(place, priority=1, fault=fault.code)
    Absence.objects.create(technician=place.technician, starts_at=NOW, ends_at=at(12), reason="sick")
    options = list(worked(place, again=True, why="sick").options.order_by("number"))
    moved = [passed_on(option) for option in options]
    assert moved[0] == {lost.pk} and options[0].moves.get(order=lost).technician == third
    assert moved[-1] & {order.pk for order in full} and options[-1].moves.filter(order=wanted).exists()


def test_a_promise_that_nobody_can_keep_is_a_customer_to_call(place):
    promised = placed(place, place.technician, 2, consent="son")
    in_the_way = placed(place, place.other, 2, consent="son")
    Absence.objects.create(technician=place.technician, starts_at=NOW, ends_at=at(12), reason="sick")
    plan = worked(place, again=True)
    option = plan.options.first()
    assert list(option.left) == [str(promised.pk)] and option.figures["calls"] == 1
    (left,) = plans.said(plan, NOW)["options"][0]["left"]
    assert left["call"] and left["verb"] == "reschedule" and "promised" in left["fix"]
    assert not option.moves.filter(order=in_the_way).exists()


def test_what_can_not_be_planned_says_why(place):
    nowhere = make_order(place, **ELSEWHERE)
    place.skill.technicians.clear()
    untrained = make_order(place)
    idle = make_technician(place.outlet)
    idle.shifts.all().delete()
    plan = worked(place)
    said = {one["order"]: one for one in plans.said(plan, NOW)["options"][0]["left"]}
    assert (said[nowhere.pk]["code"], said[untrained.pk]["code"]) == ("no_place", "no_skill")
    assert place.skill.name in said[untrained.pk]["reason"]
    assert any(idle.name in notice for notice in plans.said(plan, NOW)["notices"])


def test_what_stands_does_not_lose_its_time_to_an_equal(place):
    place.other.shifts.all().delete()
    place.technician.shifts.update(ends=time(11))  # room for one
    stands = placed(place, place.technician, 0.5)
    equal = make_order(place)
    ServiceOrder.objects.filter(pk=equal.pk).update(opened_at=NOW - timedelta(days=9))  # it has waited long
    plan = worked(place)
    assert not PlanMove.objects.filter(option__plan=plan).exists()
    assert list(plan.options.get().left) == [str(equal.pk)] and standing(stands)[0] == place.technician


def test_tomorrows_plan_takes_nothing_from_today(place):
    today = placed(place, place.technician, 2)
    tomorrow = NOW + timedelta(days=1)
    make_order(place)
    plan, _made = plans.ask_plan(place.outlet, tomorrow.date(), place.dispatcher, NOW, seconds=1)
    assert plans.work_out(plan.pk, clock) == PlanState.READY
    moves = PlanMove.objects.filter(option__plan=plan)
    assert moves.exists() and not moves.filter(order=today).exists()


def test_what_was_only_proposed_makes_room_for_the_urgent_and_says_so(place):
    place.other.shifts.all().delete()
    place.technician.shifts.update(ends=time(11))  # room for one
    weak = placed(place, place.technician, 0.5, priority=4)
    urgent = make_order(place, priority=1)
    plan = worked(place)
    moves = {move.order_id: move for move in PlanMove.objects.filter(option__plan=plan)}
    assert (moves[urgent.pk].off, moves[weak.pk].off) == (False, True)
    assert "1 visit goes back to the queue" in plans.said(plan, NOW)["options"][0]["gains"]
    assert plans.take(plan.pk, 0, place.dispatcher, NOW).refused == {}
    assert standing(weak) is None and standing(urgent)[0] == place.technician


def test_a_day_without_orders_is_ready_at_once_and_changes_nothing(place):
    plan = worked(place)
    assert plan.state == PlanState.READY and plan.options.get().moves.count() == 0


def test_the_newer_plan_takes_the_place_of_the_older(place):
    make_order(place)
    first = worked(place)
    second = worked(place)
    first.refresh_from_db()
    assert (first.state, second.state) == (PlanState.DISMISSED, PlanState.READY)
    assert "newer" in plans.said(first, NOW)["over"]


def test_nothing_unsound_is_ever_kept(place, monkeypatch):
    order = make_order(place)
    twice = (Stop(order.pk, 3 * 3600), Stop(order.pk, 4 * 3600))
    lies = Found((Route(place.technician.pk, twice),))
    monkeypatch.setattr(working, "solve", lambda problem, seconds, **how: lies)
    plan = worked(place)
    assert (plan.state, plan.error) == (PlanState.FAILED, asking.UNSOUND)
    assert not PlanOption.objects.exists()
    said = plans.said(plan, NOW)
    assert order.number in said["notices"][0] and "Nothing was changed" in said["error"]


def test_one_unsound_option_does_not_spoil_the_sound_ones(place, monkeypatch):
    make_order(place)
    real, turns = working.check, iter(range(99))
    monkeypatch.setattr(working, "check", lambda *what: [Fault("required", 1, 1)] if next(turns) == 0 else real(*what))
    plan = worked(place, again=True)
    assert plan.state == PlanState.READY and plan.options.exists()


def test_whatever_breaks_it_fails_with_words_and_can_be_asked_again(place, monkeypatch):
    make_order(place)

    def breaks(*_what, **_how):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(working, "load", breaks)
        plan = worked(place)
    assert (plan.state, plan.error) == (PlanState.FAILED, asking.BROKE)
    assert plans.said(plan, NOW)["error"]
    assert worked(place).state == PlanState.READY


def test_left_while_it_is_worked_out_it_stays_left(place, monkeypatch):
    make_order(place)
    real = working.solve

    def left_meanwhile(problem, seconds, *, tell, **how):
        plans.dismiss(Plan.objects.get().pk, place.dispatcher, NOW)
        tell(0.5)
        return real(problem, seconds, tell=tell, **how)

    monkeypatch.setattr(working, "solve", left_meanwhile)
    plan = worked(place)
    assert plan.state == PlanState.DISMISSED and not PlanOption.objects.exists()


def test_who_takes_over_from_the_dead_writes_and_the_dead_does_not(place, monkeypatch):
    make_order(place)
    real = working.solve

    def overtaken(problem, seconds, **how):
        Plan.objects.update(worker="another")
        return real(problem, seconds, **how | {"tell": None})

    monkeypatch.setattr(working, "solve", overtaken)
    plan = worked(place)
    assert plan.state == PlanState.SOLVING and not PlanOption.objects.exists()
    monkeypatch.setattr(working, "solve", real)
    assert plans.work_out(plan.pk, clock) == PlanState.READY  # handed out again


def test_a_plan_that_ends_its_workers_is_not_tried_for_ever(place):
    make_order(place)
    plan, _made = plans.ask_plan(place.outlet, TODAY, place.dispatcher, NOW)
    Plan.objects.update(tries=working.MOST_TRIES, state=PlanState.SOLVING, heard_at=NOW)
    assert plans.work_out(plan.pk, clock) == PlanState.FAILED
    assert Plan.objects.get().error == asking.LOST


def test_pieces_are_worked_out_beside_each_other_and_nothing_differs(place, monkeypatch):
    monkeypatch.setattr(sharing, "_call_for_help", lambda *_what: None)
    make_order(place)
    plan, _made = plans.ask_plan(place.outlet, TODAY, place.dispatcher, NOW, again=True, seconds=1)
    assert plans.work_out(plan.pk, clock, plans.shared) == PlanState.READY


def test_from_the_command_line(place, monkeypatch, capsys):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    make_order(place), make_order(place, **ELSEWHERE)
    call_command("plan", outlet=place.outlet.code, date=in_days(0), seconds=1, dry_run=True)
    out = capsys.readouterr().out
    assert "nothing is kept" in out and "coordinates" in out and not Plan.objects.exists()
    call_command("plan", outlet=place.outlet.code, seconds=1)
    assert Plan.objects.get().state == PlanState.READY
    for how, code in [({"date": in_days(-1)}, 2), ({"date": "x"}, 2), ({"seconds": 0}, 2), ({"outlet": "x"}, 2)]:
        with pytest.raises(CommandError) as wrong:
            call_command("plan", **{"outlet": place.outlet.code} | how)
        assert wrong.value.returncode == code
    Plan.objects.update(state=PlanState.SOLVING, heard_at=NOW + timedelta(minutes=1))
    with pytest.raises(CommandError) as under_way:
        call_command("plan", outlet=place.outlet.code)
    assert under_way.value.returncode == 3


def test_what_stands_against_the_customers_wish_keeps_its_place_and_nothing_is_put_over_it(place):
    place.other.shifts.all().delete()
    place.technician.shifts.update(ends=time(15))
    tomorrow = {"wish_from": at(25).isoformat(), "wish_to": at(27).isoformat()}
    stands = placed(place, place.technician, 1, **tomorrow)
    for _ in range(3):
        make_order(place)
    plan = worked(place)
    visit = stands.visits.get()
    over = PlanMove.objects.filter(option__plan=plan, starts_at__lt=visit.ends_at, ends_at__gt=visit.starts_at)
    assert not over.exists() and plan.options.get().figures["served"] >= 2
