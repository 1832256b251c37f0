"""What an order is told about its warranty: read what counts, decide, write it down (H-W1, H-W2, H-W5).

One statement reads it all, one writes the decision; an act that touches nothing of it costs neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet, Subquery
from django.db.models.functions import JSONObject

from customers.models import Evidence as Shown
from customers.models import WarrantyPolicy
from customers.policies import Held, Policies, candidates
from customers.reading import of_order, remembered, tell
from customers.reasons import Reason
from customers.terms import PolicyNotInForce
from customers.warranty import Decision, Document, Evidence, Exclusion, Product, Proof, decide
from dispatch.lifecycle import Act
from dispatch.models import DecisionStage, OrderPhoto, PhotoKind, QuoteStatus, ServiceOrder, State, WarrantyDecision
from technicians.models import User

# What makes a correction one of the warranty as well (H-C3)
TOUCHING = {"category", "brand", "purchased_on", "in_warranty"}
# Once it is paid for, only the manager decides anew.
SETTLED = (State.CHARGED, State.FOLLOW_UP, State.CLOSED, State.CANCELLED, State.REJECTED)


@dataclass(frozen=True)
class Seen:
    """What a decision looked at, as it is kept with it. `told` is what was said in answer to "in warranty?"."""

    documents: list[str] = field(default_factory=list)
    box_matches: bool | None = None
    sold_region: str = ""
    sold_by_maker: bool | None = None
    linked_shop: bool = False
    proof: str = ""
    found: list[str] = field(default_factory=list)
    photos: list[int] = field(default_factory=list)
    told: bool | None = None
    purchased_on: str = ""
    reported_on: str = ""

    @classmethod
    def of(cls, evidence: dict[str, Any] | None, before: dict[str, Any] | None, photos: Iterable[int] = ()) -> Seen:
        """Return what is on record: the appliance's evidence, and what the last decision found on this order."""
        before = before or {}
        known = {name: value for name, value in (evidence or {}).items() if value is not None}
        mine = {name: before[name] for name in ("found", "told") if name in before}
        return cls(**known, **mine, photos=sorted(photos))

    def evidence(self) -> Evidence:
        """Return it as the pure decision takes it."""
        return Evidence(
            documents=frozenset(Document(code) for code in self.documents),
            box_matches=self.box_matches,
            linked_shop=self.linked_shop,
            found=frozenset(Exclusion(code) for code in self.found),
            proof=Proof(self.proof) if self.proof else None,
        )


@dataclass(frozen=True)
class Known:
    """What is on record for an order: the version that counts, what was seen, and the last decision.

    `held` is None where nobody wrote a policy; `refused` says that there are some, none in force on the day.
    """

    held: Held | None
    refused: PolicyNotInForce | None
    seen: Seen
    stage: str = ""
    covered: bool | None = None

    @property
    def overridden(self) -> bool:
        """True when the manager has decided: that stands."""
        return self.stage == DecisionStage.OVERRIDE


def reported_on(order: ServiceOrder, now: datetime) -> date:
    """Return the day the fault was reported, on the outlet's calendar; `now` for an order about to be opened."""
    return (order.opened_at or now).astimezone(order.outlet.tz).date()


@remembered(of_order)
def look(order: ServiceOrder, now: datetime) -> Known:
    """Read what counts for an order. One statement; two more where nobody wrote a policy."""
    rows = list(_with_evidence(order))
    if rows:
        last, photos = getattr(rows[0], "last", None) or {}, getattr(rows[0], "photos", [])
        shown = rows[0].shown
    elif order.pk:
        last = _last([order.pk]).values_list("kept", flat=True).first() or {}
        shown, photos = _shown([order.appliance_id]).values_list("kept", flat=True).first(), []
    else:
        last, shown, photos = {}, None, []
    return _known(order, now, Policies(rows), Seen.of(shown, last.get("seen"), photos), last)


def look_ahead(orders: list[ServiceOrder], now: datetime) -> None:
    """Read for many open orders at once what `look` will be asked for while `reading`. Four statements."""
    policies, wanted = Policies(WarrantyPolicy.objects.all()), [order.pk for order in orders]
    shown = dict(_shown(order.appliance_id for order in orders).values_list("appliance_id", "kept"))
    last: dict[int, dict] = {}
    for order_id, kept in _last(wanted).values_list("order_id", "kept"):
        last.setdefault(order_id, kept)
    photos: dict[int, list[int]] = {}
    evidence = OrderPhoto.objects.filter(order__in=wanted, kind=PhotoKind.EVIDENCE, event_seq__isnull=False)
    for order_id, photo in evidence.values_list("order_id", "pk"):
        photos.setdefault(order_id, []).append(photo)
    for order in orders:
        mine, seen = last.get(order.pk, {}), shown.get(order.appliance_id)
        speaks = policies.speak_of(order.appliance)
        found = Seen.of(seen, mine.get("seen"), photos.get(order.pk, ()) if speaks else ())
        tell(look, order.pk, _known(order, now, policies, found, mine))


def _known(order: ServiceOrder, now: datetime, policies: Policies, seen: Seen, last: dict) -> Known:
    held = refused = None
    try:
        held = policies.held(order.appliance, reported_on(order, now))
    except PolicyNotInForce as error:
        refused = error
    return Known(held, refused, seen, last.get("stage", ""), last.get("covered"))


def _with_evidence(order: ServiceOrder) -> QuerySet[WarrantyPolicy]:
    rows = candidates(order.appliance).annotate(shown=Subquery(_shown([order.appliance_id]).values("kept")))
    if order.pk is None:
        return rows
    photos = OrderPhoto.objects.filter(order=order.pk, kind=PhotoKind.EVIDENCE, event_seq__isnull=False).values("pk")
    return rows.annotate(last=Subquery(_last([order.pk]).values("kept")[:1]), photos=ArraySubquery(photos))


def _shown(appliances: Iterable[int]) -> QuerySet[Shown]:
    """Return evidence with `kept`: what `Seen` takes of it, as JSON."""
    same = ("documents", "box_matches", "sold_region", "sold_by_maker", "proof")
    kept = JSONObject(**{name: name for name in same}, linked_shop="shop__linked")
    return Shown.objects.filter(appliance__in=list(appliances)).annotate(kept=kept)


def _last(orders: Iterable[int]) -> QuerySet[WarrantyDecision]:
    """Return the decisions about orders, the newest first, with `kept`: what the next one goes by, as JSON."""
    kept = JSONObject(stage="stage", covered="covered", seen="seen")
    return WarrantyDecision.objects.filter(order__in=orders).order_by("-pk").annotate(kept=kept)


def assess(order: ServiceOrder, now: datetime, *, final: bool, known: Known | None = None) -> Decision | None:
    """Decide about an order by what is on record; None where there is no policy to decide by.

    Raises PolicyNotInForce when there are versions and none is in force on the day that counts.
    """
    known = known or look(order, now)
    if known.refused:
        raise known.refused
    if known.held is None:
        return None
    appliance, seen = order.appliance, known.seen
    product = Product(appliance.purchased_on, seen.sold_region, seen.sold_by_maker, appliance.replaced_on)
    return decide(known.held.terms, product, seen.evidence(), reported_on(order, now), final=final)


def at_intake(orders: list[ServiceOrder], now: datetime) -> list[WarrantyDecision]:
    """Decide provisionally about orders about to be opened; return the rows, to be written when the orders are.

    What the caller said of the warranty stays what the order shows (H-W1); who said nothing gets what was computed.
    One statement for one order, two for many.
    """
    rows = []
    for order, known in zip(orders, _look_at_many(orders, now), strict=True):
        known = replace(known, seen=replace(known.seen, told=order.in_warranty, found=[]), stage="", covered=None)
        row = _decided(order, now, known, DecisionStage.PROVISIONAL)
        if row is None:
            continue
        if order.in_warranty is None:
            order.in_warranty = row.covered
        rows.append(row)
    return rows


def _look_at_many(orders: list[ServiceOrder], now: datetime) -> list[Known]:
    if len(orders) == 1:
        return [look(orders[0], now)]
    policies = Policies(WarrantyPolicy.objects.all())
    mine = _shown(order.appliance_id for order in orders).values_list("appliance_id", "kept")
    shown = dict(mine)
    return [_known(order, now, policies, Seen.of(shown.get(order.appliance_id), None), {}) for order in orders]


def write(rows: list[WarrantyDecision], by: User | None) -> None:
    """Write decisions about orders that have just been opened."""
    for row in rows:
        row.order_id, row.decided_by = row.order.pk, by
    WarrantyDecision.objects.bulk_create(rows)


def reconsider(act: Act) -> None:
    """After product data was put right: decide again, unless the manager has, or it is paid for (H-C3)."""
    changed = act.payload.get("changes", {}).keys() & TOUCHING
    if changed:
        decide_again(act, told="in_warranty" in changed)


def decide_again(act: Act, *, told: bool = False, **seen: Any) -> None:
    """Decide again at the stage the order is at, with more `seen`. `told`: the order's own answer is new."""
    order = act.order
    if order.state in SETTLED:
        return
    known = look(order, act.now)
    if known.overridden:
        return
    final = known.stage == DecisionStage.FINAL
    said = {"told": order.in_warranty} if told else {}
    known = replace(known, seen=replace(known.seen, **said, **seen))
    row = _decided(order, act.now, known, DecisionStage.FINAL if final else DecisionStage.PROVISIONAL)
    if row is None:
        return
    if row.covered is not None and final:
        settle(order, row.covered)
    elif row.covered is not None and known.seen.told is None:
        order.in_warranty = row.covered
    row.decided_by = act.by
    row.save(force_insert=True)


def settle(order: ServiceOrder, covered: bool) -> None:
    """Let the order show whether it is covered. A quote made the other way round counts no more (H-F2, H-W2)."""
    if order.in_warranty is not covered and order.pk:
        standing = order.quotes.filter(status__in=(QuoteStatus.OFFERED, QuoteStatus.ACCEPTED))
        standing.exclude(covered=covered).update(status=QuoteStatus.SUPERSEDED)
    order.in_warranty = covered


def _decided(order: ServiceOrder, now: datetime, known: Known, stage: str) -> WarrantyDecision | None:
    """Return the row of a decision, unsaved; None where there neither is nor was a policy."""
    try:
        decision = assess(order, now, final=stage == DecisionStage.FINAL, known=known)
    except PolicyNotInForce as refused:
        return row_of(order, now, known, stage, None, [Reason("no_version", "H-W1", {"on": refused.day})])
    if decision is None:
        unknown = [Reason("no_policy", "H-W1")]
        return row_of(order, now, known, stage, None, unknown) if known.stage else None
    return row_of(order, now, known, stage, decision)


def row_of(
    order: ServiceOrder,
    now: datetime,
    known: Known,
    stage: str,
    decision: Decision | None,
    reasons: Iterable[Reason] = (),
    **more: Any,
) -> WarrantyDecision:
    """Return a decision as a row, unsaved, with what it looked at and the version it was made under."""
    reasons = decision.reasons if decision else reasons
    days = {"purchased_on": _iso(order.appliance.purchased_on), "reported_on": _iso(reported_on(order, now))}
    values = {
        "covered": decision.covered if decision else None,
        "until": decision.until if decision else None,
        "exclusion": decision.exclusion or "" if decision else "",
    }
    return WarrantyDecision(
        order=order,
        policy=known.held.policy if known.held else None,
        stage=stage,
        reasons=[reason.as_json() for reason in reasons],
        seen=asdict(known.seen) | days,
        decided_at=now,
        **values | more,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
