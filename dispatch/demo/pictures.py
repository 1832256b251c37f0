"""Pictures for the example, drawn: nobody's home is shown."""

from __future__ import annotations

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

SIZE = 640, 480


def label() -> ContentFile:
    """Return a picture of an appliance with a label on it that says not to use it."""
    image = Image.new("RGB", SIZE, "#c9ccd1")
    draw = ImageDraw.Draw(image)
    draw.rectangle((170, 40, 470, 470), fill="#f4f5f7", outline="#8b9099", width=4)
    draw.ellipse((230, 190, 410, 370), fill="#5b6470", outline="#39404a", width=6)
    draw.rectangle((250, 80, 390, 150), fill="#ffd23f", outline="#b3261e", width=4)
    draw.line((262, 92, 378, 138), fill="#b3261e", width=8)
    draw.line((378, 92, 262, 138), fill="#b3261e", width=8)
    held = BytesIO()
    image.save(held, "JPEG", quality=80)
    return ContentFile(held.getvalue(), "label.jpg")
