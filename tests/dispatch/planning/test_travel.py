"""How long it takes to get there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.planning.travel import AT_LEAST, FAR, UNKNOWN, Ways, busy_between, matrix, metres, seconds

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


def test_the_hour_makes_a_difference_and_the_day_none():
    there = ((25.0, 121.5), (25.1, 121.6))
    assert seconds(*there, 3) < seconds(*there) < seconds(*there, 8)
    assert busy_between(8, 19) == pytest.approx(1.0, abs=0.05)
    assert busy_between(5, 3) == busy_between(5, 5)


@given(st.lists(places | st.none(), min_size=1, max_size=6))
def test_the_matrix_is_one_way_after_the_other(spots):
    found, ways = matrix(spots), Ways(spots)
    n = range(len(spots))
    a, b = np.array([(i, j) for i in n for j in n]).T
    lazily = ways[a, b].reshape(len(spots), len(spots))
    for i in n:
        for j in n:
            one = 0 if i == j else min(FAR, seconds(spots[i], spots[j]))
            assert abs(int(found.seconds[i, j]) - one) <= 2 and abs(int(lazily[i, j]) - one) <= 1


def test_ways_are_stretched_cut_and_added_to():
    spots = [(25.0, 121.5), (25.1, 121.6), None]
    plain = Ways(spots)
    ways = Ways(spots, np.array([1.0, 2.0, 1.0]), np.array([0, 300, 0]))
    assert ways[0, 1] == 2 * plain[0, 1] + 300 and ways[1, 0] == plain[1, 0] and ways[1, 1] == 0
    ways.cut({(0, 1): 7, (2, 0): 9})
    more = ways.also((25.2, 121.6), 3.0, 100)
    for one in (ways, more):
        assert (int(one[0, 1]), int(one[2, 0]), int(one[0, 2])) == (7, 9, UNKNOWN)
    assert more[1, 3] == 3 * seconds(spots[1], (25.2, 121.6)) + 100
