"""What is done on the phone arrives once, in its order, whatever is lost on the way (H-N3)."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from customers import pictures as kept
from dispatch.models import KeptAct, OrderPhoto
from tests import factories, pictures
from tests.browser.phone import Phone, done_on, once_each, visit
from tests.factories import do, fresh
from tests.platform.road import AWAY, CUT, LOST, SLOW, WELL, Road

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(transactional_db):
    return factories.around_the_clock(factories.make_outlet())


@pytest.fixture
def assigned(place):
    """An order that was given to the technician just now."""
    order = factories.make_order(place, timezone.now())
    raw = {"technician": place.technician.pk, "starts_at": (timezone.now() + timedelta(hours=1)).isoformat()}
    return do(order, "assign", place.dispatcher, timezone.now(), raw)


@pytest.fixture
def road(live_server):
    with Road(int(live_server.url.rsplit(":", 1)[1])) as road:
        yield road


@pytest.fixture
def phone(chromium, road, place, assigned):
    phone = Phone(chromium, road, place.technician.user)
    yield phone
    phone.close()


def walked(phone, order, place) -> list[str]:
    """Do a whole visit on the phone; return its verbs."""
    acts = visit(order, place)
    for verb, values, photos in acts:
        phone.act(order, verb, values, photos)
    return [verb for verb, _values, _photos in acts]


@pytest.mark.parametrize("fault", [CUT, LOST, AWAY, SLOW])
def test_a_fault_at_every_request_of_a_visit(phone, road, place, assigned, fault):
    road.judge = once_each(fault)
    verbs = walked(phone, assigned, place)
    phone.all_sent()
    assert done_on(assigned)[2:] == verbs  # after it was opened and assigned
    assert fresh(assigned).state == "follow_up"
    stored = set(OrderPhoto.objects.filter(order=assigned, kind="note").values_list("photo__sha256", flat=True))
    assert stored == {kept.read(pictures.upload(pictures.jpeg(colour))).sha256 for colour in ("red", "blue")}
    assert OrderPhoto.objects.get(order=assigned, kind="signature").strokes
    assert not KeptAct.objects.exists() and not phone.wrong


def test_done_in_a_basement_it_is_shown_at_once_and_sent_later(phone, road, place, assigned):
    road.down = True
    verbs = walked(phone, assigned, place)
    state = phone.page.evaluate(f"window.app.store.order({assigned.pk}).state")
    assert state == "follow_up" and fresh(assigned).state == "assigned"
    assert str(len(verbs)) in phone.page.locator("[data-unsent]").inner_text()
    road.down = False
    phone.all_sent()
    assert done_on(assigned)[2:] == verbs


def test_the_page_is_killed_after_every_act(phone, road, place, assigned):
    road.down = True
    acts = visit(assigned, place)
    for number, (verb, values, photos) in enumerate(acts):
        phone.act(assigned, verb, values, photos)
        road.down = False  # the shell may be read again; what was done may not be sent yet
        road.judge = lambda method, path, _count: CUT if method == "POST" else WELL
        phone.page.close()
        phone.page = phone.open()
        assert phone.page.evaluate("window.app.store.waiting().length") == number + 1
    road.judge = lambda *_request: WELL
    phone.all_sent()
    assert done_on(assigned)[2:] == [verb for verb, _values, _photos in acts]


def test_two_tabs_send_everything_once(phone, place, assigned):
    other = phone.open()
    for number, (verb, values, photos) in enumerate(visit(assigned, place)):
        phone.act(assigned, verb, values, photos, page=(phone.page, other)[number % 2])
    phone.all_sent()
    phone.all_sent(page=other)
    assert done_on(assigned)[2:] == [verb for verb, _values, _photos in visit(assigned, place)]
    assert phone.road.sent("/accept/") and len({one[1] for one in phone.road.sent("/accept/")}) == 1


def test_a_tab_that_was_put_to_sleep_while_it_sent_is_relieved(phone, place, assigned):
    asleep = phone.open()
    asleep.evaluate("""() => new Promise((held) => {
        navigator.locks.request("doorstep-field-send", () => { held(); return new Promise(() => {}); }).catch(() => {});
    })""")
    sign = """(ago) => new Promise((done) => {
        indexedDB.open("doorstep-field").onsuccess = ({ target }) => {
            const change = target.result.transaction("about", "readwrite");
            change.objectStore("about").put({ by: "asleep", at: Date.now() - ago }, "leads");
            change.oncomplete = () => { target.result.close(); done(); };
        };
    })"""
    asleep.evaluate(sign, 60_000)  # a tab in the background gives a sign once a minute
    phone.act(assigned, "accept")
    phone.page.evaluate("window.app.sync.kick()")
    assert phone.page.evaluate("window.app.store.waiting().length") == 1 and done_on(assigned)[2:] == []
    asleep.evaluate(sign, 200_000)
    phone.page.bring_to_front()
    phone.all_sent()
    assert done_on(assigned)[2:] == ["accept"]


def test_signed_out_meanwhile_everything_is_kept_and_goes_on_afterwards(phone, place, assigned):
    Session.objects.all().delete()
    phone.act(assigned, "accept")
    phone.page.get_by_text("Sign in again").first.wait_for()
    assert done_on(assigned)[2:] == []
    phone.sign_in(place.technician.user)
    phone.page.reload()
    phone.until("Boolean(window.app?.store.read)")
    phone.all_sent()
    assert done_on(assigned)[2:] == ["accept"]


def test_somebody_else_on_the_same_phone_does_not_send_it(phone, road, place, assigned):
    road.judge = lambda method, path, _count: CUT if method == "POST" else WELL
    phone.act(assigned, "accept")
    phone.sign_in(place.other.user)
    phone.page.reload()  # until then it may be sending for the first one, whose session still holds
    phone.until(f"window.app?.store.who?.id === {place.other.user.pk}")
    road.judge = lambda *_request: WELL
    phone.page.evaluate("window.app.sync.kick()")
    phone.until("document.body.innerText.includes('Somebody else was signed in on this phone')")
    assert done_on(assigned)[2:] == []
    phone.sign_in(place.technician.user)
    phone.page.reload()
    phone.until(f"window.app?.store.who?.id === {place.technician.user.pk}")
    phone.all_sent()
    assert done_on(assigned)[2:] == ["accept"]


def test_passed_on_meanwhile_it_is_refused_kept_and_seen_by_the_desk(phone, road, place, assigned, client):
    road.judge = lambda method, path, _count: CUT if method == "POST" else WELL
    phone.act(assigned, "accept")
    raw = {"technician": place.other.pk, "starts_at": (timezone.now() + timedelta(hours=2)).isoformat()}
    do(assigned, "place", place.dispatcher, timezone.now(), raw)
    road.judge = lambda *_request: WELL
    phone.all_sent()
    phone.page.goto("/field/app/#/unsent")
    card = phone.page.locator("[data-refused]")
    card.wait_for()
    assert "Accept" in card.inner_text()
    client.force_login(place.dispatcher)
    assert "Not taken from the phone" in client.get(reverse("order", args=[assigned.pk])).content.decode()
    card.get_by_role("button", name="Leave it").click()
    card.wait_for(state="detached")
    phone.page.wait_for_timeout(500)
    assert not KeptAct.objects.unsettled().exists()


def test_another_time_was_agreed_meanwhile_is_a_question(phone, road, place, assigned):
    road.judge = lambda method, path, _count: CUT if method == "POST" else WELL
    local = (timezone.now() + timedelta(hours=3)).astimezone(assigned.outlet.tz).strftime("%Y-%m-%dT%H:%M")
    phone.act(assigned, "accept")
    phone.act(assigned, "contact", {"confirmed": list(factories.CONFIRMED), "starts_at": local})
    moved = {"technician": place.technician.pk, "starts_at": (timezone.now() + timedelta(hours=5)).isoformat()}
    do(assigned, "place", place.dispatcher, timezone.now(), moved)
    phone.page.evaluate("window.app.store.refresh()")
    road.judge = lambda *_request: WELL
    phone.page.evaluate("window.app.sync.kick()")
    phone.page.goto("/field/app/#/unsent")
    phone.page.locator("[data-question=starts_at]").get_by_role("button", name="Send mine").click()
    phone.all_sent()
    assert done_on(assigned)[-2:] == ["accept", "contact"]


def test_a_clock_three_hours_wrong_is_recorded_and_changes_nothing(chromium, road, place, assigned):
    phone = Phone(chromium, road, place.technician.user)
    phone.context.add_init_script("""{
        const Real = Date, away = 3 * 3600e3;
        globalThis.Date = class extends Real {
            constructor(...how) { how.length ? super(...how) : super(Real.now() + away); }
            static now() { return Real.now() + away; }
        };
    }""")
    phone.page = phone.open()
    phone.act(assigned, "accept")
    phone.all_sent()
    event = assigned.events.get(action="accept")
    assert timedelta(hours=2, minutes=50) < event.device_at - event.at < timedelta(hours=3, minutes=10)
    ahead = phone.page.evaluate("window.app.now().getTime()") / 1000 - timezone.now().timestamp()
    assert abs(ahead) < 60
    phone.close()


def test_no_room_left_is_said_and_nothing_is_half_kept(phone, assigned):
    """The browser gives up in the middle of the transaction, as it does when the disk is full."""
    code = phone.page.evaluate("""async (order) => {
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value, ...key) {
            if (this.name === "outbox") throw new DOMException("no room", "QuotaExceededError");
            return put.call(this, value, ...key);
        };
        const blobs = [{ id: "big", blob: new Blob([new Uint8Array(1000)]) }];
        const kept = window.app.act(order, "add_note", { note: "x", photos: ["photo:big"] }, { blobs });
        const code = await kept.then(() => "kept", (wrong) => wrong.code);
        IDBObjectStore.prototype.put = put;
        return code;
    }""", assigned.pk)
    assert code == "full"
    kept = """new Promise((done) => {
        const asked = indexedDB.open("doorstep-field");
        asked.onsuccess = () => {
            const blobs = asked.result.transaction("blobs").objectStore("blobs").count();
            blobs.onsuccess = () => { asked.result.close(); done(blobs.result); };
        };
    })"""
    assert phone.page.evaluate(kept) == 0
    assert phone.page.evaluate("window.app.store.reload(false).then(() => window.app.store.acts.length)") == 0
    phone.act(assigned, "accept")  # once there is room again
    phone.all_sent()
    assert done_on(assigned)[2:] == ["accept"]
