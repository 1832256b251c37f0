"""Whose address a wrong password counts against."""

from django.test import RequestFactory

from web.shared.doors import address_of

CLAIMED = {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 2.2.2.2, 3.3.3.3"}


def test_what_a_sender_claims_is_not_believed(settings):
    settings.NUM_PROXIES = 0
    assert address_of(RequestFactory().get("/", **CLAIMED)) == "10.0.0.9"


def test_behind_our_proxies_it_is_the_address_they_saw(settings):
    settings.NUM_PROXIES = 1
    assert address_of(RequestFactory().get("/", **CLAIMED)) == "3.3.3.3"
    settings.NUM_PROXIES = 2
    assert address_of(RequestFactory().get("/", **CLAIMED)) == "2.2.2.2"
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9")) == "10.0.0.9"
