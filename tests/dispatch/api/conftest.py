"""People with tokens, and the way to ask for them."""

import pytest
from rest_framework.test import APIClient

from technicians.models import ApiToken
from tests.factories import make_outlet


def api(user=None, how: dict | None = None, **headers) -> APIClient:
    """Return a client that sends JSON as `user`, by token; errors come as answers, as a server gives them."""
    client = APIClient(raise_request_exception=False)
    client.default_format = "json"
    credentials = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    if user:
        credentials["HTTP_AUTHORIZATION"] = f"Token {ApiToken.objects.create(user, **(how or {}))[1]}"
    client.credentials(**credentials)
    return client


def do(client: APIClient, order, verb: str, data: dict | None = None, key: str = "", **headers):
    """Send one act."""
    if key:
        headers["HTTP_IDEMPOTENCY_KEY"] = key
    return client.post(f"/api/v1/orders/{getattr(order, 'pk', order)}/{verb}/", data or {}, format="json", **headers)


@pytest.fixture
def place(db):
    """Return an outlet with its people."""
    return make_outlet()
