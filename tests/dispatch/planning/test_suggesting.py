"""Suggestions for an order: in words, from what stands, and what is suggested can be placed."""

from datetime import time, timedelta

import pytest
from django.utils import translation

from dispatch.models import Reservation, ServiceOrder, State, Visit
from dispatch.planning import kept
from dispatch.planning.suggesting import answer, suggestions
from technicians.models import Absence, Part, Shift, Warehouse
from tests.dispatch.actions.planned import at, placed
from tests.factories import NOW, do, fresh, make_order, make_outlet, make_technician, order_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_outlet()


def test_a_free_day_offers_everybody_with_reasons(place):
    order = make_order(place)
    offers = suggestions(order, NOW)
    assert {offer.technician for offer in offers} == {place.technician, place.other}
    first = offers[0]
    assert first.day == NOW.date() and first.starts_at > NOW
    assert first.ends_at - first.starts_at == timedelta(minutes=60) == timedelta(minutes=first.minutes)
    assert first.window_from == first.starts_at < first.window_until
    assert "The shortest detour" in first.reasons and any("extra travel" in said for said in first.reasons)
    assert first.costs == []


def test_each_offer_can_be_placed_as_it_is(place):
    """H-A4: what is offered is not refused when it is taken, nor with the customer's word."""
    placed(place, place.technician, 1, consent="A")
    placed(place, place.technician, 4)
    placed(place, place.other, 0.5, consent="B")
    for consent in ("", "王小明"):
        order = make_order(place)
        for number in range(len(suggestions(order, NOW))):
            offer = suggestions(order, NOW)[number]
            raw = {"technician": offer.technician.pk, "starts_at": offer.starts_at.isoformat(), "consent": consent}
            order = do(order, "place", place.dispatcher, NOW, raw | {"minutes": offer.minutes})
            order = do(order, "undo_place", place.dispatcher, NOW)


def test_what_stands_is_seen_at_once(place):
    order = make_order(place)
    Absence.objects.create(technician=place.other, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=9))
    assert {offer.technician for offer in suggestions(order, NOW)} == {place.technician}
    first = suggestions(order, NOW)[0].starts_at
    busy = placed(place, place.technician, (first - NOW) / timedelta(hours=1), consent="A")
    later = suggestions(order, NOW)
    visit = busy.visits.get()
    assert all(one.ends_at <= visit.starts_at or one.starts_at >= visit.ends_at for one in later)
    Absence.objects.create(technician=place.technician, starts_at=NOW, ends_at=NOW + timedelta(days=9))
    said = answer(order, NOW)
    assert said.offers == [] and said.none == "Nobody who was trained for it works on these days."


def test_a_wish_comes_first_and_other_times_say_so(place):
    order = make_order(place, wish_from=at(6).isoformat(), wish_to=at(7).isoformat())
    offers = suggestions(order, NOW)
    wished = [one for one in offers if at(6) <= one.starts_at <= at(7)]
    assert offers[: len(wished)] == wished and len(wished) == 2
    assert all("Not when the customer wished" in one.costs for one in offers[2:]) and len(offers) > 2


def test_of_many_offers_for_the_same_hour_some_are_for_another(place):
    for _more in range(4):
        make_technician(place.outlet, place.skill)
    offers = suggestions(make_order(place), NOW)
    hours = [(one.starts_at - NOW) / timedelta(hours=1) for one in offers]
    assert len(offers) == 5 and max(hours[:3]) - min(hours[:3]) < 2
    assert all(hour >= max(hours[:3]) + 2 for hour in hours[3:])


def test_why_nobody_comes_today_is_said(place):  # H-A4: the customer asks
    Absence.objects.create(technician=place.other, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=1))
    for hour in range(11):
        placed(place, place.technician, hour, consent="A")
    order = make_order(place, priority=1)
    found = answer(order, NOW)
    assert min(offer.day for offer in found.offers) == NOW.date() + timedelta(days=1)
    assert found.notices[0].startswith("Today: nobody who could go has room.")
    Absence.objects.create(technician=place.technician, starts_at=NOW, ends_at=NOW + timedelta(hours=15))
    assert answer(order, NOW).notices[0] == "Today: nobody who could go works."


def test_who_gets_later_is_named(place):
    Absence.objects.create(technician=place.other, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=9))
    Shift.objects.update(starts=time(9), ends=time(11, 40))
    stands = placed(place, place.technician, 0.25)
    order = make_order(place, priority=1, wish_from=at(0).isoformat(), wish_to=at(0.3).isoformat())
    first = suggestions(order, NOW)[0]
    (said,) = first.costs
    assert said.startswith(f"Order {stands.number} would begin ") and said.endswith(" later, within its window")


def test_a_part_in_a_van_binds_the_order_to_it(place):
    order = make_order(place)
    part = Part.objects.create(code="P-1", name_en="Pump")
    van = Warehouse.objects.create(
        code=f"van-{place.other.pk}", kind="van", outlet=place.outlet, technician=place.other, name_en="Van"
    )
    Reservation.objects.create(order=order, part=part, warehouse=van, at=NOW, state=Reservation.LOADED)
    offers = suggestions(order, NOW)
    assert {one.technician for one in offers} == {place.other}
    assert "In the van: P-1" in offers[0].reasons
    assert f"Only {place.other.name} can go: what was kept for this order is in that van." in answer(order, NOW).notices
    van.technician.shifts.all().delete()
    assert "in the van of somebody who does not work" in answer(order, NOW + timedelta(minutes=1)).none


def test_who_has_been_there_before_is_told_and_comes_first(place):
    known, now = order_in(State.CLOSED, place)
    order = make_order(place, now, serial=known.appliance.serial)
    ServiceOrder.objects.filter(pk=order.pk).update(appliance=known.appliance)
    first = suggestions(fresh(order), now)[0]
    assert first.technician == place.technician and "Has been at this appliance before" in first.reasons


def test_bad_input_is_said(place):
    nowhere = make_order(place, latitude=None, longitude=None, address_line="somewhere", phone="0912 345 679")
    said = answer(nowhere, NOW)
    assert said.offers and "no coordinates" in said.notices[0]
    upside_down = make_order(place)
    ServiceOrder.objects.filter(pk=upside_down.pk).update(wish_from=at(4), wish_to=at(2))
    said = answer(fresh(upside_down), NOW)
    assert said.offers and "ends before it begins" in said.notices[0]
    done, later = order_in(State.CLOSED, place)
    assert "needs no time on the board" in answer(done, later).none
    counter = make_order(place)
    ServiceOrder.objects.filter(pk=counter.pk).update(service_kind="carry_in")
    assert "nobody has to travel" in answer(fresh(counter), NOW).none
    place.technician.skills.clear()
    place.other.skills.clear()
    assert "Nobody here was trained for it" in answer(nowhere, NOW + timedelta(minutes=1)).none


def test_in_three_languages_nothing_breaks(place):
    make_technician(place.outlet, place.skill)
    order = make_order(place)
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            assert all(offer.reasons for offer in suggestions(order, NOW))
    assert Visit.objects.count() == 0  # nothing is changed by asking


def test_what_was_kept_and_patched_is_what_is_read_anew(place, django_assert_max_num_queries):
    crew = [make_technician(place.outlet, place.skill) for _number in range(4)]
    stand = [placed(place, crew[number % 4], number / 2) for number in range(8)]
    order = make_order(place)

    def same() -> bool:
        quick = suggestions(order, NOW, top=9)
        kept.forget()
        return quick == suggestions(order, NOW, top=9)

    suggestions(order, NOW)
    placed(place, crew[0], 6, consent="A")
    assert same()
    do(stand[1], "withdraw", place.dispatcher)
    do(stand[2], "place", place.dispatcher, NOW, {"technician": crew[3].pk, "starts_at": at(8).isoformat()})
    assert same()
    do(order, "place", place.dispatcher, NOW, {"technician": crew[3].pk, "starts_at": at(3).isoformat(), "minutes": 90})
    order = fresh(order)
    assert same() and suggestions(order, NOW)[0].minutes == 90
    do(stand[4], "cancel", place.dispatcher, NOW, {"reason": "gone"})
    with django_assert_max_num_queries(26):
        assert suggestions(order, NOW)


def test_the_queries_do_not_grow(place, django_assert_max_num_queries):
    for number in range(4):
        placed(place, make_technician(place.outlet, place.skill), number)
    order = make_order(place)
    with django_assert_max_num_queries(24):  # one day with room for all, read whole
        suggestions(order, NOW)
    with django_assert_max_num_queries(11):  # and then only asked whether anything has changed
        suggestions(order, NOW)
