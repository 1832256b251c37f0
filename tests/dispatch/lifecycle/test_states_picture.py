"""docs/states.svg is what the machine says."""

from xml.etree import ElementTree

from django.conf import settings
from django.utils import translation

from dispatch.management.commands.states import PLACES, TARGET, TOLD, draw, ways
from dispatch.models import State


def test_the_picture_is_what_the_code_draws():
    """After a change of the machine: `manage.py states`."""
    assert (settings.BASE_DIR / TARGET).read_text() == draw()


def test_it_is_the_same_in_every_language():
    with translation.override("zh-hant"):
        assert (settings.BASE_DIR / TARGET).read_text() == draw()


def test_every_state_and_every_way_is_in_it():
    picture = ElementTree.fromstring(draw())
    words = " ".join("".join(text.itertext()) for text in picture.iter("{http://www.w3.org/2000/svg}text"))
    assert set(PLACES) == set(State)
    for verbs in ways().values():
        for name in verbs:
            assert name.replace("_", " ") in words
    assert all(name in {verb for verbs in ways().values() for verb in verbs} for name in TOLD)


def test_no_two_states_stand_in_one_place():
    assert len(set(PLACES.values())) == len(PLACES)
