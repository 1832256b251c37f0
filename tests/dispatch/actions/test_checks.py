"""Checklists by step and category; what is mandatory stands in the way until it is done (H-E1, H-E6, H-F6, H-H4)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Category
from dispatch.actions.checks import limits
from dispatch.models import Check, State
from dispatch.models.photo import OrderPhoto
from technicians.models import Checklist, ChecklistItem, CheckStep
from tests.dispatch.actions.tools import bad, lacks
from tests.factories import DIAGNOSIS, REPAIR, SIGNED, do, order_in
from tests.pictures import upload


def checklist(step, *items, category=None, **how):
    """Return a list in force; items are (code, kind, more)."""
    made = Checklist.objects.create(step=step, category=category, **({"valid_from": "2020-01-01"} | how))
    for number, (code, kind, more) in enumerate(items):
        ChecklistItem.objects.create(
            checklist=made, code=code, kind=kind, name_en=code.title(), sequence=number, **more
        )
    return made


@pytest.fixture
def door(place):
    return [
        checklist(CheckStep.APPEARANCE, ("uniform", "tick", {}), ("spare", "tick", {"mandatory": False})),
        checklist(CheckStep.ENTERING, ("shoes", "tick", {}), ("marks", "photo", {"mandatory": False})),
    ]


@pytest.fixture
def meter(place):
    limits = {"minimum": 2.0, "unit": "MΩ"}
    return checklist(CheckStep.WORKING, ("insulation", "number", limits), category=place.category)


def worked(place, state=State.DIAGNOSED):
    order, now = order_in(state, place)
    return do(order, "repair", place.technician.user, now, REPAIR), now


def test_h_e1_h_e6_nobody_diagnoses_before_the_door_and_the_pad_cloth_are_done(place, door):
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    assert lacks(order, "diagnose", tech, now, DIAGNOSIS) == ["check_uniform", "check_shoes"]
    order = do(order, "check_off", tech, now, {"answers": {"1.uniform": True}})
    assert lacks(order, "diagnose", tech, now, DIAGNOSIS) == ["check_shoes"]
    order = do(order, "check_off", tech, now, {"answers": {"2.shoes": "true"}})
    assert do(order, "diagnose", tech, now, DIAGNOSIS).state == State.DIAGNOSED


def test_h_e1_on_the_way_counts_at_the_door(place, door):
    order, now = order_in(State.EN_ROUTE, place)
    tech = place.technician.user
    do(order, "check_off", tech, now, {"answers": {"1.uniform": 1}})
    order = do(order, "arrive", tech, now)
    assert lacks(order, "diagnose", tech, now, DIAGNOSIS) == ["check_shoes"]


def test_the_versions_and_answers_are_kept_by_visit_and_step(place, door):
    order, now = order_in(State.ON_SITE, place)
    order = do(order, "check_off", place.technician.user, now, {"answers": {"1.uniform": True, "2.shoes": False}})
    found = {check.step: (check.checklists, check.answers, check.visit_id) for check in Check.objects.all()}
    visit = order.visits.get().pk
    assert found == {1: ([door[0].pk], {"uniform": True}, visit), 2: ([door[1].pk], {"shoes": False}, visit)}
    assert order.events.last().payload["checked"] == {"1": {"uniform": True}, "2": {"shoes": False}}


def test_h_f12_a_value_outside_its_limits_is_kept_and_stands_in_the_way_of_the_bill(place, meter):
    order, now = worked(place)
    tech = place.technician.user
    assert lacks(order, "charge", tech, now, {}) == ["check_insulation"]
    order = do(order, "check_off", tech, now, {"answers": {"3.insulation": "0,5"}})
    assert order.events.last().payload["outside"] == ["insulation"]
    assert lacks(order, "charge", tech, now, {}) == ["limits_insulation"]
    order = do(order, "check_off", tech, now, {"answers": {"3.insulation": 20}})
    assert do(order, "charge", tech, now, {}).state == State.CHARGED


def test_h_f6_what_nobody_worked_on_is_not_tested(place, meter):
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    for name, raw in (("diagnose", DIAGNOSIS | {"outcome": "nothing_wrong"}), ("explain", {"explained": True})):
        order = do(order, name, tech, now, raw)
    assert do(order, "charge", tech, now, {}).state == State.CHARGED


def test_h_h3_h_h4_gift_card_and_a_clean_floor_before_the_visit_is_complete(place):
    checklist(CheckStep.LEAVING, ("gift", "tick", {}), ("floor", "tick", {}))
    order, now = order_in(State.CHARGED, place)
    tech = place.technician.user
    assert lacks(order, "complete", tech, now, SIGNED) == ["check_gift", "check_floor"]
    order = do(order, "check_off", tech, now, {"answers": {"4.gift": True, "4.floor": True}})
    assert do(order, "complete", tech, now, SIGNED).state == State.FOLLOW_UP


def test_a_list_of_another_category_or_time_demands_nothing(place):
    other = Category.objects.create(code="tv", name_en="TV")
    checklist(CheckStep.APPEARANCE, ("tv", "tick", {}), category=other)
    checklist(CheckStep.ENTERING, ("old", "tick", {}), valid_to="2021-01-01")
    order, now = order_in(State.ON_SITE, place)
    assert lacks(order, "check_off", place.technician.user, now, {"answers": {}}) == ["no_list", "nothing"]
    assert do(order, "diagnose", place.technician.user, now, DIAGNOSIS).state == State.DIAGNOSED


def test_without_a_list_a_verb_asks_once(place):
    order, now = order_in(State.ON_SITE, place)
    with CaptureQueriesContext(connection, ) as asked:
        do(order, "diagnose", place.technician.user, now, DIAGNOSIS)
    about = [query["sql"] for query in asked if "technicians_checklist" in query["sql"]]
    assert len(about) == 1 and not any("dispatch_check" in query["sql"] for query in asked)


def test_answers_are_of_their_kind(place):
    kinds = (("watts", "number", {}), ("plate", "photo", {}), ("words", "value", {}))
    checklist(CheckStep.ENTERING, *kinds)
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    for wrong in ({"2.watts": "many"}, {"2.watts": "nan"}, {"2.plate": 999}, {"2.words": "x" * 501}, "x", None):
        assert bad(order, "check_off", tech, now, {"answers": wrong}) == {"answers"}
    assert lacks(order, "check_off", tech, now, {"answers": {"9.none": True}}) == ["nothing"]
    do(order, "add_note", tech, now, {"note": "plate", "photos": [upload()]})
    photo = OrderPhoto.objects.get()
    order = do(order, "check_off", tech, now, {"answers": {"2.plate": photo.pk, "2.watts": "1500", "2.words": "ok"}})
    assert order.checked.get().answers == {"watts": 1500.0, "plate": photo.pk, "words": "ok"}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(2, None, "at least 2 A"), (None, 3.5, "at most 3.5 A"), (1, 2, "1 to 2 A"), (None, None, "")],
)
def test_limits_in_words(low, high, said):
    assert limits(ChecklistItem(kind="number", minimum=low, maximum=high, unit="A")) == said
