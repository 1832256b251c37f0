"""Taking photos and signing with a finger, in Chromium, at 360 px."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from customers.models import Photo
from dispatch.actions import pictures
from dispatch.actions.office import NoteData
from dispatch.models import OrderPhoto, PhotoKind, State
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over, small_targets
from tests.factories import do, order_in
from tests.pictures import jpeg, upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


def photo(name: str = "photo.jpg", colour: str = "red", size=(2_400, 1_800)) -> dict:
    """Return a picture as the camera hands it over."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg(colour, size)}


def form_of(page, order, verb: str, face: str = "field_act"):
    """Open the form of a verb."""
    name, _, query = verb.partition("/")
    page.goto(reverse(face, args=[order.pk, name]) + query)
    return page.locator(".act-panel form").filter(has=page.locator("[data-photos], [data-signature]"))


def press(form):
    form.locator("button[type=submit]").click()


def sign(page, canvas):
    """Draw a zigzag with the mouse, as a finger would."""
    canvas.evaluate("paper => paper.scrollIntoView({block: 'center'})")  # not under the button at the foot
    box = canvas.bounding_box()
    points = [(0.1, 0.8), (0.3, 0.2), (0.5, 0.8), (0.7, 0.2), (0.9, 0.7)]
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=6)
    page.mouse.up()


def test_a_note_on_the_door_is_photographed(place, open_as):
    order, _now = order_in(State.ON_SITE, place)
    page = open_as(place.technician.user, PHONE)
    form = form_of(page, order, "knock")
    form.locator("[data-camera]").set_input_files([photo(), photo("second.jpg", "blue")])
    form.locator(".photo-tile canvas").nth(1).wait_for()
    assert runs_over(page) <= 0 and faults_of(page) == [] and small_targets(page, 44) == []
    form.locator(".photo-tile button").first.click()
    assert form.locator(".photo-tile").count() == 1
    with page.expect_navigation():
        press(form)
    kept = OrderPhoto.objects.select_related("photo").get()
    assert (kept.kind, kept.photo.width) == ("note", 1_600)  # made smaller before it was sent
    page.goto(reverse("field_order", args=[order.pk]))
    page.locator("summary").filter(has_text="Photos").click()
    page.locator("[data-enlarges]").click()
    expect(page.locator("dialog.enlarged img")).to_have_js_property("naturalWidth", 1_600)
    assert page.wrong == []


def test_a_refused_form_keeps_its_photos(place, open_as):
    order, _now = order_in(State.ON_SITE, place)
    page = open_as(place.dispatcher, DESK)
    form = form_of(page, order, "add_note", "order_act")
    form.locator("[data-album]").set_input_files(
        [photo(), {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": b"no"}]
    )
    form.locator("textarea").fill("scratched on the left")
    press(form)
    page.get_by_text("b.jpg: This is not a photo").wait_for()
    assert page.locator("textarea").input_value() == "scratched on the left"
    tile = page.locator(".photo-tile img")
    tile.wait_for()
    expect(tile).to_have_js_property("naturalWidth", 320)
    assert not order.events.filter(action="add_note").exists()
    with page.expect_navigation():
        press(page.locator(".act-panel form"))
    event = order.events.get(action="add_note")
    assert event.payload["photos"] == [OrderPhoto.objects.get(event_seq=event.seq).pk]
    assert Photo.objects.count() == 1


def test_where_one_photo_is_wanted_the_newest_counts(place, open_as, monkeypatch):
    monkeypatch.setitem(NoteData._declared_fields["photos"]._kwargs, "max", 1)
    order, now = order_in(State.ON_SITE, place)
    waiting = pictures.upload(order, upload(), PhotoKind.OTHER, place.dispatcher, now)
    page = open_as(place.dispatcher, DESK)
    form = form_of(page, order, f"add_note/?photos={waiting.pk}", "order_act")
    for colour in ("blue", "green"):
        form.locator("[data-album]").set_input_files([photo(colour=colour)])
    form.locator(".photo-tile canvas").wait_for()
    assert form.locator(".photo-tile canvas").count() == 1
    assert not form.locator(".photo-tile input").is_checked()


def test_without_script_a_photo_is_sent_all_the_same(place, open_as):
    order, _now = order_in(State.ON_SITE, place)
    page = open_as(place.dispatcher, DESK, java_script_enabled=False)
    form = form_of(page, order, "add_note", "order_act")
    form.locator("[data-camera]").set_input_files([photo()])
    form.locator("textarea").fill("scratched")
    press(form)
    page.wait_for_url(f"**{reverse('order', args=[order.pk])}")
    assert OrderPhoto.objects.get().photo.width == 2_000


def test_h_h1_the_customer_signs_with_a_finger(place, open_as):
    order, _now = order_in(State.CHARGED, place)
    page = open_as(place.technician.user, PHONE)
    form = form_of(page, order, "complete")
    canvas = form.locator("canvas")
    canvas.wait_for()
    assert runs_over(page) <= 0 and faults_of(page) == [] and small_targets(page, 44) == []
    sign(page, canvas)
    drawn = form.locator("input[name=signature]")
    assert drawn.input_value().startswith("data:image/png;base64,")
    form.locator("[data-clear]").click()
    assert drawn.input_value() == ""
    sign(page, canvas)
    press(form)  # the tools are not ticked: refused, and the drawing stays
    page.get_by_text("Not back in the bag").first.wait_for()
    again = page.locator(".act-panel form").filter(has=page.locator("[data-signature]"))
    assert again.locator("input[name=signature]").input_value().startswith("data:image/png;base64,")
    again.get_by_label("Tool set").check()
    with page.expect_navigation():
        press(again)
    row = OrderPhoto.objects.select_related("photo").get()
    assert (row.kind, row.photo.format) == ("signature", "png")
    assert not [text for text in page.wrong if "Content Security Policy" in text or "Error:" in text]


def test_h_h1_a_name_is_enough_where_nothing_can_be_drawn(place, open_as):
    order, _now = order_in(State.CHARGED, place)
    page = open_as(place.technician.user, PHONE, java_script_enabled=False)
    form = form_of(page, order, "complete")
    assert form.get_by_text("Have it signed on paper").is_visible() and not form.locator("canvas").is_visible()
    form.locator("[name=signed_by]").fill("王小明")
    form.get_by_label("Tool set").check()
    press(form)
    page.wait_for_url(f"**{reverse('field_order', args=[order.pk])}")
    assert order.repairs.get().signed_by == "王小明"


def test_the_desk_sees_them_with_the_order(place, open_as):
    order, now = order_in(State.ON_SITE, place)
    do(order, "knock", place.technician.user, now, {"step": "note", "photos": [upload()]})
    page = open_as(place.dispatcher, DESK)
    page.goto(reverse("order", args=[order.pk]))
    expect(page.locator(".gallery img")).to_have_js_property("naturalWidth", 320)
    assert page.locator(".gallery").get_by_text("Note on the door").is_visible()
    assert faults_of(page) == [] and page.wrong == []


def test_at_the_desk_forms_in_a_dialog_take_photos_and_signatures(place, open_as):
    order, _now = order_in(State.CHARGED, place)
    page = open_as(place.dispatcher, DESK)
    page.goto(reverse("order", args=[order.pk]))
    page.locator("#more-acts").click()
    page.locator(".menu-item").filter(has_text="Add a note").click()
    form = page.locator("dialog[open] form")
    form.locator("[data-album]").set_input_files([photo()])
    form.locator(".photo-tile canvas").wait_for()
    assert not form.locator(".photo-take").is_visible()  # a desk has no camera
    form.locator("textarea").fill("scratched")
    with page.expect_navigation():
        press(form)
    page.locator(".next-buttons a, .next-buttons button").filter(has_text="Complete the visit").first.click()
    canvas = page.locator("dialog[open] canvas")
    canvas.wait_for()
    sign(page, canvas)
    assert page.locator("dialog[open] [name=signature]").input_value().startswith("data:image/png")
    page.locator("dialog[open]").get_by_label("Tool set").check()
    with page.expect_navigation():
        press(page.locator("dialog[open] form"))
    assert set(OrderPhoto.objects.values_list("kind", flat=True)) == {"other", "signature"}
    assert page.wrong == []
