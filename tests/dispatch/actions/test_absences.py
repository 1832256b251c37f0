"""Somebody is sick or away: written down by the office, once, never over another absence (H-A4, H-D3)."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from dispatch.actions import absences
from dispatch.actions.absences import Asked
from dispatch.lifecycle import BadData, GuardsUnmet, NotAllowed, NotFound
from dispatch.models import Visit
from technicians.availability import works_at
from technicians.models import Absence
from tests import factories
from tests.factories import NOW, STARTS, TODAY, do, fresh, make_order, order_in

HOUR = timedelta(hours=1)
SICK = {"starts_at": NOW, "ends_at": NOW + 9 * HOUR, "reason": "sick"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    return factories.make_outlet()


def record(place, by=None, now=NOW, key="", **data):
    asked = Asked(by or place.dispatcher, now, key, "print" if key else "")
    return absences.record_absence(asked, place.technician.pk, SICK | data).answer


def codes(refusal):
    return [lack.code for lack in refusal.value.lacks]


def test_it_is_written_with_who_and_when_and_takes_the_time_away(place):  # H-A4, H-N2
    assert works_at(place.technician, STARTS, STARTS + HOUR)
    answer = record(place)
    absence = Absence.objects.get(pk=answer["absence"])
    assert (absence.recorded_by, absence.recorded_at, absence.why) == (place.dispatcher, NOW, "Sick")
    assert not works_at(place.technician, STARTS, STARTS + HOUR)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (place.dispatcher, str(place.technician.pk))
    assert f"{TODAY} 09:00 – {TODAY} 18:00" in entry.change_message  # as Taipei's clock shows it


def test_it_names_the_visits_it_strikes_and_moves_none(place):  # H-C2
    order, _now = order_in("contacted", place)
    later = {"technician": place.technician.pk, "starts_at": (NOW + 10 * HOUR).isoformat()}
    do(make_order(place), "assign", place.dispatcher, NOW, later)
    before = Visit.objects.get(order=order)
    assert record(place)["struck"] == [order.pk]
    after = Visit.objects.get(order=order)
    assert (after.starts_at, after.technician, after.status) == (before.starts_at, before.technician, before.status)
    assert fresh(order).version == order.version


def test_touching_visits_are_not_struck(place):
    order, _now = order_in("contacted", place)
    visit = Visit.objects.get(order=order)
    assert record(place, ends_at=visit.starts_at)["struck"] == []
    assert record(place, starts_at=visit.ends_at, ends_at=visit.ends_at + HOUR)["struck"] == []


def test_other_words_stay_as_they_are(place):
    assert Absence.objects.get(pk=record(place, reason="特休半天")["absence"]).why == "特休半天"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"ends_at": NOW}, "ends_at"),
        ({"ends_at": NOW - HOUR}, "ends_at"),
        ({"ends_at": NOW + timedelta(days=401)}, "ends_at"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 121}, "reason"),
    ],
)
def test_what_does_not_read_is_refused(place, data, field):
    with pytest.raises(BadData) as refusal:
        record(place, **data)
    assert list(refusal.value.context["errors"]) == [field]
    assert not Absence.objects.exists()


def test_yesterday_is_over_but_this_morning_may_still_be_told(place):
    midnight = NOW - 9 * HOUR  # in Taipei
    with pytest.raises(GuardsUnmet) as refusal:
        record(place, starts_at=midnight - timedelta(minutes=1))
    assert codes(refusal) == ["past"]
    assert record(place, starts_at=midnight)["absence"]


def test_two_absences_do_not_overlap(place):
    record(place)
    for starts, ends in ((NOW - HOUR, NOW + HOUR), (NOW + HOUR, NOW + 2 * HOUR), (NOW - HOUR, NOW + 20 * HOUR)):
        with pytest.raises(GuardsUnmet) as refusal:
            record(place, starts_at=starts, ends_at=ends)
        assert codes(refusal) == ["overlap"]
        assert f"{TODAY} 09:00" in refusal.value.detail
    assert record(place, starts_at=NOW + 9 * HOUR, ends_at=NOW + 10 * HOUR)["absence"]  # touching is not overlapping


@pytest.mark.parametrize("role", ["agent", "clerk"])
def test_only_the_office_writes_absences(place, role):
    with pytest.raises(NotAllowed):
        record(place, by=getattr(place, role))


def test_another_outlets_people_do_not_exist_here(place):
    elsewhere = factories.make_outlet()
    with pytest.raises(NotFound):
        record(place, by=elsewhere.dispatcher)
    pk = record(place)["absence"]
    with pytest.raises(NotFound):
        absences.end_absence(Asked(elsewhere.dispatcher, NOW), pk)
    with pytest.raises(NotFound):
        absences.change_absence(Asked(elsewhere.dispatcher, NOW), pk, SICK)


def test_who_left_work_is_not_also_away(place):
    place.technician.active = False
    place.technician.save()
    with pytest.raises(GuardsUnmet) as refusal:
        record(place)
    assert codes(refusal) == ["gone"]


def test_sent_twice_it_counts_once(place):  # H-N3
    assert record(place, key="a") == record(place, key="a")
    assert Absence.objects.count() == 1


def test_back_early_the_rest_of_the_day_is_free_again(place):
    pk = record(place)["absence"]
    back = NOW + 2 * HOUR + timedelta(seconds=31)
    absences.end_absence(Asked(place.manager, back), pk)
    absence = Absence.objects.get(pk=pk)
    assert absence.ends_at == NOW + 2 * HOUR
    assert (absence.recorded_by, absence.changed_by, absence.changed_at) == (place.dispatcher, place.manager, back)
    assert works_at(place.technician, STARTS, STARTS + HOUR)
    with pytest.raises(GuardsUnmet) as refusal:
        absences.end_absence(Asked(place.manager, back), pk)
    assert codes(refusal) == ["over"]


def test_what_has_not_begun_is_taken_back_and_that_is_on_record(place):  # H-N2
    pk = record(place, starts_at=NOW + HOUR)["absence"]
    answer = absences.end_absence(Asked(place.dispatcher, NOW), pk).answer
    assert not Absence.objects.exists()
    assert (answer["absence"], answer["struck"]) == (None, [])
    assert LogEntry.objects.count() == 2


def test_a_change_is_judged_like_a_new_one_but_not_against_itself(place):
    pk = record(place)["absence"]
    other = record(place, starts_at=NOW + 12 * HOUR, ends_at=NOW + 13 * HOUR)["absence"]
    asked = Asked(place.dispatcher, NOW + timedelta(days=0, hours=1))
    absences.change_absence(asked, pk, SICK | {"ends_at": NOW + 10 * HOUR, "reason": "training"})
    absence = Absence.objects.get(pk=pk)
    assert (absence.ends_at, absence.why) == (NOW + 10 * HOUR, "In training")
    with pytest.raises(GuardsUnmet) as refusal:
        absences.change_absence(asked, other, SICK | {"starts_at": NOW + 2 * HOUR})
    assert codes(refusal) == ["overlap"]


def test_a_long_absence_is_prolonged_though_it_began_days_ago(place):
    pk = record(place, ends_at=NOW + timedelta(days=3))["absence"]
    asked = Asked(place.dispatcher, NOW + timedelta(days=2))
    absences.change_absence(asked, pk, SICK | {"ends_at": NOW + timedelta(days=5)})
    assert Absence.objects.get(pk=pk).ends_at == NOW + timedelta(days=5)
    with pytest.raises(GuardsUnmet) as refusal:  # but it does not begin earlier after the fact, nor end before now
        absences.change_absence(asked, pk, SICK | {"starts_at": NOW - HOUR, "ends_at": NOW + HOUR})
    assert codes(refusal) == ["past", "past"]
