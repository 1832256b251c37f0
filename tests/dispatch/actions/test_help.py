"""Asking others, the answer's timer, and finding what was answered before (H-A5, H-F8)."""

from datetime import timedelta

import pytest

from dispatch import actions
from dispatch.actions.help import answer_help
from dispatch.lifecycle import BadData, NotAllowed, NotFound
from dispatch.lifecycle.standard import HELP_WITHIN
from dispatch.models import Fault, HelpRequest, NextAction, State, Timer, TimerKind
from dispatch.reports.answers import find_answers, open_for, tokens
from technicians.models import Role
from tests.dispatch.actions.tools import bad, lacks, step
from tests.dispatch.timers.helpers import fall_due, pending, ring_all
from tests.factories import do, fresh, make_outlet, make_technician, order_in

MINUTE = timedelta(minutes=1)


def asked(place, level="colleague", **more):
    order, now = order_in(State.ON_SITE, place)
    colleague = {"technician": place.other.pk} if level == "colleague" else {}
    raw = {"level": level, "question": "洗衣機 E47 是什麼?"} | colleague | more
    return do(order, "ask_help", place.technician.user, now, raw), now


def test_h_a5_a_colleague_is_asked_by_name_and_has_to_answer_in_time(place):
    order, now = asked(place)
    assert step(order) == (NextAction.ANSWER_HELP, Role.TECHNICIAN, place.other.user)
    assert order.next_due_at == now + HELP_WITHIN == order.help.get().due_at
    assert list(open_for(place.other.user)) == [order.help.get()]


def test_h_a5_who_is_asked_is_a_colleague_of_the_outlet(place):
    order, now = order_in(State.ON_SITE, place)
    tech, ask = place.technician.user, {"level": "colleague", "question": "?"}
    assert bad(order, "ask_help", tech, now, ask) == {"technician"}
    elsewhere = make_technician(make_outlet().outlet, place.skill)
    for colleague in (place.technician, elsewhere):
        assert lacks(order, "ask_help", tech, now, ask | {"technician": colleague.pk}) == ["colleague"]


def test_one_question_at_a_time(place):
    order, now = asked(place)
    assert lacks(order, "ask_help", place.technician.user, now, {"question": "and?"}) == ["asked"]


def test_h_a5_a_colleague_answers_an_order_that_is_not_theirs(place):
    order, now = asked(place)
    answer_help(order.help.get().pk, place.other.user, now + MINUTE, {"answer": "換主板"})
    order = fresh(order)
    assert order.help.get().answered_by == place.other.user
    assert step(order) == (NextAction.DIAGNOSE, Role.TECHNICIAN, place.technician.user)
    assert not order.timers.filter(kind=TimerKind.HELP_DUE, state=Timer.PENDING).exists()
    assert order.events.last().actor == place.other.user


def test_who_was_not_asked_does_not_answer(place):
    order, now = asked(place)
    third, number = make_technician(place.outlet, place.skill), order.help.get().pk
    with pytest.raises(NotAllowed):
        answer_help(number, third.user, now, {"answer": "?"})
    with pytest.raises(NotFound):
        answer_help(number, make_outlet().dispatcher, now, {"answer": "?"})
    assert lacks(order, "answer_help", place.clerk, now, {"answer": "?"}) == ["not_asked"]


def test_an_answer_counts_once(place):
    order, now = asked(place)
    number = order.help.get().pk
    for _again in range(2):
        answer_help(number, place.other.user, now, {"answer": "換主板"}, key="k" * 12, fingerprint="f")
    with pytest.raises(BadData):
        answer_help(number, place.dispatcher, now, {"answer": "no"})
    assert order.help.get().answer == "換主板" and order.events.filter(action="answer_help").count() == 1


def test_h_a5_without_an_answer_it_goes_up_twice_and_no_further(place):
    order, now = asked(place)
    levels = [(Role.DISPATCHER, "centre", 1), (Role.MANAGER, "hq", 2), (Role.MANAGER, "hq", 2)]
    for role, level, raised in levels:
        fall_due(order, TimerKind.HELP_DUE)
        ring_all()
        order, request = fresh(order), order.help.get()
        assert step(order) == (NextAction.ANSWER_HELP, role, None)
        assert (request.level, request.raised) == (level, raised) and order.help_due_at == request.due_at
    assert "help_due" not in pending(order)
    assert open_for(place.other.user).exists()  # who was asked first may still answer
    assert actions.perform(order.pk, "answer_help", place.manager, now, {"answer": "x"}).answer["next"]["action"]


def test_tokens_are_words_and_pairs_of_chinese():
    assert tokens("洗衣機 E47, 漏水!") == ["洗衣", "衣機", "e47", "漏水"]
    assert tokens("'; DROP <b> 水") == ["drop", "b", "水"]
    assert tokens("") == []


@pytest.fixture
def answered(place):
    """Return a function that leaves an answered question behind."""

    def leave(question, answer, model_no="XQG70", fault=None):
        place.technician = make_technician(place.outlet, place.skill)
        order, now = order_in(State.ON_SITE, place, model_no=model_no, fault=fault and fault.code)
        order = do(order, "ask_help", place.technician.user, now, {"level": "centre", "question": question})
        do(order, "answer_help", place.dispatcher, now, {"answer": answer})
        return HelpRequest.objects.get(order=order)

    return leave


def test_h_f8_answers_are_found_by_words_in_chinese_and_english(place, answered):
    leak, error = answered("門封漏水", "換門封條"), answered("Error E47 after update", "flash again")
    assert find_answers(place.agent, "洗衣機一直漏水") == [leak]
    assert find_answers(place.agent, "what does e47 mean") == [error]
    assert find_answers(place.agent, "flash") == [error]
    assert find_answers(place.agent, "冰箱") == [] == find_answers(place.agent, "")


def test_h_a5_the_same_model_and_fault_come_first(place, answered):
    fault = Fault.objects.create(code="wm-e47", name_en="E47", category=place.category)
    words = answered("漏水漏水", "a", "OTHER")
    model = answered("夾布", "b", "XQG70")
    both = answered("異音", "c", "XQG70", fault)
    of_fault = answered("不脫水", "d", "OTHER", fault)
    assert find_answers(place.agent, "漏水", place.category, fault, "xqg70") == [both, model, of_fault, words]


def test_other_outlets_answers_are_theirs(place, answered):
    answered("門封漏水", "換門封條")
    assert find_answers(make_outlet().agent, "漏水") == []


def test_an_open_question_is_no_answer(place):
    asked(place)
    assert find_answers(place.agent, "E47") == []
