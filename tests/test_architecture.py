"""The house keeps its shape: files and functions a person can read, words that can be translated, time passed in."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise

ROOT = settings.BASE_DIR
CODE = ("config", "customers", "technicians", "dispatch", "web")
FILES = sorted(
    path for folder in CODE for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
)
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 400, 60


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_read_in_one_sitting(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LINES_OF_A_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < LINES_OF_A_FUNCTION, f"{node.name} does not fit a screen"


PURE = [
    path
    for folder in ("customers", "technicians", "dispatch/models", "dispatch/lifecycle", "dispatch/actions")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
]


@pytest.mark.parametrize("path", sorted(PURE), ids=name)
def test_the_domain_is_told_the_time(path):
    """`now` is an argument, so that a rule about hours is tested in no time. The purchase date alone looks itself."""
    calls = re.findall(r"timezone\.now\(\)|datetime\.now\(|datetime\.utcnow\(|date\.today\(", path.read_text())
    assert len(calls) <= (path.name == "corrections.py")


def test_no_signal_handlers():
    """What follows from an act is written where the act is (house: habits)."""
    for path in FILES:
        assert not re.search(r"@receiver|(pre|post)_(save|delete)\.connect", path.read_text()), name(path)


def test_the_application_speaks_of_itself_alone():
    """No address of a machine it was written on, and none outside the project's own folder."""
    here = [re.escape(f"{folder}/") for folder in {ROOT, ROOT.parent, Path.home()} if folder != Path("/")]
    elsewhere = re.compile("|".join([*here, r"/(home|Users|root|work)/\w", r"/tmp/\w", r"\.\./\w"]))
    for path in FILES:
        found = elsewhere.search(path.read_text())
        assert not found, f"{name(path)}: {found and found.group()}"


@pytest.mark.parametrize("model", [m for m in apps.get_models() if m.__module__.split(".")[0] in CODE])
def test_every_model_has_names_people_can_read(model):
    assert isinstance(model._meta.verbose_name, Promise), model.__name__
    assert isinstance(model._meta.verbose_name_plural, Promise), model.__name__


SEEN = ["customers.customer", "customers.address", "customers.appliance", "technicians.technician",
        "technicians.shift", "technicians.absence", "technicians.position", "dispatch.serviceorder",
        "dispatch.visit", "dispatch.callback"]  # fmt: skip


@pytest.mark.parametrize("label", SEEN)
def test_what_people_see_can_be_narrowed_to_what_is_theirs(label):
    assert hasattr(apps.get_model(label).objects.all(), "for_user")


def test_states_change_in_one_place_alone():
    """Nobody sets `state` of an order by hand: the machine does, through `lifecycle.act`."""
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Attribute) and target.attr == "state" and "order" in ast.unparse(target):
                        found.append(f"{name(path)}:{node.lineno}")
    assert found == []
