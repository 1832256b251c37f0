"""Whether two signatures were drawn with the same strokes, moved or scaled. Pure: points in, a yes or no out (H-R4)."""

from __future__ import annotations

from itertools import pairwise
from math import dist

SAMPLES = 48  # points that a signature is compared by
NEAR = 0.012  # mean distance as a share of its size: no hand repeats itself so closely
PLAIN = 2.2  # times its size: a dash or a tick is drawn alike by everybody and says nothing

Strokes = list[list[list[float]]]
Shape = tuple[tuple[float, float], ...]


def shape_of(strokes: Strokes | None) -> Shape | None:
    """Return a signature's shape: SAMPLES points along its strokes, from (0, 0), its longer side 1.

    None where there are no strokes, or too few to tell one hand from another.
    """
    drawn = [[(float(x), float(y)) for x, y, *_more in stroke] for stroke in strokes or [] if stroke]
    points = [point for stroke in drawn for point in stroke]
    if not points:
        return None
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    size = max(max(x for x, _y in points) - left, max(y for _x, y in points) - top)
    pieces = [(a, b, dist(a, b)) for stroke in drawn for a, b in pairwise(stroke) if a != b]
    length = sum(piece[2] for piece in pieces)
    if not size or length < PLAIN * size:
        return None
    return tuple(((x - left) / size, (y - top) / size) for x, y in _along(pieces, length))


def _along(pieces: list, length: float) -> list[tuple[float, float]]:
    """Return SAMPLES points at even distances along the drawn pieces; the pen in the air does not count."""
    found, before, rest = [], 0.0, iter(pieces)
    a, b, size = next(rest)
    for number in range(SAMPLES):
        wanted = length * number / (SAMPLES - 1)
        while before + size < wanted and (piece := next(rest, None)):
            before += size
            a, b, size = piece
        share = min((wanted - before) / size, 1.0)
        found.append((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share))
    return found


def alike(one: Shape | None, other: Shape | None) -> bool:
    """Tell whether two shapes are the same drawing."""
    if one is None or other is None:
        return False
    return sum(dist(a, b) for a, b in zip(one, other, strict=True)) / SAMPLES < NEAR
