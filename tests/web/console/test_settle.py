"""Settling at the desk and on the phone: who may, what is shown, what is refused (H-R3, H-R4)."""

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import BookEntry, CaseState, DayBook, Discrepancy, OutletDay
from tests.dispatch.settling.helpers import DAY, book_of, counted, done_today, line_of
from tests.factories import make_outlet


@pytest.fixture
def place(db):
    return make_outlet()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(outlet) -> str:
    return f"{reverse('settle')}?outlet={outlet.code}&day={DAY}"


def addresses(place) -> dict[str, str]:
    day = OutletDay.objects.get(outlet=place.outlet, day=DAY)
    book = book_of(place)
    return {
        "settle": at(place.outlet),
        "settle_book": reverse("settle_book", args=[book.pk]),
        "settle_day": reverse("settle_day", args=[day.pk]),
    }


def typed(book, **other) -> dict[str, str]:
    """Return the form of a book as a clerk fills it in: all there, but for `other` (kind → text)."""
    form = {"version": book.version, "idempotency_key": f"key-{book.pk}-{book.version}-{len(other)}"}
    for line in book.lines.all():
        form[f"counted-{line.pk}"] = "1" if not line.currency else f"{line.expected / 100:.2f}"
        if line.kind in other:
            form[f"counted-{line.pk}"] = other[line.kind]
    return form


@pytest.mark.parametrize(
    ("role", "status"),
    [("clerk", 200), ("manager", 200), ("admin", 200), ("dispatcher", 403), ("agent", 403), ("technician", 403)],
)
def test_h_r4_who_may_open_the_books(place, role, status):  # H-R4
    done_today(place)
    counted(place)
    user = place.technician.user if role == "technician" else getattr(place, role)
    for name, url in addresses(place).items():
        assert signed_in(user).get(url).status_code == status, name
    todo = reverse("settle_book_do", args=[book_of(place).pk, "agree"])
    assert signed_in(user).post(todo, {"version": book_of(place).version}).status_code == (
        302 if status == 200 else 403
    )


def test_h_r4_another_outlets_books_are_not_there(place):  # H-R4
    done_today(place)
    counted(place)
    stranger = signed_in(make_outlet().clerk)
    for name, url in addresses(place).items():
        assert stranger.get(url).status_code == 404, name
    book = book_of(place)
    for what in ("count", "agree", "carry"):
        assert stranger.post(reverse("settle_book_do", args=[book.pk, what]), {"version": 1}).status_code == 404
    other = signed_in(place.other.user)
    assert other.post(reverse("field_settle_do", args=[book.pk]), {"version": book.version}).status_code == 404
    assert BookEntry.objects.filter(book=book).count() == 2  # made, counted


def test_h_r4_a_day_is_settled_by_clerk_and_technician_with_a_difference(place):  # H-R3, H-R4
    order, _now = done_today(place)
    counted(place, missing=0)
    book = book_of(place)
    clerk, phone = signed_in(place.clerk), signed_in(place.technician.user)
    url = reverse("settle_book_do", args=[book.pk, "count"])
    cash = line_of(book)

    assert clerk.post(url, typed(book, cash="12o")).status_code == 422  # kept, and said beside the field
    assert clerk.post(url, typed(book, cash=f"{cash.expected / 100 - 100:.2f}")).status_code == 302
    book = book_of(place)
    assert line_of(book).difference == -10_000
    refused = clerk.post(reverse("settle_book_do", args=[book.pk, "agree"]), {"version": book.version})
    assert refused.status_code == 422 and "H-R4" in refused.content.decode()

    why = {f"owner-{cash.pk}": place.technician.user.pk, f"reason-{cash.pk}": "gave change twice"}
    assert clerk.post(url, typed(book, cash=f"{cash.expected / 100 - 100:.2f}") | why).status_code == 302
    book = book_of(place)
    clerk.post(reverse("settle_book_do", args=[book.pk, "agree"]), {"version": book.version})
    page = phone.get(reverse("field_settle")).content.decode()
    assert "gave change twice" in page
    assert phone.post(reverse("field_settle_do", args=[book.pk]), {"version": book.version}).status_code == 302
    assert book_of(place).closed_at

    case = Discrepancy.objects.get()
    assert (case.difference, case.owner, case.reason) == (-10_000, place.technician.user, "gave change twice")
    page = clerk.get(at(place.outlet)).content.decode()
    assert reverse("settle_case", args=[case.pk]) in page
    ended = {"state": "good", "outcome": "brought the next morning"}
    assert clerk.post(reverse("settle_case", args=[case.pk]), ended).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.settled_by) == (CaseState.GOOD, place.clerk)
    page = clerk.get(reverse("card", args=[order.pk])).content.decode()
    assert str(place.clerk) in page and "returned" in page


def test_h_r3_a_clerk_begins_before_the_cut_off(place):  # H-R3
    clerk = signed_in(place.clerk)
    url = f"{reverse('settle_begin')}?outlet={place.outlet.code}"
    assert clerk.post(url).status_code == 302
    assert OutletDay.objects.filter(outlet=place.outlet).count() <= 1 and not DayBook.objects.exists()
    assert signed_in(place.dispatcher).post(url).status_code == 403


def test_h_r4_the_centre_counts_and_accepts_what_the_clerk_reported(place):  # H-R4
    done_today(place)
    book = counted(place)
    clerk, phone, centre = signed_in(place.clerk), signed_in(place.technician.user), signed_in(place.manager)
    day = OutletDay.objects.get(outlet=place.outlet, day=DAY)
    close = reverse("settle_day_do", args=[day.pk, "close"])
    refused = clerk.post(close)
    assert refused.status_code == 422 and place.technician.name in refused.content.decode()
    clerk.post(reverse("settle_book_do", args=[book.pk, "agree"]), {"version": book.version})
    phone.post(reverse("field_settle_do", args=[book.pk]), {"version": book.version})
    assert clerk.post(close, {"note": "all in the bag"}).status_code == 302
    assert clerk.post(reverse("settle_day_do", args=[day.pk, "accept"])).status_code == 403
    page = centre.get(reverse("settle_day", args=[day.pk])).content.decode()
    assert "all in the bag" in page
    form = {
        f"counted-{line.pk}": f"{line.expected / 100:.2f}" if line.currency else line.expected
        for line in day.lines.all()
    }
    assert centre.post(reverse("settle_day_do", args=[day.pk, "count"]), form).status_code == 302
    assert centre.post(reverse("settle_day_do", args=[day.pk, "accept"])).status_code == 302
    day.refresh_from_db()
    assert day.accepted_by == place.manager and not Discrepancy.objects.exists()


def test_h_r3_the_card_says_what_was_promised_done_and_signed(place):  # H-R3
    order, _now = done_today(place)
    page = signed_in(place.dispatcher).get(reverse("card", args=[order.pk])).content.decode()
    agreed = order.visits.get().starts_at.astimezone(place.outlet.tz)
    for said in (
        order.number,
        f"{agreed:%Y-%m-%d %H:%M}",
        "Arrived",
        "pump worn",
        "wear",
        "pump changed",
        "Cash",
        "王小明",
    ):
        assert said in page, said
    assert "not counted yet" in page and "On the technician" in page
    assert signed_in(make_outlet().clerk).get(reverse("card", args=[order.pk])).status_code == 404
    assert signed_in(place.technician.user).get(reverse("card", args=[order.pk])).status_code == 403


@pytest.mark.parametrize("day", ["0001-01-01", "2026-02-30", "tomorrow", "2098-01-01"])
def test_a_day_that_is_none_is_said_and_today_shown(place, day):
    answer = signed_in(place.clerk).get(reverse("settle"), {"day": day})
    assert answer.status_code == 200 and answer.context["today"]
    assert "There are no books of such a day" in answer.content.decode()


def test_the_centre_sees_the_outlets_that_did_not_report(place):  # H-R3
    done_today(place)
    counted(place)
    place.admin.outlet = None
    place.admin.save()
    assert signed_in(place.admin).get(reverse("settle")).status_code == 200
