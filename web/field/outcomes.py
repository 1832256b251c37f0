"""Forms for the step that a diagnosis asks for: the standard text, clauses, earlier answers."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from customers.remedies import Remedies
from dispatch.actions.claims import BY_RULE
from dispatch.actions.outcomes import standard_text
from dispatch.models import HelpLevel, Outcome, ServiceOrder
from dispatch.reports.answers import answered_like
from dispatch.reports.remedies import remedies_for
from web.shared.doing import Doing

LANGUAGES = {"en": "en", "zh-hans": "zh-hans", "zh-hant": "zh-hant", "zh-cn": "zh-hans", "zh-tw": "zh-hant"}
LEADS_ON = {"explain", "hear_out", "ask_help", "make_safe", "file_claim", "pull_in", "wait_for_parts"}


def told(order: ServiceOrder, kind: str) -> dict:
    """Return {"told": the standard text, "told_lang": its language} in the customer's language, {} without one."""
    text = standard_text(order, kind)
    if text is None:
        return {}
    language = LANGUAGES.get(order.customer.language.lower()) or translation.get_language() or "en"
    with translation.override(language):
        return {"told": text.text, "told_lang": language}


def explain(doing: Doing) -> dict:
    """What to tell a customer whose appliance has no fault, or was not used as the manual says (H-F3)."""
    record = doing.order.repairs.last()
    return {"body_template": "field/told.html"} | told(doing.order, record.outcome if record else "")


def hear_out(doing: Doing) -> dict:
    """What to offer who refuses; the ways to go on only where something was diagnosed (H-F1, H-F7)."""
    if doing.order.outcome_step != "hear_out":
        doing.drawn.rows = [row for row in doing.drawn.rows if row.name != "decision"]
    return {"body_template": "field/told.html"} | told(doing.order, Outcome.REFUSED)


def make_safe(doing: Doing) -> dict:
    """What to tell a customer whose appliance is not safe (H-F3)."""
    return {"body_template": "field/told.html"} | told(doing.order, Outcome.UNSAFE)


def file_claim(doing: Doing) -> dict:
    """What the rule says to a claim, before anything is written; nothing is promised (H-F8, H-W7)."""
    found = remedies_for(doing.order, doing.now)
    clauses = [(BY_RULE_NAMES[name], verdict) for name, verdict in found if name in BY_RULE]
    return {"body_template": "field/claim.html", "clauses": clauses}


BY_RULE_NAMES = {"refund": _("Money back"), "exchange": _("Another appliance")}


def claim_begins(doing: Doing) -> dict:
    """The kind that the rule grants, and what was found, so that nobody types it again."""
    record = doing.order.repairs.last()
    begin = {"what": record.finding if record else doing.order.symptom}
    if doing.order.outcome_step == "file_claim":
        begin["kind"] = _most(remedies_for(doing.order, doing.now))
    return {"initial": begin}


def _most(found: Remedies) -> str:
    return "refund" if found.refund.granted else "exchange"


def ask_help(doing: Doing) -> dict:
    """What was answered about the same before; oneself is nobody to ask (H-A5)."""
    me = getattr(doing.request.user, "technician", None)
    for row in doing.drawn.rows:
        if row.name == "technician" and me:
            row.options = [option for option in row.options if option.value != str(me.pk)]
    return {"body_template": "field/ask.html", "answers": answered_like(doing.order, doing.request.user)}


def question_begins(doing: Doing) -> dict:
    """A new kind of fault goes to headquarters at once, with what was found (H-F8)."""
    record = doing.order.repairs.last()
    if doing.order.outcome_step == "ask_help" and record:
        return {"initial": {"level": HelpLevel.HQ, "question": record.finding}}
    return {}


def after_diagnosis(doing: Doing) -> str:
    """Return the address of the form that the outcome asks for, '' where the order's page comes next (H-F3)."""
    step = ServiceOrder.objects.values_list("outcome_step", flat=True).get(pk=doing.order.pk)
    return reverse("field_act", args=[doing.order.pk, step]) if step in LEADS_ON else ""


BODIES = {
    "explain": explain,
    "hear_out": hear_out,
    "make_safe": make_safe,
    "file_claim": file_claim,
    "ask_help": ask_help,
}
MORE = {"file_claim": claim_begins, "ask_help": question_begins}
AFTER = {"diagnose": after_diagnosis, "hear_out": after_diagnosis, "make_safe": after_diagnosis}
