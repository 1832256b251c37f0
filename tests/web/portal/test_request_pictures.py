"""Pictures and films of a request: kept with it, shown to who sent them, counted by the day (H-I1)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Photo
from customers.pictures import forget_stray
from dispatch.actions.films import forget_unsent
from dispatch.actions.films import keep as keep_film
from dispatch.models import Film, OrderPhoto
from tests import films, pictures
from tests.factories import make_outlet
from tests.web.portal.test_request import NEW, at, known, place, sent_by, told
from web.portal import uploads

pytestmark = pytest.mark.django_db
__all__ = ["place"]  # the fixture


def test_what_is_no_picture_is_said_at_its_place_and_the_rest_is_kept(place):
    client = known(NEW)
    wrong = pictures.upload(b"%PDF-1.4 no photo", "invoice.pdf", "application/pdf")
    told_it = {"category": "washing_machine", "serial": "SN-7", "proof": wrong, "nameplate": pictures.upload()}
    answer = client.post(at("appliance"), told_it)
    page = answer.content.decode()
    assert answer.status_code == 422 and "SN-7" in page
    assert len(answer.context["pictures"]["nameplate"]) == 1 and answer.context["errors"]["proof"]
    shown = client.get(answer.context["pictures"]["nameplate"][0]["url"])
    assert shown.status_code == 200 and shown["Cache-Control"] == "private, no-store"


def test_a_picture_is_shown_to_who_sent_it_only_and_can_be_taken_back(place):
    client = known(NEW)
    client.post(at("appliance"), {"category": "washing_machine", "nameplate": pictures.upload()})
    number = Photo.objects.get().pk
    url = reverse("portal_request_picture", args=[number])
    assert client.get(url).status_code == 200
    assert known("0955 666 777").get(url).status_code == 404
    client.post(at("appliance"), {"category": "washing_machine", "drop_photos": number})
    assert client.get(url).status_code == 404


def test_pictures_of_requests_that_were_never_sent_are_forgotten(place):
    client = known(NEW)
    told(client, appliance={"nameplate": pictures.upload()})
    kept = sent_by(client).photos.get()
    client.post(at("appliance"), {"category": "washing_machine", "nameplate": pictures.upload(pictures.jpeg("blue"))})
    assert forget_stray(timezone.now() - timedelta(days=1)) == 0
    assert forget_stray(timezone.now() + timedelta(days=1)) == 1
    assert OrderPhoto.objects.get() == kept and Photo.objects.count() == 1
    assert "blue" not in client.get(at("appliance")).content.decode()


def test_a_film_goes_with_the_request_and_is_played_in_stretches(place):
    client = known(NEW)
    told(client)
    answer = client.post(at("fault"), {"symptom": "rattles", "film": films.upload(b"no film")})
    assert answer.status_code == 422 and "no film that can be shown" in answer.content.decode()
    for _turn in range(2):
        client.post(at("fault"), {"symptom": "rattles", "film": films.upload()})
    answer = client.post(at("fault"), {"symptom": "rattles", "film": films.upload()})
    assert answer.status_code == 422 and "more than 2 films" in answer.content.decode()
    first, second = Film.objects.order_by("pk")
    client.post(at("fault"), {"symptom": "rattles", "drop_films": second.pk})
    assert not Film.objects.filter(pk=second.pk).exists()  # let go of is gone, not kept for a week
    assert not Path(second.file.path).exists()
    order = sent_by(client)
    assert list(order.films.all()) == [first]
    desk, other, nobody = Client(), Client(), Client()
    desk.force_login(place.agent)
    other.force_login(make_outlet().dispatcher)
    address = reverse("film", args=[order.pk, first.pk])
    assert address in desk.get(reverse("reviews")).content.decode()
    assert address in desk.get(reverse("order", args=[order.pk])).content.decode()
    whole = desk.get(address)
    assert (whole.status_code, whole["Content-Type"], len(whole.content)) == (200, "video/mp4", first.bytes)
    part = desk.get(address, headers={"range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, whole.content[4:12])
    assert part["Content-Range"] == f"bytes 4-11/{first.bytes}"
    assert desk.get(address, headers={"range": "bytes=-5"}).content == whole.content[-5:]
    assert desk.get(address, headers={"range": f"bytes={first.bytes}-"}).status_code == 416
    assert other.get(address).status_code == 404 and nobody.get(address).status_code == 302
    keep_film(films.upload(), timezone.now())  # of a request that is never sent
    assert forget_unsent(timezone.now() + timedelta(days=1)) == 1
    assert Film.objects.get() == first and desk.get(address).status_code == 200


def test_nobody_fills_the_disk_in_a_day(place, monkeypatch):
    """Let go of and sent again counts too; another phone number has a day of its own."""
    size = films.upload().size
    monkeypatch.setattr(uploads, "MOST_BYTES", size * 3 // 2)
    client = known(NEW)
    told(client)
    client.post(at("fault"), {"symptom": "rattles", "film": films.upload()})
    client.post(at("fault"), {"symptom": "rattles", "drop_films": Film.objects.get().pk})
    for what in ({"film": films.upload()}, {"photos": pictures.upload(b"x" * size)}):
        answer = client.post(at("fault"), {"symptom": "rattles"} | what)
        assert answer.status_code == 422 and "more than one day holds" in answer.content.decode()
    assert not Film.objects.exists()
    uploads.count("+886900000000", size, timezone.now())
    uploads.count("+886933444555", size, timezone.now() + timedelta(days=1, minutes=1))  # and tomorrow is another day
