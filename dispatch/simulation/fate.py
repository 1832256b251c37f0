"""What befalls each order, from its number and the seed: jams, closed doors, wrong parts, angry customers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Fate:
    """One order's luck. Chances follow what the trade reports; all of them come up in a day of 300."""

    by_phone: bool  # a mistaken report, settled on the phone (H-A2)
    declined: bool  # the first technician cannot take it (H-A4)
    unreached: bool  # nobody answers the first call (H-C5)
    jam: float  # how many times as long the way takes; above 1.2 the technician calls ahead (H-D3)
    no_show: bool  # nobody opens on the first visit (H-E2)
    wrong_part: bool  # the part in the van does not fit (H-F3)
    nothing_wrong: bool
    untested: bool  # no time for the test run (H-F11)
    uncertain: bool  # may not hold (H-R1)
    rating: int
    angry: bool  # not satisfied when called back (H-R2)
    unreached_later: bool  # the callback's first try finds nobody
    on_own_phone: bool  # rates by the link
    minutes: float  # of work on site


def fate(seed: int, reference: str) -> Fate:
    """Return the fate of the order with this reference; the same seed gives the same day."""
    dice = Random(f"{seed}:{reference}")
    luck = lambda chance: dice.random() < chance  # noqa: E731
    angry = luck(0.07)
    return Fate(
        by_phone=luck(0.06),
        declined=luck(0.04),
        unreached=luck(0.1),
        jam=dice.choice([1.0] * 7 + [1.15, 1.6, 2.2]),
        no_show=luck(0.06),
        wrong_part=luck(0.08),
        nothing_wrong=luck(0.05),
        untested=luck(0.06),
        uncertain=luck(0.06),
        rating=dice.choice([1, 2]) if angry and luck(0.5) else dice.choice([4, 5, 5, 5]),
        angry=angry,
        unreached_later=luck(0.15),
        on_own_phone=luck(0.25),
        minutes=dice.uniform(15, 45),
    )


def arrivals(seed: int, orders: int, minutes: float) -> list[float]:
    """Return when each order comes in, in minutes from the beginning, ascending; busier at first, as mornings are."""
    dice = Random(f"{seed}:arrivals")
    return sorted(dice.triangular(0, minutes, minutes / 4) for _order in range(orders))
