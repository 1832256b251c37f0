"""The customers' door: a code on their phone, hashed, counted, the same answer for everybody."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.models import Notice, NoticeEvent, OneTimeCode
from tests.factories import make_order, make_outlet
from web.portal import codes, door

pytestmark = pytest.mark.django_db
PHONE = "+886912345678"


@pytest.fixture
def order(db):
    return make_order(make_outlet(phone="+886223456789"))


def sent() -> str:
    """Return the newest code, from the message it was put into."""
    return Notice.objects.filter(event=NoticeEvent.CODE).order_by("-pk").first().facts["code"]


def ask(client: Client, to: str = "0912 345 678", **more):
    return client.post(reverse("portal_door"), {"to": to, "region": "TW"} | more)


def let_in(client: Client, to: str = "0912 345 678"):
    ask(client, to)
    return client.post(reverse("portal_code"), {"code": sent()})


def test_a_code_opens_and_only_once(order):
    client = Client()
    assert ask(client).status_code == 302
    code = sent()
    answer = client.post(reverse("portal_code"), {"code": f" {code[:3]} {code[3:]} "})
    assert answer["Location"] == reverse("portal_mine")
    assert order.number in client.get(reverse("portal_mine")).content.decode()
    row = OneTimeCode.objects.get()
    assert row.used_at and not codes.opens(row.pk, PHONE, code, timezone.now())


def test_only_hashes_are_kept(order):
    ask(Client())
    row = OneTimeCode.objects.values().get()
    assert sent() not in str(row) and "912345678" not in str(row) and "127.0.0.1" not in str(row)


def test_full_width_digits_as_a_chinese_keyboard_types_them(order):
    client = Client()
    ask(client)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in sent())
    assert client.post(reverse("portal_code"), {"code": wide}).status_code == 302


def test_nobody_learns_who_is_a_customer(order):
    """The same status, the same way on, the same page, for a known number and an unknown one."""
    answers = []
    for to in ("0912 345 678", "0912 345 999"):
        client = Client()
        answer = ask(client, to)
        page = client.get(answer["Location"]).content.decode()
        csrf = client.cookies["csrftoken"].value
        for hidden in (door.masked(PHONE), door.masked("+886912345999")):
            page = page.replace(hidden, "")
        answers.append((answer.status_code, answer["Location"], len(page), bool(csrf)))
    assert answers[0] == answers[1]


def test_a_new_number_comes_in_and_is_no_customer_yet(order):
    from customers.models import Customer

    client, before = Client(), Customer.objects.count()
    assert let_in(client, "0912 345 999").status_code == 302
    assert client.get(reverse("portal_mine")).status_code == 200
    assert Customer.objects.count() == before


def test_five_wrong_tries_and_it_is_over(order):
    client = Client()
    ask(client)
    right = sent()
    wrong = "000000" if right != "000000" else "111111"
    for _time in range(codes.TRIES):
        assert client.post(reverse("portal_code"), {"code": wrong}).status_code == 422
    page = client.post(reverse("portal_code"), {"code": right})
    assert page.status_code == 422 and "tried too often" in page.content.decode()
    assert client.get(reverse("portal_mine")).status_code == 302


def test_ten_minutes_and_it_is_over(order):
    now = timezone.now()
    pk = codes.send(PHONE, "127.0.0.1", "en", now)
    assert not codes.opens(pk, PHONE, sent(), now + codes.GOOD_FOR)
    assert codes.opens(pk, PHONE, sent(), now + codes.GOOD_FOR - timedelta(seconds=1))


def test_a_code_is_for_the_phone_it_was_sent_to(order):
    pk = codes.send(PHONE, "127.0.0.1", "en", timezone.now())
    assert not codes.opens(pk, "+886912345999", sent(), timezone.now())


def test_codes_to_one_phone_and_from_one_place_are_few(order):
    now = timezone.now()
    for _time in range(3):
        codes.send(PHONE, "10.0.0.1", "en", now)
    with pytest.raises(codes.TooMany) as pause:
        codes.send(PHONE, "10.0.0.2", "en", now)
    assert pause.value.until == now + timedelta(minutes=10)
    codes.send(PHONE, "10.0.0.2", "en", now + timedelta(minutes=10, seconds=1))
    for number in range(15):
        codes.send(f"+88691234{number:04}", "10.0.0.3", "en", now)
    with pytest.raises(codes.TooMany):
        codes.send("+886912349999", "10.0.0.3", "en", now)


def test_too_many_is_said_plainly_and_nothing_is_sent(order):
    for _time in range(3):
        ask(Client())
    before = Notice.objects.count()
    answer = ask(Client())
    assert answer.status_code == 429 and "10 min" in answer.content.decode()
    assert Notice.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_still_five(order):
    pk = codes.send(PHONE, "127.0.0.1", "en", timezone.now())
    right = sent()
    guesses = [f"{number:06}" for number in range(40) if f"{number:06}" != right]

    def guess(code):
        codes.opens(pk, PHONE, code, timezone.now())
        connection.close()

    threads = [threading.Thread(target=guess, args=(code,)) for code in guesses]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert OneTimeCode.objects.get().tries == codes.TRIES


@pytest.mark.parametrize("to", ["", "abc", "12", "a@", "0912 345 678; drop", "@@@"])
def test_what_is_no_number_is_said(order, to):
    page = ask(Client(), to)
    assert page.status_code == 422 and OneTimeCode.objects.count() == 0


def test_by_mail(order):
    order.customer.email = "Wang@example.com"
    order.customer.save()
    client = Client()
    ask(client, "wang@EXAMPLE.com")
    assert Notice.objects.get(event=NoticeEvent.CODE).channel == "email"
    client.post(reverse("portal_code"), {"code": sent()})
    assert order.number in client.get(reverse("portal_mine")).content.decode()


def test_onward_is_one_of_our_own_pages(order):
    client, mine = Client(), reverse("portal_mine")
    for wanted, place in ((mine, mine), ("https://evil.example/", mine), ("//evil.example/", mine)):
        ask(client, next=wanted)
        assert client.post(reverse("portal_code"), {"code": sent(), "next": wanted})["Location"] == place


def test_a_sign_of_before_opens_nothing(order):
    """The session gets another name when the code is right: one planted before is worth nothing."""
    client = Client()
    ask(client)
    before = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    client.post(reverse("portal_code"), {"code": sent()})
    assert client.cookies[django_settings.SESSION_COOKIE_NAME].value != before


def test_leaving_and_twelve_hours(order, monkeypatch):
    client = Client()
    let_in(client)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=12, minutes=1))
    assert client.get(reverse("portal_mine")).status_code == 302
    monkeypatch.undo()
    assert client.get(reverse("portal_mine")).status_code == 200
    assert client.get(reverse("portal_leave")).status_code == 405
    client.post(reverse("portal_leave"))
    assert client.get(reverse("portal_mine"))["Location"] == f"{reverse('portal_door')}?next=%2Fmy%2F"


def test_staff_and_customer_are_two(order):
    """Being signed in as staff opens no customer's page, and leaving the one leaves the other alone."""
    client = Client()
    client.force_login(make_outlet().admin)
    assert client.get(reverse("portal_mine")).status_code == 302
    let_in(client)
    client.post(reverse("portal_leave"))
    assert client.get(reverse("queue")).status_code == 200


def test_no_answer_is_kept_by_browsers(order):
    client = Client()
    for url in (reverse("portal_door"), reverse("portal_code")):
        ask(client)
        page = client.get(url)
        assert page["Cache-Control"] == "private, no-store" and page["X-Robots-Tag"] == "noindex"
