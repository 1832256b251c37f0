"""Photos by the API: sent as a form, listed, taken by an act, and seen by nobody who may not see the order."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Photo
from dispatch.actions import pictures
from dispatch.models import OrderPhoto, PhotoKind, State
from tests.dispatch.api.conftest import api, do
from tests.factories import make_order, make_outlet, order_in
from tests.pictures import CAMERA, from_a_phone, jpeg, signature, upload


@pytest.fixture
def on_site(place):
    return order_in(State.ON_SITE, place)[0]


def send(client, order, file=None, key="", **said):
    """Send one photo as a form."""
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    data = {"file": file or upload()} | said
    return client.post(f"/api/v1/orders/{order.pk}/photos/", data, format="multipart", **headers)


def test_sent_listed_taken_and_seen(place, on_site):
    client = api(place.technician.user)
    sent = send(client, on_site, upload(from_a_phone()), kind="note", note="on the door")
    assert sent.status_code == 201, sent.content
    said = sent.json()
    assert (said["kind"], said["note"], said["event"], said["width"]) == ("note", "on the door", None, 300)
    assert said["by"]["id"] == place.technician.user.pk
    assert do(client, on_site, "knock", {"step": "note", "photos": [said["id"]]}).status_code == 200
    listed = client.get(f"/api/v1/orders/{on_site.pk}/photos/").json()["results"]
    assert [(one["id"], one["event"]) for one in listed] == [(said["id"], on_site.events.last().seq)]
    seen = client.get(said["href"])
    assert seen.status_code == 200 and seen["Content-Type"] == "image/jpeg" and CAMERA.encode() not in seen.content
    assert seen["X-Content-Type-Options"] == "nosniff" and "private" in seen["Cache-Control"]
    small = client.get(said["href"] + "?w=320")
    assert small.status_code == 200 and small["ETag"] != seen["ETag"]


@pytest.mark.parametrize("content", [b"a text", b"", b"<svg><script>alert(1)</script></svg>", jpeg()[:400]])
def test_what_is_no_photo_is_refused_in_words(place, on_site, content):
    refused = send(api(place.technician.user), on_site, upload(content))
    assert refused.status_code == 400 and refused["Content-Type"] == "application/problem+json"
    assert refused.json()["errors"]["file"][0]
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"kind": "selfie"}, "kind"),
        ({"kind": "signature"}, "kind"),
        ({"note": "x" * 241}, "note"),
        ({"note": "\0"}, "note"),
    ],
)
def test_what_it_shows_is_said_in_known_words(place, on_site, said, wrong):
    refused = send(api(place.technician.user), on_site, **said)
    assert refused.status_code == 400 and list(refused.json()["errors"]) == [wrong]
    assert not Photo.objects.exists()


def test_a_photo_comes_as_a_form(place, on_site):
    url = f"/api/v1/orders/{on_site.pk}/photos/"
    refused = api(place.technician.user).post(url, {"file": "x"}, format="json")
    assert refused.status_code == 415 and "multipart/form-data" in refused.json()["detail"]
    refused = api(place.technician.user).post(url, {"kind": "note"}, format="multipart")
    assert refused.status_code == 400 and list(refused.json()["errors"]) == ["file"]


def test_h_n3_sent_again_it_is_the_same(place, on_site):
    client = api(place.technician.user)
    first, again = (send(client, on_site, key="one") for _ in range(2))
    assert first.json() == again.json() and again["Idempotency-Replayed"] == "true"
    assert send(client, on_site).json()["id"] == first.json()["id"]
    other = send(client, on_site, upload(jpeg("blue")), key="one")
    assert other.status_code == 422 and other.json()["code"] == "key_reused"
    assert OrderPhoto.objects.count() == 1


def test_who_may_not_see_the_order_sees_no_photo_of_it(place, on_site):
    row = pictures.upload(on_site, upload(), PhotoKind.DAMAGE, place.technician.user, on_site.opened_at)
    elsewhere = make_outlet()
    page = reverse("photo", args=[on_site.pk, row.pk])
    url = f"/api/v1/orders/{on_site.pk}/photos/"
    for user in (place.technician.user, place.dispatcher, place.clerk, place.agent, place.manager, place.admin):
        assert api(user).get(f"{url}{row.pk}/").status_code == 200
        assert page_as(user, page).status_code == 200
    for user in (place.other.user, elsewhere.technician.user, elsewhere.dispatcher, elsewhere.clerk):
        assert api(user).get(f"{url}{row.pk}/").status_code == 404
        assert api(user).get(url).status_code == 404
        assert send(api(user), on_site).status_code == 404
        assert page_as(user, page).status_code == 404
    assert api().get(f"{url}{row.pk}/").status_code == 401
    assert Client().get(page).status_code == 302
    assert OrderPhoto.objects.count() == 1


def test_a_photo_is_not_reached_through_another_order(place, on_site):
    row = pictures.upload(on_site, upload(), PhotoKind.DAMAGE, place.technician.user, on_site.opened_at)
    other = make_order(place)
    assert api(place.dispatcher).get(f"/api/v1/orders/{other.pk}/photos/{row.pk}/").status_code == 404
    assert page_as(place.dispatcher, reverse("photo", args=[other.pk, row.pk])).status_code == 404


def test_the_page_s_picture_is_kept_by_the_browser_alone(place, on_site):
    row = pictures.upload(on_site, upload(), PhotoKind.DAMAGE, place.technician.user, on_site.opened_at)
    page = reverse("photo", args=[on_site.pk, row.pk])
    seen = page_as(place.dispatcher, page)
    assert seen["X-Content-Type-Options"] == "nosniff" and "private" in seen["Cache-Control"]
    assert seen["ETag"] == f'"{row.photo.sha256}"'
    assert page_as(place.dispatcher, page, HTTP_IF_NONE_MATCH=seen["ETag"]).status_code == 304


def test_a_file_gone_from_the_disk_is_not_found(place, on_site, settings, tmp_path):
    row = pictures.upload(on_site, upload(), PhotoKind.DAMAGE, place.technician.user, on_site.opened_at)
    settings.MEDIA_ROOT = tmp_path
    assert page_as(place.dispatcher, reverse("photo", args=[on_site.pk, row.pk])).status_code == 404
    assert api(place.dispatcher).get(f"/api/v1/orders/{on_site.pk}/photos/{row.pk}/?w=320").status_code == 404


def test_h_h1_a_signature_comes_with_its_act(place):
    order, _now = order_in(State.CHARGED, place)
    client = api(place.technician.user)
    refused = do(client, order, "complete", {"signature": signature(0), "tools_back": ["tools"]})
    assert refused.status_code == 400 and list(refused.json()["errors"]) == ["signature"]
    done = do(client, order, "complete", {"signature": signature(), "tools_back": ["tools"]}, key="signed")
    again = do(client, order, "complete", {"signature": signature(), "tools_back": ["tools"]}, key="signed")
    assert done.status_code == again.status_code == 200 and done.json() == again.json()
    row = OrderPhoto.objects.get()
    seen = client.get(f"/api/v1/orders/{order.pk}/photos/{row.pk}/")
    assert seen["Content-Type"] == "image/png" and seen.content.startswith(b"\x89PNG")


def test_the_fields_are_told(place, on_site):
    found = api(place.technician.user).get(f"/api/v1/orders/{on_site.pk}/actions/").json()["actions"]
    knock = next(one for one in found if one["action"] == "knock")
    photos = next(one for one in knock["fields"] if one["name"] == "photos")
    assert (photos["type"], photos["required"], photos["max"]) == ("photos", False, 2)


def page_as(user, url: str, **headers):
    """Ask for a page as somebody."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client.get(url, **headers)
