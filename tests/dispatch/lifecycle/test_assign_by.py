"""By when somebody must be found, where the customer wished for a time (H-A4, H-N1)."""

from datetime import timedelta

import pytest

from tests.factories import NOW, make_order, make_outlet

HOUR = timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "wish", "due"),  # hours after nine on Monday, by the clock of Taipei
    [
        (0, None, 0.5),
        (0, 1, 0.5),  # soon: there is no time to lose
        (0, 6, 2),  # well before it
        (0, 23, 12),  # eight on Tuesday: not at four in the night, but by nine in the evening before
        (0, 27, 23),  # at noon on Tuesday: at eight, when the day begins
        (0, 100, 24),  # within a day
        (14, 100, 36),  # eleven in the evening: by nine in the evening after
        (14, 23, 14.5),  # asked in the night itself
    ],
)
def test_somebody_is_found_well_before_the_wish_and_not_by_night(asked, wish, due):
    told = {} if wish is None else {"wish_from": (NOW + wish * HOUR).isoformat()}
    order = make_order(make_outlet(), now=NOW + asked * HOUR, **told)
    assert (order.next_due_at - NOW) / HOUR == due
