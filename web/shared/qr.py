"""An address as a picture that another phone's camera reads. Pure."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """Return `text` (an address, ASCII) as an inline SVG: black on white, with the quiet border cameras want.

    It scales with its box, has the class `qr`, and needs no style attribute, which the page's policy refuses.
    """
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(drawn)  # squares, none of it is markup of others
