"""What the history says of moves on the board."""

import pytest

from tests.factories import NOW, STARTS, do, make_order, make_outlet
from web.shared.story import story

pytestmark = pytest.mark.django_db


def test_a_move_tells_where_it_stood_and_an_undo_where_it_went_back_to():
    place = make_outlet()
    order = make_order(place)
    first, second = place.technician, place.other
    order = do(order, "place", place.dispatcher, NOW, {"technician": first.pk, "starts_at": STARTS.isoformat()})
    order = do(order, "place", place.dispatcher, NOW, {"technician": second.pk, "starts_at": STARTS.isoformat()})
    order = do(order, "undo_place", place.dispatcher, NOW)
    order = do(order, "withdraw", place.dispatcher, NOW, {"reason": "they called it off"})
    order = do(order, "undo_place", place.dispatcher, NOW)
    undone, off, back, moved, placed = story(order)[:5]
    assert not any(note.startswith("Before") for note in placed.notes)  # nobody had it
    assert any(note.startswith(f"Before: {first.name}, ") for note in moved.notes), moved.notes
    assert any(note.startswith(f"Back to: {first.name}, ") for note in back.notes), back.notes
    assert off.note == "they called it off"
    assert any(note.startswith(f"Before: {first.name}") for note in off.notes)
    assert undone.title == "Undo"
    assert any(note.startswith(f"Back to: {first.name}") for note in undone.notes)


def test_an_undone_placing_goes_back_to_the_queue():
    place = make_outlet()
    raw = {"technician": place.technician.pk, "starts_at": STARTS.isoformat()}
    order = do(make_order(place), "place", place.dispatcher, NOW, raw)
    order = do(order, "undo_place", place.dispatcher, NOW)
    assert "Back to the queue" in story(order)[0].notes
