"""The customer's page of one order: every state in plain words, honest times, and nothing for anybody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers import pictures
from dispatch.models import Link, Outcome, ServiceOrder, State
from tests.factories import DIAGNOSIS, STARTS, do, make_order, make_outlet, order_in
from tests.pictures import upload
from web.portal import story
from web.portal.eta import LEAST, eta_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """Set what time it is."""

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


def link_of(order, now) -> str:
    return reverse("portal_order", args=[Link.objects.of(order, now).code])


def text_of(url: str) -> str:
    page = Client().get(url)
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_told_in_plain_words(place, clock, state):
    """H-N1 for the customer: what is next; always the phone; no name, phone or house number in clear."""
    order, now = order_in(state, place)
    clock(now + timedelta(minutes=1))
    text = text_of(link_of(order, now))
    head = story.of(order, now)[1].head
    assert head in text and head != order.get_state_display()
    assert 'href="tel:+886223456789"' in text
    for private in (order.customer.phone, "仁愛路四段 1 號"):
        assert private not in text


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_in_the_customers_own_language(place, clock, state, language):
    order, now = order_in(state, place)
    order.customer.language = language
    order.customer.save()
    clock(now)
    page = Client().get(link_of(order, now))
    assert page.status_code == 200
    assert f'lang="{ {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant-TW"}[language]}"' in page.content.decode()


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_is_told(place, clock, outcome):
    """H-F3: what was found, and what comes of it."""
    order, now = order_in(State.ON_SITE, place)
    raw = DIAGNOSIS | {"outcome": outcome}
    order = do(order, "diagnose", place.technician.user, now + timedelta(minutes=5), raw)
    clock(now + timedelta(minutes=6))
    told = story.of(order, timezone.now())[1]
    assert told.head in text_of(link_of(order, now)) and told.lines


def test_outcomes_differ(place):
    from web.portal.story_work import _outcome

    heads = {_outcome(outcome)[0] for outcome in Outcome}
    assert len(heads) == len(Outcome)


def test_h_e3_the_face_to_check_at_the_door(place, clock):
    face = reverse("portal_who", args=["x"]).replace("/x/", "/{}/")
    order, now = order_in(State.EN_ROUTE, place)
    clock(now + timedelta(minutes=1))
    code = Link.objects.of(order, now).code
    assert Client().get(face.format(code)).status_code == 404 and "<img" not in text_of(link_of(order, now))
    place.technician.portrait = pictures.keep(upload(), now)
    place.technician.save()
    shown = Client().get(face.format(code))
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in shown["Cache-Control"] and face.format(code) in text_of(link_of(order, now))
    ServiceOrder.objects.filter(pk=order.pk).update(state=State.FOLLOW_UP)
    assert Client().get(face.format(code)).status_code == 404
    assert Client().get(face.format("nobody")).status_code == 404


def test_h_e3_the_permit_to_check_at_the_door(place, clock):
    """H-E3: the technician's name and the code; only once it is settled who comes."""
    order, now = order_in(State.EN_ROUTE, place)
    clock(now)
    text = text_of(link_of(order, now))
    assert place.technician.permit_code in text and place.technician.name in text
    early, moment = order_in(State.ASSIGNED, make_outlet(), phone="0912 345 001")
    assert early.technician.permit_code not in text_of(link_of(early, moment))


def test_the_way_is_told_as_a_stretch_and_not_as_a_minute(place, clock):
    order, now = order_in(State.EN_ROUTE, place)
    visit = order.visits.standing().get()
    eta = eta_of(order, visit, now)
    assert eta.high - eta.low >= LEAST
    assert eta.low.minute % 5 == eta.high.minute % 5 == 0
    assert eta.low <= visit.departed_at + timedelta(seconds=visit.travel_seconds) <= eta.high or eta.high >= STARTS
    clock(now)
    assert "Between" in text_of(link_of(order, now))


def test_the_spread_is_that_of_our_own_ways(place):
    """Ways that took twice as long now and then make the stretch wider."""
    from dispatch.models import Visit, VisitStatus

    order, now = order_in(State.EN_ROUTE, place)
    visit = order.visits.standing().get()
    before = eta_of(order, visit, now)
    for number in range(30):
        left = now - timedelta(days=1 + number)
        took = timedelta(seconds=1200 * (2.5 if number % 5 == 0 else 1))
        Visit.objects.create(
            order=order, technician=place.other, sequence=50 + number, status=VisitStatus.DONE, starts_at=left,
            ends_at=left + timedelta(hours=2), departed_at=left, arrived_at=left + took, left_at=left + took,
            travel_seconds=1200,
        )  # fmt: skip
    visit.starts_at = now  # nothing holds the arrival back
    wide = eta_of(order, visit, now)
    assert wide.high - wide.low > before.high - before.low


def test_h_d3_a_delay_with_its_reason_and_an_apology(place, clock):
    order, now = order_in(State.EN_ROUTE, place)
    late = STARTS + timedelta(minutes=40)
    raw = {"expected_at": late.isoformat(), "reason": "the road is closed"}
    order = do(order, "delay", place.technician.user, now + timedelta(minutes=2), raw)
    clock(now + timedelta(minutes=3))
    text = text_of(link_of(order, now))
    assert "truly sorry" in text and "the road is closed" in text and "Promised" in text


def test_h_d4_the_next_customer_is_told_why(place, clock):
    order, now = order_in(State.CONTACTED, place)
    visit = order.visits.standing().get()
    order.visits.update(at_risk=True, expected_at=visit.starts_at + timedelta(minutes=10))
    clock(now)
    text = text_of(link_of(order, now))
    assert "sorry" in text and "agree on another time" in text


def test_h_e4_past_the_time_it_says_any_minute_and_sorry(place, clock):
    order, now = order_in(State.EN_ROUTE, place)
    clock(STARTS + timedelta(hours=2))
    text = text_of(link_of(order, now))
    assert "Any minute now" in text and "truly sorry" in text


def test_it_looks_again_and_answers_nothing_when_nothing_changed(place, clock):
    order, now = order_in(State.CONTACTED, place)
    clock(now)
    url = link_of(order, now)
    client = Client()
    stamp = client.get(url).context["stamp"]
    assert client.get(url, {"have": stamp}).status_code == 204
    do(order, "check_kit", place.technician.user, now, {"items": ["pad-cloth", "tools", "receipts"]})
    do(order, "depart", place.technician.user, now)
    changed = client.get(url, {"have": stamp})
    assert changed.status_code == 200 and changed["X-Stamp"] != stamp
    assert "<html" not in changed.content.decode() and "on the way" in changed.content.decode()


def test_without_a_script_the_browser_looks_again(place, clock):
    order, now = order_in(State.CONTACTED, place)
    clock(now)
    assert '<noscript><meta http-equiv="refresh"' in text_of(link_of(order, now))


@pytest.mark.parametrize("name", ["portal_order", "portal_time", "portal_correct"])
def test_forged_expired_and_taken_back_links_open_nothing(place, name):
    order = make_order(place)
    now = timezone.now()
    link = Link.objects.of(order, now)
    client = Client()
    forged = client.get(reverse(name, args=["A" * 24]))
    assert forged.status_code == 404
    Link.objects.filter(pk=link.pk).update(expires_at=now - timedelta(seconds=1), made_at=now - timedelta(days=1))
    expired = client.get(reverse(name, args=[link.code]))
    Link.objects.filter(pk=link.pk).update(expires_at=now + timedelta(days=1), revoked_at=now)
    revoked = client.get(reverse(name, args=[link.code]))
    assert (expired.status_code, revoked.status_code) == (410, 410)
    for page in (forged, expired, revoked):
        text = page.content.decode()
        assert page["Cache-Control"] == "private, no-store" and "+886223456789" in text
        for private in (order.number, order.customer.name, order.symptom, order.appliance.model_no):
            assert private not in text


def test_posting_by_a_dead_link_changes_nothing(place):
    order, _now = order_in(State.READY, place)
    link = Link.objects.of(order, timezone.now())
    Link.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    before = order.events.count()
    for name, data in (("portal_time", {"wish": "1"}), ("portal_correct", {"symptom": "x"})):
        assert Client().post(reverse(name, args=[link.code]), data).status_code == 410
    assert order.events.count() == before


def test_one_link_opens_one_order(place, clock):
    """IDOR: the page of one order shows nothing of another, though it is the same customer's."""
    mine, now = order_in(State.CONTACTED, place)
    other = make_order(place, symptom="something else entirely", model_no="OTHER-1")
    clock(now)
    text = text_of(link_of(mine, now))
    assert other.number not in text and "something else entirely" not in text and "OTHER-1" not in text


def test_seen_by_the_customer_is_noted_not_by_staff(place):
    order = make_order(place)
    link = Link.objects.of(order, timezone.now())
    staff = Client()
    staff.force_login(place.dispatcher)
    staff.get(link.get_absolute_url())
    link.refresh_from_db()
    assert link.seen_at is None
    Client().get(link.get_absolute_url())
    link.refresh_from_db()
    assert link.seen_at


def test_steps_go_with_the_state(place, clock):
    order, now = order_in(State.EN_ROUTE, place)
    clock(now)
    text = text_of(link_of(order, now))
    assert text.count('class="done"') == 3 and text.count('aria-current="step"') == 1


def test_a_time_agreed_beyond_reach_is_no_wait_yet(place, clock):
    """H-E4: before the promised time is over nobody has been kept waiting, however late we shall be."""
    order, now = order_in(State.CONTACTED, place)
    visit = order.visits.standing().get()
    visit.at_risk, visit.expected_at = True, visit.latest_arrival + timedelta(hours=2)
    visit.save()
    clock(visit.starts_at - timedelta(minutes=30))
    text = text_of(link_of(order, now))
    assert "we come much later than promised" in text and "waiting so long" not in text


def test_settled_by_phone_nobody_is_said_to_have_come(place):
    order, now = order_in(State.CONSULTING, place)
    ServiceOrder.objects.filter(pk=order.pk).update(state=State.FOLLOW_UP)
    assert 'class="journey"' not in text_of(link_of(order, now))
    visited, now = order_in(State.FOLLOW_UP, place, phone="0912 345 009")
    assert 'class="journey"' in text_of(link_of(visited, now))


def test_a_link_opens_for_a_year_after_the_end(place, clock):
    order, now = order_in(State.CLOSED, place)
    link = Link.objects.of(order, now - timedelta(days=200))
    opens = reverse("portal_order", args=[link.code])
    clock(order.finished_at + timedelta(days=364))
    assert link.expires_at < timezone.now() and Client().get(opens).status_code == 200
    assert Link.objects.of(order, timezone.now()) == link
    clock(order.finished_at + timedelta(days=366))
    assert Client().get(opens).status_code == 410
