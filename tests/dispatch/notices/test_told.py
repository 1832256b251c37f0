"""Which acts customers are told of, in the transaction of the act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from dispatch import actions
from dispatch.actions.clock import sweep_timers
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import Notice, NoticeEvent, NoticeHook, State, Timer, Visit
from dispatch.notices import note, send_code
from tests.factories import CONFIRMED, NOW, STARTS, do, make_order, order_in
from tests.pricing import charged, make_prices

pytestmark = pytest.mark.django_db
E = NoticeEvent


def events(order) -> list[str]:
    return list(Notice.objects.filter(order=order).order_by("pk").values_list("event", flat=True))


def last(order) -> Notice:
    return Notice.objects.filter(order=order).order_by("-pk").first()


def test_a_repair_tells_what_happens_next_and_nothing_else(place):
    """H-C1, H-D1, H-E3, H-H1: opened, the time, on the way, at the door; rated at the door, nobody asks again."""
    order, _now = order_in(State.CLOSED, place)
    assert events(order) == [E.OPENED, E.APPOINTMENT, E.ON_THE_WAY, E.ARRIVED]


def test_h_c1_the_time_agreed_is_told_as_agreed(place):
    order, _now = order_in(State.CONTACTED, place)
    facts = last(order).facts
    assert facts["starts_at"] == STARTS.isoformat()
    assert facts["technician"] == place.technician.name


def test_h_c2_a_new_time_is_told_and_an_import_is_not(place):
    order, now = order_in(State.CONTACTED, place)
    other = {"starts_at": (STARTS + timedelta(hours=2)).isoformat(), "reason": "jam", "agreed": True}
    order = do(order, "reschedule", place.technician.user, now, other)
    assert events(order) == [E.OPENED, E.APPOINTMENT, E.APPOINTMENT]
    imported = make_order(place, channel="import")
    assert events(imported) == []


def test_h_a4_another_technician_at_the_same_time_is_not_told_again(place):
    """The promise is the time; who comes is told when they come."""
    order, now = order_in(State.CONTACTED, place)
    where = {"technician": place.technician.pk, "starts_at": STARTS.isoformat()}
    order = do(order, "place", place.dispatcher, now, where)
    assert events(order).count(E.APPOINTMENT) == 1
    moved = where | {"starts_at": (STARTS + timedelta(hours=1)).isoformat(), "consent": "王小明"}
    order = do(order, "place", place.dispatcher, now, moved)
    assert events(order).count(E.APPOINTMENT) == 2


def test_h_e3_who_is_on_the_way_can_be_known_at_the_door(place):
    order, _now = order_in(State.EN_ROUTE, place)
    facts = last(order).facts
    assert last(order).event == E.ON_THE_WAY
    assert (facts["technician"], facts["permit"]) == (place.technician.name, place.technician.permit_code)
    assert facts["eta"] >= (STARTS - timedelta(minutes=5)).isoformat()


def test_h_d3_a_delay_is_told_unless_it_was_said_on_the_phone(place):
    order, now = order_in(State.EN_ROUTE, place)
    late = {"reason": "jam", "expected_at": (STARTS + timedelta(minutes=40)).isoformat()}
    silent = do(order, "delay", place.technician.user, now, late | {"customer_told": True})
    assert last(silent).event == E.ON_THE_WAY
    order = do(order, "delay", place.technician.user, now, late)
    assert last(order).event == E.DELAYED
    assert last(order).facts["eta"] == (STARTS + timedelta(minutes=40)).isoformat()


def test_h_d4_the_next_customer_is_told_once_and_again_when_it_has_moved_by_much(place):
    """Held up at the first one's, the second hears of it by itself."""
    first, now = order_in(State.EN_ROUTE, place)
    second = make_order(place, phone="0955 111 222", name="李四")
    second = do(second, "assign", place.dispatcher, now, {"technician": place.technician.pk})
    second = do(second, "accept", place.technician.user, now)
    at = STARTS + timedelta(hours=2)
    second = do(second, "contact", place.technician.user, now, {"confirmed": CONFIRMED, "starts_at": at.isoformat()})
    for minutes, told in ((150, 1), (152, 1), (190, 2)):
        late = {"reason": "jam", "expected_at": (STARTS + timedelta(minutes=minutes)).isoformat()}
        do(first, "delay", place.technician.user, now, late)
        assert events(second).count(E.DELAYED) == told, minutes
    assert Visit.objects.get(order=second).at_risk


def test_h_e4_late_at_the_door_is_an_apology_by_itself(place):
    order, _now = order_in(State.EN_ROUTE, place)
    past = NOW - timedelta(days=9)
    Timer.objects.filter(order=order, kind="late_call").update(due_at=past, wake_at=past)
    while sweep_timers():
        pass
    assert last(order).event == E.LATE_APOLOGY


def test_h_i1_what_is_missing_and_why_refused_is_in_the_words_of_the_reviewer(place):
    order, _now = order_in(State.NEEDS_INFO, place)
    assert (last(order).event, last(order).facts) == (E.NEEDS_INFO, {"reason": "which model?"})
    order, _now = order_in(State.REJECTED, place)
    assert (last(order).event, last(order).facts) == (E.REFUSED_REQUEST, {"reason": "not our product"})


def test_h_r1_who_did_not_answer_hears_that_we_called(place):
    order, now = order_in(State.FOLLOW_UP, place)
    order = do(order, "callback_no_answer", place.agent, now + timedelta(hours=25))
    assert last(order).event == E.CALLBACK_MISSED


def test_a_cancelled_order_is_told_without_our_reasons(place):
    order, _now = order_in(State.CANCELLED, place)
    assert (last(order).event, last(order).facts) == (E.CANCELLED, {})


def test_h_f10_the_alarm_goes_to_the_channels_of_the_outlet_that_want_it(place):
    NoticeHook.objects.create(name="all", url="wecombot://k", events=["alarm", "escalated"])
    NoticeHook.objects.create(name="off", url="wecombot://k", events=["alarm"], active=False)
    NoticeHook.objects.create(name="deaf", url="wecombot://k", events=["escalated"], outlet=place.outlet)
    order, now = order_in(State.ON_SITE, place)
    order = do(order, "sos", place.technician.user, now, {})
    order = do(order, "sos", place.technician.user, now, {"what": "again"}) or order
    alarms = Notice.objects.filter(order=order, event=E.ALARM)
    assert {row.to for row in alarms} == {"all"}
    order, now = order_in(State.READY, place)
    do(order, "escalate", place.agent, now, {"escalation": "angry", "reason": "waited twice"})
    assert {row.to for row in Notice.objects.filter(order=order, event=E.ESCALATED)} == {"all", "deaf"}


def test_h_n3_an_act_sent_twice_and_an_event_noted_twice_are_told_once(place):
    order, now = order_in(State.ACCEPTED, place)
    raw = {"confirmed": CONFIRMED, "starts_at": STARTS.isoformat()}
    for _ in range(2):
        actions.perform(order.pk, "contact", place.technician.user, now, raw, key="k1", fingerprint="f")
    assert events(order).count(E.APPOINTMENT) == 1
    for _ in range(2):
        note(order, E.RATE, now, cycle=7)
    assert events(order).count(E.RATE) == 1


def test_what_did_not_happen_is_not_told(place):
    """The row goes with the act: refused or rolled back, there is none."""
    order, now = order_in(State.ACCEPTED, place)
    with pytest.raises(GuardsUnmet):
        do(order, "contact", place.technician.user, now, {"confirmed": [], "starts_at": STARTS.isoformat()})
    with pytest.raises(RuntimeError), transaction.atomic():
        do(order, "contact", place.technician.user, now, {"confirmed": CONFIRMED, "starts_at": STARTS.isoformat()})
        raise RuntimeError
    assert events(order) == [E.OPENED]


def test_h_f2_h_g1_a_quote_and_a_receipt_are_told_with_their_amounts(place):
    make_prices(place)
    order, _now = charged(place)
    told = Notice.objects.filter(order=order, event__in=(E.QUOTE, E.RECEIPT)).order_by("pk")
    assert [row.event for row in told] == [E.QUOTE, E.RECEIPT]
    assert all(row.facts["amount"].startswith("NT$") for row in told)


def test_a_code_goes_by_what_it_was_asked_for():
    send_code("+886912345678", "123456", "zh-hant", NOW)
    send_code("a@example.org", "123456", "en", NOW)
    rows = Notice.objects.order_by("pk").values_list("channel", "to", "language")
    assert list(rows) == [("sms", "+886912345678", "zh-hant"), ("email", "a@example.org", "en")]
