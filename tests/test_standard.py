"""`manage.py standard` tells the truth."""

import re
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from dispatch.lifecycle import REGISTRY
from dispatch.management.commands.standard import in_code, in_tests
from dispatch.standard import BUILT, NOT_YET, PARTLY, RULES

CODE, TESTS = in_code(settings.BASE_DIR), in_tests(settings.BASE_DIR)


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.status == BUILT], ids=lambda rule: rule.id)
def test_what_is_built_has_code_and_a_test(rule):
    assert CODE.get(rule.id), f"nothing in the code cites {rule.id}"
    assert TESTS.get(rule.id), f"no test cites {rule.id}"


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.status == PARTLY], ids=lambda rule: rule.id)
def test_what_is_partly_built_has_code_and_says_what_is_left(rule):
    assert CODE.get(rule.id), f"nothing in the code cites {rule.id}"
    assert rule.left


def test_what_is_not_built_says_what_is_left():
    assert all(rule.left for rule in RULES.values() if rule.status == NOT_YET)
    assert {rule.status for rule in RULES.values()} <= {BUILT, PARTLY, NOT_YET}


def test_nothing_cites_a_rule_that_is_none():
    assert CODE.keys() - RULES.keys() == set()
    assert TESTS.keys() - RULES.keys() == set()


def test_every_verb_names_a_rule():
    assert {verb.rule for verb in REGISTRY.values()} <= RULES.keys()


def test_the_command_prints_rule_code_and_test():
    said = StringIO()
    call_command("standard", stdout=said)
    lines = said.getvalue().splitlines()
    assert [line.split()[0] for line in lines if line.startswith("H-")] == list(RULES)
    assert any(re.match(r" +code  dispatch/actions/depart\.py:\d+$", line) for line in lines)
    assert any(re.match(r" +test  tests/dispatch/actions/\w+\.py::test_h_d1_\w+$", line) for line in lines)


def test_one_rule_in_short():
    said = StringIO()
    call_command("standard", "H-N1", "--short", stdout=said)
    assert said.getvalue().splitlines() == [f"H-N1   built    {RULES['H-N1'].title}", "1 built, 0 partly, 0 not yet"]
