"""How long it takes to get there: straight line × detour at a city's speed, by the hour. Pure; seconds and degrees.

One way at a time (`seconds`), all ways of a day (`matrix`), or those that somebody asks for (`Ways`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

import numpy as np

EARTH_RADIUS = 6_371_000  # metres
DETOUR = 1.3
SPEED = 35 / 3.6  # metres a second, over the whole of a working day
AT_LEAST = 5 * 60  # parking, stairs, the lift
UNKNOWN = 30 * 60  # when one end has no coordinates
FAR = 24 * 3600  # nobody drives longer than a day: more is a wrong coordinate
# What a way takes at each local hour, against the mean of the day: empty roads at night, two rush hours.
BY_HOUR = (
    0.80, 0.80, 0.80, 0.80, 0.80, 0.80, 0.90, 1.10, 1.20, 1.05, 0.95, 0.95,
    0.95, 0.95, 0.95, 0.95, 1.00, 1.15, 1.20, 1.00, 0.90, 0.85, 0.80, 0.80,
)  # fmt: skip

Place = tuple[float, float]


def metres(a: Place, b: Place) -> float:
    """Return the great-circle distance of two (latitude, longitude) pairs in metres."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(h)))


def seconds(a: Place | None, b: Place | None, hour: int | None = None) -> int:
    """Return the travel time from a to b in seconds, at a local hour if one is given; a fair guess without a place."""
    if a is None or b is None:
        return UNKNOWN
    busy = 1.0 if hour is None else BY_HOUR[hour % 24]
    return max(AT_LEAST, round(metres(a, b) * DETOUR / SPEED * busy))


def busy_between(first: int, last: int) -> float:
    """Return the mean of `BY_HOUR` from one local hour to another, both counted in; a plan has one matrix for a day."""
    hours = [BY_HOUR[hour % 24] for hour in range(first, max(first, last) + 1)]
    return sum(hours) / len(hours)


@dataclass(frozen=True)
class Travel:
    """The ways between places: int arrays [from, to]. `notice`: a code for people when they are not what was asked."""

    seconds: np.ndarray | Ways
    metres: np.ndarray | Ways
    notice: str = ""


def matrix(places: Sequence[Place | None]) -> Travel:
    """Return all ways between places. From a place to itself it is nothing; other places are at least parking apart."""
    n = len(places)
    far = np.empty((n, n), dtype=np.float32)
    lat, lon = _radians(places)
    for first in range(0, n, 512):  # in slices: the halfway sums of a large day would take gigabytes
        part = slice(first, first + 512)
        far[part] = _arc(lat[part, None], lon[part, None], lat[None, :], lon[None, :])
    return Travel(*_along(far, same=np.eye(n, dtype=bool)))


class Ways:
    """The ways of a day, worked out when they are asked for: `ways[a, b]` for indexes, or arrays of them.

    For who looks at a few thousand of the millions of pairs. `factor` [to] stretches what leads to a place.
    """

    def __init__(
        self, places: Sequence[Place | None], factor: np.ndarray | None = None, early: np.ndarray | None = None
    ):
        self.places = places
        self._lat, self._lon = _radians(places)
        self.factor, self.early = factor, early
        self.shape = (len(places), len(places))
        self._known: dict[tuple[int, int], int] = {}
        self._cut = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)

    def cut(self, ways: dict[tuple[int, int], int]) -> None:
        """Set ways, by indexes, that are known better than by an estimate."""
        self._known = ways
        keys = np.array([a * len(self.places) + b for a, b in ways], dtype=np.int64)
        order = np.argsort(keys)
        self._cut = keys[order], np.array(list(ways.values()), dtype=np.int64)[order]

    def also(self, place: Place | None, factor: float, early: int) -> Ways:
        """Return the ways with one place more, behind the others."""
        other = Ways([], np.append(self.factor, factor), np.append(self.early, early))
        other.places, other.shape = [*self.places, place], (self.shape[0] + 1,) * 2
        lat, lon = _radians([place])
        other._lat, other._lon = np.append(self._lat, lat), np.append(self._lon, lon)
        other.cut(self._known)
        return other

    def __getitem__(self, pair: tuple) -> np.ndarray:
        """Return seconds, as an int array of the indexes' common shape."""
        a, b = pair
        far = _arc(self._lat[a], self._lon[a], self._lat[b], self._lon[b])
        same = np.asarray(a) == np.asarray(b)
        took, _metres = _along(far, same)
        factor = 1.0 if self.factor is None else self.factor[b]
        found = stretched(took, same, factor, 0 if self.early is None else self.early[b])
        keys, values = self._cut
        if not len(keys):
            return found
        asked = np.asarray(a) * len(self.places) + np.asarray(b)
        spot = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        return np.where(keys[spot] == asked, values[spot], found)


def stretched(took: np.ndarray, same: np.ndarray, factor, margin) -> np.ndarray:
    """Return ways made longer by what was learned, and by the minutes to be there before the time (H-D2)."""
    return np.where(same, 0, np.rint(took * factor) + margin).astype(np.int64)


def _radians(places: Sequence[Place | None]) -> tuple[np.ndarray, np.ndarray]:
    known = np.array([place or (np.nan, np.nan) for place in places], dtype=float).reshape(-1, 2)
    return np.radians(known[:, 0]), np.radians(known[:, 1])


def _arc(lat_a, lon_a, lat_b, lon_b) -> np.ndarray:
    """Return great-circle metres of arrays of radians; NaN where a place is unknown."""
    h = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.minimum(1.0, np.sqrt(h)))


def _along(far: np.ndarray, same: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (seconds, metres) along roads, from straight metres."""
    unknown = np.isnan(far)
    road = np.where(same | unknown, 0, far * DETOUR)
    took = np.clip(np.rint(road / SPEED), AT_LEAST, FAR)
    took = np.where(unknown, UNKNOWN, took)
    return np.where(same, 0, took).astype(np.int64), np.rint(road).astype(np.int64)
