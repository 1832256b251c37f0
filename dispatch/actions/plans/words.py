"""What a plan gains and costs, and why orders are left out of it: sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from dispatch.actions.plans import asking
from dispatch.models import ServiceOrder
from dispatch.planning.problem import BAD_WINDOW, NO_PLACE, NO_ROOM, NO_SHIFT, NO_SKILL
from technicians.models import Skill

REASONS = {
    NO_PLACE: gettext_lazy("The address has no coordinates."),
    BAD_WINDOW: gettext_lazy("No time of this day is left that the customer could be visited at."),
    NO_SHIFT: gettext_lazy("Nobody who was trained for it works at that time."),
    NO_SKILL: gettext_lazy("Nobody here was trained for it."),
    NO_ROOM: gettext_lazy("No room is left in the day of anybody who could do it."),
}
FIXES = {
    NO_PLACE: gettext_lazy("Correct the address, then plan again."),
    BAD_WINDOW: gettext_lazy("Agree another time with the customer."),
    NO_SHIFT: gettext_lazy("Agree another time with the customer, or ask somebody to work then."),
    NO_SKILL: gettext_lazy("Pass it to another outlet, or have somebody trained."),
    NO_ROOM: gettext_lazy("Plan it for another day, or ask somebody to work longer."),
}
CALL = gettext_lazy("They were promised a time that can't be kept. Call them and agree another.")
VERBS = {NO_PLACE: "correct"}  # the form that mends it; else the time is agreed anew on the board

ENDS = {
    asking.NO_WORKER: gettext_lazy("No worker took it up. See that the workers run, then plan again."),
    asking.LOST: gettext_lazy("The worker that planned has died. Nothing was changed; plan again."),
    asking.TOO_LONG: gettext_lazy("It took too long. Nothing was changed; plan again with less time to think."),
    asking.UNSOUND: gettext_lazy("No plan was found that keeps every rule. Nothing was changed; plan again."),
    asking.BROKE: gettext_lazy("Something went wrong while planning. Nothing was changed; the log says what it was."),
}


def gains(before: dict, after: dict) -> list[str]:
    """Return what a plan changes against what stands, best first; empty when nothing changes."""
    served, urgent = _more(before, after, "served"), _more(before, after, "urgent")
    said = []
    if served > 0:
        said.append(ngettext("%(n)d more order served", "%(n)d more orders served", served) % {"n": served})
    if served < 0:
        said.append(ngettext("%(n)d order fewer served", "%(n)d orders fewer served", -served) % {"n": -served})
    if urgent > 0:
        said.append(ngettext("%(n)d more urgent or high", "%(n)d more urgent or high", urgent) % {"n": urgent})
    if urgent < 0:
        said.append(ngettext("%(n)d urgent or high fewer", "%(n)d urgent or high fewer", -urgent) % {"n": -urgent})
    minutes = round(_more(before, after, "travel") / 60)
    if minutes < 0:
        said.append(_("%(n)s less travel") % {"n": duration(-minutes * 60)})
    if minutes > 0:
        said.append(_("%(n)s more travel") % {"n": duration(minutes * 60)})
    return said + costs(after)


def costs(after: dict) -> list[str]:
    """Return whom a plan bothers: technicians who change, times that move, customers to be called again."""
    said = []
    if n := after.get("changes", 0):
        said.append(ngettext("%(n)d visit changes technician", "%(n)d visits change technician", n) % {"n": n})
    if n := after.get("moved", 0):
        said.append(ngettext("%(n)d visit changes its time", "%(n)d visits change their time", n) % {"n": n})
    if n := after.get("off", 0):
        said.append(ngettext("%(n)d visit goes back to the queue", "%(n)d visits go back to the queue", n) % {"n": n})
    if n := after.get("calls", 0):
        said.append(ngettext("%(n)d customer to call again", "%(n)d customers to call again", n) % {"n": n})
    return said


def _more(before: dict, after: dict, name: str) -> int:
    return after.get(name, 0) - before.get(name, 0)


def duration(seconds: int) -> str:
    """Return a length of time as people say it: 45 min, 2 h 5 min."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def reason(code: str, wanted: Iterable[str] = ()) -> str:
    """Return why an order is left out; `wanted` names the skills it asks for."""
    if code == NO_SKILL and (names := list(wanted)):
        return _("Nobody here was trained for: %(skills)s.") % {"skills": str(_(", ")).join(names)}
    return str(REASONS.get(code, REASONS[NO_ROOM]))


def skills_of(orders: Iterable[ServiceOrder]) -> dict[int, list[str]]:
    """Return the names of the skills that each order's category and fault ask for (H-C3), in one query."""
    orders = list(orders)
    categories = {order.appliance.category_id for order in orders} - {None}
    faults = {order.fault.skill_id for order in orders if order.fault} - {None}
    rows = Skill.objects.filter(Q(categories__in=categories) | Q(pk__in=faults)).distinct()
    skills = list(rows.prefetch_related("categories")) if orders else []
    of = {skill.pk: {category.pk for category in skill.categories.all()} for skill in skills}
    return {
        order.pk: [
            skill.name
            for skill in skills
            if order.appliance.category_id in of[skill.pk] or (order.fault and order.fault.skill_id == skill.pk)
        ]
        for order in orders
    }


COUNTED = {  # code → how many orders it is about
    "no_place": ngettext_lazy(
        "%(n)d order has no coordinates and was left out.", "%(n)d orders have no coordinates and were left out.", "n"
    ),
    "bad_window": ngettext_lazy(
        "%(n)d order has a time that is impossible on this day.",
        "%(n)d orders have a time that is impossible on this day.",
        "n",
    ),
    "guessed": ngettext_lazy(
        "%(n)d visit has no coordinates: its travel is a guess.",
        "%(n)d visits have no coordinates: their travel is a guess.",
        "n",
    ),
    "no_skill": ngettext_lazy(
        "%(n)d order asks for a training that nobody here has.",
        "%(n)d orders ask for a training that nobody here has.",
        "n",
    ),
    "fetch": ngettext_lazy(
        "%(n)d order needs a part or a loaner that has to be fetched first.",
        "%(n)d orders need parts or loaners that have to be fetched first.",
        "n",
    ),
    "too_many": ngettext_lazy(
        "There are more orders than are planned at once: the %(n)d most urgent were taken.",
        "There are more orders than are planned at once: the %(n)d most urgent were taken.",
        "n",
    ),
}
NOTICES = {
    "stuck": gettext_lazy("Order %(order)06d can't stay where it is. Look at its time and its technician."),
    "tight": gettext_lazy("Promised so close together that the way between may be too long: %(orders)s."),
    "late": gettext_lazy("Promised, but can't be reached in time any more: %(orders)s."),
    "away": gettext_lazy("Promised by somebody who is away: %(orders)s."),
    "no_break": gettext_lazy("No room for the break, because of what was agreed: %(names)s."),
    "no_shift": gettext_lazy("No working hours are entered for: %(names)s. They were given nothing."),
    "nobody": gettext_lazy("Nobody works on this day any more."),
    "travel_away": gettext_lazy("The road server does not answer. Travel is estimated by the straight line."),
    "travel_wrong": gettext_lazy("The road server answers nonsense. Travel is estimated by the straight line."),
    "travel_large": gettext_lazy("Too many places for the road server. Travel is estimated by the straight line."),
}


def notice(code: str, facts: dict | None = None) -> str:
    """Return what was found on the way, in words; a code that nobody has words for as it is."""
    facts = facts or {}
    if code in COUNTED:
        return COUNTED[code] % facts
    return str(NOTICES[code]) % facts if code in NOTICES else code
