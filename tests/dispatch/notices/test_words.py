"""The words: ours in three languages, the outlet's in their place, nothing that nobody would fill."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.models import Link, NoticeEvent, NoticeHook, NoticeTemplate, State
from dispatch.notices import note, wording
from dispatch.notices.facts import PAGE, window
from dispatch.notices.preview import messages_of, preview
from dispatch.notices.words import OURS
from tests.dispatch.notices.test_send import one, run
from tests.factories import make_order, order_in

E = NoticeEvent
LANGUAGES = ("en", "zh-hans", "zh-hant")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", NoticeEvent.values)
def test_our_words_name_only_what_is_known_and_say_it_politely(language, event):
    subject, body = OURS[language][event]
    wording.check(event, subject, body)
    assert subject and body and len(subject) <= 150
    assert not set("!！") & set(subject + body)
    if language != "en":
        assert not set(",;?") & set(wording.PLACE.sub("", subject + body))  # full-width signs


@pytest.mark.parametrize("event", NoticeEvent.values)
def test_the_three_languages_name_the_same(event):
    named = [set(wording.PLACE.findall(" ".join(OURS[language][event]))) - {"window"} for language in LANGUAGES]
    assert named[0] == named[1] == named[2]


def test_what_is_not_known_falls_out_with_its_sentence():
    text = "{outlet}: we come[ at {eta}].[ Call {phone}]"
    assert wording.fill(text, {"outlet": "A", "eta": "10:00"}) == "A: we come at 10:00."
    assert wording.fill(text, {"outlet": "A", "phone": "1"}) == "A: we come. Call 1"


def test_a_fact_is_never_read_as_a_template():
    """What a reviewer wrote in braces is said as it was written."""
    assert wording.fill("{reason}", {"reason": "{phone} [x]", "phone": "secret"}) == "{phone} [x]"


@pytest.mark.parametrize("text", ["{name}", "{link", "link}", "[{phone}", "{}", "a [b [c] d]", "{ link }", "{code}"])
def test_unknown_places_and_open_braces_are_refused(text):
    with pytest.raises(ValidationError):
        wording.check(E.APPOINTMENT, text)


@pytest.mark.django_db
def test_own_words_hold_for_their_channel_then_for_all(place, provider):
    how = {"event": E.RATE, "language": "zh-hant"}
    NoticeTemplate.objects.create(**how, body="every {number}")
    NoticeTemplate.objects.create(**how, channel="sms", body="sms {number}")
    order = make_order(place)
    now = timezone.now().replace(hour=4)
    note(order, E.RATE, now)
    run(now)
    assert one(order, E.RATE).body == f"sms {order.number}"
    NoticeTemplate.objects.filter(channel="sms").delete()
    note(order, E.RATE, now, cycle=99)
    run(now)
    assert one(order, E.RATE).body == f"every {order.number}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Tue 3 Mar, 14:00 to 16:00"),
        ("zh-hans", "3月3日（周二）14:00–16:00"),
        ("zh-hant", "3月3日（週二）14:00–16:00"),
    ],
)
@pytest.mark.django_db
def test_times_are_by_the_outlets_clock(place, language, said):
    assert window("2026-03-03T06:00:00+00:00", "2026-03-03T08:00:00+00:00", place.outlet, language) == said


@pytest.mark.django_db
def test_the_link_leads_to_the_customers_page(place):
    link = Link.objects.of(make_order(place), timezone.now())
    assert PAGE.format(code=link.code) == link.get_absolute_url()


def test_a_text_message_is_paid_by_its_signs():
    assert [messages_of(text) for text in ("a" * 160, "a" * 161, "好" * 70, "好" * 71, "好" * 134, "好" * 135)] == [
        1, 2, 1, 2, 2, 3,
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("event", NoticeEvent.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_reads_whole_with_an_order_and_without(place, event, language):
    order, now = order_in(State.READY, place)
    for example in (order, None):
        shown = preview(event, language, *OURS[language][event], example, now)
        assert not set("{}[]") & set(shown.body)
        assert 1 <= shown.messages <= 3


@pytest.fixture
def admin(place):
    client = Client()
    client.force_login(place.admin)
    return client


@pytest.mark.django_db
def test_the_admin_shows_all_words_and_previews_what_is_typed(place, admin):
    order = make_order(place)
    page = admin.get(reverse("admin:dispatch_noticetemplate_words")).content.decode()
    assert page.count('<th scope="row">') == len(NoticeEvent) * 3
    said = {"event": E.RATE, "language": "en", "subject": "", "body": "How was {number}?"}
    address = reverse("admin:dispatch_noticetemplate_preview")
    assert f"How was {order.number}?" in admin.post(address, said).content.decode()
    refused = admin.post(address, said | {"body": "Dear {name}"})
    assert refused.status_code == 400
    assert "{name}" in refused.content.decode()
    assert admin.post(address, {"event": "x", "language": "tlh"}).status_code == 400
    assert not NoticeTemplate.objects.exists()


@pytest.mark.django_db
def test_the_admin_keeps_good_words_and_refuses_others(place, admin):
    add = reverse("admin:dispatch_noticetemplate_add")
    assert OURS["zh-hant"][E.RATE][0] in admin.get(add, {"event": E.RATE, "language": "zh-hant"}).content.decode()
    good = {"event": E.RATE, "language": "en", "channel": "", "subject": "", "body": "How was {number}?"}
    assert admin.post(add, good | {"body": "Dear {name}"}).status_code == 200
    assert not NoticeTemplate.objects.exists()
    assert admin.post(add, good).status_code == 302
    assert NoticeTemplate.objects.get().body == "How was {number}?"


@pytest.mark.django_db
def test_the_address_of_a_staff_channel_is_a_secret(place, admin):
    add = reverse("admin:dispatch_noticehook_add")
    row = {"name": "desk", "outlet": "", "url": "wecombot://T0pSecretKey0123", "events": "alarm", "language": "en"}
    for bad in ("http//x", "syslog://", "dbus://", "nothing://x"):
        assert admin.post(add, row | {"url": bad}).status_code == 200
    assert admin.post(add, row).status_code == 302
    hook = NoticeHook.objects.get()
    change = reverse("admin:dispatch_noticehook_change", args=[hook.pk])
    assert "T0pSecret" not in admin.get(change).content.decode()
    assert admin.post(change, row | {"url": "", "name": "other"}).status_code == 302
    hook.refresh_from_db()
    assert (hook.name, hook.url) == ("other", row["url"])


@pytest.mark.django_db
def test_templates_are_the_centres(place):
    client = Client()
    client.force_login(place.manager)  # of one outlet
    add = reverse("admin:dispatch_noticetemplate_add")
    assert client.get(add).status_code == 403
    client.force_login(place.agent)
    assert client.get(reverse("admin:dispatch_noticetemplate_words")).status_code in (302, 403)
