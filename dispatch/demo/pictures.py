"""Pictures for the example, drawn: nobody's home is shown and nobody's hand."""

from __future__ import annotations

import random
from base64 import b64encode
from io import BytesIO
from math import sin

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

SIZE = 640, 480
PAPER = 480, 180
WALL, BODY, EDGE, DARK, DEEP, YELLOW, RED = "#c9ccd1", "#f4f5f7", "#8b9099", "#5b6470", "#39404a", "#ffd23f", "#b3261e"


def label() -> ContentFile:
    """Return a picture of an appliance with a label on it that says not to use it."""
    image, draw = _appliance()
    draw.rectangle((250, 80, 390, 150), fill=YELLOW, outline=RED, width=4)
    draw.line((262, 92, 378, 138), fill=RED, width=8)
    draw.line((378, 92, 262, 138), fill=RED, width=8)
    return _photo(image, "label.jpg")


def outside(seed: int) -> ContentFile:
    """Return a picture of an appliance as it is taken along, with a scratch that was there before."""
    image, draw = _appliance()
    dice = random.Random(seed)
    left, top = dice.randint(190, 400), dice.randint(380, 430)
    draw.line((left, top, left + dice.randint(20, 60), top + dice.randint(-14, 20)), fill=EDGE, width=3)
    return _photo(image, "outside.jpg")


def signature(seed: int) -> str:
    """Return a scribble as a page sends a signature: a PNG data URL."""
    image = Image.new("L", PAPER, 255)
    draw, dice = ImageDraw.Draw(image), random.Random(seed)
    tall, fast, lean = dice.uniform(24, 46), dice.uniform(0.05, 0.09), dice.uniform(-0.15, 0.15)
    points = [
        (40 + step, 90 + lean * step + tall * sin(fast * step) * sin(0.017 * step + seed) + dice.uniform(-1, 1))
        for step in range(0, dice.randint(280, 390), 3)
    ]
    draw.line(points, fill=20, width=4, joint="curve")
    held = BytesIO()
    image.save(held, "PNG")
    return "data:image/png;base64," + b64encode(held.getvalue()).decode()


def _appliance() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((170, 40, 470, 470), fill=BODY, outline=EDGE, width=4)
    draw.rectangle((190, 56, 300, 72), fill=WALL)
    draw.ellipse((230, 190, 410, 370), fill=DARK, outline=DEEP, width=6)
    return image, draw


def _photo(image: Image.Image, name: str) -> ContentFile:
    held = BytesIO()
    image.save(held, "JPEG", quality=80)
    return ContentFile(held.getvalue(), name)
