"""Forms that ask others, on every face: help and what was answered before, claims and their clauses (H-A5, H-F8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dispatch.actions.claims import BY_RULE, open_claim, verdict
from dispatch.actions.help import waiting
from dispatch.models import Claim, ClaimKind, HelpLevel
from dispatch.reports.answers import answered_like
from dispatch.reports.remedies import remedies_for
from web.shared.doing import Doing
from web.shared.slips import leave_out

NAMES = {"refund": _("Money back"), "exchange": _("Another appliance")}


def file_claim(doing: Doing) -> dict:
    """What the rule says to a claim, before anything is written; nothing is promised (H-F8, H-W7)."""
    clauses = [(NAMES[name], verdict) for name, verdict in remedies_for(doing.order, doing.now) if name in BY_RULE]
    return {"body_template": "shared/claim.html", "clauses": clauses}


def claim_begins(doing: Doing) -> dict:
    """The kind that the rule grants, and what was found, so that nobody types it again."""
    record = doing.order.newest_repair()
    begin = {"what": record.finding if record else doing.order.symptom}
    if doing.order.outcome_step == "file_claim":
        granted = remedies_for(doing.order, doing.now).refund.granted
        begin["kind"] = ClaimKind.REFUND if granted else ClaimKind.EXCHANGE
    return {"initial": begin}


def decide_claim(doing: Doing) -> dict:
    """The claim, and the clause that grants or denies it; only the rows that this kind needs (H-W7, H-W3)."""
    claim = open_claim(doing.order)
    if claim is None:
        return {}
    if claim.kind == ClaimKind.EXCHANGE:
        leave_out(doing, "granted")
    else:
        leave_out(doing, "new_serial", "new_model")
    return {
        "body_template": "shared/decide_claim.html",
        "claim": claim,
        "verdict": verdict(doing.order, claim.kind, doing.now),
    }


def decision_begins(doing: Doing) -> dict:
    """The way the clause points, and the amount that was asked for."""
    claim = open_claim(doing.order)
    if claim is None:
        return {}
    said = verdict(doing.order, claim.kind, doing.now)
    begin = {"granted": claim.asked} | ({"grant": "yes" if said.granted else "no"} if said else {})
    return {"initial": begin}


def ask_help(doing: Doing) -> dict:
    """What was answered about the same before; oneself is nobody to ask (H-A5)."""
    me = getattr(doing.request.user, "technician", None)
    for row in doing.drawn.rows:
        if row.name == "technician" and me:
            row.options = [option for option in row.options if option.value != str(me.pk)]
    return {"body_template": "shared/ask.html", "answers": answered_like(doing.order, doing.request.user)}


def question_begins(doing: Doing) -> dict:
    """A new kind of fault goes to headquarters at once, with what was found (H-F8)."""
    record = doing.order.newest_repair()
    if doing.order.outcome_step == "ask_help" and record:
        return {"initial": {"level": HelpLevel.HQ, "question": record.finding}}
    return {}


def answer_help(doing: Doing) -> dict:
    """The question above the answer."""
    found = answered_like(doing.order, doing.request.user)
    return {"body_template": "shared/answer_help.html", "asked": waiting(doing.order), "answers": found}


def take_over(doing: Doing) -> dict:
    """Whoever takes over usually calls."""
    return {"initial": {"caller": str(doing.request.user)}}


def claims_of(order) -> list[Claim]:
    """Return an order's claims with who decided them, the newest first."""
    return list(order.claims.select_related("filed_by", "decided_by").order_by("-pk"))


BODIES = {
    "file_claim": file_claim,
    "decide_claim": decide_claim,
    "ask_help": ask_help,
    "answer_help": answer_help,
}
MORE = {
    "file_claim": claim_begins,
    "decide_claim": decision_begins,
    "ask_help": question_begins,
    "take_over": take_over,
}
