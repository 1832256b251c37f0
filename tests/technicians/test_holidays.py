"""Holidays: nobody is planned, offered or promised then, but for those on duty all the same."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.actions.absences import Asked, change_absence, end_absence, record_absence
from dispatch.planning.suggesting import suggestions
from technicians.availability import works_at
from technicians.holidays import keep, keep_coming
from technicians.models import Absence, Holiday, Role
from tests.factories import NOW, make_order, make_outlet, make_technician, make_user, order_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
HOUR = timedelta(hours=1)


@pytest.fixture
def place(db):
    return make_outlet()


def holiday(outlet=None, days=1, first=TODAY, **how) -> Holiday:
    span = {"starts_on": first, "ends_on": first + timedelta(days - 1)}
    made = Holiday.objects.create(outlet=outlet, name="New Year", **span, **how)
    keep(made, NOW)
    return made


def works(technician, day=TODAY) -> bool:
    start = NOW + (day - TODAY) + HOUR
    return works_at(technician, start, start + HOUR)


def test_nobody_works_and_nobody_is_offered(place):
    holiday(place.outlet, days=2)
    assert not works(place.technician) and not works(place.other, TODAY + timedelta(1))
    assert works(place.technician, TODAY + timedelta(2)) and works(make_outlet().technician)
    offers = suggestions(make_order(place), NOW)
    assert offers and all(offer.starts_at.astimezone(place.outlet.tz).date() > TODAY + timedelta(1) for offer in offers)


def test_who_is_on_duty_works_by_their_hours(place):
    made = holiday(place.outlet)
    made.on_duty.add(place.technician)
    keep(made, NOW)
    assert works(place.technician) and not works(place.other)
    assert {offer.technician for offer in suggestions(make_order(place), NOW)[:1]} == {place.technician}


def test_a_holiday_of_all_lies_between_each_outlets_midnights(place):
    far = make_outlet(zone="Europe/Berlin", region="DE", currency="EUR")
    made = holiday()
    spans = {one.technician_id: one for one in made.absences.all()}
    for somebody, zone in ((place.technician, place.outlet.tz), (far.technician, far.outlet.tz)):
        span = spans[somebody.pk]
        begins, ends = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
        assert (begins.date(), begins.hour, ends.date(), ends.hour) == (TODAY, 0, TODAY + timedelta(1), 0)


def test_doing_it_again_changes_nothing_and_another_day_moves_it(place):
    made = holiday(place.outlet)
    before = set(Absence.objects.values_list("pk", flat=True))
    assert keep(made, NOW) == [] and set(Absence.objects.values_list("pk", flat=True)) == before
    made.starts_on = made.ends_on = TODAY + timedelta(3)
    made.save()
    assert {one.pk for one in keep(made, NOW)} == {place.technician.pk, place.other.pk}
    assert works(place.technician) and not works(place.technician, TODAY + timedelta(3))


def test_what_is_changed_for_one_stays_so(place):
    """A dispatcher who calls somebody in on a holiday is not overruled by the next keeping of it."""
    made = holiday(place.outlet, first=TODAY + timedelta(1))
    mine, theirs = (one.absences.get() for one in (place.technician, place.other))
    end_absence(Asked(place.dispatcher, NOW), mine.pk)
    to = {"starts_at": theirs.starts_at.isoformat(), "ends_at": (theirs.ends_at - 12 * HOUR).isoformat()}
    change_absence(Asked(place.dispatcher, NOW), theirs.pk, to | {"reason": "half a day"})
    keep_coming(NOW)
    assert works(place.technician, TODAY + timedelta(1))
    assert [one.reason for one in place.other.absences.all()] == ["half a day"] and not made.absences.exists()


def test_who_comes_later_has_it_too_and_a_longer_leave_stays_whole(place):
    Absence.objects.create(technician=place.other, starts_at=NOW - 24 * HOUR, ends_at=NOW + 72 * HOUR, reason="leave")
    holiday(place.outlet)
    late = make_technician(place.outlet, place.skill)
    assert works(late)
    keep_coming(NOW)
    assert not works(late) and place.other.absences.count() == 1


def test_who_falls_ill_over_a_holiday_is_written_down_as_ill(place):
    made = holiday(place.outlet, first=TODAY + timedelta(1))
    span = {"starts_at": NOW.isoformat(), "ends_at": (NOW + timedelta(5)).isoformat(), "reason": "sick"}
    record_absence(Asked(place.dispatcher, NOW), place.technician.pk, span)
    assert place.technician not in made.on_duty.all()
    assert not works(place.technician, TODAY + timedelta(2)) and not works(place.technician, TODAY + timedelta(1))


def page(user):
    client = Client()
    client.force_login(user)
    return client


def sent(outlet, **more) -> dict:
    days = {"starts_on": TODAY + timedelta(1), "ends_on": TODAY + timedelta(1)}
    return {"name": "Founding day", "outlet": outlet.pk if outlet else "", **days} | more


def test_a_manager_enters_those_of_the_own_outlet(place):
    order, _now = order_in("contacted", place)
    desk, url = page(place.manager), reverse("admin:technicians_holiday_add")
    visit = order.visits.get()
    day = visit.starts_at.astimezone(place.outlet.tz).date()
    answer = desk.post(url, sent(place.outlet, starts_on=day, ends_on=day), follow=True)
    assert "1 visit stands on these days" in answer.content.decode()
    made = Holiday.objects.get()
    assert made.absences.count() == 2 and made.absences.first().recorded_by == place.manager
    assert desk.post(url, sent(None)).status_code == 200 and Holiday.objects.count() == 1  # all outlets: refused
    answer = desk.post(reverse("admin:technicians_holiday_delete", args=[made.pk]), {"post": "yes"})
    assert answer.status_code == 302 and not Absence.objects.exists()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"starts_on": date(2027, 2, 2), "ends_on": date(2027, 2, 1)}, "Swap them"),
        ({"starts_on": date(2027, 2, 2), "ends_on": date(2028, 2, 1)}, "Check the year"),
        ({"starts_on": "soon"}, "Enter a valid date"),
    ],
)
def test_odd_days_are_refused_in_words(place, how, said):
    answer = page(place.manager).post(reverse("admin:technicians_holiday_add"), sent(place.outlet, **how))
    assert said in answer.content.decode() and not Holiday.objects.exists()


def test_the_centres_holidays_are_read_by_outlets_and_others_are_not_seen(place):
    everywhere, elsewhere = holiday(), holiday(make_outlet().outlet)
    desk = page(place.manager)
    url = reverse("admin:technicians_holiday_change", args=[everywhere.pk])
    assert desk.get(url).status_code == 200 and desk.post(url, sent(place.outlet)).status_code == 403
    assert desk.get(reverse("admin:technicians_holiday_change", args=[elsewhere.pk])).status_code == 302
    assert page(place.dispatcher).get(url).status_code in (302, 403)
    assert page(make_user(Role.ADMIN)).post(url, sent(None, name="Spring festival")).status_code == 302
    everywhere.refresh_from_db()
    assert everywhere.name == "Spring festival"
