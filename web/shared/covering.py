"""Forms that ask about the warranty: begun with what is on record, asking only what the policy leaves open (H-W2)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from rest_framework import serializers

from customers.models import Evidence
from customers.reading import of_order, remembered
from customers.terms import Document, PolicyNotInForce
from dispatch.actions import cover
from dispatch.models import ServiceOrder
from web.shared.forms import ActForm

OF_THE_APPLIANCE = ("documents", "box_matches", "sold_region", "sold_by_maker", "shop", "proof", "proof_number")


def on_record(order: ServiceOrder, serializer: serializers.Serializer, now: datetime) -> dict:
    """Return {field: value} of what was shown and found before; nothing for forms that do not ask."""
    if "box_matches" not in serializer.fields:
        return {}
    evidence = shown_for(order)
    found = cover.look(order, now).seen.found
    known = {name: getattr(evidence, name) for name in OF_THE_APPLIANCE} if evidence else {}
    return known | {"found": found, "exclusion": found[0] if found else ""}


@remembered(of_order)
def shown_for(order: ServiceOrder) -> Evidence | None:
    """Return what was shown for an order's appliance, with the shop; None when nothing was."""
    return Evidence.objects.filter(appliance=order.appliance_id).select_related("shop").first()


def narrow(form: ActForm, order: ServiceOrder, now: datetime) -> None:
    """Ask for the facts where a policy decides by them, and for the technician's word where there is none."""
    rows = {row.name: row for row in form.rows}
    if not {"exclusion", "covered"} & rows.keys():
        return
    known = cover.look(order, now)
    form.note = form.note or _so_far(order, known, now)
    if "exclusion" not in rows:  # the manager decides
        return
    left_out = _not_to_ask(known, {option.value for option in rows["documents"].options if option.selected})
    form.rows = [row for row in form.rows if row.name not in left_out]
    for option in rows["exclusion"].options:
        option.label = option.label if option.value else _("None of these")
    if known.held:
        wanted = {code.value for code in known.held.terms.documents}
        papers = rows["documents"]
        papers.options = [option for option in papers.options if option.selected or option.value in wanted]
    if "in_warranty" not in left_out:
        said = rows["in_warranty"]
        said.kind, said.required, said.options = "radios", True, [one for one in said.options if one.value]


def _not_to_ask(known: cover.Known, shown: set[str]) -> set[str]:
    """Return the rows that decide nothing: without a policy the papers, with one the technician's word."""
    left_out = {"in_warranty"} if known.held or known.refused or known.overridden else set()
    wanted = known.held.terms.documents if known.held else frozenset()
    if not wanted and not shown:
        left_out.add("documents")
    if Document.BOX not in wanted and known.seen.box_matches is None:
        left_out.add("box_matches")
    return left_out


def _so_far(order: ServiceOrder, known: cover.Known, now: datetime) -> str:
    """Say what the policy comes to at present, and what is to be looked at; '' where there is none."""
    if known.overridden:
        if known.covered:
            return _("The manager has decided that the warranty covers it.")
        return _("The manager has decided that the warranty does not cover it.")
    try:
        decision = cover.assess(order, now, final=False, known=known)
    except PolicyNotInForce as refused:
        return str(refused)
    if decision is None:
        return ""
    return " ".join(reason.words for reason in decision.reasons if reason.code != "final_at_diagnosis")
