"""Parts: where they lie, how they move, how one is found. The ledger of moves and the balances are written together."""

from technicians.stock.check import differences
from technicians.stock.count import CountMoved, count
from technicians.stock.find import NoSuchPart, SeveralParts, fitting, may_fit, models_fitted, search, the_part
from technicians.stock.ledger import (
    Entry,
    NotEnough,
    Why,
    give_back,
    hold,
    old_part_back,
    receive,
    release,
    scrap,
    take,
    transfer,
    write,
)
from technicians.stock.places import centre, depot_of, places_for, store_of, van_of

__all__ = [
    "CountMoved",
    "Entry",
    "NoSuchPart",
    "NotEnough",
    "SeveralParts",
    "Why",
    "centre",
    "count",
    "depot_of",
    "differences",
    "fitting",
    "give_back",
    "hold",
    "may_fit",
    "models_fitted",
    "old_part_back",
    "places_for",
    "receive",
    "release",
    "scrap",
    "search",
    "store_of",
    "take",
    "the_part",
    "transfer",
    "van_of",
    "write",
]
