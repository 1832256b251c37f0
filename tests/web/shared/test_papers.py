"""Papers over the wire: staff see those of their orders, customers by the code, nobody by guessing (H-G1)."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from dispatch.actions.links import take_back
from dispatch.models import Link, ServiceOrder, State
from tests.dispatch.api.conftest import api
from tests.factories import make_outlet, order_in
from tests.pricing import charged, make_prices
from tests.web.portal.test_door import let_in

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


def text_of(answer) -> str:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    return "".join("".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages)


def secrets_in(answer, order) -> list[str]:
    """Return what of the customer is named in a PDF."""
    private = (order.customer.name, order.customer.phone, "".join(order.address.line.split()))
    text = text_of(answer)
    return [one for one in private if one in text]


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


def test_whoever_holds_the_code_reads_no_name_phone_or_address(paper):
    """The code is on the paper and behind a link that may be passed on; who it is for needs the one-time code."""
    order = paper.order
    masked = Client().get(reverse("paper_public_pdf", args=[paper.code]))
    assert secrets_in(masked, order) == []
    assert paper.snapshot["number"] in text_of(masked) and "NT$1,150" in text_of(masked)
    asked = Client().get(reverse("paper_public_pdf", args=[paper.code]) + "?whole=1")
    assert asked.status_code == 302 and asked["Location"].startswith(reverse("portal_door"))


def test_its_owner_reads_it_whole_after_the_one_time_code(paper):
    owner, other = Client(), Client()
    assert let_in(owner, "0912 345 678").status_code == 302
    assert let_in(other, "0922 000 111").status_code == 302
    url = reverse("paper_public_pdf", args=[paper.code])
    assert len(secrets_in(owner.get(url), paper.order)) == 3
    assert other.get(url + "?whole=1").status_code == 403
    assert secrets_in(other.get(url), paper.order) == []


def test_a_link_taken_back_closes_the_papers_of_before(place, paper):
    """Whoever had the link had the papers' addresses too. That a paper is ours can still be checked."""
    later = paper.issued_at + timedelta(hours=1)
    Link.objects.of(paper.order, paper.issued_at)
    take_back(paper.order_id, place.agent, later)
    closed = Client().get(reverse("paper_public_pdf", args=[paper.code]))
    assert closed.status_code == 302 and closed["Location"].startswith(reverse("portal_door"))
    assert Client().get(reverse("paper_public", args=[paper.code])).status_code == 200
    owner = Client()
    let_in(owner, "0912 345 678")
    assert pages(owner.get(reverse("paper_public_pdf", args=[paper.code]))) == 1


def test_technicians_read_papers_of_a_closed_order_masked(place, paper):
    """quality: phones and addresses are masked for technicians once an order is closed."""
    order, (by, at) = paper.order, (place.technician.user, paper.issued_at)
    assert len(secrets_in(signed_in(by).get(reverse("paper", args=[paper.pk])), order)) == 3
    ServiceOrder.objects.filter(pk=order.pk).update(state=State.CLOSED, finished_at=at)
    assert secrets_in(signed_in(by).get(reverse("paper", args=[paper.pk])), order) == []
    assert secrets_in(api(by).get(f"/api/v1/papers/{paper.pk}/"), order) == []
    assert len(secrets_in(signed_in(place.clerk).get(reverse("paper", args=[paper.pk])), order)) == 3


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
