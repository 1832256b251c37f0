"""How long it takes to get there: straight line × detour at a city's speed. Pure; seconds and degrees."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS = 6_371_000  # metres
DETOUR = 1.3
SPEED = 35 / 3.6  # metres a second
AT_LEAST = 5 * 60  # parking, stairs, the lift
UNKNOWN = 30 * 60  # when one end has no coordinates

Place = tuple[float, float]


def metres(a: Place, b: Place) -> float:
    """Return the great-circle distance of two (latitude, longitude) pairs in metres."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(h)))


def seconds(a: Place | None, b: Place | None) -> int:
    """Return the travel time from a to b in seconds; a fair guess when a place is unknown."""
    if a is None or b is None:
        return UNKNOWN
    return max(AT_LEAST, round(metres(a, b) * DETOUR / SPEED))
