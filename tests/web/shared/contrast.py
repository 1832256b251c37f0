"""Contrast between two OKLCH colours as WCAG 2 reckons it, read straight from the tokens."""

import math
import re
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[3] / "web" / "shared" / "static" / "shared" / "tokens.css"
PAIR = re.compile(
    r"--([\w-]+): light-dark\(oklch\(([\d.]+) ([\d.]+) ?([\d.]*)\), oklch\(([\d.]+) ([\d.]+) ?([\d.]*)\)\);"
)


def tokens():
    """Return {"light": {name: (L, C, h)}, "dark": {…}} for every token that is a plain pair of colours."""
    themes = {"light": {}, "dark": {}}
    for name, *numbers in PAIR.findall(TOKENS.read_text(encoding="utf-8")):
        values = [float(number or 0) for number in numbers]
        themes["light"][name], themes["dark"][name] = tuple(values[:3]), tuple(values[3:])
    return themes


def linear_rgb(colour):
    """Linear sRGB of an OKLCH colour, each channel clipped to 0..1 as a screen would."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, channel)) for channel in channels)


def contrast(one, other):
    """WCAG 2 contrast ratio, 1 to 21, of two OKLCH colours."""
    weights = (0.2126, 0.7152, 0.0722)
    shades = sorted(sum(w * c for w, c in zip(weights, linear_rgb(colour), strict=True)) for colour in (one, other))
    return (shades[1] + 0.05) / (shades[0] + 0.05)
