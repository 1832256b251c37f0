"""Nobody gets at what is somebody else's by its number: every address that names a row, for every role (IDOR matrix).

The addresses come from the resolver, so that a new one cannot be forgotten: it is in ROWS, or in NOBODYS with why not.
"""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from customers.pictures import keep
from dispatch.models import (
    CaseKind,
    DayBook,
    Discrepancy,
    Export,
    Film,
    HelpRequest,
    KeptAct,
    Link,
    Notice,
    OrderEvent,
    OrderPhoto,
    OutletDay,
    Paper,
    Plan,
    Requisition,
    ServiceOrder,
    State,
)
from technicians import stock
from technicians.models import Absence, ApiToken
from tests import pictures
from tests.factories import NOW, around_the_clock, do, make_outlet, order_in
from tests.stocking import make_part
from tests.web.portal.test_door import let_in

pytestmark = pytest.mark.django_db
ROLES = ("dispatcher", "clerk", "agent", "manager", "technician", "nobody")
# Whole enough for every form, so that what is refused is refused for whose it is
BODY = {"note": "x", "values": {}, "how": "dropped", "version": 1, "outcome": "told", "option": 0,
        "lines": [{"line": 1, "counted": 0}], "device_at": NOW.isoformat()}  # fmt: skip
JSON = ("api:", "field_app_", "board_do", "board_plan_do", "board_absence")
SHUT = (401, 403, 404, 405)
# Addresses with a name in them that is nobody's in particular, and why
NOBODYS = {
    "api:fault": "the catalogue is everybody's",
    "stock_part": "the catalogue is everybody's; the stores on it are one's own",
    "board_part": "a part of one's own board",
    "stock_do": "the name of an act; its warehouse is in the form",
    "behind": "a figure of one's own outlet",
    "trend_orders": "a figure of one's own outlet",
    "trend_orders_sheet": "a figure of one's own outlet",
    "trends_export": "a kind of file",
    "audit_export": "a kind of file",
    "portal_request_step": "a step of one's own request",
}
ONLY_POST = ("requisition_do",)  # read, it leads to the list of one's own
BY_KEY = ("portal_order", "portal_who", "portal_time", "portal_correct", "portal_supply", "portal_rate",
          "portal_broken", "portal_warranty", "portal_quote", "portal_quote_pdf", "paper_public", "paper_public_pdf",
          "calendar_feed")  # fmt: skip


def named(resolver=None, space=""):
    """Yield (name, its parameters) of every address that holds one."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            if entry.pattern.converters and space != "admin":
                yield f"{space}:{entry.name}" if space else entry.name, tuple(entry.pattern.converters)
        else:
            yield from named(entry, entry.namespace or space)


ADDRESSES = dict(sorted(named()))


@pytest.fixture
def theirs():
    """Return one row of every kind, all of an outlet where none of the readers works."""
    place = around_the_clock(make_outlet())
    order, _now = order_in(State.FOLLOW_UP, place)
    tech, moment, day = place.technician, {"at": NOW}, NOW.date()
    part = make_part("XX-1")
    film = Film(order=order, bytes=3, seconds=1, at=NOW)
    film.file.save("film.mp4", ContentFile(b"abc"))
    asked = {"asked_by": tech.user, "asked_at": NOW}
    return SimpleNamespace(
        order=order,
        photo=OrderPhoto.objects.create(order=order, photo=keep(pictures.upload(), NOW), event_seq=1, **moment),
        film=film,
        paper=Paper.objects.create(order=order, outlet=place.outlet, kind="receipt", number=99, issued_at=NOW),
        visit=order.visits.first(),
        callback=order.callbacks.first(),
        notice=Notice.objects.filter(order=order).first(),
        kept=KeptAct.objects.create(actor=tech.user, order=order, key="k" * 20, verb="arrive", refused_at=NOW,
                                    code="state", title="no"),
        help=HelpRequest.objects.create(order=order, level="colleague", question="?", due_at=NOW, **asked),
        absence=Absence.objects.create(technician=tech, starts_at=NOW, ends_at=NOW + timedelta(hours=1)),
        plan=Plan.objects.create(outlet=place.outlet, day=day, since=NOW, asked_at=NOW),
        export=Export.objects.create(asked_by=place.manager, asked_at=NOW, kinds=["orders"]),
        book=DayBook.objects.create(outlet=place.outlet, technician=tech, day=day, cutoff_at=NOW, made_at=NOW),
        outlet_day=OutletDay.objects.create(outlet=place.outlet, day=day, made_at=NOW),
        case=Discrepancy.objects.create(outlet=place.outlet, day=day, key="x", kind=CaseKind.values[0],
                                        owner=place.clerk, opened_at=NOW, reason="short"),
        requisition=Requisition.objects.create(outlet=place.outlet, part=part, target=stock.store_of(place.outlet),
                                               **asked),
        warehouse=stock.store_of(place.outlet),
        token=ApiToken.objects.create(place.dispatcher)[0],
        technician=tech,
        place=place,
    )  # fmt: skip


def row_of(name: str, rows: SimpleNamespace):
    """Return what the number or code in an address stands for: a row of theirs."""
    after = name.removeprefix("api:")
    if after.startswith(("help",)):
        return rows.help.pk
    for start, row in {
        "visit": rows.visit, "callback": rows.callback, "notice": rows.notice, "kept": rows.kept, "paper": rows.paper,
        "absence": rows.absence, "board_absence_do": rows.absence, "plan": rows.plan, "board_plan": rows.plan,
        "export": rows.export, "book": rows.book, "settle_book": rows.book, "field_settle_do": rows.book,
        "settle_day": rows.outlet_day, "settle_case": rows.case, "requisition": rows.requisition,
        "customer": rows.order.customer, "appliance": rows.order.appliance, "technician": rows.technician,
        "board_absence": rows.technician, "board_sheet": rows.technician, "portal_request_picture": rows.photo.photo,
        "behind_technician": rows.technician,
    }.items():  # fmt: skip
        if after.startswith(start):
            return row.pk
    return rows.order.pk


def arguments(name: str, rows: SimpleNamespace) -> dict:
    """Return an address's parameters, leading to what is theirs."""
    known = {
        "photo": rows.photo.pk, "film": rows.film.pk, "verb": "add_note", "action": "add_note", "what": "take",
        "code": rows.warehouse.code, "key": rows.kept.key if name == "field_app_settle" else rows.token.token_key,
        "form": "csv", "figure": "done",
    }  # fmt: skip
    return {one: row_of(name, rows) if one == "pk" else known[one] for one in ADDRESSES[name]}


OURS = [name for name in ADDRESSES if name not in NOBODYS and name not in BY_KEY]


def stands(rows: SimpleNamespace) -> tuple:
    """Return what must not have changed."""
    order = ServiceOrder.objects.get(pk=rows.order.pk)
    return order.version, order.state, OrderEvent.objects.count(), Link.objects.filter(revoked_at=None).count()


def is_shut(answer) -> bool:
    """Tell whether nothing was given: refused, not there, or led to a door."""
    to_the_door = answer.status_code == 302 and answer["Location"].startswith((reverse("sign_in"), "/my/door/"))
    return answer.status_code in SHUT or to_the_door


def opened(client: Client, name: str, rows: SimpleNamespace) -> list[str]:
    """Ask for an address and send something to it; return what was not refused."""
    address = reverse(name, kwargs=arguments(name, rows))
    kind = {"content_type": "application/json"} if name.startswith(JSON) and name != "api:photos" else {}
    body = BODY if kind else {"note": "x", "outcome": "told", "file": pictures.upload()}
    sent = client.post(address, body, headers={"Idempotency-Key": f"key-{uuid4()}"}, **kind)
    found = {"POST": sent} if name in ONLY_POST else {"GET": client.get(address), "POST": sent}
    return [f"{how} {name}: {answer.status_code}" for how, answer in found.items() if not is_shut(answer)]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_at_another_outlets_rows_by_their_numbers(theirs, role):
    mine, client, open_ = make_outlet(), Client(raise_request_exception=False), []
    if role != "nobody":
        client.force_login(mine.technician.user if role == "technician" else getattr(mine, role))
    before = stands(theirs)
    for name in OURS:
        open_ += opened(client, name, theirs)
    assert "\n".join(open_) == ""
    assert stands(theirs) == before


def test_a_colleague_of_the_same_outlet_gets_at_nobodys_order_on_the_phone(theirs):
    client = Client(raise_request_exception=False)
    client.force_login(theirs.place.other.user)
    before, open_ = stands(theirs), []
    for name in (one for one in OURS if one.startswith(("field_", "api:do_"))):
        open_ += opened(client, name, theirs)
    assert "\n".join(open_) == ""
    assert stands(theirs) == before


def test_a_customer_inside_gets_at_nothing_of_another(theirs):
    client = Client(raise_request_exception=False)
    let_in(client, "0977 888 999")
    before, open_ = stands(theirs), []
    for name in OURS:
        open_ += opened(client, name, theirs)
    assert "\n".join(open_) == ""
    assert stands(theirs) == before


@pytest.mark.parametrize("name", BY_KEY)
def test_a_forged_key_opens_nothing_and_names_nobody(theirs, name):
    for code in ("forged", "x" * 24, str(theirs.order.pk), theirs.order.number):
        for how in ("get", "post"):
            answer = getattr(Client(raise_request_exception=False), how)(reverse(name, args=[code]))
            assert answer.status_code in (404, 405), f"{how} {answer.status_code}"
            assert theirs.order.customer.name not in answer.content.decode()


def test_a_key_that_is_over_or_taken_back_opens_nothing_and_names_nobody(theirs):
    order = do(theirs.order, "callback_satisfied", theirs.place.agent, NOW + timedelta(hours=30))
    expired = Link.objects.create(order=order, made_at=NOW, expires_at=NOW - timedelta(days=30))
    ServiceOrder.objects.filter(pk=order.pk).update(finished_at=NOW - timedelta(days=900))
    back = Link.objects.create(order=order, made_at=NOW, expires_at=NOW + timedelta(days=800), revoked_at=NOW)
    for link in (expired, back):
        for name in BY_KEY[:7]:
            for how in ("get", "post"):
                answer = getattr(Client(), how)(reverse(name, args=[link.code]))
                assert answer.status_code in (404, 405, 410)
                said = answer.content.decode()
                assert order.customer.name not in said and order.number not in said


def test_every_address_that_names_a_row_is_in_the_matrix():
    assert set(NOBODYS) | set(BY_KEY) <= set(ADDRESSES)
    assert len(OURS) > 120
