"""Pictures that come in at once: one row and one whole file each, and no two acts that wait for each other."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from customers.models import Photo
from dispatch import actions
from dispatch.actions import pictures
from dispatch.models import OrderPhoto, PhotoKind
from tests.dispatch.lifecycle.test_at_once import at_once, outcomes
from tests.factories import NOW, make_order, make_outlet
from tests.pictures import jpeg, upload

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


@pytest.fixture
def place():
    return make_outlet()


def test_the_same_photo_from_many_at_once_is_one(place):
    order = make_order(place)

    def send():
        return pictures.upload(order, upload(jpeg("teal")), PhotoKind.DAMAGE, place.dispatcher, NOW)

    rows = at_once(*[send] * 12)
    assert len({row.pk for row in rows}) == OrderPhoto.objects.count() == Photo.objects.count() == 1
    with Image.open(Path(rows[0].photo.file.path)) as whole:
        assert whole.size == (320, 240)
    assert not list(Path(rows[0].photo.file.path).parent.glob(".part-*"))


def test_two_acts_with_the_same_photos_in_other_orders_both_succeed(place):
    colours = ["red", "blue", "green", "yellow", "black", "white"]
    orders = [make_order(place) for _ in range(6)]

    def note(order, turned):
        def work():
            photos = [upload(jpeg(colour)) for colour in (reversed(colours) if turned else colours)]
            return actions.perform(order.pk, "add_note", place.dispatcher, NOW, {"note": "seen", "photos": photos})

        return work

    results = at_once(*[note(order, number % 2) for number, order in enumerate(orders)])
    assert outcomes(results) == {"done": 6}
    assert Photo.objects.count() == 6 and OrderPhoto.objects.count() == 36


def test_what_is_forgotten_while_it_comes_in_again_keeps_its_file(place):
    order = make_order(place)
    pictures.upload(order, upload(jpeg("teal")), PhotoKind.DAMAGE, place.dispatcher, NOW)

    def send():
        return pictures.upload(order, upload(jpeg("teal")), PhotoKind.PART, place.dispatcher, NOW + timedelta(days=9))

    for _turn in range(5):
        at_once(send, lambda: pictures.forget_unused(NOW + timedelta(days=8)))
        for row in OrderPhoto.objects.select_related("photo"):
            assert Path(row.photo.file.path).stat().st_size == row.photo.bytes
        OrderPhoto.objects.all().update(at=NOW)
    assert Photo.objects.count() <= 1
