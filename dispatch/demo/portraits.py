"""Drawn faces for the example's technicians: nobody's likeness, and good enough to be told apart at a door."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from customers import pictures
from customers.models import Photo

SIDE = 320  # pixels
WALLS = ("#c9dfe6", "#dfe6c9", "#e6d8c9", "#d9cfe6", "#cfd8dc")
SKINS = ("#f2cfae", "#e8bd96", "#dcab82", "#f6d9bd")
HAIRS = ("#2b2320", "#3a2d27", "#55504d", "#1d1b1b")
SHIRT, COLLAR = "#005f78", "#003e4f"


def portrait(code: str, now: datetime) -> Photo:
    """Return a kept picture of a face; the same permit code gives the same face."""
    dice = Random(code)
    page = Image.new("RGB", (SIDE, SIDE), dice.choice(WALLS))
    draw = ImageDraw.Draw(page)
    skin, hair, long_hair = dice.choice(SKINS), dice.choice(HAIRS), dice.random() < 0.15
    if long_hair:
        draw.rounded_rectangle((88, 78, 232, 250), 60, fill=hair)
    draw.rounded_rectangle((48, 246, 272, 400), 80, fill=SHIRT)
    draw.polygon([(128, 250), (192, 250), (160, 292)], fill=COLLAR)
    draw.rounded_rectangle((138, 196, 182, 264), 18, fill=skin)
    draw.ellipse((102, 74, 218, 226), fill=skin)
    draw.pieslice((96, 60, 224, 210), 180 - dice.randrange(8, 24), 360 + dice.randrange(8, 24), fill=hair)
    draw.ellipse((112, 110 + dice.randrange(14), 208, 220), fill=skin)
    glasses = dice.random() < 0.3
    for x in (140, 180):
        draw.ellipse((x - 5, 150, x + 5, 160), fill="#26201d")
        if glasses:
            draw.ellipse((x - 17, 138, x + 17, 172), outline="#26201d", width=3)
    draw.arc((140, 168, 180, 200), 20, 160, fill="#9b4a3c", width=4)
    raw = BytesIO()
    page.save(raw, "png")
    return pictures.keep(raw, now)
