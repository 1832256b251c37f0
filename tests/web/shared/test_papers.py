"""Papers over the wire: staff see those of their orders, customers by the code, nobody by guessing (H-G1)."""

import io

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import State
from tests.dispatch.api.conftest import api
from tests.factories import make_outlet, order_in
from tests.pricing import charged, make_prices

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    place = make_outlet()
    make_prices(place)
    return place


@pytest.fixture
def paper(place):
    order, _now = charged(place)
    return order.papers.get()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pages(answer) -> int:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return len(pypdf.PdfReader(io.BytesIO(answer.content)).pages)


def test_those_who_see_the_order_see_its_papers(place, paper):
    for user in (place.clerk, place.technician.user, place.manager):
        answer = signed_in(user).get(reverse("paper", args=[paper.pk]))
        assert pages(answer) == 1 and paper.snapshot["number"] in answer["Content-Disposition"]


def test_printed_twice_it_is_the_same(place, paper):
    first, second = (signed_in(place.clerk).get(reverse("paper", args=[paper.pk])).content for _turn in "ab")
    assert first == second


def test_anothers_paper_is_not_there(paper):
    stranger = make_outlet().clerk
    assert signed_in(stranger).get(reverse("paper", args=[paper.pk])).status_code == 404
    assert signed_in(stranger).get(reverse("paper", args=[paper.pk + 999])).status_code == 404
    assert api(stranger).get(f"/api/v1/papers/{paper.pk}/").status_code == 404
    assert api(stranger).get(f"/api/v1/orders/{paper.order_id}/papers/").status_code == 404


def test_without_signing_in_only_the_code_opens_it(paper):
    assert Client().get(reverse("paper", args=[paper.pk])).status_code == 302
    page = Client().get(reverse("paper_public", args=[paper.code]))
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert paper.snapshot["number"] in text and "NT$1,150" in text
    assert pages(Client().get(reverse("paper_public_pdf", args=[paper.code]))) == 1
    for wrong in (paper.code[:-1], str(paper.pk), "x" * 24):
        assert Client().get(reverse("paper_public", args=[wrong])).status_code == 404


def test_the_order_page_leads_to_its_papers(place, paper):
    text = signed_in(place.clerk).get(reverse("order", args=[paper.order_id])).content.decode()
    assert reverse("paper", args=[paper.pk]) in text


def test_programs_list_and_fetch_them(place, paper):
    (row,) = api(place.clerk).get(f"/api/v1/orders/{paper.order_id}/papers/").json()["results"]
    assert (row["kind"], row["number"], row["printed_number"]) == ("receipt", 1, paper.snapshot["number"])
    answer = api(place.clerk).get(row["href"])
    assert pages(answer) == 1
    assert Client().get(row["customer_page"]).status_code == 200


def test_the_workshop_card_leads_to_the_slip(place):
    order, _now = order_in(State.IN_WORKSHOP, place)
    slip = order.papers.get(kind="slip")
    text = signed_in(place.clerk).get(reverse("order", args=[order.pk])).content.decode()
    assert reverse("paper", args=[slip.pk]) in text
