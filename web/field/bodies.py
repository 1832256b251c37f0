"""Forms made for a thumb, where the one drawn from the data alone would be clumsy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from dispatch.actions import guards
from dispatch.actions.arrive import KNOCKING, NEEDED, knocks
from dispatch.actions.contact import ITEMS
from dispatch.lifecycle import REGISTRY, Act, Lack
from dispatch.lifecycle.standard import KNOCK_EVERY, KNOCK_FOR
from dispatch.models import ServiceOrder
from technicians.models import KitGroup
from web.field import checks, outcomes
from web.field.steps import TARGET, step_of
from web.shared import asking, slips, tills
from web.shared.doing import Doing
from web.shared.forms import ActForm
from web.shared.rows import Row

# What is confirmed on the phone → the rows that put it right, in place (H-C1, H-C3)
PUT_RIGHT = {
    "time": ("starts_at", "minutes", "window_ends_at", "overtime"),
    "address": ("address_line", "district", "city", "access_note"),
    "model": ("category", "brand", "model_no", "serial"),
    "purchase_date": ("purchased_on",),
    "symptom": ("symptom", "fault"),
}
OTHERS = ("name", "phone", "phone_alt", "wish", "in_warranty")
GAP_ROWS = {"name": "name", "phone": "phone", "wish": "wish"}  # gaps that are no item of the call


@dataclass
class Item:
    """One thing to confirm: what we know, the rows that put it right, and whether it is missing."""

    code: str
    label: object
    value: str
    ticked: bool
    rows: list[Row]
    gap: bool = False

    @property
    def unfold(self) -> bool:
        """True when the rows are needed at once: nothing is known, or something typed was wrong."""
        return self.gap or any(row.errors for row in self.rows)


def contact(doing: Doing) -> dict:
    """The call: each item ticked as it is said, put right in place; what is missing is asked for (H-C1, H-I2)."""
    rows, gaps = {row.name: row for row in doing.drawn.rows}, doing.order.gaps()
    ticked = {option.value for option in rows["confirmed"].options if option.selected}
    known = _known(doing.order)
    items = [
        Item(code, label, known.get(code, ""), code in ticked, _pick(rows, PUT_RIGHT[code]), code in gaps)
        for code, label in ITEMS
    ]
    missing = [rows[GAP_ROWS[gap]] for gap in gaps if gap in GAP_ROWS and GAP_ROWS[gap] in rows]
    taken = {row.name for row in missing}
    return {
        "body_template": "field/contact.html",
        "items": items,
        "missing": missing,
        "others": [row for row in _pick(rows, OTHERS) if row.name not in taken],
        "spoke_to": rows.get("spoke_to"),
        "confirmed": rows["confirmed"],
        "unfold_time": doing.request.method == "POST",  # refused: the way out may be in there
    }


def _known(order: ServiceOrder) -> dict[str, str]:
    appliance, address = order.appliance, order.address
    bought = appliance.purchased_on
    return {
        "address": " · ".join(part for part in (address.full, address.access_note) if part),
        "model": " · ".join(part for part in (str(appliance), appliance.serial) if part),
        "purchase_date": date_format(bought, "DATE_FORMAT") if bought else "",
        "symptom": order.symptom,
    }


def _pick(rows: dict[str, Row], names: tuple[str, ...]) -> list[Row]:
    return [rows[name] for name in names if name in rows]


def check_kit(doing: Doing) -> dict:
    """The bag: one large row an item, each looked at and ticked; what can't be left behind says so (H-D1)."""
    row = next(row for row in doing.drawn.rows if row.name == "items")
    visit = doing.order.visits.standing().first()
    taken = set(visit.kit) if visit and doing.request.method != "POST" else set()
    wanted = {item.code: item for item in guards.kit_items(doing.order, doing.now)}
    for option in row.options:
        option.selected = option.selected or option.value in taken
    things = [(option, wanted[option.value]) for option in row.options if option.value in wanted]
    things.sort(key=lambda thing: not thing[1].mandatory)
    groups = [(group.label, [one for one in things if one[1].group == group]) for group in KitGroup]
    return {"body_template": "field/check_kit.html", "groups": [one for one in groups if one[1]], "row": row}


@dataclass
class KnockStep:
    """One step of the guide at a closed door: done when, how often, and the button that records it."""

    label: object
    needed: bool
    times: int
    last_at: datetime | None
    form: ActForm


@dataclass
class Knocking:
    """The guide: its steps, when knocking began, and whether *no access* may be said."""

    steps: list[KnockStep] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None
    lacks: list[Lack] = field(default_factory=list)


def knock(doing: Doing) -> dict:
    """The guide at a closed door: each step one tap, with the 30 s and the 5 min running (H-E2)."""
    order = doing.order
    done = knocks(Act(REGISTRY["knock"], order, doing.request.user, doing.now))
    url = reverse("field_act", args=[order.pk, "knock"])
    guide = Knocking()
    of_note = [row for row in doing.drawn.rows if row.name == "photos"]
    for code, label in KNOCKING:
        at = [event.at for event in done if event.payload.get("step") == code]
        tap = ActForm("knock", str(label), url, tone="", target=TARGET, hidden={"step": code, "next": url})
        tap.rows = of_note if code == "note" else []  # H-C7: it may be photographed
        guide.steps.append(KnockStep(label, code in NEEDED, len(at), at[-1] if at else None, tap))
        if code == "knock" and at:
            guide.first_at, guide.last_at = at[0], at[-1]
    offer = doing.open.get("no_access")
    guide.lacks = offer.lacks if offer else []
    return {
        "body_template": "field/knock.html",
        "guide": guide,
        "no_access": step_of(order, offer, main=True) if offer else None,
        "every": int(KNOCK_EVERY.total_seconds()),
        "long_enough": int(KNOCK_FOR.total_seconds()),
    }


def open_choices(doing: Doing) -> dict:
    """What was found, or what is different at the door: each choice a large row to tap (H-F3, H-E5)."""
    for row in doing.drawn.rows:
        if row.name in ("outcome", "exception"):
            row.kind, row.options = "radios", [option for option in row.options if option.value]
        elif row.name == "quoted" and doing.request.method != "POST":
            row.value = ""  # a nought would have to be rubbed out before one can type
    tills.without_quoting(doing)
    return {}


def repair(doing: Doing) -> dict:
    """The work done; whether the quote is accepted is asked only while that is open (H-F2)."""
    record = doing.order.newest_repair()
    if record is None or not record.quoted or record.quote_accepted:
        _leave_out(doing, "quote_accepted")
    tills.without_quoting(doing)
    return {}


def rated(doing: Doing) -> dict:
    """What the customer says; a signature and the tools are expected, so they are not called optional (H-H1, H-F12)."""
    for row in doing.drawn.rows:
        row.required = row.required or row.name in ("signed_by", "tools_back")
        if row.name == "tools_back" and not row.options:
            _leave_out(doing, "tools_back", "tools_reason")
    _leave_out(doing, "parcel")
    return {}


def _leave_out(doing: Doing, *names: str) -> None:
    doing.drawn.rows = [row for row in doing.drawn.rows if row.name not in names]


def complete(doing: Doing) -> dict:
    """Who rates and signs: nobody has to (H-H1)."""
    return {"note": _("Hand over the phone for the rating. Nobody has to rate or sign.")}


BODIES = slips.BODIES | tills.BODIES | asking.BODIES | outcomes.BODIES | checks.BODIES | {
    "contact": contact,
    "check_kit": check_kit,
    "knock": knock,
    "bench_diagnose": open_choices,
    "diagnose": open_choices,
    "repair": repair,
    "complete": rated,
    "note_exception": open_choices,
}
MORE = slips.MORE | tills.MORE | asking.MORE | {"complete": complete}
