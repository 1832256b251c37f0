"""Who acts in the example, and the clock of one order's story.

Everything goes through `actions.perform`, with `now` set to when it happened; nothing is written by hand.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from dispatch import actions
from dispatch.lifecycle import REGISTRY, Refusal
from dispatch.models import ServiceOrder
from technicians.models import User

log = logging.getLogger(__name__)
MINUTES = timedelta(minutes=1)
SPOKEN = "zh-hant"  # what is written down in words is written as they speak there
WITH = ("customer", "appliance__category", "fault", "outlet")


@dataclass
class People:
    """Who acts at one outlet."""

    dispatcher: User
    agent: User
    manager: User
    clerk: User


class Teller:
    """Tells the story of one order: keeps its clock, and does one thing after another."""

    def __init__(self, order_id: int, people: People, clock: datetime, until: datetime, dice: random.Random) -> None:
        self.order_id, self.people, self.clock, self.until, self.dice = order_id, people, clock, until, dice

    def at(self, moment: datetime) -> Teller:
        """Set the clock forward, never back."""
        self.clock = max(self.clock, moment)
        return self

    def after(self, low: float, high: float) -> Teller:
        """Let some minutes pass."""
        self.clock += self.dice.uniform(low, high) * MINUTES
        return self

    def do(self, name: str, by: User, raw: dict | None = None) -> bool:
        """Do it, unless it would lie in the future; return whether it was done."""
        if self.clock > self.until:
            return False
        actions.perform(self.order_id, name, by, self.clock, raw)
        return True

    def tries(self, name: str, by: User, raw: dict | None = None) -> bool:
        """Do what may be refused without the story ending there; return whether it was done."""
        if name not in REGISTRY:
            return False
        try:
            with transaction.atomic():
                return self.do(name, by, raw)
        except Refusal as refusal:
            log.info("order %s: %s: %s", self.order_id, name, refusal)
            return False

    @property
    def order(self) -> ServiceOrder:
        """The order as it is now."""
        return ServiceOrder.objects.select_related(*WITH).get(pk=self.order_id)


def tell(teller: Teller, acts) -> None:
    """Tell one order's story whole, or as far as the trade's own guards let it go."""
    try:
        with translation.override(SPOKEN), transaction.atomic():
            acts(teller)
    except Refusal as refusal:  # the example must not break on a guard: the order simply stays untouched
        log.warning("order %s: %s", teller.order_id, refusal)


def void(_done: bool) -> None:
    """Take the answer of the last act of a story."""
