"""The roll-ups: what is kept day by day is what a count of everything finds."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis.stateful import rule, run_state_machine_as_test

from dispatch.models import KpiDay, KpiMonth, KpiStale, OrderEvent, State
from dispatch.reports.kpi import counting
from dispatch.reports.kpi.kinds import KINDS
from tests import factories
from tests.dispatch.lifecycle.test_walk import EACH_TIME, Walk
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def held(model=KpiDay) -> dict:
    """Return what a roll-up holds, without the numbers of its rows."""
    rows = model.objects.values_list("day", "outlet_id", "brand_id", "kind", "by", "key", "sums")
    found = {row[:-1]: row[-1] for row in rows}
    assert len(found) == len(rows)  # each row once
    return found


class FollowedWalk(Walk):
    """A walk through the life of orders whose figures are kept up, now and then, and looked at in the end."""

    kinds: set[str] = set()

    @rule()
    def somebody_counts(self):
        counting.catch_up()

    @rule()
    def somebody_counts_a_part(self):
        """What is left over stays marked."""
        counting.catch_up(most=1)

    def teardown(self):
        try:
            while KpiStale.objects.exists():
                counting.catch_up()
            followed = held(), held(KpiMonth)
            counting.recount()
            assert (held(), held(KpiMonth)) == followed
            self.kinds.update(key[3] for key in followed[0])
        finally:
            super().teardown()


def test_whatever_happens_the_roll_ups_are_what_a_full_count_finds():
    """Anybody does anything, requests come late and twice; counted as it happens or all at once, it is the same."""
    FollowedWalk.place, FollowedWalk.seen = factories.make_outlet(), set()
    FollowedWalk.kinds = set()
    run_state_machine_as_test(FollowedWalk, settings=settings(**EACH_TIME | {"max_examples": 12}))
    assert {"visits", "fixes", "calls", "orders", "shifts", "decisions"} <= FollowedWalk.kinds


def test_counted_from_the_log_as_it_grows():
    place = factories.make_outlet()
    order, _now = factories.order_in(State.CLOSED, place)
    assert KpiStale.objects.filter(order_id=order.pk).exists()
    assert counting.catch_up() >= 2
    assert not KpiStale.objects.exists()
    followed = held(), held(KpiMonth)
    assert counting.recount() >= 2
    assert (held(), held(KpiMonth)) == followed
    assert held()[(NOW.date(), place.outlet.pk, None, "orders", "", "")][:2] == [1, 1]
    counting.recount([NOW.date(), NOW.date() + timedelta(days=1)])
    assert (held(), held(KpiMonth)) == followed


def test_what_is_undone_is_not_to_be_counted():
    """The mark is written with the event: it goes when that goes."""
    place = factories.make_outlet()
    counting.catch_up()
    with pytest.raises(RuntimeError), transaction.atomic():
        factories.make_order(place)
        assert KpiStale.objects.exists()
        raise RuntimeError
    assert not KpiStale.objects.exists()


def test_what_comes_late_is_counted_on_its_own_day():
    """An event of long ago, written today: its day is counted again, the others stay."""
    place = factories.make_outlet()
    factories.make_order(place)
    counting.catch_up()
    before = held()
    late = factories.make_order(place, NOW - timedelta(days=40), phone="0912 345 009")
    assert counting.catch_up() == 1
    day = (NOW - timedelta(days=40)).date()
    assert held() == before | {key: sums for key, sums in held().items() if key[0] == day}
    assert held()[(day, late.outlet_id, None, "orders", "", "")][0] == 1


def test_a_day_is_that_of_the_outlet():
    """15:30 UTC is the next day in Auckland, and the same day in Taipei."""
    moment = NOW.replace(hour=15, minute=30)
    taipei, auckland = factories.make_outlet(), factories.make_outlet(zone="Pacific/Auckland")
    for place in (taipei, auckland):
        factories.make_order(place, moment)
    counting.catch_up()
    days = {row.outlet_id: row.day for row in KpiDay.objects.filter(kind="orders", by="")}
    assert days == {taipei.outlet.pk: moment.date(), auckland.outlet.pk: moment.date() + timedelta(days=1)}


def test_months_are_the_sums_of_their_days():
    place = factories.make_outlet()
    for days in (0, 1, 45):
        factories.make_order(place, NOW - timedelta(days=days), phone=f"0912 345 0{days:02d}")
    counting.catch_up()
    by_month = {row.day: row.sums[0] for row in KpiMonth.objects.filter(kind="orders", by="")}
    by_day: dict = {}
    for row in KpiDay.objects.filter(kind="orders", by=""):
        by_day[row.day.replace(day=1)] = by_day.get(row.day.replace(day=1), 0) + row.sums[0]
    assert by_month == by_day
    assert sum(by_month.values()) == 3


@pytest.mark.django_db(transaction=True)
def test_everything_counted_side_by_side_is_what_one_by_one_finds():
    place = factories.make_outlet()
    for number, state in enumerate((State.CLOSED, State.CONTACTED, State.FOLLOW_UP)):
        factories.order_in(state, place, number, phone=f"0912 345 00{number}")
    with transaction.atomic():  # what is not committed yet has to be seen too: one after the other
        counting.recount()
    one_by_one = held(), held(KpiMonth)
    assert {"visits", "fixes", "orders", "shifts"} <= {key[3] for key in one_by_one[0]}
    KpiDay.objects.update(sums=[7])
    counting.recount()
    assert (held(), held(KpiMonth)) == one_by_one


@pytest.mark.django_db(transaction=True)
def test_a_recount_that_breaks_off_leaves_what_was_there(monkeypatch):
    factories.order_in(State.CLOSED, factories.make_outlet())
    counting.recount()
    before = held(), held(KpiMonth)
    broken = dict(KINDS) | {"money": replace(KINDS["money"], sql="SELECT 1 / 0")}
    monkeypatch.setattr(counting, "KINDS", broken)
    with pytest.raises(psycopg.errors.Error):
        counting.recount()
    assert (held(), held(KpiMonth)) == before


def test_a_great_backlog_is_counted_whole(monkeypatch):
    monkeypatch.setattr(counting, "TOO_MANY", 2)
    place = factories.make_outlet()
    for number in range(3):
        factories.make_order(place, phone=f"0912 345 00{number}")
    assert counting.catch_up() == 1  # days in all
    assert not KpiStale.objects.exists()
    assert sum(row.sums[0] for row in KpiDay.objects.filter(kind="orders", by="")) == 3


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_nothing_goes_by_when_a_row_was_last_written(kind):
    """The log and what its events wrote; never a clock of its own."""
    assert "updated" not in kind.sql and "now()" not in kind.sql
    assert len(set(kind.measures)) == len(kind.measures) <= 10


def test_the_log_is_read_by_its_time():
    """One day's orders are found without reading the whole log."""
    order = factories.make_order(factories.make_outlet())
    told = {"order": order, "action": "add_note", "to_state": order.state}
    OrderEvent.objects.bulk_create(
        OrderEvent(seq=1000 + number, at=NOW + timedelta(hours=number), hash=f"{number:064d}", **told)
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dispatch_orderevent")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + counting.WITH_EVENTS, [NOW, NOW + timedelta(days=1)])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "event_at" in plan
    assert OrderEvent._meta.indexes[0].name == "event_at"
