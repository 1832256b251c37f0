"""A road server that is well, slow, wrong or gone; the estimate steps in, and it is said."""

import numpy as np
import pytest

from dispatch import live
from dispatch.planning import routing, travel, ways_kept
from tests.dispatch.planning.road_server import FACTOR, road_server

PLACES = [(25.0 + n / 50, 121.5 + n % 3 / 20) for n in range(7)]


@pytest.fixture
def road(settings, monkeypatch):
    """Return a server that is asked, with nothing kept from before."""
    monkeypatch.setattr(routing, "_quiet_until", 0.0)
    for key in live.wire().scan_iter("ways:*"):
        live.wire().delete(key)
    with road_server() as server:
        settings.TRAVEL_PROVIDER, settings.TRAVEL_URL, settings.TRAVEL_TIMEOUT = "osrm", server.url, 5.0
        yield server


def off_diagonal(found: np.ndarray) -> np.ndarray:
    return found[~np.eye(len(found), dtype=bool)]


@pytest.mark.parametrize("provider", ["osrm", "valhalla"])
def test_by_road_and_asked_only_once(road, settings, provider):
    settings.TRAVEL_PROVIDER = provider
    found, guess = routing.matrix(PLACES), travel.matrix(PLACES)
    assert found.notice == ""
    assert off_diagonal(found.seconds) == pytest.approx(FACTOR * off_diagonal(guess.seconds), rel=0.01)
    assert off_diagonal(found.metres) == pytest.approx(off_diagonal(guess.metres), rel=0.01)
    assert len(road.asked) == 1
    again = routing.matrix(PLACES)
    assert (again.seconds == found.seconds).all() and len(road.asked) == 1


def test_a_place_more_asks_only_for_what_is_new(road):
    routing.matrix(PLACES)
    assert routing.matrix([*PLACES, None]).notice == "" and len(road.asked) == 1
    found = routing.matrix([*PLACES, (25.3, 121.3)])
    assert len(road.asked) == 2 and found.notice == ""


def test_an_unknown_place_and_two_in_one_cell_are_estimated(road):
    near = (PLACES[0][0] + 0.0001, PLACES[0][1])
    found = routing.matrix([*PLACES, None, near])
    assert found.seconds[0, 7] == found.seconds[7, 0] == travel.UNKNOWN
    assert found.seconds[0, 8] == travel.AT_LEAST
    assert (np.diag(found.seconds) == 0).all()


def test_large_tables_come_in_tiles(road):
    places = [(25 + n / 500, 121.5) for n in range(150)]
    found = routing.matrix(places)
    assert found.notice == "" and sorted(road.asked) == [(50, 50), (50, 100), (100, 50), (100, 100)]


BAD = {
    "500": "travel_away", "slow": "travel_away", "drip": "travel_away", "moved": "travel_away",
    "short": "travel_wrong", "nan": "travel_wrong", "negative": "travel_wrong", "words": "travel_wrong",
    "true": "travel_wrong", "endless": "travel_wrong", "html": "travel_wrong", "list": "travel_wrong",
    "empty": "travel_wrong", "refused": "travel_wrong", "hours": "travel_wrong",
}  # fmt: skip


@pytest.mark.parametrize("provider", ["osrm", "valhalla"])
@pytest.mark.parametrize("mood", BAD)
def test_a_bad_server_is_said_and_the_estimate_is_taken(road, settings, mood, provider):
    if (mood, provider) == ("refused", "valhalla"):
        pytest.skip("Valhalla has no such code")
    settings.TRAVEL_PROVIDER, settings.TRAVEL_TIMEOUT = provider, 0.4
    road.mood = mood
    found = routing.matrix(PLACES)
    assert found.notice == BAD[mood]
    assert (found.seconds == travel.matrix(PLACES).seconds).all()
    asked = len(road.asked)
    assert routing.matrix(PLACES).notice == "travel_away" and len(road.asked) == asked  # left alone for a while
    assert list(live.wire().scan_iter("ways:*")) == []  # nothing of it is kept


def test_gone_altogether(road, settings):
    settings.TRAVEL_URL = "http://127.0.0.1:1"
    assert routing.matrix(PLACES).notice == "travel_away"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "nowhere"])
def test_only_http_is_asked(road, settings, url):
    settings.TRAVEL_URL = url
    assert routing.matrix(PLACES).notice == "travel_away"


def test_an_unknown_provider_is_no_server(road, settings):
    settings.TRAVEL_PROVIDER = "teleport"
    assert routing.matrix(PLACES).notice == "travel_away" and road.asked == []


def test_where_there_is_no_road_the_estimate_stays(road):
    road.mood = "island"
    found, guess = routing.matrix(PLACES), travel.matrix(PLACES)
    assert found.notice == ""
    assert (found.seconds[0] == guess.seconds[0]).all() and (found.seconds[1] != guess.seconds[1]).any()


def test_a_day_too_large_for_a_server_is_said(road, monkeypatch):
    monkeypatch.setattr(routing, "MOST_CELLS", 5)
    assert routing.matrix(PLACES).notice == "travel_large" and road.asked == []


def test_what_is_kept_is_bounded(road, monkeypatch):
    monkeypatch.setattr(ways_kept, "MOST_ROWS", 3)
    routing.matrix(PLACES)
    assert len(list(live.wire().scan_iter("ways:osrm:*"))) == 3 == live.wire().zcard("ways:osrm")


def test_no_server_is_no_notice(settings):
    settings.TRAVEL_PROVIDER = ""
    assert routing.matrix(PLACES).notice == ""
