"""The board on paper: what is needed at the door stands on the sheet, and the whole day on one page."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse

from dispatch.models import Reservation, Visit
from technicians.models import Absence, KitItem, KitStandard, Part, Warehouse
from tests import factories
from tests.factories import NOW, STARTS, TODAY, do, in_days, make_order, order_in
from web.console.board.paper import LANE, Axis, row_of
from web.console.board.sheets import sheets_of

pytestmark = pytest.mark.django_db
DAY = NOW.date()  # 2026-11-30, in Taipei too
HOUR = timedelta(hours=1)


@pytest.fixture
def place(db):
    return factories.make_outlet()


def sheet(place, day=DAY):
    return sheets_of([place.technician], day, place.outlet)[0]


def page(client, place, name="board_sheet", args=None, **query):
    client.force_login(place.dispatcher)
    args = [place.technician.pk] if args is None else args
    return client.get(reverse(name, args=args), {"day": TODAY, "outlet": place.outlet.code} | query)


def later(place, hours=2):
    """Another order of the technician's, proposed after the agreed one."""
    at = {"technician": place.technician.pk, "starts_at": (STARTS + hours * HOUR).isoformat()}
    return do(make_order(place, name="林小姐"), "assign", place.dispatcher, NOW, at)


def test_visits_stand_in_the_order_of_the_day(place):
    second = later(place)
    first, _now = order_in("contacted", place)
    found = sheet(place)
    assert [(stop.number, stop.order.pk) for stop in found.stops] == [(1, first.pk), (2, second.pk)]
    assert [f"{start.astimezone(place.outlet.tz):%H:%M}" for start, _end in found.spans] == ["08:00"]
    assert sheet(place, DAY + timedelta(days=1)).stops == []


def test_a_visit_taken_back_is_on_no_sheet(place):
    order = later(place)
    do(order, "withdraw", place.dispatcher, NOW)
    assert sheet(place).stops == []


def test_what_to_load_is_what_is_kept_elsewhere(place):  # H-A3, H-A6
    order, _now = order_in("contacted", place)
    part = Part.objects.create(code="DP-001", name_en="Drain pump")
    store = Warehouse.objects.create(code="store-x", name_en="Store", kind="outlet", outlet=place.outlet)
    for state, many in ((Reservation.HELD, 2), (Reservation.LOADED, 1), (Reservation.RELEASED, 5)):
        Reservation.objects.create(order=order, part=part, warehouse=store, quantity=many, state=state, at=NOW)
    found = sheet(place)
    assert found.loads == [(part, store, 2)]
    assert [one.quantity for one in found.stops[0].parts] == [2, 1]


def test_the_bag_is_that_of_every_job_and_the_visits_own(place):  # H-D1, H-C4
    kit = KitStandard.objects.create(category=place.category, version=1, valid_from="2020-01-01")
    KitItem.objects.create(standard=kit, code="level", name_en="Spirit level")
    KitItem.objects.create(standard=kit, code="fees", name_en="Fee table", when_charged=True)
    order, _now = order_in("contacted", place)
    found = sheet(place)
    assert [item.code for item in found.bag] == ["pad-cloth", "tools", "receipts"]
    assert [item.code for item in found.stops[0].kit] == ["level"]
    do(order, "correct", place.dispatcher, NOW, {"in_warranty": False})
    assert [item.code for item in sheet(place).stops[0].kit] == ["level", "fees"]


def test_however_many_there_are_it_takes_as_many_statements(place, django_assert_max_num_queries):
    order_in("contacted", place)
    for hours in (2, 4):
        later(place, hours)
    with django_assert_max_num_queries(8):
        for one in sheets_of([place.technician, place.other], DAY, place.outlet):
            assert one.loads == [] and one.loaners == []


def test_the_sheet_says_what_is_needed_at_the_door(place, client):
    order, _now = order_in("contacted", place)
    visit = Visit.objects.get(order=order)
    text = page(client, place).content.decode()
    local = f"{visit.leave_by.astimezone(place.outlet.tz):%H:%M}"
    for words in ("王小明", order.customer.phone, "仁愛路四段 1 號", "漏水", "12:00", local, order.number, "Pad cloth"):
        assert words in text


def test_all_sheets_are_those_with_something_to_do(place, client):
    order_in("contacted", place)
    text = page(client, place, "board_sheets", args=[]).content.decode()
    assert text.count('class="sheet stack"') == 1 and place.technician.name in text
    assert "Nobody has a visit" in page(client, place, "board_sheets", args=[], day=in_days(6)).content.decode()


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "1926-11-23"])
def test_a_day_there_is_not_has_no_sheet(place, client, day):
    assert page(client, place, day=day).status_code == 404


def test_another_outlets_sheet_is_not_found(place, client):
    elsewhere = factories.make_outlet()
    assert page(client, elsewhere, args=[place.technician.pk]).status_code == 404


def test_the_whole_day_is_drawn_with_overlaps_below_each_other(place):
    order_in("contacted", place)
    proposed = later(place)
    Visit.objects.filter(order=proposed).update(starts_at=STARTS + HOUR / 2, ends_at=STARTS + HOUR * 3 / 2)
    noon = datetime.combine(DAY, time(12), place.outlet.tz)
    ends = noon + 40 * HOUR
    Absence.objects.create(technician=place.technician, starts_at=noon + 5 * HOUR, ends_at=ends, reason="sick")
    found = sheet(place)
    axis = Axis([found], DAY, place.outlet)
    row = row_of(found, axis)
    assert [(bar.lane, bar.look) for bar in row.bars] == [(0, "agreed"), (1, "proposed")]
    assert row.height > 2 * LANE and row.bars[0].x < row.bars[1].x
    assert axis.start.hour == 8 and axis.x(axis.start) == 0 and axis.x(axis.end) == 1000
    x, width, why = row.away[0]
    assert (round(x + width), why) == (1000, "Sick")  # it goes on beyond the paper


def test_the_board_on_paper_has_everybody_and_what_waits(place, client):
    order_in("contacted", place)
    waiting = make_order(place, name="陳大文")
    text = page(client, place, "board_print", args=[]).content.decode()
    assert place.technician.name in text and place.other.name in text
    assert waiting.number in text and "陳大文" in text
    assert "style=" not in text  # the content security policy would stop it


def test_a_night_shift_stays_on_the_paper(place, client):
    place.technician.shifts.update(starts=time(22), ends=time(6))
    found = sheet(place)
    axis = Axis([found], DAY, place.outlet)
    row = row_of(found, axis)
    assert axis.start.hour == 0 and [round(x) for x, _width in row.open] == [0, round(1000 * 22 / 24)]
    assert all(0 <= x <= x + width <= 1000.1 for x, width in row.open)
