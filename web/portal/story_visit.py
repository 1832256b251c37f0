"""What a customer is told up to the door: review, technician, time, the way, and being late (H-I1, H-C, H-D, H-E)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from dispatch.lifecycle.standard import VERY_LATE
from dispatch.models import State, VisitStatus
from web.portal import moments
from web.portal.facts import Facts
from web.portal.story import Told, tells

S = State


def _hear_by(facts: Facts) -> str:
    """Say by when somebody acts, as H-N1 has it."""
    due = facts.order.next_due_at
    return moments.by(due, facts.now) if due else _("shortly")


@tells(S.REQUESTED)
def _requested(facts: Facts) -> Told:
    said = _("Somebody reads it and answers you %(by)s.") % {"by": _hear_by(facts)}
    return Told(_("We have your request"), [said])


@tells(S.NEEDS_INFO)
def _needs_info(facts: Facts) -> Told:
    asked = facts.last("ask_customer")
    lines = [_("We ask: %(what)s") % {"what": asked.reason}] if asked and asked.reason else []
    lines.append(_("As soon as we have your answer, it goes on. You may also tell us on the phone."))
    return Told(_("We need something from you"), lines, tone="wait")


@tells(S.REJECTED)
def _rejected(facts: Facts) -> Told:
    said = facts.last("reject")
    lines = [_("The reason: %(reason)s") % {"reason": said.reason}] if said and said.reason else []
    lines.append(_("You see it differently? Call us: the after-sales manager looks at it again."))
    return Told(_("We cannot do this for you"), lines, tone="wait")


@tells(S.READY)
def _ready(facts: Facts) -> Told:
    order = facts.order
    if order.at_counter:
        if any(event.to_state == S.IN_WORKSHOP for event in facts.events):
            return Told(_("Your appliance is with us"), [_("We tell you as soon as there is something new.")])
        kind = order.service_kind
        said = _("Bring it to our counter.") if kind == "carry_in" else _("Send it to the address below.")
        return Told(_("We expect your appliance"), [said, _("Say the number of the order, it stands at the bottom.")])
    if order.returns:
        lines = [_("We are sorry that it does not work yet. Your order goes before others.")]
    else:
        lines = [_("We have your order.")]
    lines.append(_("You hear who comes, and when, %(by)s.") % {"by": _hear_by(facts)})
    return Told(_("We are finding you a technician"), lines + _wish(facts))


def _wish(facts: Facts) -> list[str]:
    order = facts.order
    if order.wish_from and order.wish_to and order.wish_to > facts.now:
        return [_("You asked for: %(when)s") % {"when": moments.window(order.wish_from, order.wish_to, facts.now)}]
    return []


@tells(S.ASSIGNED)
def _assigned(facts: Facts) -> Told:
    told = Told(_("A technician has been chosen"))
    if facts.visit is None:
        told.lines = [_("You hear from us %(by)s.") % {"by": _hear_by(facts)}, *_wish(facts)]
        return told
    return _planned(facts, told)


def _planned(facts: Facts, told: Told) -> Told:
    """Say a time that is proposed or agreed, before the technician has called."""
    told.when = facts.window
    if facts.visit.status == VisitStatus.PROPOSED and facts.asks_other_time:
        told.head, told.when_note = _("You asked for another time"), _("The time so far: agreed no more")
        told.lines = [_("%(who)s calls you %(by)s.") % {"who": facts.who, "by": _hear_by(facts)}, *_wish(facts)]
    elif facts.visit.status == VisitStatus.PROPOSED:
        told.when_note = _("Planned, not agreed yet")
        told.lines.append(_("Does it suit you? Say so below, or choose another time. We call you as well."))
    else:
        told.when_note = _("Agreed")
        told.lines.append(_("%(who)s calls you before, to go through what is needed.") % {"who": facts.who})
    return told


@tells(S.ACCEPTED)
def _accepted(facts: Facts) -> Told:
    order, last = facts.order, facts.events[-1] if facts.events else None
    told = Told(_("We call you to agree on the time"))
    if facts.visit and facts.visit.status != VisitStatus.PROPOSED:
        told.head = _("Your appointment")
    if any(event.action == "no_access" for event in facts.events[-3:]):
        told.head = _("We were at your door")
        told.lines.append(_("Nobody opened, and we left a note. We call you to agree on another time."))
    elif last and last.action in ("parts_arrived", "part_came"):
        told.head = _("The part is here")
    elif order.outcome_step == "deliver":
        told.head = _("Your appliance is repaired")
        told.lines.append(_("We bring it back to you."))
    if order.no_answers and not told.lines:
        said = _("We called you and did not reach you.")
        again = _("We try again %(by)s.") % {"by": moments.by(order.retry_at, facts.now)} if order.retry_at else ""
        told.lines.append(f"{said} {again}".strip())
    if facts.visit is None:
        told.lines.append(_("%(who)s calls you %(by)s.") % {"who": facts.who, "by": _hear_by(facts)})
        return told
    return _planned(facts, told)


@tells(S.CONTACTED)
def _contacted(facts: Facts) -> Told:
    told = Told(_("Your appointment"), when=facts.window)
    if facts.visit is None:
        told.lines = [_("We call you to agree on the time.")]
        return told
    _say_late(facts, told)
    if not told.sorry:
        said = _("%(who)s rings your bell then, or up to 10 minutes before. This page tells you when they leave.")
        told.lines.append(said % {"who": facts.who})
    return told


def _say_late(facts: Facts, told: Told) -> None:
    """H-D3, H-D4, H-E4: an honest new time, why, and an apology by how late it is."""
    visit, eta = facts.visit, facts.eta
    latest = visit.latest_arrival
    middle = eta.low + (eta.high - eta.low) / 2 if eta else facts.now
    late_by = max(middle, facts.now) - latest
    if not visit.at_risk and facts.now <= latest and late_by <= timedelta(minutes=5):
        return
    told.tone, told.when_note = "late", _("Promised: %(when)s") % {"when": facts.window}
    told.when = _expected(facts)
    said = _("We are sorry, we are running late.")
    if late_by >= VERY_LATE:  # nobody has waited yet before the promised time is over
        waited = facts.now > latest
        said = (
            _("We are truly sorry to keep you waiting so long.")
            if waited
            else _("We are truly sorry: we come much later than promised.")
        )
    told.sorry.append(said)
    told.sorry += _why_late(facts)
    told.sorry.append(_("If this no longer suits you, call us: we agree on another time."))


def _why_late(facts: Facts) -> list[str]:
    delay = facts.delay
    if delay is None:
        return []
    if delay.action == "delay" and delay.reason:
        return [_("The reason: %(reason)s") % {"reason": delay.reason}]
    if delay.payload.get("because_of"):
        return [_("The visit before yours takes longer than planned.")]
    return []


def _expected(facts: Facts) -> str:
    eta = facts.eta
    if eta is None or eta.over:
        return _("Any minute now")
    said = {"from": moments.clock(eta.low), "to": moments.clock(eta.high)}
    span = _("between %(from)s and %(to)s") % said
    today = moments.day(eta.high, facts.now) == _("today")
    return span if today else f"{moments.day(eta.high, facts.now)} {span}"


@tells(S.EN_ROUTE)
def _en_route(facts: Facts) -> Told:
    told = Told(_("%(who)s is on the way") % {"who": facts.who})
    if facts.visit is None:
        return told
    told.when, told.when_note = _expected(facts), _("Expected at your door")
    _say_late(facts, told)
    told.lines.append(_("Ask for the work permit at the door: the code must be the one below."))
    return told


@tells(S.ON_SITE)
def _on_site(facts: Facts) -> Told:
    told = Told(_("%(who)s is at your door") % {"who": facts.who})
    visit = facts.arrived
    if visit:
        told.lines.append(_("Arrived at %(time)s.") % {"time": moments.clock(visit.arrived_at)})
        if visit.arrived_at > visit.latest_arrival:
            very = visit.arrived_at - visit.latest_arrival >= VERY_LATE
            told.sorry.append(
                _("We are truly sorry to have kept you waiting so long.") if very else _("We are sorry to be late.")
            )
    told.lines.append(_("Ask for the work permit: the code must be the one below."))
    told.lines.append(_("If in doubt, keep the door closed and call us."))
    return told
