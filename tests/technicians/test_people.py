"""Outlets, people and what they see."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from technicians.models import Absence, Outlet, Role, Technician
from tests.factories import NOW, make_outlet, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.CLERK, Role.TECHNICIAN])
def test_a_role_of_the_outlet_has_an_outlet(role):
    """A dispatcher of nowhere would see everywhere."""
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(role, None)


@pytest.mark.parametrize(("role", "everything"), [(Role.AGENT, True), (Role.MANAGER, True), (Role.ADMIN, True)])
def test_the_centre_sees_everything(role, everything):
    assert make_user(role, None).sees_everything is everything


def test_a_manager_of_an_outlet_sees_it_alone():
    one, other = make_outlet(), make_outlet()
    assert set(Technician.objects.for_user(one.manager)) == {one.technician, one.other}
    assert set(Technician.objects.for_user(other.admin)) >= {one.technician, other.technician}


def test_a_technician_sees_only_their_own_absences():
    place = make_outlet()
    for technician in (place.technician, place.other):
        Absence.objects.create(technician=technician, starts_at=NOW, ends_at=NOW.replace(hour=9))
    assert [a.technician for a in Absence.objects.for_user(place.technician.user)] == [place.technician]
    assert Absence.objects.for_user(place.dispatcher).count() == 2


def test_a_zone_has_to_exist():
    with pytest.raises(ValidationError, match="time zone"):
        Outlet(code="x", name_en="X", zone="Mars/Base").full_clean()


def test_an_absence_goes_forward():
    place = make_outlet()
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(technician=place.technician, starts_at=NOW, ends_at=NOW)


def test_only_those_who_can_be_given_work_are_working():
    place = make_outlet()
    place.other.user.is_active = False
    place.other.user.save()
    assert list(Technician.objects.working().filter(outlet=place.outlet)) == [place.technician]
