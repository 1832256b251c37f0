"""The one obvious thing to do about an order that waits, as the button of its row."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.lifecycle import REGISTRY
from dispatch.models import ServiceOrder
from dispatch.models.states import PLACEABLE
from technicians.models import User

FORM, CALL, SUGGEST, LOOK = "form", "call", "suggest", "look"


@dataclass(frozen=True)
class Way:
    """A button. `kind`: a verb's form in the dialog, a telephone link, suggestions in the panel, or the panel itself.

    `url` is a form's address, or tel:…; `who` is named to screen readers, for buttons that all say 'Call'.
    """

    kind: str
    label: str
    url: str = ""
    who: str = ""


# sign → the verb whose form settles it
VERBS = {
    "escalated": "settle_escalation",
    "waiver": "decide_waiver",
    "help": "answer_help",
    "claim": "decide_claim",
}
WORDS = {  # what a button says where the verb's own label is too long for it
    "settle_escalation": gettext_lazy("Settle"),
    "decide_waiver": gettext_lazy("Decide"),
    "decide_claim": gettext_lazy("Decide"),
}
# next action of the office → the verb
OFFICE = {
    "review": "approve",
    "chase_info": "supply_info",
    "take_in": "take_in",
    "complete_record": "complete_record",
    "collect": "pay",
    "send_invoice": "send_invoice",
    "fetch_loaner": "take_back_loaner",
}


def way_of(order: ServiceOrder, sign: str, user: User) -> Way:
    """Return what `user` can do about an order under a sign; to look closer where it is for somebody else."""
    if sign == "sos":
        return _form(order, "settle_sos" if getattr(order, "alarm_taken_at", None) else "take_over", user)
    if sign in VERBS:
        return _form(order, VERBS[sign], user)
    if sign == "unreached":
        return _call(order.customer.phone, str(order.customer))
    if sign == "silent" and order.technician:
        return _call(order.technician.phone, order.technician.name)
    if sign in ("returned", "unassigned", "untimed"):
        return _suggest(order, _("Assign"), user)
    if sign in ("risk", "absent"):
        if order.state in PLACEABLE:
            return _suggest(order, _("Reassign") if sign == "absent" else _("Other time"), user)
        return _form(order, "delay", user)
    return _form(order, OFFICE.get(order.next_action, ""), user)


def telephone(number: str) -> str:
    """Return a number as a link that dials it, '' without one."""
    dialled = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return f"tel:{dialled}" if dialled else ""


def _look() -> Way:
    return Way(LOOK, _("Look"))


def _form(order: ServiceOrder, verb: str, user: User) -> Way:
    spoken = REGISTRY.get(verb)
    if spoken is None or user.role not in spoken.roles:
        return _look()
    url = reverse("order_act", args=[order.pk, verb])
    return Way(FORM, str(WORDS.get(verb, spoken.label)), f"{url}?stay=1")


def _call(number: str, who: str) -> Way:
    url = telephone(number)
    return Way(CALL, _("Call"), url, who) if url else _look()


def _suggest(order: ServiceOrder, label: str, user: User) -> Way:
    return Way(SUGGEST, label) if user.role in REGISTRY["place"].roles else _look()

