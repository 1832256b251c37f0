"""What a phone sends is done once; what can't be done is kept, shown, and settled (H-N3, H-R4)."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import KeptAct, OrderPhoto, State
from tests import factories, pictures
from tests.factories import NOW, fresh
from tests.pricing import MINUTE, make_prices, quoted

STROKES = [[[10, 20, 0, 0.5], [60, 80, 40, 0.6], [200, 90, 120, 0.4]], [[220, 30, 400, 0.5], [260, 90, 480, 0.5]]]


def send(phone, order, verb, values=None, key="", **more):
    """Send one act as the app does."""
    body = {"values": values or {}, "device_at": "2026-03-05T10:00:00+08:00"} | more
    url = reverse("field_app_send", args=[order.pk, verb])
    key = key or str(uuid.uuid4())
    return phone.post(url, json.dumps(body), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)


def test_sent_twice_it_is_done_once(phone, brought):
    order, key = brought(State.ASSIGNED), str(uuid.uuid4())
    first, again = (send(phone, order, "accept", key=key).json() for _turn in range(2))
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["answer"] == again["answer"]
    assert first["order"]["state"] == "accepted" == fresh(order).state
    assert order.events.filter(action="accept").count() == 1


def test_who_has_more_to_send_is_not_given_the_order(phone, brought):
    assert "order" not in send(phone, brought(State.ASSIGNED), "accept", fresh=False).json()


def test_in_somebody_elses_session_nothing_is_done_and_nothing_refused(phone, brought, place):
    order = brought(State.ASSIGNED)
    answer = send(phone, order, "accept", user=place.other.user.pk)
    assert (answer.status_code, answer.json()["code"]) == (403, "other_user")
    assert fresh(order).state == State.ASSIGNED and not KeptAct.objects.exists()
    assert send(phone, order, "accept", user=place.technician.user.pk).status_code == 200


def test_values_are_read_as_a_form_posts_them(phone, brought):
    """Local time of the outlet, ticks as a list: one reading for page and phone."""
    order = brought(State.ACCEPTED)
    local = factories.STARTS.astimezone(order.outlet.tz).strftime("%Y-%m-%dT%H:%M")
    answer = send(phone, order, "contact", {"confirmed": list(factories.CONFIRMED), "starts_at": local})
    assert answer.status_code == 200, answer.content
    assert fresh(order).visits.standing().get().starts_at == factories.STARTS


def test_what_is_refused_is_kept_once_with_its_reason(phone, brought, place):
    order, key = brought(State.CONTACTED), str(uuid.uuid4())
    for _turn in range(2):
        refused = send(phone, order, "depart", {"note": "x"}, key=key)
    assert refused.status_code == 422
    assert refused.json()["order"]["state"] == "contacted"
    kept = KeptAct.objects.get()
    assert (kept.verb, kept.rule, kept.actor) == ("depart", "H-D1", place.technician.user)
    assert "kit" in [lack["code"] for lack in kept.lacks]
    assert kept.device_at.isoformat() == "2026-03-05T02:00:00+00:00"
    shown = phone.get(reverse("field_app_bundle")).json()["kept"]
    assert [one["key"] for one in shown] == [key]


def test_bytes_of_pictures_are_not_kept_with_a_refusal(phone, brought):
    order = brought(State.CONTACTED)
    send(phone, order, "complete", {"signature": {"png": "data:" + "x" * 5000, "strokes": STROKES}})
    assert len(json.dumps(KeptAct.objects.get().values)) < 1000


def test_an_order_passed_on_meanwhile_is_refused_and_kept(phone, brought, place):
    order = brought(State.ACCEPTED)
    raw = {"technician": place.other.pk, "starts_at": (factories.STARTS + timedelta(hours=3)).isoformat()}
    factories.do(order, "place", place.dispatcher, NOW + timedelta(hours=1), raw | {"consent": "王"})
    refused = send(phone, order, "contact")
    assert refused.status_code == 404
    assert "order" not in refused.json()
    assert KeptAct.objects.get().order == order


def test_nothing_is_kept_of_an_order_that_never_was_theirs(place, brought):
    order = brought(State.ACCEPTED)
    stranger = Client()
    stranger.force_login(place.other.user)
    assert send(stranger, order, "contact").status_code == 404
    assert not KeptAct.objects.exists()


def test_done_in_the_end_with_the_same_key_is_settled(phone, brought, place):
    order, key = brought(State.CONTACTED), str(uuid.uuid4())
    send(phone, order, "depart", key=key)
    send(phone, order, "check_kit", factories.KIT)
    assert send(phone, order, "depart", key=key).status_code == 200
    assert not KeptAct.objects.unsettled().exists()


@pytest.mark.parametrize("how", ["again", "dropped"])
def test_technician_settles_it(phone, brought, how):
    key = str(uuid.uuid4())
    send(phone, brought(State.CONTACTED), "depart", key=key)
    url = reverse("field_app_settle", args=[key])
    for _turn in range(2):
        assert phone.post(url, {"how": how}, content_type="application/json").status_code == 200
    assert KeptAct.objects.get().settled_how == how
    assert phone.post(url, {"how": "lost"}, content_type="application/json").status_code == 400


def test_another_technician_can_not_settle_it(phone, brought, place):
    key = str(uuid.uuid4())
    send(phone, brought(State.CONTACTED), "depart", key=key)
    other = Client()
    other.force_login(place.other.user)
    url = reverse("field_app_settle", args=[key])
    assert other.post(url, {"how": "dropped"}, content_type="application/json").status_code == 404


def test_desk_sees_it_and_settles_it(phone, brought, place):
    order = brought(State.CONTACTED)
    send(phone, order, "depart")
    desk = Client()
    desk.force_login(place.dispatcher)
    page = desk.get(reverse("board_queue"), {"outlet": place.outlet.code})
    assert "Not taken from the phone" in page.content.decode()
    assert "Check the bag against the list first." in desk.get(reverse("order", args=[order.pk])).content.decode()
    desk.post(reverse("kept_settle", args=[KeptAct.objects.get().pk]))
    assert not KeptAct.objects.unsettled().exists()
    assert "Not taken from the phone" not in desk.get(reverse("order", args=[order.pk])).content.decode()


def test_signature_keeps_its_strokes(phone, brought):
    """H-R4: how it was written can be compared later."""
    order = brought(State.CHARGED)
    values = {"signed_by": "王小明", "rating_repair": "5", "rating_manner": "5", "tools_back": ["tools"]}
    drawn = {"png": pictures.signature(), "strokes": STROKES}
    answer = send(phone, order, "complete", values | {"signature": drawn})
    assert answer.status_code == 200, answer.content
    assert OrderPhoto.objects.get(order=order, kind="signature").strokes == STROKES


def test_strokes_that_are_none_are_refused(phone, brought):
    values = {"signed_by": "王小明", "signature": {"png": pictures.signature(), "strokes": [["x"]]}}
    answer = send(phone, brought(State.CHARGED), "complete", values)
    assert answer.status_code == 400
    assert "signature" in answer.json()["errors"]


UNREADABLE = ["[]", '{"values": []}', '{"values": {"a": {"b": 1}}}', '{"values": {}, "version": -1}']


@pytest.mark.parametrize("body", UNREADABLE)
def test_what_does_not_read_is_said(phone, brought, body):
    url = reverse("field_app_send", args=[brought(State.ASSIGNED).pk, "accept"])
    answer = phone.post(url, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()))
    assert answer.status_code == 400


def test_without_a_key_nothing_is_done(phone, brought):
    order = brought(State.ASSIGNED)
    url = reverse("field_app_send", args=[order.pk, "accept"])
    assert phone.post(url, "{}", content_type="application/json").status_code == 400
    assert fresh(order).state == State.ASSIGNED


def test_who_is_not_signed_in_is_told_so_and_others_may_not(brought, place):
    order = brought(State.ASSIGNED)
    assert send(Client(), order, "accept").status_code == 401
    assert Client().get(reverse("field_app_bundle")).status_code == 401
    desk = Client()
    desk.force_login(place.dispatcher)
    assert send(desk, order, "accept").status_code == 403


def test_an_old_form_of_the_page_is_told_apart(place, brought):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(place.technician.user)
    refused = send(strict, brought(State.ASSIGNED), "accept")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize(("shown", "code"), [(-100, "other_price"), (0, ""), (100, "")])
def test_customer_is_not_held_to_more_than_was_shown(place, phone, at, shown, code):
    """H-F2: a phone without a signal reckons by its table; is the real quote higher, the customer is asked again."""
    make_prices(place)
    order, now = quoted(place)
    at(now + MINUTE)
    total = order.quotes.get().total + shown
    answer = send(phone, order, "accept_quote", {"number": "1", "total": str(total), "name": "王小明"})
    assert [lack["code"] for lack in answer.json().get("lacks", [])] == ([code] if code else [])
    assert answer.status_code == (422 if code else 200)


def test_a_photo_of_somebody_else_is_not_taken_in_my_name(phone, brought, place):
    """A phone that two people use says whose it is; the photo waits until its owner has signed in."""
    url = reverse("api:photos", args=[brought(State.ON_SITE).pk])
    told = {"HTTP_X_PERSON": str(place.other.user.pk)}
    assert phone.post(url, {"file": pictures.upload()}, **told).status_code == 401
    assert not OrderPhoto.objects.exists()
    assert phone.post(url, {"file": pictures.upload()}, HTTP_X_PERSON=str(place.technician.user.pk)).status_code == 201


@pytest.mark.parametrize(("unseen", "said"), [("gone", "no longer on the phone"), ("Not a photo.", "Not a photo")])
def test_h_w5_a_picture_lost_for_good_is_told_to_the_centre(phone, brought, place, unseen, said):
    order, key = brought(State.ON_SITE), str(uuid.uuid4())
    refused = send(phone, order, "add_note", {"note": "scratch", "photos": ["photo:a"]}, key=key, unseen=unseen)
    assert refused.status_code == 400 and said in str(refused.json()["errors"]["photos"])
    kept = KeptAct.objects.get(key=key)
    assert (kept.verb, kept.rule, kept.values["note"]) == ("add_note", "H-W5", "scratch")
    desk = Client()
    desk.force_login(place.dispatcher)
    assert said in desk.get(reverse("order", args=[order.pk])).content.decode()
    assert send(phone, order, "add_note", {"note": "scratch"}, key=key).status_code == 200  # taken again, it goes
    kept.refresh_from_db()
    assert kept.settled_at
