"""Photos and signatures that come with an act: looked at first, kept with it, told as numbers (H-C7, H-H1)."""

from datetime import timedelta
from pathlib import Path

import pytest

from customers.models import Photo
from customers.pictures import thumbnail
from dispatch import actions
from dispatch.actions import pictures
from dispatch.lifecycle import REGISTRY, BadData
from dispatch.models import OrderPhoto, PhotoKind, State
from tests.dispatch.actions.tools import bad, lacks
from tests.factories import SIGNED, do, order_in
from tests.pictures import jpeg, signature, upload

NOTE = {"step": "note"}


@pytest.fixture
def at_the_door(place):
    return order_in(State.ON_SITE, place)


@pytest.fixture
def charged(place):
    return order_in(State.CHARGED, place)


def last(order):
    return order.events.order_by("-seq").first()


def test_h_c7_the_note_on_the_door_is_photographed(place, at_the_door):
    order, now = at_the_door
    do(order, "knock", place.technician.user, now, NOTE | {"photos": [upload(), upload(jpeg("blue"))]})
    rows = list(order.photos.order_by("pk"))
    event = last(order)
    assert [row.kind for row in rows] == [PhotoKind.NOTE] * 2
    assert {(row.by, row.at, row.event_seq) for row in rows} == {(place.technician.user, now, event.seq)}
    assert event.payload["step"] == "note" and sorted(event.payload["photos"]) == [row.pk for row in rows]


def test_without_a_photo_the_log_says_nothing_of_photos(place, at_the_door):
    order, now = at_the_door
    do(order, "knock", place.technician.user, now, NOTE)
    assert last(order).payload == NOTE


def test_only_the_note_is_photographed(place, at_the_door):
    order, now = at_the_door
    assert bad(order, "knock", place.technician.user, now, {"step": "bell", "photos": [upload()]}) == {"photos"}
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    "photos",
    [
        [upload(b"a text", "photo.jpg")],
        [upload(), upload(b"a text", "photo.jpg")],
        [upload(jpeg(colour)) for colour in ("red", "blue", "green")],  # two at most
        [999_999],
        ["12x"],
        [True],
        [{"id": 1}],
        "photo",
        None,
    ],
)
def test_what_is_no_photo_of_this_order_leaves_nothing_behind(place, at_the_door, photos):
    order, now = at_the_door
    before = last(order).seq
    assert bad(order, "knock", place.technician.user, now, NOTE | {"photos": photos}) == {"photos"}
    assert not Photo.objects.exists() and not OrderPhoto.objects.exists() and last(order).seq == before


def test_a_refused_act_keeps_no_picture(place, charged):
    order, now = charged
    data = {"signature": signature(), "tools_back": []}
    assert lacks(order, "complete", place.technician.user, now, data) == ["tool_tools"]
    assert not Photo.objects.exists()


def test_h_h1_the_customer_signs_on_the_phone(place, charged):
    order, now = charged
    data = {name: value for name, value in SIGNED.items() if name != "signed_by"} | {"signature": signature()}
    order = do(order, "complete", place.technician.user, now, data)
    row = OrderPhoto.objects.get()
    event = order.events.get(action="complete")
    assert (row.order, row.kind, row.photo.format, row.event_seq) == (order, "signature", "png", event.seq)
    assert event.payload["signature"] == row.pk
    assert "base64" not in str(event.payload)
    assert order.repairs.last().signed_by == order.customer.name


@pytest.mark.parametrize("drawn", [signature(0), "王小明", 7, ["x"], {}])
def test_h_h1_an_empty_signature_is_refused(place, charged, drawn):
    order, now = charged
    assert bad(order, "complete", place.technician.user, now, SIGNED | {"signature": drawn}) == {"signature"}


@pytest.mark.parametrize("nothing", ["", None])
def test_h_h1_nobody_has_to_draw(place, charged, nothing):
    order, now = charged
    order = do(order, "complete", place.technician.user, now, SIGNED | {"signature": nothing})
    assert order.state == State.FOLLOW_UP and not OrderPhoto.objects.exists()


def test_a_photo_sent_before_is_taken_by_its_number(place, at_the_door):
    order, now = at_the_door
    sent = pictures.upload(order, upload(), PhotoKind.NOTE, place.technician.user, now)
    assert sent.event_seq is None
    do(order, "knock", place.technician.user, now, NOTE | {"photos": [str(sent.pk), sent.pk]})
    sent.refresh_from_db()
    assert sent.event_seq == last(order).seq and last(order).payload["photos"] == [sent.pk]


def test_sent_under_another_kind_it_is_what_the_act_says(place, at_the_door):
    order, now = at_the_door
    sent = pictures.upload(order, upload(), PhotoKind.OTHER, place.technician.user, now)
    do(order, "knock", place.technician.user, now, NOTE | {"photos": [sent.pk]})
    assert [(row.kind, row.photo_id) for row in order.photos.all()] == [("note", sent.photo_id)]


def test_a_photo_of_another_order_is_not_taken(place, at_the_door):
    order, now = at_the_door
    other, _now = order_in(State.READY, place)
    sent = pictures.upload(other, upload(), PhotoKind.NOTE, place.dispatcher, now)
    assert bad(order, "knock", place.technician.user, now, NOTE | {"photos": [sent.pk]}) == {"photos"}


def test_h_n3_the_same_act_twice_keeps_one_photo(place, at_the_door):
    order, now = at_the_door
    kept = [pictures.upload(order, upload(), PhotoKind.NOTE, place.technician.user, now).pk for _ in range(2)]
    how = {"key": "door-note-1", "fingerprint": "same"}
    answers = [
        actions.perform(order.pk, "knock", place.technician.user, now, NOTE | {"photos": [pk]}, **how) for pk in kept
    ]
    assert [answer.replayed for answer in answers] == [False, True] and answers[0].answer == answers[1].answer
    assert OrderPhoto.objects.count() == Photo.objects.count() == 1


def test_the_same_picture_in_two_acts_stays_with_the_first(place, at_the_door):
    order, now = at_the_door
    for _ in range(2):
        order = do(order, "knock", place.technician.user, now, NOTE | {"photos": [upload()]})
    row = OrderPhoto.objects.get()
    first, second = order.events.filter(action="knock").order_by("seq")
    assert row.event_seq == first.seq and second.payload["photos"] == first.payload["photos"] == [row.pk]


def test_an_order_is_no_album(place, at_the_door, monkeypatch):
    order, now = at_the_door
    monkeypatch.setattr(pictures, "MOST_PER_ORDER", 1)
    pictures.upload(order, upload(), PhotoKind.OTHER, place.dispatcher, now)
    with pytest.raises(BadData) as refusal:
        pictures.upload(order, upload(jpeg("blue")), PhotoKind.OTHER, place.dispatcher, now)
    assert "already" in refusal.value.context["errors"]["file"][0]


def test_what_no_act_took_is_forgotten_with_its_file(place, at_the_door):
    order, now = at_the_door
    taken, left, fresh_one = (
        pictures.upload(order, upload(jpeg(colour)), PhotoKind.NOTE, place.technician.user, now + later)
        for colour, later in (("red", timedelta(0)), ("blue", timedelta(0)), ("green", timedelta(days=6)))
    )
    do(order, "knock", place.technician.user, now, NOTE | {"photos": [taken.pk]})
    other, _now = order_in(State.READY, place)
    shared = pictures.upload(other, upload(jpeg("red")), PhotoKind.NOTE, place.dispatcher, now)
    thumbnail(left.photo)
    paths = [Path(left.photo.file.path), thumbnail(left.photo)]
    assert pictures.forget_unused(now + timedelta(days=5)) == 2
    assert set(OrderPhoto.objects.all()) == {taken, fresh_one} and shared.photo == taken.photo
    assert set(Photo.objects.all()) == {taken.photo, fresh_one.photo}
    assert not any(path.exists() for path in paths) and Path(taken.photo.file.path).exists()


def test_required_photos_are_asked_for():
    field = pictures.PhotosField(kind=PhotoKind.OUTSIDE, min=1)
    assert field.required and not pictures.PhotosField().required


def test_every_verb_that_declares_pictures_has_them_kept():
    declared = {verb.name: verb for verb in REGISTRY.values() if verb.data and pictures.picture_fields(verb.data)}
    assert {"knock", "complete", "add_note"} <= declared.keys()
    for verb in declared.values():
        assert hasattr(verb.effect, "__wrapped__"), f"{verb.name} is not declared by deed"
