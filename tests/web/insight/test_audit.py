"""The audit: every log searched at once, only by those who may, never without bounds; the chain of an order is told."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from dispatch.models import AuditEntry, Deed, OrderEvent, State, write_down
from dispatch.reports.audit import LOGS, Place, TooWide, Wanted, search, stream
from dispatch.reports.sheets.cells import hushed
from technicians.models import Outlet
from tests import factories
from tests.factories import NOW
from web.insight.audit import place_of, sign_of
from web.insight.audit_words import LOG_NAMES

pytestmark = pytest.mark.django_db
EVERY = {log.code: None for log in LOGS}


@pytest.fixture
def place(db):
    return factories.make_outlet()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def around(days=3) -> dict:
    """The days around those of the tests' orders, and today's own."""
    first = min(NOW, timezone.now()) - timedelta(days=days)
    last = max(NOW, timezone.now()) + timedelta(days=days)
    return {"from": first.date().isoformat(), "to": last.date().isoformat()}


def looked(client, **sent):
    return client.get(reverse("audit"), around() | sent)


def rows_of(answer):
    return answer.context["rows"]


def test_managers_and_administrators_alone(place):
    for page, args in (("audit", []), ("audit_export", ["csv"])):
        url = reverse(page, args=args)
        for role in ("dispatcher", "clerk", "agent"):
            assert signed_in(getattr(place, role)).get(url).status_code == 403
        assert Client().get(url).status_code == 302
        for role in ("manager", "admin"):
            assert signed_in(getattr(place, role)).get(url).status_code == 200


def test_who_did_what_to_an_order_and_that_its_chain_is_whole(place):
    order, _moment = factories.order_in(State.ACCEPTED, place)
    factories.order_in(State.READY, place, phone="0912 345 333")
    answer = looked(signed_in(place.manager), order=order.number)
    told = rows_of(answer)
    assert {row.order for row in told} == {order.pk}
    assert [row.seq for row in told] == sorted((row.seq for row in told), reverse=True)
    assert len(told) == OrderEvent.objects.filter(order=order).count()
    chain = answer.context["chain"]
    assert (chain.events, chain.broken) == (len(told), ())
    assert "is whole" in answer.content.decode()


def test_a_chain_that_was_tampered_with_is_said(place):  # H-N2
    order, _moment = factories.order_in(State.ACCEPTED, place)
    event = OrderEvent.objects.filter(order=order, seq=2).get()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dispatch_orderevent DISABLE TRIGGER event_log_append_only")
        cursor.execute("UPDATE dispatch_orderevent SET reason = 'never said' WHERE id = %s", [event.pk])
        cursor.execute("ALTER TABLE dispatch_orderevent ENABLE ALWAYS TRIGGER event_log_append_only")
    answer = looked(signed_in(place.manager), order=str(order.pk))
    assert 2 in answer.context["chain"].broken
    assert "breaks at event 2" in answer.content.decode()


def test_filters_by_verb_person_role_and_customer(place):
    order, _moment = factories.order_in(State.ACCEPTED, place)
    other, _moment = factories.order_in(State.READY, place, phone="0912 345 444")
    client = signed_in(place.manager)
    assert {row.order for row in rows_of(looked(client, verb="orders:accept"))} == {order.pk}
    dispatcher = place.dispatcher
    for row in rows_of(looked(client, who=dispatcher.username, log="orders")):
        assert row.who == str(dispatcher)
    assert {str(row.role) for row in rows_of(looked(client, role="technician", log="orders"))} == {"Technician"}
    found = looked(client, customer=other.customer.phone)
    assert {row.order for row in rows_of(found) if row.order} == {other.pk}
    assert AuditEntry.objects.get(deed=Deed.AUDIT_READ).what == {"customers": [other.customer_id]}


def test_all_logs_in_one_order_of_time(place):
    factories.order_in(State.READY, place)
    write_down(Deed.BACKUP, timezone.now())
    LogEntry.objects.create(
        user=place.admin, content_type=ContentType.objects.get_for_model(Outlet), object_repr="Taipei", action_flag=2
    )
    Client().post(reverse("sign_in"), {"username": place.clerk.username, "password": "doorstep"})
    told = rows_of(looked(signed_in(place.admin)))
    assert {str(row.log) for row in told} >= {
        "Orders", "Master data", "Exports, backups, single sign-on", "Signing in"
    }  # fmt: skip
    assert [row.at for row in told] == sorted((row.at for row in told), reverse=True)


def test_pages_meet_without_a_gap_or_a_repeat(place):
    for number in range(4):
        factories.order_in(State.ACCEPTED, place, phone=f"0912 345 55{number}")
    wanted = Wanted(place.admin, NOW - timedelta(days=30), NOW + timedelta(days=30), EVERY)
    whole = [row.place for row in stream(wanted)]
    assert whole == sorted(set(whole), reverse=True) and len(whole) > 10
    paged, before = [], None
    while rows := search(wanted, before, 5):
        paged += [row.place for row in rows]
        before = rows[-1].place
    assert paged == whole
    assert [row.place for row in stream(wanted, chunk=2)] == whole


def test_rows_of_one_instant_are_all_shown(place):
    now = timezone.now()
    for number in range(7):
        write_down(Deed.BACKUP, now, number=number)
    wanted = Wanted(place.admin, now - timedelta(hours=1), now + timedelta(hours=1), {"house": None})
    first = search(wanted, None, 3)
    rest = search(wanted, first[-1].place, 30)
    assert sorted(row.what["number"] for row in first + rest) == list(range(7))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"from": "2016-01-01", "to": "2026-01-01"}, "At most 366 days"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "first day is after"),
        ({"from": "yesterday"}, "not a day"),
        ({"to": "9999-12-31"}, "not a day"),
        ({"order": "999999"}, "no order with this number"),
        ({"order": "1 OR 1=1"}, "no order with this number"),
        ({"who": "nobody at all"}, "Nobody here"),
        ({"customer": "nobody at all"}, "No customer"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_looked_for(place, sent, said):
    factories.order_in(State.READY, place)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = signed_in(place.manager).get(reverse("audit"), sent)
    assert answer.status_code == 400 and said in answer.content.decode()
    assert not any("dispatch_orderevent" in query["sql"] for query in asked)
    assert signed_in(place.manager).get(reverse("audit_export", args=["csv"]), sent).status_code == 400


def test_ten_years_are_refused_whoever_asks(place):
    with pytest.raises(TooWide):
        Wanted(place.admin, NOW - timedelta(days=3650), NOW, EVERY)


def test_nobody_reads_another_outlets_log(place):
    other = factories.make_outlet()
    theirs, _moment = factories.order_in(State.ACCEPTED, other, phone="0912 345 666")
    client = signed_in(place.manager)
    assert looked(client, order=str(theirs.pk)).status_code == 400
    assert all(row.order != theirs.pk for row in rows_of(looked(client)))
    assert looked(client, who=other.dispatcher.username).status_code == 400
    assert looked(client, customer=theirs.customer.phone).status_code == 400


def test_what_happened_is_told_in_sentences_and_a_fixed_number_of_queries(place):
    factories.order_in(State.CLOSED, place)
    client = signed_in(place.manager)
    with CaptureQueriesContext(connection) as few:
        told = rows_of(looked(client, log="orders"))
    assert any("Came in by" in row.details for row in told)
    for number in range(3):
        factories.order_in(State.CLOSED, place, phone=f"0912 345 90{number}")
    with CaptureQueriesContext(connection) as many:
        assert len(rows_of(looked(client, log="orders"))) > len(told)
    assert len(many) <= len(few) + 2  # names are read once, some only when they are met


def test_an_event_nobody_has_words_for_is_shown_as_it_was_kept(place):
    order, _moment = factories.order_in(State.READY, place)
    last = order.events.order_by("-seq").first()
    payload = {"callbacks": ["of an older time"], "kind": 7}
    OrderEvent.objects.create(
        order=order, seq=last.seq + 1, action="gone", at=last.at, to_state=last.to_state, payload=payload, hash="0" * 64
    )
    row = rows_of(looked(signed_in(place.manager), order=str(order.pk)))[0]
    assert row.verb == "gone" and "of an older time" in row.details


def test_phones_are_masked_and_places_left_out(place):
    order, _moment = factories.order_in(State.READY, place)
    phone = order.customer.phone
    what = {"phone": phone, "changes": {"address_line": ["Old Road 1", "New Road 2"]}, "note": f"call {phone}"}
    write_down(Deed.BACKUP, timezone.now(), **what)
    for answer in (looked(signed_in(place.admin)), signed_in(place.admin).get(reverse("audit_export", args=["csv"]))):
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        assert phone not in text and "New Road 2" not in text


@pytest.mark.parametrize("kept", ["2026-11-23T09:10:11Z", "SN-20261123-0001", "AB12345678901"])
def test_dates_and_serials_are_no_phones(kept):
    assert hushed({"serial": kept}) == {"serial": kept}


@pytest.mark.parametrize("phone", ["+886912345678", "0912 345 678", "0912-345-678", "13800138000", "02-2345-6789"])
def test_phones_in_prose_are_masked(phone):
    assert phone not in hushed({"note": f"Ask {phone}, please"})["note"]


def test_sheets_hold_what_the_page_shows_and_are_written_down(place):
    order, _moment = factories.order_in(State.ACCEPTED, place)
    client, sent = signed_in(place.manager), around() | {"order": str(order.pk)}
    raw = b"".join(client.get(reverse("audit_export", args=["csv"]), sent))
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    count = OrderEvent.objects.filter(order=order).count()
    assert len(rows) == count + 1 and rows[0][0] == "When"
    book = b"".join(client.get(reverse("audit_export", args=["xlsx"]), sent))
    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet.max_row == count + 1
    taken = AuditEntry.objects.filter(deed=Deed.AUDIT_TAKEN)
    assert [entry.what["form"] for entry in taken] == ["xlsx", "csv"] and taken[0].actor == place.manager
    assert client.get(reverse("audit_export", args=["pdf"]), sent).status_code == 404


def test_the_sheet_speaks_the_language_that_was_asked_for(place):
    factories.order_in(State.READY, place)
    place.manager.language = "zh-hant"
    place.manager.save()
    answer = signed_in(place.manager).get(reverse("audit_export", args=["csv"]), around())
    from django.utils import translation

    with translation.override("en"):  # the request is over, and its thread speaks something else
        text = b"".join(answer).decode("utf-8-sig")
    with translation.override("zh-hant"):
        assert str(LOG_NAMES["orders"]) in text and "Orders" not in text


@pytest.mark.parametrize("sign", ["", "x", "AAAA", "bm8", "W10", "%00", "a" * 300])
def test_a_place_that_is_none_shows_the_newest(place, sign):
    assert place_of(sign) is None
    assert looked(signed_in(place.manager), before=sign).status_code == 200


def test_a_place_comes_back_as_it_was():
    where = Place(NOW, 5, 77)
    assert place_of(sign_of(where)) == where
