"""Ways from a road server, where the operator has one: OSRM or Valhalla. Asked in tiles, kept by rounded cell.

A server that is slow, gone or talks nonsense costs a few seconds once; then the estimate is taken, and it is said.
"""

from __future__ import annotations

import json
import logging
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException
from math import isfinite

import numpy as np
from django.conf import settings
from redis.exceptions import RedisError

from dispatch.planning import travel, ways_kept
from dispatch.planning.travel import Place, Travel

log = logging.getLogger(__name__)

AWAY, WRONG, LARGE = "travel_away", "travel_wrong", "travel_large"
TILES = {"osrm": 100, "valhalla": 50}  # what the servers answer as they are delivered
DIGITS = 3  # of a degree: cells of about a hundred metres
MOST_CELLS = 1500  # of one day: more than that would take the server minutes
QUIET = 60.0  # seconds without asking again after a failure
LARGEST = 20_000_000  # bytes of an answer
BELIEVED = (0.2, 8.0)  # the server's times over the estimate, in the middle: outside of that it is another unit
NEVER = -1  # there is no road

_quiet_until = 0.0
Cell = tuple[float, float]
Table = tuple[np.ndarray, np.ndarray]


class Gone(Exception):
    """The server does not answer in time."""


class Nonsense(Exception):
    """The server answers what can't be true."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_how):
        return None


_open = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({})).open


def matrix(places: Sequence[Place | None]) -> Travel:
    """Return all ways between places: by road if a server is set and well, else estimated, with a notice."""
    guess = travel.matrix(places)
    provider, url = settings.TRAVEL_PROVIDER, settings.TRAVEL_URL
    if not provider or not url:
        return guess
    cells = sorted({cell_of(place) for place in places if place})
    if len(cells) > MOST_CELLS:
        return Travel(guess.seconds, guess.metres, LARGE)
    if not cells:
        return guess
    try:
        seconds, metres = _by_road(cells, provider, url)
    except Gone as error:
        log.warning("the road server at %s is away: %s", url, error)
        return Travel(guess.seconds, guess.metres, AWAY)
    except Nonsense as error:
        log.warning("the road server at %s is wrong: %s", url, error)
        return Travel(guess.seconds, guess.metres, WRONG)
    return _laid_over(guess, places, cells, seconds, metres)


def cell_of(place: Place) -> Cell:
    """Return the cell of a place: ways are the same within it."""
    return round(place[0], DIGITS), round(place[1], DIGITS)


def _laid_over(guess: Travel, places: Sequence[Place | None], cells: list[Cell], seconds, metres) -> Travel:
    """Put the road's ways where they are known; the estimate stays within a cell and where there is no road."""
    index = {cell: i for i, cell in enumerate(cells)}
    spot = np.array([index[cell_of(place)] if place else -1 for place in places])
    pair = np.ix_(spot, spot)
    known = (spot[:, None] >= 0) & (spot[None, :] >= 0) & (spot[:, None] != spot[None, :]) & (seconds[pair] != NEVER)
    took = np.where(known, np.maximum(seconds[pair], travel.AT_LEAST), guess.seconds)
    return Travel(took, np.where(known, metres[pair], guess.metres))


def _by_road(cells: list[Cell], provider: str, url: str) -> Table:
    """Return the table of cells, from what is kept and, for the rest, from the server. Raises Gone, Nonsense."""
    global _quiet_until
    if provider not in TILES or not url.startswith(("http://", "https://")):
        raise Gone("TRAVEL_PROVIDER may be osrm or valhalla, TRAVEL_URL begins with http")
    try:
        seconds, metres, have = ways_kept.read(provider, cells)
    except RedisError:  # without what is kept it only takes longer
        seconds, metres = (np.zeros((len(cells), len(cells)), dtype=np.int64) for _ in range(2))
        have = np.eye(len(cells), dtype=bool)
    if have.all():
        return seconds, metres
    if time.monotonic() < _quiet_until:
        raise Gone("it did not answer a moment ago")
    try:
        _fill(cells, provider, url, seconds, metres, have)
        _believe(cells, seconds)
    except (Gone, Nonsense):
        _quiet_until = time.monotonic() + QUIET
        raise
    try:
        ways_kept.write(provider, cells, seconds, metres)
    except RedisError as error:
        log.warning("ways could not be kept: %s", error)
    return seconds, metres


def _fill(cells: list[Cell], provider: str, url: str, seconds, metres, have) -> None:
    """Ask for every tile in which something is not known."""
    ask, tile = ASK[provider], TILES[provider]
    deadline = time.monotonic() + settings.TRAVEL_TIMEOUT
    for top in range(0, len(cells), tile):
        for left in range(0, len(cells), tile):
            rows, columns = slice(top, top + tile), slice(left, left + tile)
            if not have[rows, columns].all():
                seconds[rows, columns], metres[rows, columns] = ask(url, cells[rows], cells[columns], deadline)


def _believe(cells: list[Cell], seconds: np.ndarray) -> None:
    """Raise Nonsense when most ways are missing, or are nowhere near what the distance lets expect."""
    guess = travel.matrix(cells).seconds
    apart = (guess > travel.AT_LEAST) & ~np.eye(len(cells), dtype=bool)
    if not apart.any():
        return
    known = apart & (seconds != NEVER)
    if known.sum() < 0.5 * apart.sum():
        raise Nonsense("most places have no road to each other: the map is of somewhere else")
    middle = float(np.median(seconds[known] / guess[known]))
    if not BELIEVED[0] <= middle <= BELIEVED[1]:
        raise Nonsense(f"its times are {middle:.2f} times what the distances let expect")


def _osrm(url: str, sources: list[Cell], targets: list[Cell], deadline: float) -> Table:
    """Ask OSRM's table service."""
    spots = ";".join(f"{lon},{lat}" for lat, lon in (*sources, *targets))
    n, m = len(sources), len(targets)
    how = {
        "sources": ";".join(map(str, range(n))),
        "destinations": ";".join(map(str, range(n, n + m))),
        "annotations": "duration,distance",
    }
    address = f"{url.rstrip('/')}/table/v1/driving/{spots}?{urllib.parse.urlencode(how, safe=';,')}"
    data = _fetch(urllib.request.Request(address), deadline)
    if data.get("code") != "Ok":
        raise Nonsense(f"code {str(data.get('code'))[:40]!r}")
    return _table(data.get("durations"), n, m), _table(data.get("distances"), n, m)


def _valhalla(url: str, sources: list[Cell], targets: list[Cell], deadline: float) -> Table:
    """Ask Valhalla's matrix service."""
    spots = [[{"lat": lat, "lon": lon} for lat, lon in some] for some in (sources, targets)]
    body = {"sources": spots[0], "targets": spots[1], "costing": "auto", "units": "kilometers"}
    how = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url.rstrip('/')}/sources_to_targets", json.dumps(body).encode(), how)
    rows = _fetch(request, deadline).get("sources_to_targets")
    try:
        times = [[one["time"] for one in row] for row in rows]
        far = [[one["distance"] and one["distance"] * 1000 for one in row] for row in rows]
    except (TypeError, KeyError) as error:
        raise Nonsense("rows without time and distance") from error
    n, m = len(sources), len(targets)
    return _table(times, n, m), _table(far, n, m)


ASK: dict[str, Callable[..., Table]] = {"osrm": _osrm, "valhalla": _valhalla}


def _fetch(request: urllib.request.Request, deadline: float) -> dict:
    """Return the answer's JSON object. Raises Gone when it is not whole by the deadline, Nonsense when it is none."""
    try:
        with _open(request, timeout=max(0.05, deadline - time.monotonic())) as answer:
            body = bytearray()
            while part := answer.read1(65_536):
                body += part
                if len(body) > LARGEST:
                    raise Nonsense("an answer without end")
                if time.monotonic() > deadline:  # one that drips keeps every single read short
                    raise Gone("too slow")
    except (OSError, HTTPException, ValueError) as error:  # HTTPError and URLError are OSErrors
        raise Gone(str(error)[:200]) from error
    try:
        data = json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise Nonsense("no JSON") from error
    if not isinstance(data, dict):
        raise Nonsense("no JSON object")
    return data


def _table(rows, n: int, m: int) -> np.ndarray:
    """Return numbers as an int array of n × m, NEVER where there is no road. Raises Nonsense for anything else."""
    if not isinstance(rows, list) or len(rows) != n:
        raise Nonsense("rows are missing")
    found = np.empty((n, m), dtype=np.int64)
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != m:
            raise Nonsense("a row is too short")
        for j, value in enumerate(row):
            if value is None:
                found[i, j] = NEVER
            elif type(value) not in (int, float) or not isfinite(value) or not 0 <= value < 10**7:
                raise Nonsense(f"{str(value)[:20]} is no length of a way")
            else:
                found[i, j] = round(value)
    return found
