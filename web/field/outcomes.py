"""Forms for the step that a diagnosis asks for, with the standard text in the customer's language (H-F3)."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation

from dispatch.actions.outcomes import standard_text
from dispatch.models import Outcome, ServiceOrder
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
    record = doing.order.newest_repair()
    return {"body_template": "field/told.html"} | told(doing.order, record.outcome if record else "")


def hear_out(doing: Doing) -> dict:
    """What to offer who refuses; the ways to go on only where something was diagnosed (H-F1, H-F7)."""
    if doing.order.outcome_step != "hear_out":
        doing.drawn.rows = [row for row in doing.drawn.rows if row.name != "decision"]
    return {"body_template": "field/told.html"} | told(doing.order, Outcome.REFUSED)


def make_safe(doing: Doing) -> dict:
    """What to tell a customer whose appliance is not safe (H-F3)."""
    return {"body_template": "field/told.html"} | told(doing.order, Outcome.UNSAFE)


def after_diagnosis(doing: Doing) -> str:
    """Return the address of the form that the outcome asks for, '' where the order's page comes next (H-F3)."""
    step = ServiceOrder.objects.values_list("outcome_step", flat=True).get(pk=doing.order.pk)
    return reverse("field_act", args=[doing.order.pk, step]) if step in LEADS_ON else ""


BODIES = {
    "explain": explain,
    "hear_out": hear_out,
    "make_safe": make_safe,
}
AFTER = {"diagnose": after_diagnosis, "hear_out": after_diagnosis, "make_safe": after_diagnosis}
