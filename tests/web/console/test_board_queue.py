"""The board's queue: each sign of trouble once, most urgent first, counts that are the rows, one way out for each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.models import ServiceOrder
from technicians.models import Absence
from tests import factories
from tests.factories import NOW, do, make_order, order_in
from web.console.board.queue import CODES, Decisions, ranked

LATER = NOW + timedelta(minutes=7)


def decisions(place, user=None, now=LATER, **how):
    return Decisions(place.outlet, user or place.dispatcher, now, **how)


def signs(found):
    """Return {number of the order: sign} of what is shown."""
    return {row.order.pk: row.code for group in found.shown for row in group.rows}


def ways(found):
    return {row.order.pk: row.way for group in found.shown for row in group.rows}


@pytest.fixture
def troubles(place):
    """One order under each sign that an order can be brought to by its verbs."""
    tech, desk = place.technician.user, place.dispatcher
    found = {"unassigned": make_order(place)}
    found["returned"] = do(order_in("assigned", place)[0], "decline", tech, NOW, {"reason": "too far"})
    order, now = order_in("accepted", place)
    found["unreached"] = do(do(order, "log_no_answer", tech, now), "log_no_answer", tech, now)
    order, now = order_in("accepted", place)
    found["escalated"] = do(order, "escalate", desk, now, {"escalation": "angry", "reason": "shouted"})
    order, now = order_in("on_site", place)  # last: its time is agreed, nobody else can be there then
    found["sos"] = do(order, "sos", tech, now, {"what": "the door is locked"})
    return found


def test_each_order_stands_under_its_most_urgent_sign(place, troubles):
    assert {order.pk: code for code, order in troubles.items()} == signs(decisions(place))


def test_the_most_urgent_sign_comes_first(place, troubles):
    codes = [group.code for group in decisions(place).shown]
    assert codes == sorted(codes, key=CODES.index)
    assert codes[0] == "sos"


def test_counts_are_the_rows_and_every_row_is_counted_once(place, troubles):
    for _more in range(3):
        make_order(place)
    found = decisions(place)
    for group in found.groups:
        alone = decisions(place, need=group.code)
        rows = [row for shown in alone.shown for row in shown.rows if row.code == group.code]
        assert len(rows) == group.count
        assert sum(row.late for row in rows) == group.overdue
    assert sum(group.count for group in found.groups) == found.total
    assert found.total == ranked(ServiceOrder.objects.filter(outlet=place.outlet), LATER).filter(rank__gte=0).count()


def test_a_group_that_is_cut_says_how_many_are_left_out(place, monkeypatch):
    monkeypatch.setattr("web.console.board.queue.SHOWN", 2)
    for _each in range(5):
        make_order(place)
    (group,) = decisions(place).shown
    assert (group.count, len(group.rows), group.hidden) == (5, 2, 3)
    assert decisions(place, need="unassigned").shown[0].hidden == 0


def test_urgent_orders_come_first_then_what_is_due(place):
    later = make_order(place, now=NOW + timedelta(minutes=3))
    sooner = make_order(place)
    urgent = make_order(place, now=NOW + timedelta(minutes=5), priority=1)
    (group,) = decisions(place).shown
    assert [row.order.pk for row in group.rows] == [urgent.pk, sooner.pk, later.pk]


def test_a_visit_of_a_technician_who_is_away_waits_for_a_decision(place):
    order = order_in("contacted", place)[0]
    visit = order.visits.standing().get()
    assert order.pk not in signs(decisions(place))
    away = {"starts_at": visit.starts_at - timedelta(hours=1), "ends_at": visit.ends_at}
    Absence.objects.create(technician=place.other, reason="holiday", **away)
    assert order.pk not in signs(decisions(place))
    Absence.objects.create(technician=place.technician, reason="a cold", **away)
    found = decisions(place)
    assert signs(found)[order.pk] == "absent"
    assert next(row.away for row in found.shown[0].rows) == "a cold"
    order.visits.update(at_risk=True)  # late as well: that somebody else must go comes first
    ServiceOrder.objects.filter(pk=order.pk).update(no_answers=2)
    assert signs(decisions(place))[order.pk] == "absent"


def test_a_visit_that_will_be_late_or_whose_time_has_passed(place):
    order = order_in("contacted", place)[0]
    visit = order.visits.standing().get()
    assert order.pk not in signs(decisions(place))
    assert signs(decisions(place, now=visit.latest_arrival + timedelta(minutes=1)))[order.pk] == "risk"
    order.visits.update(at_risk=True)
    assert signs(decisions(place))[order.pk] == "risk"


def test_one_call_without_an_answer_is_repeated_by_itself_and_decided_when_it_is_due(place):
    order, now = order_in("accepted", place)
    order = do(order, "log_no_answer", place.technician.user, now)
    assert order.pk not in signs(decisions(place, now=now))
    assert signs(decisions(place, now=order.next_due_at + timedelta(minutes=1)))[order.pk] == "unreached"


def test_an_accepted_order_without_a_time_waits_for_one(place):
    order, now = order_in("accepted", place)
    order.visits.all().update(status="aborted")
    assert signs(decisions(place, now=now))[order.pk] == "untimed"


def test_what_the_technician_lets_lie_is_the_dispatchers_to_ask_after(place):
    order = order_in("assigned", place)[0]
    assert order.pk not in signs(decisions(place, now=order.next_due_at - timedelta(minutes=1)))
    found = decisions(place, now=order.next_due_at + timedelta(minutes=1))
    assert signs(found)[order.pk] == "silent"


def test_finished_orders_and_other_outlets_are_left_out(place, troubles):
    over = do(make_order(place), "cancel", place.dispatcher, NOW, {"reason": "not needed"})
    elsewhere = make_order(factories.make_outlet())
    assert not {over.pk, elsewhere.pk} & set(signs(decisions(place)))
    assert decisions(place, user=factories.make_outlet().dispatcher).total == 0


def test_one_obvious_way_for_each_and_none_that_is_not_mine(place, troubles):
    place.technician.phone = "0911 222 333"
    place.technician.save()
    found = ways(decisions(place))
    sos = troubles["sos"]
    assert (found[sos.pk].kind, found[sos.pk].url) == ("form", f"/console/orders/{sos.pk}/take_over/?stay=1")
    assert found[troubles["escalated"].pk].kind == "look"  # H-C6: the manager settles it
    managers = ways(decisions(place, user=place.manager))
    assert managers[troubles["escalated"].pk].url.endswith("/settle_escalation/?stay=1")
    assert found[troubles["unassigned"].pk].kind == found[troubles["returned"].pk].kind == "suggest"
    assert found[troubles["unreached"].pk].url == "tel:+886912345678"
    agents = ways(decisions(place, user=place.agent))
    assert agents[troubles["unassigned"].pk].kind == "look"


def test_an_alarm_that_was_taken_over_is_to_be_settled_and_rings_no_more(place, troubles):
    sos = troubles["sos"]
    assert (len(decisions(place).alarms), decisions(place).unanswered) == (1, 1)
    do(sos, "take_over", place.dispatcher, LATER, {"caller": "Lin"})
    found = decisions(place)
    assert ways(found)[sos.pk].url.endswith("/settle_sos/?stay=1")
    assert (len(found.alarms), found.unanswered) == (1, 0)


def test_nothing_hides_an_alarm(place, troubles):
    found = decisions(place, need="unassigned")
    assert [group.code for group in found.shown] == ["sos", "unassigned"]


def test_a_fixed_number_of_queries(place, troubles):
    def count():
        with CaptureQueriesContext(connection) as seen:
            found = decisions(place)
            assert found.shown and found.alarms
            for group in found.shown:
                for row in group.rows:
                    assert row.order.customer.phone and row.order.appliance.category
        return len(seen)

    before = count()
    for _each in range(6):
        make_order(place)
    assert count() == before


@pytest.mark.django_db
def test_the_page_asks_again_and_is_told_when_nothing_is_new(place, troubles, at_desk, clock):
    clock(LATER)
    client = at_desk(place.dispatcher)
    url = "/console/board/queue/"
    answer = client.get(url, {"outlet": place.outlet.code})
    assert answer.status_code == 200
    for order in troubles.values():
        assert f'data-order="{order.pk}"' in answer.text
    stamp = answer.context["decisions"].stamp
    again = {"outlet": place.outlet.code, "stamp": stamp}
    assert client.get(url, again).status_code == 204
    make_order(place)
    assert client.get(url, again).status_code == 200


def test_a_search_narrows_rows_and_counts_alike(place, troubles):
    make_order(place, name="陳大文", phone="0922 345 678")
    found = decisions(place, text="陳大")
    assert found.total == 1
    assert sum(len(group.rows) for group in found.shown) == 1
