"""Other systems hear of what happens: signed, once in the books, retried, switched off, sent again."""

import base64
import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiohttp
import pytest
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone

from dispatch.hooks import send
from dispatch.models import Delivery, OrderEvent, Webhook
from tests.factories import NOW, do, make_order, make_outlet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver():
    """A real receiver on this machine: `.said` what it answers (a list is used up), `.heard` what came."""
    with quick_one() as server:
        yield server


@contextmanager
def quick_one():
    """Run a receiver that takes everything."""

    class Hear(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.heard.append((dict(self.headers), body))
            said = self.server.said.pop(0) if len(self.server.said) > 1 else self.server.said[0]
            if said == "trickle":
                return self.trickle()
            if said in ("hang", "slow"):
                time.sleep(1.5 if said == "hang" else 0.2)
                said = 200
            self.send_response(said)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def trickle(self):
            """Answer a letter at a time: no single wait is long, the whole never ends."""
            with suppress(OSError):
                for letter in b"HTTP/1.1 200 " + b"O" * 60:
                    self.wfile.write(bytes([letter]))
                    time.sleep(0.1)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hear)
    server.heard, server.said = [], [200]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def place(transactional_db):
    return make_outlet()


def hook(receiver, **how) -> Webhook:
    url = f"http://127.0.0.1:{receiver.server_port}/doorstep" if receiver else "http://127.0.0.1:9/"
    return Webhook.objects.create(name="ERP", url=url, **how)


def drain(later=timedelta(0)) -> int:
    return send.drain(5, lambda: timezone.now() + timedelta(days=30) + later)  # after NOW, whatever the day


def test_each_event_is_sent_once_signed_and_without_the_customer(receiver, place):
    made = hook(receiver)
    order = make_order(place)
    do(order, "assign", place.dispatcher, NOW, {"technician": place.technician.pk})
    assert drain() == 2 and drain() == 0
    headers, body = receiver.heard[1]
    said = json.loads(body)
    assert (said["type"], said["data"]["order"], said["data"]["to"]) == ("order.assign", order.pk, "assigned")
    assert order.customer.name not in body.decode() and order.customer.phone not in body.decode()
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert set(Delivery.objects.values_list("state", "answered")) == {("sent", 200)}


def test_what_was_rolled_back_is_told_to_nobody(receiver, place):
    hook(receiver)
    with pytest.raises(RuntimeError), transaction.atomic():
        make_order(place)
        raise RuntimeError
    assert not Delivery.objects.exists() and not OrderEvent.objects.exists()


def test_who_asked_for_some_hears_of_some(receiver, place):
    hook(receiver, events=["assign"])
    hook(receiver, outlet=make_outlet().outlet)
    hook(receiver, active=False)
    do(make_order(place), "assign", place.dispatcher, NOW, {"technician": place.technician.pk})
    assert list(Delivery.objects.values_list("action", flat=True)) == ["assign"]


def test_a_receiver_that_fails_rests_and_gets_all_in_order_later(receiver, place):
    made = hook(receiver)
    receiver.said = [500, 302, 200]
    order = make_order(place)
    do(order, "assign", place.dispatcher, NOW, {"technician": place.technician.pk})
    assert drain() > 0
    made.refresh_from_db()
    assert made.failing_since and made.rests_until and len(receiver.heard) == 1
    assert drain() == 0  # left alone
    drain(timedelta(minutes=1))  # a redirect is not followed
    assert Delivery.objects.order_by("seq").first().error == "HTTP 302"
    drain(timedelta(minutes=10))
    assert [json.loads(body)["data"]["seq"] for _headers, body in receiver.heard] == [1, 1, 1, 2]
    assert len({headers["webhook-id"] for headers, _body in receiver.heard[:3]}) == 1
    made.refresh_from_db()
    assert made.failing_since is None and not Delivery.objects.exclude(state="sent").exists()


@pytest.mark.parametrize("how", ["hang", "trickle"])
def test_one_that_hangs_does_not_keep_the_others_waiting(receiver, place, monkeypatch, how):
    monkeypatch.setattr(send, "TIMEOUT", aiohttp.ClientTimeout(total=0.5))
    receiver.said = [how]
    hook(receiver)
    hook(None)
    make_order(place)
    drain()
    errors = dict(Delivery.objects.values_list("webhook__url", "error"))
    assert sorted(errors.values()) == ["ClientConnectorError", "Timeout"]


def noted(place, times: int) -> None:
    """Write so many events into the log of one order, and its opening."""
    order = make_order(place)
    for number in range(times):
        do(order, "add_note", place.dispatcher, NOW, {"note": f"{number}"})


def test_after_an_outage_all_come_in_their_order_however_many_waited(receiver, place):
    """A receiver that books by our events must not hear of the end before the beginning."""
    hook(receiver)
    receiver.said = [500, 200]
    noted(place, 2 * send.EACH + 5)
    drain()
    assert list(Delivery.objects.filter(tries__gt=0).values_list("seq", "tries")) == [(1, 1)]  # the rest was not tried
    drain(timedelta(minutes=1))
    heard = [json.loads(body)["data"]["seq"] for _headers, body in receiver.heard]
    assert heard == [1, *range(1, 2 * send.EACH + 7)]
    assert not Delivery.objects.exclude(state="sent").exists()
    assert set(Delivery.objects.exclude(seq=1).values_list("tries", flat=True)) == {1}


def test_a_slow_one_has_its_turn_and_the_others_theirs(receiver, place, monkeypatch):
    """It takes everything, slowly: what another waits for goes meanwhile, and is written down at once."""
    monkeypatch.setattr(send, "A_TURN", 0.5)
    receiver.said = ["slow"]
    slow = hook(receiver)
    with quick_one() as quick:
        fast = hook(quick)
        noted(place, 12)
        began = time.monotonic()
        worker = threading.Thread(target=lambda: (drain(), connections.close_all()))
        worker.start()
        while Delivery.objects.filter(webhook=fast, state="sent").count() < 13 and time.monotonic() < began + 10:
            time.sleep(0.02)
        still = Delivery.objects.filter(webhook=slow, state="waiting").count()
        worker.join()
    assert still > 0
    assert not Delivery.objects.exclude(state="sent").exists()


def test_one_that_takes_nothing_for_days_is_switched_off_and_can_be_caught_up(receiver, place, client):
    receiver.said = [500]
    made = hook(receiver)
    make_order(place)
    drain()
    Webhook.objects.update(failing_since=timezone.now() + timedelta(days=26))
    drain(timedelta(hours=2))
    made.refresh_from_db()
    assert not made.active and Delivery.objects.get().state == "failed"
    receiver.said = [200]
    Webhook.objects.update(active=True, rests_until=None, failing_since=None)
    client.force_login(place.admin)
    url = reverse("admin:dispatch_delivery_changelist")
    page = client.post(url, {"action": "again", "_selected_action": [Delivery.objects.get().pk]}, follow=True)
    assert "1 delivery is sent again" in page.content.decode()
    drain(timedelta(hours=3))
    assert Delivery.objects.get().state == "sent"


def test_what_a_receiver_never_takes_can_be_passed_over(receiver, place, client):
    """Its order is kept, so that one refused for good would hold all that come after it."""
    made = hook(receiver)
    receiver.said = [422, 200]
    noted(place, 2)
    drain()
    client.force_login(place.admin)
    stuck = Delivery.objects.order_by("pk").first()
    url = reverse("admin:dispatch_delivery_changelist")
    page = client.post(url, {"action": "over", "_selected_action": [stuck.pk]}, follow=True)
    assert "1 delivery is passed over" in page.content.decode()
    made.refresh_from_db()
    assert made.rests_until is None
    drain()
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "sent", "sent"]


@pytest.mark.parametrize("who", ["dispatcher", "clerk", "manager"])
def test_only_who_looks_after_all_outlets_sees_addresses_and_secrets(place, client, who):
    client.force_login(getattr(place, who))
    for name in ("webhook", "delivery"):
        assert client.get(reverse(f"admin:dispatch_{name}_changelist")).status_code in (302, 403)
