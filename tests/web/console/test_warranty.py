"""The warranty at the desk and on the phone: what was decided, why, and the forms that ask (H-W)."""

from datetime import date

import pytest
from django.urls import reverse

from customers.models import Brand, WarrantyPolicy
from dispatch.models import State
from tests.factories import DIAGNOSIS, do, make_order, order_in

TOLD = {"brand": "maker", "purchased_on": "2026-03-05"}
FOUND = {name: value for name, value in DIAGNOSIS.items() if name != "in_warranty"}


@pytest.fixture
def maker(place):
    brand = Brand.objects.create(code="maker", name_en="Maker")
    return WarrantyPolicy.objects.create(
        brand=brand, category=place.category, valid_from=date(2020, 1, 1), documents=["card", "invoice"]
    )


def text_of(client, name, *args):
    page = client.get(reverse(name, args=args))
    assert page.status_code == 200
    return page.content.decode()


def test_the_card_says_what_counts_and_where_the_customer_reads_it(place, at_desk, maker):
    order = make_order(place, **TOLD, in_warranty=False)
    text = text_of(at_desk(place.manager), "order", order.pk)
    assert "Probably covered by the warranty" in text and "The customer says: not covered." in text
    assert "Please have these ready together" in text and "Warranty policy: Maker · Washing machine, version 1" in text
    assert f"/w/{order.decisions.last().code}/" in text
    assert reverse("order_act", args=[order.pk, "override_warranty"]) in text


def test_h_w7_the_desk_reads_the_clauses(place, at_desk, maker):
    order, now = order_in(State.ON_SITE, place, **TOLD)
    order = do(order, "diagnose", place.technician.user, now, FOUND | {"documents": ["card", "invoice"]})
    text = text_of(at_desk(place.dispatcher), "order", order.pk)
    assert "A refund is for the first 7 days" in text and "1 decision before" in text


def test_without_a_policy_it_says_so(place, at_desk):
    order = make_order(place)
    assert "No warranty policy of the maker is on record" in text_of(at_desk(place.clerk), "order", order.pk)


def rows(client, name, order, verb):
    act = client.get(reverse(name, args=[order.pk, verb])).context["act"]
    return act, {row.name: row for row in act.rows}


def test_h_w2_on_the_spot_only_what_the_policy_leaves_open_is_asked(place, at_desk, maker):
    order, now = order_in(State.ON_SITE, place, **TOLD)
    phone = at_desk(place.technician.user)
    do(order, "record_evidence", place.technician.user, now, {"documents": ["card"], "found": ["wear"]})
    act, asked = rows(phone, "field_act", order, "diagnose")
    assert "in_warranty" not in asked
    assert [option.value for option in asked["documents"].options if option.selected] == ["card"]
    assert [option.value for option in asked["exclusion"].options if option.selected] == ["wear"]
    assert "used up or wears out" in act.note
    sent = {"finding": "belt", "outcome": "repairable", "documents": ["card", "invoice"], "exclusion": ""}
    assert phone.post(reverse("field_act", args=[order.pk, "diagnose"]), sent).status_code == 302
    assert order.decisions.last().covered is True


def test_h_w2_without_a_policy_the_technician_is_asked(place, at_desk):
    order, _now = order_in(State.ON_SITE, place)
    _act, asked = rows(at_desk(place.technician.user), "field_act", order, "diagnose")
    assert asked["in_warranty"].required and "documents" not in asked
    assert [option.value for option in asked["in_warranty"].options] == ["true", "false"]


def test_the_evidence_form_starts_with_what_was_shown(place, at_desk, maker):
    order = make_order(place, **TOLD)
    desk = at_desk(place.clerk)
    sent = {"documents": ["invoice"], "box_matches": "true", "proof": "invoice", "proof_number": "AB-1"}
    sent |= {"purchased_on": "2026-03-05"}
    assert desk.post(reverse("order_act", args=[order.pk, "record_evidence"]), sent).status_code in (200, 204, 302)
    _act, asked = rows(desk, "order_act", order, "record_evidence")
    assert asked["proof_number"].value == "AB-1"
    assert [option.value for option in asked["documents"].options if option.selected] == ["invoice"]


def test_the_phone_tells_what_to_say_and_promises_nothing(place, at_desk, maker):
    order, now = order_in(State.ON_SITE, place, **TOLD | {"purchased_on": "2024-03-05"})
    phone = at_desk(place.technician.user)
    assert "Take receipts and the fee table." in text_of(phone, "field_order", order.pk)  # H-C4
    order = do(order, "diagnose", place.technician.user, now, FOUND | {"documents": ["card", "invoice"]})
    text = text_of(phone, "field_order", order.pk)
    assert "Promise nothing: the manager decides." in text  # H-F8
    assert "ended on March 5, 2025" in text
