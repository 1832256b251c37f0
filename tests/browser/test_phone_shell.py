"""The app as an app: put on the home screen, opened without a signal, renewed, left, and shared by two people."""

import pytest
from django.contrib.sessions.models import Session

from dispatch.models import State
from tests import factories
from tests.browser.phone import Phone, done_on
from tests.factories import order_in
from tests.platform.road import CUT, WELL, Road
from web.field.app import shell

pytestmark = pytest.mark.django_db(transaction=True)

READY = "navigator.serviceWorker.ready.then((it) => Boolean(it.active && navigator.serviceWorker.controller))"
STORES = """() => new Promise((done) => {
    indexedDB.open("doorstep-field").onsuccess = async ({ target: { result } }) => {
        const read = (name) => new Promise((found) => {
            result.transaction(name).objectStore(name).getAll().onsuccess = ({ target }) => found(target.result.length);
        });
        const names = [...result.objectStoreNames];
        const sizes = await Promise.all(names.map(read));
        result.close();
        done(Object.fromEntries(names.map((name, at) => [name, sizes[at]])));
    };
})"""
CACHED = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) found.push([request.url, await (await cache.match(request)).text()]);
    }
    return found;
}"""


@pytest.fixture
def place(transactional_db):
    return factories.around_the_clock(factories.make_outlet())


@pytest.fixture
def order(place):
    """An order on the technician's day, accepted and on the phone."""
    return order_in(State.ASSIGNED, place)[0]


@pytest.fixture
def road(live_server):
    with Road(int(live_server.url.rsplit(":", 1)[1])) as road:
        yield road


@pytest.fixture
def phone(chromium, road, place, order):
    """A phone that has the app: its worker keeps the files."""
    phone = Phone(chromium, road, place.technician.user)
    phone.until(READY)
    yield phone
    phone.close()


def silent(phone, *, on: bool = True) -> None:
    """Take the signal away, or give it back."""
    phone.road.down = on
    phone.context.set_offline(on)


def hold_back(phone) -> None:
    """Let nothing that was done arrive."""
    phone.road.judge = lambda method, path, _count: CUT if method == "POST" and "/orders/" in path else WELL


def again(phone, so: str = "Boolean(window.app)") -> None:
    """Load the page anew."""
    phone.page.reload()
    phone.until(f"document.body.dataset.ready === 'yes' && {so}")


def test_a_browser_would_put_it_on_the_home_screen(phone):
    devtools = phone.context.new_cdp_session(phone.page)
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in errors} <= {"in-incognito"}  # as the tests' browser always is
    address = phone.page.locator("link[rel=manifest]").get_attribute("href")
    manifest = phone.page.evaluate("(url) => fetch(url).then((one) => one.json())", address)
    assert manifest["display"] == "standalone" and manifest["start_url"].startswith(manifest["scope"])
    assert {one["purpose"] for one in manifest["icons"]} == {"any", "maskable"}
    side = """(url) => fetch(url).then((one) => one.blob()).then(createImageBitmap).then((one) => one.width)"""
    for icon in manifest["icons"]:
        assert icon["sizes"].split("x") == [str(phone.page.evaluate(side, icon["src"]))] * 2
    scope = "navigator.serviceWorker.ready.then((it) => new URL(it.scope).pathname)"
    assert phone.page.evaluate(scope) == manifest["scope"] == "/field/app/"


def test_it_opens_without_a_signal_on_every_page(phone, order):
    silent(phone)
    for page in ("", f"#/order/{order.pk}", f"#/order/{order.pk}/step/accept", "#/calls", "#/van", "#/me", "#/unsent"):
        phone.page.goto(f"/field/app/{page}")
        again(phone, "window.app.store.read")
        phone.until("document.querySelector('#main h1, #main .app-empty, #main .g-title') !== null")
        assert phone.page.locator("#main").inner_text() != ""
        assert phone.page.get_by_text("This screen could not be shown").count() == 0
    assert phone.page.get_by_text("No signal").count() == 1


def test_nothing_of_anybody_is_in_the_cache_store(phone, order):
    phone.page.goto(f"/field/app/#/order/{order.pk}")
    phone.page.get_by_text(order.customer.name).first.wait_for()
    kept = phone.page.evaluate(CACHED)
    assert len(kept) > 40
    personal = (order.customer.name, order.customer.phone, order.address.line, phone.user.technician.permit_code)
    assert [(url, one) for url, text in kept for one in personal if one and one in text] == []
    assert not [url for url, _text in kept if "bundle" in url or "/orders/" in url or "/media/" in url]


def test_a_new_version_comes_while_work_is_unsent(phone, order, monkeypatch):
    hold_back(phone)
    phone.act(order, "accept")
    before = phone.page.evaluate("caches.keys()")
    monkeypatch.setattr(shell, "version", lambda: "f" * 16)
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true)")
    offer = phone.page.get_by_role("button", name="Use it now")
    offer.wait_for()
    assert phone.page.evaluate("window.app.store.waiting().length") == 1  # offered, not forced
    phone.page.evaluate("window.before = true")
    offer.tap()
    phone.until("window.before === undefined && Boolean(window.app?.store.read)")
    assert phone.page.evaluate("caches.keys()") == [f"field-en-{'f' * 16}"] != before
    assert phone.page.evaluate("window.app.store.waiting().map((act) => act.verb)") == ["accept"]
    phone.road.judge = lambda *_request: WELL
    phone.all_sent()
    assert done_on(order)[2:] == ["accept"] and not phone.wrong


def test_a_new_version_waits_until_a_step_is_left(phone, order, monkeypatch):
    phone.page.goto(f"/field/app/#/order/{order.pk}/step/accept")
    phone.page.locator("[data-step=accept]").wait_for()
    monkeypatch.setattr(shell, "version", lambda: "e" * 16)
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true)")
    phone.page.evaluate("window.before = true")
    phone.page.get_by_role("button", name="Use it now").tap()
    phone.until("caches.keys().then((names) => names.length === 1 && names[0].endsWith('e'))")
    assert phone.page.evaluate("window.before") and phone.page.locator("[data-step=accept]").count() == 1
    phone.page.goto("/field/app/#/")
    phone.until("window.before === undefined && Boolean(window.app?.store.read)")


def sign_out(phone, name: str) -> None:
    """Sign out on the page of one's own."""
    phone.page.goto("/field/app/#/me")
    phone.page.locator("[data-sign-out]").tap()
    phone.page.locator("dialog [data-leave]").get_by_text(name).wait_for()
    phone.page.locator("dialog [data-leave]").tap()


def test_signing_out_takes_everything_of_a_person_with_it(phone, order):
    assert phone.page.evaluate(STORES)["orders"] == 1
    sign_out(phone, "Sign out")
    phone.page.wait_for_url("**/sign-in/**")
    assert {name: n for name, n in phone.page.evaluate(STORES).items() if n} == {}
    assert not Session.objects.exists()
    phone.page.goto("/field/app/")
    phone.page.get_by_text("You have been signed out").wait_for()
    assert order.customer.name not in phone.page.locator("body").inner_text()


def test_signing_out_with_work_unsent_warns_and_keeps_it(phone, order, place):
    hold_back(phone)
    phone.act(order, "accept")
    phone.page.goto("/field/app/#/me")
    phone.page.locator("[data-sign-out]").tap()
    sheet = phone.page.get_by_role("dialog")
    assert "1 not sent yet. It stays on this phone for you" in sheet.inner_text()
    sheet.get_by_role("button", name="Stay").tap()
    assert phone.page.evaluate("window.app.store.read")
    sign_out(phone, "Sign out and keep it")
    phone.page.wait_for_url("**/sign-in/**")
    left = {name: n for name, n in phone.page.evaluate(STORES).items() if n}
    assert left == {"outbox": 1, "about": 1}  # the act, and how far was counted
    phone.road.judge = lambda *_request: WELL
    phone.sign_in(place.technician.user)
    phone.page.goto("/field/app/")
    phone.until("Boolean(window.app?.store.read)")
    phone.all_sent()
    assert done_on(order)[2:] == ["accept"]


def test_signed_out_without_a_signal_stays_signed_out_when_it_is_back(phone, order):
    phone.page.goto("/field/app/#/me")
    phone.page.locator("[data-sign-out]").wait_for()
    silent(phone)
    sign_out(phone, "Sign out")
    phone.page.get_by_text("You have been signed out").wait_for()
    assert phone.page.evaluate(STORES)["orders"] == 0 and Session.objects.exists()
    silent(phone, on=False)
    phone.until("localStorage.getItem('doorstep-field-sign-out') === null")
    assert not Session.objects.exists()
    again(phone, "window.app.store.signedOut")
    assert phone.page.evaluate(STORES)["orders"] == 0


def test_somebody_else_takes_the_phone(phone, order, place):
    hold_back(phone)
    phone.act(order, "add_note", {"note": "mine alone"})
    phone.sign_in(place.other.user)
    again(phone, f"window.app.store.who?.id === {place.other.user.pk}")
    said = phone.page.locator("body").inner_text()
    assert "Somebody else was signed in on this phone and has 1 not sent" in said
    phone.page.goto(f"/field/app/#/order/{order.pk}")
    phone.page.get_by_text("This order is not yours any more").wait_for()
    phone.page.goto("/field/app/#/unsent")
    phone.page.get_by_text("Everything you did has been sent").wait_for()
    seen = phone.page.locator("body").inner_text() + said
    assert order.customer.name not in seen and "mine alone" not in seen
    phone.road.judge = lambda *_request: WELL
    phone.page.evaluate("window.app.sync.kick()")
    phone.page.wait_for_timeout(300)
    assert "add_note" not in done_on(order)
    phone.sign_in(place.technician.user)
    again(phone, f"window.app.store.who?.id === {place.technician.user.pk}")
    phone.all_sent()
    assert done_on(order)[-1] == "add_note"


def test_another_language_is_the_pages_and_the_words_also_without_a_signal(phone, order):
    phone.page.goto("/field/app/#/me")
    phone.page.get_by_role("button", name="繁體中文").tap()
    phone.until("document.documentElement.lang.startsWith('zh-Hant') && Boolean(window.app?.store.read)")
    phone.until("caches.keys().then((names) => names.length === 1 && names[0].startsWith('field-zh-hant-'))")
    phone.until("window.app?.store.who?.language === 'zh-hant'")
    silent(phone)
    again(phone, "window.app.store.read")
    assert phone.page.evaluate("document.documentElement.lang").startswith("zh-Hant")
    assert phone.page.evaluate("window.app.words('shell.day')") != "My day"
    phone.page.goto("/field/app/#/me")
    phone.page.get_by_role("button", name="English").tap()  # needs the server: said, and the app is still there
    phone.page.locator(".app-toast").wait_for()
    assert phone.page.evaluate("Boolean(window.app?.store.read)")
    assert phone.wrong == []
