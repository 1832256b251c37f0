"""How long it takes to get there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.planning.travel import AT_LEAST, UNKNOWN, metres, seconds

places = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def test_a_known_way():
    taipei_station, songshan = (25.0478, 121.5170), (25.0497, 121.5782)
    assert metres(taipei_station, songshan) == pytest.approx(6170, rel=0.01)
    assert 10 * 60 < seconds(taipei_station, songshan) < 20 * 60


@given(places, places)
def test_any_two_places_are_some_time_apart_and_the_same_back(a, b):
    there = seconds(a, b)
    assert AT_LEAST <= there < 2**31
    assert abs(there - seconds(b, a)) <= 1


@given(places)
def test_the_other_side_of_the_earth_is_half_round_it(place):
    opposite = (-place[0], place[1] - 180 if place[1] > 0 else place[1] + 180)
    assert metres(place, opposite) == pytest.approx(20_015_000, rel=0.001)


@pytest.mark.parametrize("ways", [(None, (25, 121)), ((25, 121), None), (None, None)])
def test_an_unknown_end_is_a_fair_guess(ways):
    assert seconds(*ways) == UNKNOWN
