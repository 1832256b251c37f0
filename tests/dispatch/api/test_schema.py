"""The OpenAPI document: whole, valid, and true of what is answered."""

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dispatch.lifecycle import REGISTRY
from dispatch.models import Callback, HelpRequest, State, Visit
from dispatch.reports.sheets import making
from technicians.models import Role
from tests.dispatch.api.conftest import api
from tests.factories import make_outlet, order_in

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_it_is_valid_and_without_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_it_shows_every_action_with_its_fields_roles_and_rule(document):
    for verb in REGISTRY.values():
        path = document["paths"].get(f"/api/v1/orders/{{id}}/{verb.name}/")
        assert (path is None) is verb.by_clock, verb.name
        if verb.by_clock:
            continue
        said = path["post"]
        assert verb.rule in said["description"]
        assert all(str(Role(role).value) in said["description"] for role in verb.roles)
        name = said["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        fields = document["components"]["schemas"][name]["properties"]
        assert set(verb.data().fields) <= set(fields), verb.name
        assert {"device_at", "position", "version"} <= set(fields)


def test_every_operation_says_how_it_is_refused(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            refusals = {"400", "401", "404"} if path != "/api/v1/token/" else {"400", "401", "429"}
            assert refusals <= set(operation["responses"]), path


def test_it_is_served_and_the_page_brings_its_own_scripts(client):
    schema = client.get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json")
    assert schema.status_code == 200 and schema.json()["openapi"].startswith("3.")
    page = client.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle" in text
    assert "https://" not in text and "http://" not in text
    assert "<script>" not in text


@pytest.fixture
def scene(db, settings, tmp_path):
    """Return the administrator, and for each kind of address a number that is there."""
    place = make_outlet()
    order, now = order_in(State.FOLLOW_UP, place, fault=None)
    asked = {"level": "centre", "question": "E47?", "asked_by": place.technician.user, "asked_at": now, "due_at": now}
    settings.MEDIA_ROOT = str(tmp_path)
    export = making.ask(place.admin, now, ["orders"], "csv")
    making.make_next()
    known = {
        "exports": export.pk,
        "orders": order.pk,
        "visits": Visit.objects.get().pk,
        "callbacks": Callback.objects.get().pk,
        "customers": order.customer_id,
        "appliances": order.appliance_id,
        "technicians": place.technician.pk,
        "help": HelpRequest.objects.create(order=order, **asked).pk,
    }
    return api(place.admin)._credentials["HTTP_AUTHORIZATION"], known


@pytest.fixture
def _kept_connection():
    """Keep the test's own connection, and with it what the test made, from one request to the next."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


ASKING = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.usefixtures("_kept_connection")
def test_answers_are_as_documented(scene):
    """Schemathesis asks every address all sorts of things: no 5xx, and answers as the schema says."""
    authorization, known = scene
    described = schemathesis.openapi.from_wsgi(f"{reverse('api:schema')}?format=json", get_wsgi_application())
    asked = set()

    def ask(case):
        if "id" in case.path_parameters and int(case.path_parameters["id"]) % 4:  # else whatever it made up
            case.path_parameters["id"] = known.get(case.path.split("/")[3], 1)
        case.call_and_validate(headers={"Authorization": authorization}, checks=CHECKS)
        asked.add((case.method, case.path))

    for found in described.get_all_operations():
        ASKING(given(case=found.ok().as_strategy())(ask))()
    assert len(asked) >= len(REGISTRY)
