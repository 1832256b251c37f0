"""Who rests after too many wrong passwords is let in at once by a new one."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def sign_in(name: str, password: str) -> int:
    return Client().post(reverse("sign_in"), {"username": name, "password": password}).status_code


def test_a_new_password_from_the_manager_opens_the_account_at_once(db):
    place = factories.make_outlet()
    name = place.dispatcher.username
    for _again in range(5):
        sign_in(name, "wrong")
    manager = Client()
    manager.force_login(place.manager)
    assert sign_in(name, "glad-Tidings-7") == 429
    address = reverse("admin:auth_user_password_change", args=[place.dispatcher.pk])
    typed = {"password1": "glad-Tidings-7", "password2": "glad-Tidings-7", "usable_password": "true"}
    assert manager.post(address, typed | {"password2": "other"}).status_code == 200
    assert sign_in(name, "glad-Tidings-7") == 429
    assert manager.post(address, typed).status_code == 302
    assert sign_in(name, "glad-Tidings-7") == 302
