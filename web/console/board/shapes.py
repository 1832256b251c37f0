"""The board's drawings as they stand in its page.

A drawing of the sprite is a copy made by the browser for every bar, and made twice while the sprite is still being
read; what is cloned from the page itself is one element, drawn once.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.contrib.staticfiles import finders

from web.shared.looks import PLAIN, STATES

SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="([\d ]+)">(.*?)</symbol>', re.DOTALL)
# What is drawn on a bar beside its state: sign of bars.js → icon
SIGNS = {"no_place": "map-off", "late": "alert", "pin": "pin", "lock": "lock"}


class Drawing(NamedTuple):
    """A drawing of the sprite: its `name` on the page, its viewBox and its elements as text."""

    name: str
    box: str
    inner: str


@cache
def sprite() -> dict[str, Drawing]:
    """Return the drawings of icons.svg by their names."""
    found = SYMBOL.findall(Path(finders.find("shared/icons.svg")).read_text())
    return {name: Drawing(name, box, inner.strip()) for name, box, inner in found}


@cache
def shapes() -> list[Drawing]:
    """Return the shapes that states are told apart by."""
    return [sprite()[name] for name in sorted({shape for _css, shape in [*STATES.values(), PLAIN]})]


@cache
def signs() -> list[Drawing]:
    """Return the signs on a bar that are drawings."""
    return [sprite()[icon]._replace(name=sign) for sign, icon in SIGNS.items()]
