"""New people: a password worth the name, and for technicians what makes them one."""

import pytest
from django.test import Client
from django.urls import reverse

from technicians.models import Role, Technician, User
from tests.factories import make_outlet, make_user

pytestmark = pytest.mark.django_db
GOOD = "four-blue-kettles"


@pytest.fixture
def place(db):
    return make_outlet()


def add(place, **how):
    client = Client()
    client.force_login(place.admin)
    told = {"username": "lin.new", "first_name": "New", "last_name": "Lin", "role": Role.DISPATCHER}
    told |= {"outlet": place.outlet.pk, "language": "", "usable_password": "true", "password1": GOOD, "password2": GOOD}
    return client.post(reverse("admin:technicians_user_add"), told | how)


@pytest.mark.parametrize(("weak", "said"), [("12345", "too short"), ("password123", "too common"), ("lin.new.lin", "")])
def test_a_weak_password_is_refused_in_words(place, weak, said):
    answer = add(place, password1=weak, password2=weak)
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not User.objects.filter(username="lin.new").exists()


def test_a_person_of_the_office_is_ready_with_name(place):
    assert add(place).status_code == 302
    assert str(User.objects.get(username="lin.new")) == "New Lin"


def test_a_technicians_sign_in_leads_to_their_skills_and_hours(place):
    answer = add(place, role=Role.TECHNICIAN)
    person = User.objects.get(username="lin.new")
    assert answer["Location"].startswith(reverse("admin:technicians_technician_add"))
    client = Client()
    client.force_login(place.admin)
    form = client.get(answer["Location"]).context["adminform"].form
    assert (int(form.initial["user"]), int(form.initial["outlet"]), form.initial["name"]) == (
        person.pk,
        place.outlet.pk,
        "New Lin",
    )
    page = client.get(reverse("admin:technicians_user_change", args=[person.pk])).content.decode()
    assert "There is no technician for this person yet" in page


def test_who_is_a_technician_by_role_alone_is_told_so_and_can_leave(place):
    client = Client()
    client.force_login(make_user(Role.TECHNICIAN, place.outlet))
    answer = client.get("/")
    assert answer.status_code == 403 and "nobody has added a technician for you" in answer.content.decode()
    assert reverse("sign_out") in answer.content.decode()
    client.force_login(Technician.objects.first().user)
    assert client.get("/").status_code == 302
