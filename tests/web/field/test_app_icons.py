"""The app on a home screen: its icons are what the manifest says, and one of them may be cut to any shape."""

from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from web.field.app.shell import FOLDER, HOME

SAFE = 0.4  # of the side: the radius of what no launcher cuts off a maskable icon
GROUND = (11, 85, 104)


def picture(name):
    return Image.open(finders.find(f"{FOLDER}/{name}.png")).convert("RGBA")


def test_every_icon_has_the_size_it_is_named_with(client, db):
    icons = client.get(reverse("field_app_manifest")).json()["icons"]
    assert [one["purpose"] for one in icons] == ["any", "any", "maskable"]
    assert len({one["src"] for one in icons}) == len(icons)
    assert all(picture(name).size == (side, side) for name, side, _use in HOME)


def test_the_one_that_is_cut_fills_its_square_and_keeps_the_mark_inside():
    image = picture("icon-mask")
    side, inked = image.width, 0
    for at, (red, green, blue, alpha) in enumerate(image.get_flattened_data()):
        assert alpha == 255
        if max(abs(red - GROUND[0]), abs(green - GROUND[1]), abs(blue - GROUND[2])) > 24:
            inked += 1
            x, y = at % side - side / 2, at // side - side / 2
            assert x * x + y * y < (SAFE * side) ** 2
    assert inked > side * side / 20


def test_the_one_of_an_iphone_has_no_holes():
    assert picture("icon-180").getextrema()[3] == (255, 255)
