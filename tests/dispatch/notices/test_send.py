"""From the row to the message: claims, retries, quiet hours, what is no longer true, what nobody could be told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

import pytest

from customers.models import Customer
from dispatch.models import Link, Notice, NoticeEvent, NoticeHook, NoticePolicy, NoticeState, OptOut, State
from dispatch.notices import note, send, send_code
from dispatch.notices.claim import LEASE, claim
from dispatch.notices.facts import address_of
from tests.factories import NOW, STARTS, do, make_order, order_in

pytestmark = pytest.mark.django_db
E, S = NoticeEvent, NoticeState


def run(now: datetime) -> int:
    """Send everything that is due at `now`."""
    with ThreadPoolExecutor(4) as crew:
        taken = 0
        while some := send.send_batch(lambda: now, crew):
            taken += some
    return taken


def one(order, event: str) -> Notice:
    return Notice.objects.filter(order=order, event=event).order_by("-pk").first()


def test_a_notice_is_sent_once_with_all_that_it_names(place, provider):
    order, now = order_in(State.CONTACTED, place)
    assert run(now) >= 1
    assert run(now + timedelta(hours=1)) == 0
    sent = one(order, E.APPOINTMENT)
    came, (body, headers) = next(at for at in enumerate(provider.got, 1) if at[1][0]["id"] == sent.key)
    assert (sent.state, sent.to, sent.provider_ref) == (S.SENT, "+886912345678", f"P{came}")
    assert body == {"to": sent.to, "text": sent.body, "id": sent.key}
    assert (headers["Idempotency-Key"], headers["Authorization"]) == (sent.key, "Bearer t0p")
    local = STARTS.astimezone(place.outlet.tz)
    assert f"{local:%H:%M}" in sent.body
    assert "到府" in sent.body  # Taiwan's words where nobody has chosen a language
    assert address_of(Link.objects.get(order=order)) in sent.body
    assert "{" not in sent.body and "[" not in sent.body


def test_the_customers_language_comes_first(place, provider):
    order, now = order_in(State.CONTACTED, place)
    Customer.objects.filter(pk=order.customer_id).update(language="zh-hans")
    run(now)
    assert one(order, E.APPOINTMENT).language == "zh-hans"
    assert "上门" in one(order, E.APPOINTMENT).body


@pytest.mark.parametrize("mood", [503, 429, "hangs", 401, 402, 403, 404])  # of the last ones the cause is ours
def test_what_may_pass_is_tried_again_later_and_later(place, provider, mood):
    order, now = order_in(State.CONTACTED, place)
    provider.mood = mood
    run(now)
    row = one(order, E.APPOINTMENT)
    assert (row.state, row.tries) == (S.QUEUED, 1)
    assert row.next_try_at >= now + timedelta(seconds=120 if mood == 429 else 2)
    provider.mood = 200
    assert run(now + timedelta(seconds=1)) == 0  # not before its time
    run(row.next_try_at)
    assert one(order, E.APPOINTMENT).state == S.SENT
    assert provider.keys.count(row.key) == 1


def test_waits_double_and_end_at_a_most():
    waits = [send.wait(n) for n in range(1, 30)]
    assert all(2.5 * 2 ** (n - 1) <= waits[n - 1] <= 5 * 2 ** (n - 1) for n in range(1, 8))
    assert max(waits) <= send.LONGEST_WAIT
    assert len({send.wait(9) for _ in range(20)}) > 1  # not all at the same moment


def test_h_c1_who_cannot_be_told_is_called(place, provider):
    """A number that is none, or a provider that never comes back: an agent, with a due time."""
    NoticeHook.objects.create(name="desk", url="wecombot://k", events=[E.UNDELIVERED])
    order, now = order_in(State.CONTACTED, place)
    provider.mood = 400
    run(now)
    row = one(order, E.APPOINTMENT)
    assert (row.state, row.tries, row.call_due_at) == (S.FAILED, 1, now + timedelta(hours=1))
    assert row.last_error == "text message: 400"
    assert row in Notice.objects.to_call()
    assert one(order, E.UNDELIVERED).to == "desk"
    assert one(order, E.OPENED).call_due_at is None  # nothing hangs on that one


def test_patience_ends_and_then_somebody_calls(place, provider):
    order, now = order_in(State.EN_ROUTE, place)
    provider.mood = 503
    at = now
    while one(order, E.ON_THE_WAY).state in (S.QUEUED, S.SENDING):
        run(at)
        at += timedelta(minutes=1)
    row = one(order, E.ON_THE_WAY)
    assert row.state == S.FAILED and row.tries > 2
    assert at <= now + timedelta(minutes=12)
    assert row.call_due_at


def test_without_a_number_an_e_mail_is_sent_and_without_either_a_call_is_due(place, provider, mails):
    order, now = order_in(State.CONTACTED, place)
    Customer.objects.filter(pk=order.customer_id).update(phone="", email="wang@example.org")
    run(now)
    assert [message.to for message in mails if "到府時間" in message.subject] == [["wang@example.org"]]
    other, now = order_in(State.READY, place, phone="", name="nobody")
    note(other, E.PART_ARRIVED, now)
    run(now)
    assert (one(other, E.PART_ARRIVED).state, bool(one(other, E.PART_ARRIVED).call_due_at)) == (S.FAILED, True)


def test_quiet_hours_hold_what_can_wait_and_nothing_else(place, provider):
    """An outlet that is quiet all day by its clock but for a minute: the time agreed waits, on the way does not."""
    order, now = order_in(State.EN_ROUTE, place)
    local = now.astimezone(place.outlet.tz)
    ends = (local + timedelta(minutes=30)).time().replace(second=0, microsecond=0, tzinfo=None)
    starts = (local + timedelta(minutes=31)).time().replace(second=0, microsecond=0, tzinfo=None)
    NoticePolicy.objects.create(outlet=place.outlet, quiet_from=starts, quiet_to=ends)
    note(order, E.RATE, now)
    run(now)
    held = one(order, E.RATE)
    assert (held.state, held.tries) == (S.HELD, 0)
    assert held.not_before.astimezone(place.outlet.tz).time() == ends
    assert one(order, E.ON_THE_WAY).state == S.SENT
    run(held.not_before)
    assert one(order, E.RATE).state == S.SENT


def test_what_is_no_longer_true_is_not_told(place, provider):
    order, now = order_in(State.CONTACTED, place)
    order = do(order, "reschedule", place.technician.user, now, {
        "starts_at": (STARTS + timedelta(hours=2)).isoformat(), "reason": "jam", "agreed": True,
    })  # fmt: skip
    run(now)
    states = Notice.objects.filter(order=order, event=E.APPOINTMENT).order_by("pk").values_list("state", flat=True)
    assert list(states) == [S.DROPPED, S.SENT]
    provider.mood = 503
    late = {"reason": "jam", "expected_at": (STARTS + timedelta(hours=3)).isoformat()}
    order = do(order, "delay", place.technician.user, now, late)
    run(now)
    do(order, "hand_back", place.technician.user, now, {"reason": "ill"})
    provider.mood = 200
    run(now + timedelta(minutes=2))
    assert one(order, E.DELAYED).state == S.DROPPED


def test_an_opt_out_holds_but_for_what_a_visit_hangs_on(place, provider):
    order, now = order_in(State.CONTACTED, place)
    OptOut.objects.create(customer=order.customer, at=now)
    note(order, E.RATE, now)
    run(now)
    assert (one(order, E.RATE).state, one(order, E.APPOINTMENT).state) == (S.DROPPED, S.SENT)


def test_an_opt_out_of_one_way_leaves_the_other(place, provider, mails):
    order, now = order_in(State.READY, place)
    Customer.objects.filter(pk=order.customer_id).update(email="wang@example.org")
    OptOut.objects.create(customer=order.customer, channel="sms", at=now)
    note(order, E.RATE, now)
    run(now)
    assert (one(order, E.RATE).channel, len(mails)) == ("email", 2)  # and that the order was opened


def test_a_code_is_blanked_once_it_is_sent_and_not_sent_late(provider):
    send_code("+886912345678", "482913", "zh-hant", NOW)
    send_code("+886912345678", "555555", "zh-hant", NOW - timedelta(minutes=9))
    run(NOW)
    texts = [body["text"] for body, _ in provider.got]
    assert len(texts) == 1 and "482913" in texts[0]
    for row in Notice.objects.filter(event=E.CODE):
        assert "482913" not in row.body and "555555" not in str(row.facts)
        assert row.call_due_at is None


def test_a_sender_that_dies_leaves_its_rows_to_the_next_with_the_same_key(place, provider):
    """At least once: between sending and writing down, killed. The provider tells the repeat by its key."""
    order, now = order_in(State.CONTACTED, place)
    claimed = claim(now, 100)
    assert claimed and not claim(now, 100)  # nobody else gets them …
    run(now + timedelta(minutes=1))
    assert not provider.got
    run(now + LEASE + timedelta(seconds=1))  # … until the sender is taken for dead
    row = one(order, E.APPOINTMENT)
    assert (row.state, row.tries) == (S.SENT, 2)


def test_what_another_has_moved_on_is_not_overwritten(place, provider):
    """Compare and swap: the slow one's answer comes after its row was taken up again."""
    from dispatch.notices.claim import settle

    order, now = order_in(State.CONTACTED, place)
    claim(now, 100)
    slow = one(order, E.APPOINTMENT)
    token, slow.state, slow.last_error = slow.tries, S.FAILED, "slow"
    run(now + LEASE + timedelta(seconds=1))
    assert settle([(slow, token)]) == []
    assert one(order, E.APPOINTMENT).state == S.SENT


def test_quiet_hours_of_the_standard_reach_over_midnight(place, provider):
    order = make_order(place)
    late = datetime.combine(NOW.date(), time(23, 30), place.outlet.tz)
    note(order, E.RATE, late)
    run(late)
    assert one(order, E.RATE).not_before == datetime.combine(NOW.date() + timedelta(days=1), time(8), place.outlet.tz)
