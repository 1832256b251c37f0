"""The matter of the trade as the example tells it: papers, checks, parts, money, and what is asked of others."""

from __future__ import annotations

from dataclasses import replace

from dispatch.actions import cover
from dispatch.demo.teller import Teller

PAPERS = ["box", "card", "invoice"]


def show_papers(teller: Teller) -> dict:
    """Return what is shown at the door; some have lost it, some bought at a shop that keeps it for them (H-W1)."""
    luck = teller.dice.random()
    if luck < 0.08:
        number = f"BB{teller.order_id:07d}"
        raw = {"shop": "bluebird-online", "proof": "shop_order", "proof_number": number}
        teller.tries("record_evidence", teller.people.agent, raw)
        return {}
    if luck < 0.14:
        if luck < 0.1:
            raw = {"covered": "yes", "reason": "客戶保固卡遺失，經銷商已傳真購買證明"}
            teller.tries("override_warranty", teller.people.manager, raw)
        return {"documents": []}
    return {"documents": PAPERS}


def covered(teller: Teller, shown: dict) -> bool:
    """Return what the maker's policy comes to with the papers that the customer shows, or what the manager said."""
    order = teller.order
    known = cover.look(order, teller.clock)
    if known.overridden:
        return bool(known.covered)
    known = replace(known, seen=replace(known.seen, **shown))
    decision = cover.assess(order, teller.clock, final=True, known=known)
    return bool(decision.covered if decision else order.in_warranty)
