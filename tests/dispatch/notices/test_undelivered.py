"""What could not be delivered: a call for an agent, or sent again; and delivery reports (H-C, H-N1)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from dispatch.actions import undelivered
from dispatch.lifecycle import BadData, NotFound
from dispatch.models import Notice, NoticeEvent, NoticeHook, NoticeState, OrderEvent, State
from dispatch.notices import send_code
from dispatch.notices.report import signature
from dispatch.notices.undelivered import call_off_overtaken
from tests.dispatch.notices.test_send import one, run
from tests.factories import STARTS, do, make_outlet, order_in
from web.console.telling import to_call

pytestmark = pytest.mark.django_db
E, S = NoticeEvent, NoticeState
SECRET = "between us and them"


@pytest.fixture
def failed(place, provider):
    """The notice of a time that the provider refused for good, and when."""
    order, now = order_in(State.CONTACTED, place)
    provider.mood = 400
    run(now)
    provider.mood = 200
    return one(order, E.APPOINTMENT), now


def log(row: Notice) -> list[str]:
    return [event.payload["note"] for event in OrderEvent.objects.filter(order=row.order_id, action="add_note")]


def test_told_by_phone_settles_it_and_is_on_the_log(place, failed):
    row, now = failed
    for _ in range(2):
        undelivered.tell(row.pk, place.agent, now, "told")
    row.refresh_from_db()
    assert (row.called_by, row.called_at, row.call_outcome) == (place.agent, now, "told")
    assert log(row) == ["Notice “Time agreed”: Told by phone."]
    assert not Notice.objects.to_call().exists()


def test_h_c5_not_answered_is_called_again_and_left_on_record_after_the_third(place, failed):
    row, now = failed
    for tries in (1, 2, 3):
        row = undelivered.tell(row.pk, place.agent, now, "no_answer")
        assert row.call_tries == tries
        assert bool(row.called_at) == (tries == 3)
        now += timedelta(minutes=20)
    assert row.call_outcome == "no_answer"  # never counted as told


def test_only_who_may_see_the_order_settles_it_and_only_in_words_there_are(place, failed):
    row, now = failed
    with pytest.raises(NotFound):
        undelivered.tell(row.pk, make_outlet().dispatcher, now, "told")
    with pytest.raises(NotFound):
        undelivered.send_again(row.pk, place.technician.user, now)
    with pytest.raises(BadData):
        undelivered.tell(row.pk, place.agent, now, "satisfied")


def test_sent_again_goes_to_the_number_of_now_with_another_key(place, failed, provider):
    row, now = failed
    old = row.key
    Customer.objects.filter(pk=row.customer_id).update(phone="+886955444333")
    for _ in range(2):
        undelivered.send_again(row.pk, place.agent, now)
    run(now)
    row.refresh_from_db()
    assert (row.state, row.to, row.key, row.call_due_at) == (S.SENT, "+886955444333", f"{old}+1", None)
    assert provider.keys == [f"{old}+1"]
    assert log(row) == ["Notice “Time agreed”: Sent again."]


def test_h_c6_our_own_people_hear_of_each_time_it_was_sent_in_vain(place, failed, provider):
    row, now = failed
    NoticeHook.objects.create(name="desk", url="wecombot://k", events=[E.UNDELIVERED])
    provider.mood = 400
    for _ in range(2):
        undelivered.send_again(row.pk, place.agent, now)
        run(now)
    told = Notice.objects.filter(event=E.UNDELIVERED).order_by("pk").values_list("key", flat=True)
    assert [key.rpartition(":")[0].rpartition(":")[2] for key in told] == [f"{row.pk}+1", f"{row.pk}+2"]


def test_nobody_is_called_about_what_is_no_longer_true(place, failed):
    """H-C2: another time was agreed and told; the old one, which nobody could be told, is not read out."""
    row, now = failed
    desk = untold(place, now)
    assert desk == [row.pk]
    later = {"starts_at": (STARTS + timedelta(hours=2)).isoformat(), "reason": "jam", "agreed": True}
    do(row.order, "reschedule", place.technician.user, now, later)
    assert untold(place, now) == []
    assert call_off_overtaken(now) == 1
    row.refresh_from_db()
    assert (row.state, row.call_due_at) == (S.FAILED, None)  # it says still that it was not delivered


def test_a_call_about_what_holds_is_not_called_off(place, failed):
    _row, now = failed
    assert call_off_overtaken(now) == 0
    assert call_off_overtaken(STARTS + timedelta(minutes=1)) == 1  # its time has come


def untold(place, now) -> list[int]:
    return [call.notice.pk for call in to_call(place.agent, now)["untold"]]


def report(said: dict | str, at: int | None = None, secret: str = SECRET) -> int:
    body = (said if isinstance(said, str) else json.dumps(said)).encode()
    at = str(int(timezone.now().timestamp()) if at is None else at)
    headers = {"X-Timestamp": at, "X-Signature": signature(secret, at, body)}
    return Client().post("/api/notices/report/", body, content_type="application/json", headers=headers).status_code


@pytest.fixture
def sent(place, provider, settings):
    """A notice that was sent, with reports switched on."""
    settings.NOTICE_REPORT_SECRET = SECRET
    order, now = order_in(State.CONTACTED, place)
    run(now)
    return one(order, E.APPOINTMENT)


def test_a_report_by_their_number_or_by_our_key_says_delivered_once(sent):
    assert report({"ref": sent.provider_ref, "status": "delivered"}) == 204
    sent.refresh_from_db()
    first = sent.delivered_at
    assert sent.state == S.DELIVERED
    assert report({"id": sent.key, "status": "delivered"}) == 204
    assert report({"id": sent.key, "status": "failed", "error": "late"}) == 204  # delivered stays delivered
    sent.refresh_from_db()
    assert (sent.state, sent.delivered_at) == (S.DELIVERED, first)


def test_h_c1_a_report_of_failure_becomes_a_call_and_of_success_takes_it_back(sent):
    assert report({"id": sent.key, "status": "failed", "error": "absent\u0000subscriber"}) == 204
    sent.refresh_from_db()
    assert (sent.state, sent.last_error) == (S.FAILED, "absentsubscriber")
    assert sent in Notice.objects.to_call()
    assert report({"id": sent.key, "status": "delivered"}) == 204
    assert not Notice.objects.to_call().exists()


def test_an_unsigned_old_or_foreign_report_changes_nothing(sent, settings):
    good = {"id": sent.key, "status": "delivered"}
    assert report(good, secret="another") == 401
    assert report(good, at=int(timezone.now().timestamp()) - 600) == 401
    assert Client().post("/api/notices/report/", good, content_type="application/json").status_code == 401
    assert report("[1]") == 400
    assert report("{") == 400
    assert report({"id": "nobody's", "status": "delivered"}) == 404
    assert report({"id": sent.key, "status": "read"}) == 404
    assert report({"id": {"$ne": "\ud800"}, "status": "delivered"}) == 404
    settings.NOTICE_REPORT_SECRET = ""
    assert report(good, secret="") == 401
    sent.refresh_from_db()
    assert sent.state == S.SENT


@pytest.mark.parametrize("status, state", [("delivered", S.DELIVERED), ("failed", S.FAILED)])
def test_h_c1_a_report_quicker_than_the_answer_is_not_lost(real_place, provider, settings, status, state):
    settings.NOTICE_REPORT_SECRET = SECRET
    order, now = order_in(State.CONTACTED, real_place)
    came = []

    def quick(body: dict) -> None:
        came.append(report({"id": body["id"], "status": status}))
        connections.close_all()

    provider.before_answer = quick
    run(now)
    row = one(order, E.APPOINTMENT)
    assert set(came) == {204}
    assert (row.state, bool(row.call_due_at), row.to) == (state, state == S.FAILED, order.customer.phone)
    assert "到府" in row.body


@pytest.mark.django_db(transaction=True)
def test_a_code_that_was_reported_before_the_answer_is_blank_too(provider, settings):
    settings.NOTICE_REPORT_SECRET = SECRET
    now = timezone.now()
    send_code("+886912345678", "482913", "zh-hant", now)

    def quick(body: dict) -> None:
        report({"id": body["id"], "status": "delivered"})
        connections.close_all()

    provider.before_answer = quick
    run(now)
    row = Notice.objects.get(event=E.CODE)
    assert (row.state, row.facts, row.body) == (S.DELIVERED, {}, "")
    assert "482913" in provider.got[0][0]["text"]


def test_what_arrived_though_nobody_answered_is_neither_sent_again_nor_called_about(place, provider, settings):
    settings.NOTICE_REPORT_SECRET = SECRET
    order, now = order_in(State.CONTACTED, place)
    provider.mood = 503
    run(now)
    row = one(order, E.APPOINTMENT)
    assert report({"id": row.key, "status": "delivered"}) == 204
    provider.mood = 200
    run(row.next_try_at)
    assert row.key not in provider.keys
    assert one(order, E.APPOINTMENT).state == S.DELIVERED
