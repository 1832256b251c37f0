"""Photos in the desk's forms: kept when a form is refused, sent twice they are one, and no others come along."""

import pytest
from django.urls import reverse

from customers.models import Photo
from dispatch.actions import pictures
from dispatch.actions.pictures import PhotosField
from dispatch.lifecycle import REGISTRY
from dispatch.models import OrderPhoto, PhotoKind
from tests.factories import fresh, make_order, make_outlet
from tests.pictures import jpeg, upload
from web.shared.forms import ActForm

WITH_PICTURES = [verb for verb in REGISTRY.values() if verb.data and pictures.picture_fields(verb.data)]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def order(place):
    return make_order(place)


def send(client, order, key="key-of-the-form", **said):
    """Send the form of a remark."""
    data = {"idempotency_key": key, "note": "scratched"} | said
    return client.post(reverse("order_act", args=[order.pk, "add_note"]), data, **HTMX)


def remarks(order):
    return list(order.events.filter(action="add_note"))


def test_photos_come_with_a_form(place, order, at_desk):
    answer = send(at_desk(place.dispatcher), order, photos=[upload(), upload(jpeg("blue"))])
    assert answer.status_code == 200 and answer["HX-Redirect"]
    (event,) = remarks(order)
    assert sorted(event.payload["photos"]) == sorted(order.photos.values_list("pk", flat=True))
    page = at_desk(place.dispatcher).get(reverse("order", args=[order.pk])).content.decode()
    assert page.count("data-enlarges") == 2 and "Photos: 2" in page


def test_h_n3_the_same_form_twice_keeps_one_photo(place, order, at_desk):
    for _ in range(2):
        assert send(at_desk(place.dispatcher), order, photos=[upload()])["HX-Redirect"]
    assert len(remarks(order)) == OrderPhoto.objects.count() == Photo.objects.count() == 1


def test_the_same_key_with_another_photo_is_another_act(place, order, at_desk):
    send(at_desk(place.dispatcher), order, photos=[upload()])
    answer = send(at_desk(place.dispatcher), order, photos=[upload(jpeg("blue"))])
    assert answer.status_code == 422 and len(remarks(order)) == 1


def test_a_form_refused_for_its_words_keeps_its_photo(place, order, at_desk):
    answer = send(at_desk(place.dispatcher), order, photos=[upload()], note="")
    row = OrderPhoto.objects.get()
    text = answer.content.decode()
    assert answer.status_code == 400 and row.event_seq is None
    assert f'name="photos" value="{row.pk}" checked' in text
    assert reverse("photo", args=[order.pk, row.pk]) in text
    assert send(at_desk(place.dispatcher), order, key="second-press", photos=[str(row.pk)])["HX-Redirect"]
    assert remarks(order)[0].payload["photos"] == [row.pk]


def test_what_is_no_photo_is_named_and_what_was_typed_stays(place, order, at_desk):
    answer = send(at_desk(place.dispatcher), order, photos=[upload(b"a text", "letter.jpg"), upload()])
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "letter.jpg: This is not a photo" in text and ">\nscratched</textarea>" in text
    assert not remarks(order) and f'value="{OrderPhoto.objects.get().pk}" checked' in text


def test_too_many_are_refused_and_the_first_ones_kept(place, order, at_desk):
    many = [upload(jpeg((n * 20, 0, 0))) for n in range(8)]
    answer = send(at_desk(place.dispatcher), order, photos=many)
    assert answer.status_code == 400 and "more than 6 photos" in answer.content.decode()
    assert OrderPhoto.objects.count() == 6 and not remarks(order)


def test_a_photo_of_another_order_neither_comes_along_nor_is_shown(place, order, at_desk):
    other = make_order(place)
    row = pictures.upload(other, upload(), PhotoKind.OTHER, place.dispatcher, other.opened_at)
    answer = send(at_desk(place.dispatcher), order, photos=[str(row.pk)])
    text = answer.content.decode()
    assert answer.status_code == 400 and "does not belong to this order" in text and f"/{row.pk}/" not in text


def test_what_no_act_took_is_not_shown(place, order, at_desk):
    pictures.upload(order, upload(), PhotoKind.OTHER, place.dispatcher, order.opened_at)
    assert "data-enlarges" not in at_desk(place.dispatcher).get(reverse("order", args=[order.pk])).content.decode()


def test_who_may_not_act_keeps_nothing_here(place, order, at_desk):
    stranger = make_outlet().dispatcher
    assert send(at_desk(stranger), order, photos=[upload()]).status_code == 404
    assert not Photo.objects.exists() and fresh(order).version == order.version


@pytest.mark.django_db
@pytest.mark.parametrize("verb", WITH_PICTURES, ids=lambda verb: verb.name)
def test_every_form_with_pictures_is_drawn_for_them(verb):
    declared = pictures.picture_fields(verb.data)
    form = ActForm.of(verb, "#")
    kinds = {row.name: row.kind for row in form.rows if row.name in declared}
    wanted = {name: "photos" if isinstance(one, PhotosField) else "signature" for name, one in declared.items()}
    assert kinds == wanted and form.multipart == ("photos" in wanted.values())
