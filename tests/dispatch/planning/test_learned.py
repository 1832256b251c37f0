"""What finished visits teach, and that too few of them teach nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from customers.models import Address, Appliance, Customer
from dispatch import tasks
from dispatch.models import Fault, Learned, ServiceOrder, Visit
from dispatch.planning import learned, travel
from dispatch.planning.learned import FEW, SOME, Lessons, drawn_in, learn
from tests.factories import NOW, make_outlet

pytestmark = pytest.mark.django_db
THERE = (25.10, 121.60)


@pytest.fixture
def place():
    found = make_outlet()
    found.fault = Fault.objects.create(
        code=f"leak-{found.outlet.pk}", name_en="Leak", category=found.category, minutes=60
    )
    return found


def visited(
    place, technician, minutes: float, times: int, *, fault: bool = True, way: float = 1.0, hour: int = 9
) -> None:
    """Write down visits that are over: each on a day of its own, from home, the way `way` times the estimate."""
    customer = Customer.objects.create(name="A")
    address = Address.objects.create(customer=customer, line="1", district="X", latitude=THERE[0], longitude=THERE[1])
    appliance = Appliance.objects.create(customer=customer, category=place.category)
    before = Visit.objects.count()
    for number in range(times):
        left = datetime(2026, 11, 27, hour - 8, tzinfo=UTC) - timedelta(days=before + number)
        estimate = travel.seconds(technician.place, THERE, hour)
        there = left + timedelta(seconds=round(way * estimate))
        order = ServiceOrder.objects.create(
            outlet=place.outlet, customer=customer, address=address, appliance=appliance, technician=technician,
            fault=place.fault if fault else None, state="closed", opened_at=left, state_since=left, finished_at=left,
        )  # fmt: skip
        Visit.objects.create(
            order=order, technician=technician, status="done", starts_at=there, ends_at=there + timedelta(hours=1),
            departed_at=left, arrived_at=there, left_at=there + timedelta(minutes=minutes),
        )  # fmt: skip


def lessons(place) -> Lessons:
    learn(place.outlet, NOW)
    return Lessons.of(Learned.objects.filter(outlet=place.outlet).values())


def test_the_middle_of_a_fault_is_its_time(place):
    visited(place, place.technician, 90, FEW // 2 + 1)
    visited(place, place.other, 300, FEW // 2)
    found = lessons(place)
    assert found.minutes(place.fault.pk, place.category.pk, 60) == 90
    assert found.minutes(None, place.category.pk, 60) == 60  # of the category there are too few


def test_too_few_teach_nothing(place):
    visited(place, place.technician, 90, FEW - 1, way=2)
    assert lessons(place) == Lessons()
    assert lessons(place).minutes(place.fault.pk, place.category.pk, 60) == 60
    assert lessons(place).road("X", 9) == 1.0


def test_what_cannot_be_true_does_not_count(place):
    visited(place, place.technician, 2, 20)
    visited(place, place.technician, 900, 20)
    assert lessons(place).work == {}


def test_a_category_where_the_fault_is_not_known(place):
    visited(place, place.technician, 45, SOME, fault=False)
    assert lessons(place).minutes(None, place.category.pk, 60) == 45


def test_a_slow_technician_is_slow_and_not_believed_to_be_slower_than_that(place):
    visited(place, place.other, 60, 40)
    visited(place, place.technician, 90, 30)
    found = lessons(place)
    assert found.minutes(place.fault.pk, None, 1) == 60
    assert 1.2 < found.pace[place.technician.pk] < 1.5  # fewer than all samples: drawn towards the usual
    assert found.pace[place.other.pk] == pytest.approx(1.0, abs=0.01)
    visited(place, place.technician, 590, 30)
    assert lessons(place).pace[place.technician.pk] <= learned.PACE[1]


def test_the_way_against_the_estimate_by_district_and_hour(place):
    visited(place, place.technician, 60, SOME, way=1.5, hour=9)
    visited(place, place.technician, 60, FEW - 1, way=2.5, hour=17)
    found = lessons(place)
    assert found.road("X", 9) == pytest.approx(1.5, abs=0.01)
    assert found.road("X", 17) == pytest.approx(1.5, abs=0.01)  # of that hour there are too few: the district's
    assert found.road("Y", 9) == pytest.approx(1.5, abs=0.01)
    assert ("X", 17) not in found.way


def test_the_next_visit_of_the_day_begins_where_the_last_one_ended(place):
    visited(place, place.technician, 60, SOME)
    for visit in Visit.objects.all():  # the same way once more, an hour later: now from next door
        customer = visit.order.customer
        near = Address.objects.create(customer=customer, line="2", district="N", latitude=25.11, longitude=121.61)
        order = ServiceOrder.objects.create(
            outlet=place.outlet, customer=customer, address=near, appliance=visit.order.appliance, state="closed",
            opened_at=NOW, state_since=NOW, finished_at=NOW,
        )  # fmt: skip
        gone = visit.left_at + timedelta(minutes=5)
        there = gone + timedelta(seconds=2 * travel.seconds(THERE, near.place, gone.astimezone(place.outlet.tz).hour))
        Visit.objects.create(
            order=order, technician=place.technician, status="done", starts_at=there,
            ends_at=there + timedelta(hours=1), departed_at=gone, arrived_at=there,
            left_at=there + timedelta(minutes=60),
        )  # fmt: skip
    found = lessons(place)
    assert found.way["N", None] == pytest.approx(2.0, abs=0.02)
    assert found.way["X", None] == pytest.approx(1.0, abs=0.02)


def test_odd_ones_are_drawn_in():
    assert drawn_in([9, 1, 5, 5, 5, 5, 5, 5, 5, 99]) == [5, 5, 5, 5, 5, 5, 5, 5, 9, 9]
    assert drawn_in([1, 99]) == [1, 99]


def test_each_night_writes_it_anew_and_all_of_it_or_nothing(place):
    visited(place, place.technician, 90, SOME)
    learn(place.outlet, NOW)
    before = set(Learned.objects.values_list("pk", flat=True))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        learn(place.outlet, NOW)
        raise ZeroDivisionError
    assert set(Learned.objects.values_list("pk", flat=True)) == before
    Visit.objects.all().delete()
    assert tasks.learn() == 1
    assert Learned.objects.count() == 0
