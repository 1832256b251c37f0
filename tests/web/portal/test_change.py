"""What a customer changes on their own phone: the time, and what we have noted (H-A4, H-C2, H-C3)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from dispatch.lifecycle import GuardsUnmet
from dispatch.models import Link, NextAction, Notice, NoticeEvent, NoticeState, ServiceOrder, State, VisitStatus
from technicians.models import Role
from tests.dispatch.notices.test_send import run
from tests.factories import STARTS, do, fresh, order_in
from web.portal import path, story
from web.portal.facts import Facts
from web.shared.story import story as history
from web.shared.wishes import wished

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(place, monkeypatch):
    """An order with a time agreed, the address of its page of times, and the moment; the clock stands."""
    order, now = order_in(State.CONTACTED, place)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return order, reverse("portal_time", args=[Link.objects.of(order, now).code]), now


def asks(url: str, day, part: str = "morning", note: str = ""):
    return Client().post(url, {"wish": "1", "day": f"{day:%Y-%m-%d}", "part": part, "note": note})


def test_h_n1_another_time_wanted_is_somebodys_to_call_about(agreed, place):
    """H-C2: what was agreed is agreed no more, its technician calls within half an hour, and the page says so."""
    order, url, now = agreed
    day = (STARTS + timedelta(days=3)).astimezone(place.outlet.tz)
    assert asks(url, day, note="ring twice").status_code == 302
    order = fresh(order)
    visit = order.standing_visit()
    assert (order.state, visit.status, visit.consent, visit.starts_at) == (
        State.ACCEPTED, VisitStatus.PROPOSED, "", STARTS,
    )  # fmt: skip
    assert (order.next_action, order.next_role) == (NextAction.CONTACT, Role.TECHNICIAN)
    assert now < order.next_due_at <= now + timedelta(minutes=30)
    assert order.wish == f"{day:%m-%d} 08:00–12:00 ring twice"
    told = story.of(order, now)[1]
    assert told.head == "You asked for another time" and "agreed no more" in told.when_note
    assert any("calls you" in line for line in told.lines)
    assert history(order)[0].title == "Another time is wanted"
    technician = path.steps_of(order, list(order.events.order_by("seq")))[1]
    assert technician.at == order.events.get(action="accept").at  # falling back is no second acceptance


def test_asked_for_twice_is_asked_for_once(agreed, place):
    order, url, _now = agreed
    day = STARTS + timedelta(days=3)
    assert [asks(url, day).status_code for _turn in range(2)] == [302, 302]
    assert fresh(order).version == order.version + 1


def test_a_new_wish_leaves_nothing_of_the_old_one(agreed, place):
    """Times of before would be read to the customer as theirs; what else they want stays until they say otherwise."""
    order, url, _now = agreed
    first, second = (STARTS + timedelta(days=days) for days in (3, 5))
    said = fresh(order).wish  # of the times nothing was said so far
    asks(url, first, "morning")
    asks(url, second, "afternoon")
    assert fresh(order).wish == f"{second.astimezone(place.outlet.tz):%m-%d} 12:00–17:00 {said}"
    asks(url, first, "evening", "ring twice")
    assert fresh(order).wish == f"{first.astimezone(place.outlet.tz):%m-%d} 17:00–20:00 ring twice"


def test_a_part_of_a_day_that_is_over_is_no_wish(agreed, place, monkeypatch):
    order, url, now = agreed
    local = now.astimezone(place.outlet.tz).replace(hour=15, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: local)
    assert asks(url, local, "morning").status_code == 409
    assert fresh(order).version == order.version
    assert asks(url, local, "evening").status_code == 302


def test_the_old_time_is_told_to_nobody_and_may_be_confirmed_again(agreed, place):
    order, url, now = agreed
    asks(url, STARTS + timedelta(days=3))
    run(now)
    told = Notice.objects.filter(order=order, event=NoticeEvent.APPOINTMENT).order_by("pk")
    assert told.get().state == NoticeState.DROPPED
    assert Client().post(url, {"confirm": STARTS.isoformat()}).status_code == 302  # they found it suits after all
    assert fresh(order).standing_visit().status == VisitStatus.AGREED
    line = history(fresh(order))[0]
    assert line.note == ""  # nothing of ours stands in a language of its own


def test_the_desk_says_it_for_who_is_on_the_phone_and_only_of_what_was_agreed(place):
    order, now = order_in(State.CONTACTED, place)
    order = do(order, "ask_other_time", place.agent, now, {"wish": "after 6"})
    assert (order.state, order.wish) == (State.ACCEPTED, "after 6")
    with pytest.raises(GuardsUnmet) as refusal:
        do(order, "ask_other_time", place.agent, now, {"wish": "after 7"})
    assert [(lack.rule, lack.code) for lack in refusal.value.lacks] == [("H-C2", "not_agreed")]
    assert order.standing_visit().at_risk is False
    later = order.standing_visit().starts_at  # nobody answers, and it is time to leave for what was agreed: call again
    order = do(order, "log_no_answer", place.technician.user, later)
    assert (order.next_action, order.retry_at) == (NextAction.CONTACT, later + timedelta(minutes=20))
    timers = order.timers.filter(state="pending").values_list("kind", flat=True)
    assert not {"leave_by", "re_estimate", "late_call"} & set(timers)  # nobody is sent after a time that is no more


def test_a_wish_reads_the_same_wherever_it_stands(place):
    order, _now = order_in(State.READY, place)
    zone = place.outlet.tz
    ends = STARTS + timedelta(hours=2)
    ServiceOrder.objects.filter(pk=order.pk).update(wish="after 6", wish_from=STARTS, wish_to=ends)
    with timezone.override(zone), translation.override("en"):
        local = STARTS.astimezone(zone)
        assert wished(fresh(order)) == f"{local:%m-%d %H:%M}–{ends.astimezone(zone):%H:%M} · after 6"
        first = f"{local:%m-%d %H:%M}–{ends.astimezone(zone):%H:%M}"
        ServiceOrder.objects.filter(pk=order.pk).update(wish=f"{first}; 11-30 08:00–12:00 after 6")
        assert wished(fresh(order)) == f"{first}; 11-30 08:00–12:00 after 6"  # its times stand in it already
        ServiceOrder.objects.filter(pk=order.pk).update(wish="11-30 08:00–12:00 after 6")
        assert wished(fresh(order)) == f"{first} · after 6"  # the desk has put the times right since
        ServiceOrder.objects.filter(pk=order.pk).update(wish_to=ends + timedelta(days=2), wish="")
        last = (ends + timedelta(days=2)).astimezone(zone)
        assert wished(fresh(order)) == f"{local:%m-%d %H:%M}–{last:%m-%d %H:%M}"  # over several days


def test_a_new_time_is_not_told_as_the_old_one(place):
    """After the wish somebody else is assigned with another time: that one is asked about, not said to be off."""
    order, now = order_in(State.CONTACTED, place)
    order = do(order, "ask_other_time", place.agent, now, {"wish": "after 6"})
    assert Facts(fresh(order), now).asks_other_time
    order = do(order, "hand_back", place.technician.user, now, {"reason": "too far"})
    starts = now + timedelta(hours=30)
    order = do(order, "assign", place.dispatcher, now, {"technician": place.other.pk, "starts_at": starts.isoformat()})
    assert fresh(order).standing_visit().starts_at == starts and not Facts(fresh(order), now).asks_other_time


def test_an_address_is_put_right_for_the_order_whose_link_it_is(place, monkeypatch):
    """H-C3: who holds one order's link does not send the technician of another one elsewhere; the desk does for all."""
    order, now = order_in(State.READY, place)
    other, _now = order_in(State.READY, place)
    assert order.address_id == other.address_id
    monkeypatch.setattr(timezone, "now", lambda: now)
    url = reverse("portal_correct", args=[Link.objects.of(order, now).code])
    assert Client().post(url, {"address_line": "Zhongshan Road 9", "city": "Taipei"}).status_code == 302
    order, before = fresh(order), other.address.full
    assert order.address.line == "Zhongshan Road 9" and order.address.customer_id == order.customer_id
    assert order.address.latitude is None  # the old place would lead elsewhere
    assert fresh(other).address.full == before and fresh(other).address.latitude is not None
    do(other, "correct", place.agent, now, {"access_note": "back door"})
    assert fresh(other).address_id == other.address_id
    again = order.address_id
    assert Client().post(url, {"access_note": "ring twice"}).status_code == 302
    assert fresh(order).address_id == again  # its own by now
