"""What there is to tell: how urgent, for how long it is worth telling, who calls when it does not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dispatch.models import NoticeEvent as E

# What every template may say. What a fact lacks is empty; a part in [square brackets] falls out when one in it is.
ALWAYS = ("outlet", "phone", "number", "appliance", "link")
MINUTES, HOURS, DAYS = (lambda n: timedelta(minutes=n)), (lambda n: timedelta(hours=n)), (lambda n: timedelta(days=n))


@dataclass(frozen=True)
class Kind:
    """One event. `places`: what its templates may say beside ALWAYS.

    `patience`: after so long unsent it is given up. `call_within`: what was given up becomes a call due so long after,
    None for what nobody need be called for. `urgent`: at any hour, the quiet ones too. `critical`: a visit or money
    hangs on it, so an opt-out does not hold. `replaces`: of one group only the newest is still true.
    """

    places: tuple[str, ...]
    patience: timedelta
    call_within: timedelta | None = None
    urgent: bool = False
    critical: bool = True
    replaces: str = ""
    staff: bool = False


WHEN = "when"
KINDS: dict[str, Kind] = {
    E.OPENED: Kind((), HOURS(24), critical=False),
    E.NEEDS_INFO: Kind(("reason",), HOURS(12), HOURS(2)),  # H-I1
    E.REFUSED_REQUEST: Kind(("reason",), HOURS(24), HOURS(4)),  # H-I1
    E.APPOINTMENT: Kind(("window", "technician"), HOURS(3), MINUTES(60), replaces=WHEN),  # H-C1, H-C2
    E.ON_THE_WAY: Kind(("technician", "permit", "eta"), MINUTES(10), MINUTES(5), urgent=True, replaces=WHEN),  # H-D1
    # H-D3, H-D4
    E.DELAYED: Kind(("technician", "eta", "window", "reason"), MINUTES(5), MINUTES(2), urgent=True, replaces=WHEN),
    E.LATE_APOLOGY: Kind(("technician", "eta", "window"), MINUTES(3), MINUTES(2), urgent=True, replaces=WHEN),  # H-E4
    E.ARRIVED: Kind(("technician", "permit"), MINUTES(10), urgent=True, critical=False),
    E.PART_ARRIVED: Kind(("part",), HOURS(24), HOURS(4)),  # H-A3
    E.QUOTE: Kind(("amount",), HOURS(2), MINUTES(30)),  # H-F2
    E.RECEIPT: Kind(("amount",), HOURS(48), HOURS(24)),  # H-G1
    E.RATE: Kind((), HOURS(24), critical=False),  # H-H2; the callback asks all the same
    E.CALLBACK_MISSED: Kind((), HOURS(4), critical=False),  # H-R1; the callback is tried again all the same
    E.CANCELLED: Kind((), HOURS(12), HOURS(2)),
    E.CODE: Kind(("code",), MINUTES(5), urgent=True),
    E.ALARM: Kind(("technician", "address"), MINUTES(30), urgent=True, staff=True),  # H-F10
    E.ESCALATED: Kind(("why", "reason"), HOURS(4), urgent=True, staff=True),  # H-C6
    E.UNDELIVERED: Kind(("what",), HOURS(4), urgent=True, staff=True),
}
# Said to somebody of whom no order is known
WITHOUT_ORDER = {E.CODE: ("code",)}


def places_of(event: str) -> tuple[str, ...]:
    """Return the names that a template of `event` may hold in braces."""
    return WITHOUT_ORDER.get(event) or (*KINDS[event].places, *ALWAYS)
