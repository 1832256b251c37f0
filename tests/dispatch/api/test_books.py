"""The day's books over the API: read, counted, agreed to (H-R4)."""

import pytest

from dispatch.actions import settling
from dispatch.models import BookEntry, BookStep, Discrepancy
from tests.dispatch.api.conftest import api
from tests.dispatch.settling.helpers import CUTOFF, DAY, book_of, done_today
from tests.factories import make_outlet


@pytest.fixture
def book(place):
    done_today(place)
    settling.settle_due(CUTOFF)
    return book_of(place)


def at(book, what: str = "") -> str:
    return f"/api/v1/books/{book.pk}/{what}"


def lines(book, less: int = 0, **why) -> dict:
    rows = [
        {"line": line.pk, "counted": line.expected - (less if line.kind == "cash" else 0)} for line in book.lines.all()
    ]
    return {"lines": [row | (why if row["counted"] != 1 else {}) for row in rows]}


def test_h_r4_a_book_is_read_counted_and_agreed_to(place, book):  # H-R4
    clerk, phone = api(place.clerk), api(place.technician.user)
    [found] = clerk.get("/api/v1/books/", {"day": DAY, "open": "true", "outlet": place.outlet.code}).json()["results"]
    assert (found["id"], found["closed_at"], {line["kind"] for line in found["lines"]}) == (
        book.pk,
        None,
        {"card", "cash", "signature", "record"},
    )
    why = {"owner": place.technician.user.pk, "reason": "gave change twice"}
    first = clerk.post(at(book, "count/"), lines(book, 100, **why), HTTP_IDEMPOTENCY_KEY="k1")
    again = clerk.post(at(book, "count/"), lines(book, 100, **why), HTTP_IDEMPOTENCY_KEY="k1")
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert BookEntry.objects.filter(book=book, step=BookStep.COUNTED).count() == 1
    version = {"version": first.json()["version"]}
    assert phone.post(at(book, "agree/"), version).json()["closed"] is False
    assert clerk.post(at(book, "agree/"), version).json()["closed"] is True
    assert Discrepancy.objects.get().difference == -100
    late = clerk.post(at(book, "count/"), lines(book))
    assert late.status_code == 422 and "closed" in str(late.json())


def test_h_r4_who_may_not(place, book):  # H-R4
    version = {"version": book.version}
    for user in (place.dispatcher, place.agent):
        assert api(user).get(at(book)).status_code == api(user).get("/api/v1/books/").status_code == 403
        assert api(user).post(at(book, "agree/"), version).status_code == 403
    assert api(place.technician.user).post(at(book, "count/"), lines(book)).status_code == 403
    for stranger in (make_outlet().clerk, place.other.user):
        assert api(stranger).get(at(book)).status_code == 404
        assert api(stranger).post(at(book, "agree/"), version).status_code == 404
        assert api(stranger).get("/api/v1/books/").json()["results"] == []
    assert api().get(at(book)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": 5},
        {"lines": [{"line": 1}]},
        {"lines": [{"line": 1, "counted": -5}]},
        {"lines": [{"line": 1, "counted": 10**13}]},
        {"lines": [{"line": 10**9, "counted": 1}]},
    ],
)
def test_a_count_that_does_not_read_changes_nothing(place, book, body):
    answer = api(place.clerk).post(at(book, "count/"), body)
    assert answer.status_code == 400, answer.content
    assert not BookEntry.objects.filter(book=book, step=BookStep.COUNTED).exists()


def test_h_r4_nobody_agrees_to_figures_unseen(place, book):  # H-R4
    clerk = api(place.clerk)
    clerk.post(at(book, "count/"), lines(book))
    assert clerk.post(at(book, "agree/"), {}).status_code == 400
    assert clerk.post(at(book, "agree/"), {"version": book.version}).status_code == 422
    assert book_of(place).clerk_at is None
