"""A technician with a phone, at a moment of our choosing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories


@pytest.fixture
def place(db):
    """Return an outlet with its people."""
    return factories.make_outlet()


@pytest.fixture
def at(monkeypatch):
    """Return a function that stops the server's clock at a moment."""

    def stop(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    stop(factories.NOW)
    return stop


@pytest.fixture
def phone(place):
    """Return a client signed in as the outlet's first technician."""
    client = Client()
    client.force_login(place.technician.user)
    return client


@pytest.fixture
def brought(place, at):
    """Return a function that brings an order to a state and the clock one minute past it."""

    def bring(state, **told):
        order, moment = factories.order_in(state, place, **told)
        at(moment + timedelta(minutes=1))
        return order

    return bring
