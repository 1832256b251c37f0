"""The forms of verbs as plain data, so that a phone can draw them where there is no signal.

One description of the data, the serializers, and one place that narrows it for an order, `web.shared.doing`: here it is
only written down. Forms of states that are still to come are drawn as far as the order can tell now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Manager, QuerySet
from django.http import Http404, QueryDict
from rest_framework import serializers

from customers.reading import kept
from dispatch import actions
from dispatch.lifecycle import REGISTRY
from dispatch.models import ServiceOrder, State
from technicians.models import Role, User
from web.field.app.sent import AsPosted
from web.field.views import FACE
from web.shared.doing import Doing
from web.shared.forms import ActForm
from web.shared.rows import Row

WAY = (
    State.ASSIGNED, State.ACCEPTED, State.CONTACTED, State.EN_ROUTE, State.ON_SITE, State.DIAGNOSED, State.CHARGED,
    State.FOLLOW_UP,
)  # fmt: skip
# From these the way goes on at another place of the spine.
JOINS = {State.CONSULTING: State.FOLLOW_UP, State.IN_WORKSHOP: State.DIAGNOSED, State.AWAITING_PARTS: State.ACCEPTED}
# The phone has screens of its own for these, drawn from the order's facts; or their rows depend on what is done later.
OWN_SCREEN = ("knock", "check_off", "check_kit")
AS_DECLARED = ("charge", "accept_quote", "refuse_quote", "pay", "complete", "hear_out")
# What stands beside their rows on a page, the phone has from the order's facts.
ROWS_ALONE = ("explain", "make_safe", "file_claim", "answer_help")


def verbs_ahead(order: ServiceOrder) -> list[str]:
    """Return the names of a technician's verbs from the order's state on, in the order of the trade."""
    state = State(order.state)
    after = JOINS.get(state, state)
    ahead = {str(state), *(str(one) for one in (WAY[WAY.index(after) :] if after in WAY else ()))}
    found = []
    for transition in order.get_all_state_transitions():
        verb = REGISTRY.get(transition.name)
        if verb and Role.TECHNICIAN in verb.roles and str(transition.source) in ahead and verb.name not in found:
            found.append(verb.name)
    return found


def forms_of(order: ServiceOrder, user: User, now: datetime, open_now: list[actions.Open]) -> dict[str, dict]:
    """Return {verb: {"rows", "note", "folded"}} for what may be done from here to the end of the visit.

    `open_now`: the verbs open to them at present, as `actions.open_to` tells them.
    """
    request = AsPosted(user, QueryDict(), method="GET")
    known = {found.verb.name: found for found in open_now}
    return {name: _form(order, request, name, now, known) for name in verbs_ahead(order) if name not in OWN_SCREEN}


def _form(order: ServiceOrder, request: AsPosted, name: str, now: datetime, known: dict) -> dict:
    if REGISTRY[name].data is None:
        return {"rows": [], "note": "", "folded": []}
    doing = Known(order, request, name, now)
    doing.open = known
    form = doing.form()
    if name in FACE.bodies and name not in AS_DECLARED + ROWS_ALONE:
        FACE.bodies[name](doing)
    return {
        "rows": [row_of(row) for row in doing.drawn.rows],
        "note": str(form.note),
        "folded": list(form.folded),
    }


class Known(Doing):
    """Doing something to an order that is at hand already: nothing is read again."""

    def __init__(self, order: ServiceOrder, request: AsPosted, name: str, now: datetime):
        """Keep the order for `fetch`, which the base asks for it."""
        self._known = order
        super().__init__(request, FACE, order.pk, name, now)

    def fetch(self, pk: int) -> ServiceOrder:
        """Return the order at hand. Raises Http404 for another one."""
        if pk != self._known.pk:
            raise Http404
        return self._known

    def serializer(self) -> serializers.Serializer | None:
        """Return the form's description; orders of one outlet and category share it, with what it offers."""
        return kept((Known, self.verb.name, self.order.outlet_id, self.order.appliance.category_id), self._described)

    def _described(self) -> serializers.Serializer | None:
        described = super().serializer()
        for field in described.fields.values() if described else ():
            one = getattr(field, "child_relation", field)
            if isinstance(one, serializers.RelatedField) and isinstance(one.queryset, QuerySet | Manager):
                one.queryset = Rows(one.queryset.all())
        return described

    @property
    def order_url(self) -> str:
        """Nothing: on a phone there is no page to go back to."""
        return ""

    def _hidden(self, described: serializers.Serializer | None, form: ActForm) -> dict:
        """Nothing: a phone sends its own version and key."""
        return {}


class Rows:
    """Rows to choose from: read when a form lists them, and then for every form that lists the same."""

    def __init__(self, rows: QuerySet):
        """Keep the query; nothing is read yet."""
        self.rows = rows

    def __iter__(self) -> Iterator[Any]:
        """Read them, once while `reading`."""
        return iter(self._read())

    def __getitem__(self, which: int | slice) -> Any:
        """Return one of them, or some."""
        return self._read()[which]

    def _read(self) -> list[Any]:
        return kept((Rows, str(self.rows.query)), partial(list, self.rows))


def row_of(row: Row) -> dict[str, Any]:
    """Return a row as plain data; what is empty is left out."""
    attrs = row.attrs
    found = {
        "name": row.name,
        "kind": row.kind,
        "label": str(row.label),
        "help": str(row.help),
        "required": row.required,
        "value": "" if row.value is None else str(row.value),
        "options": [[option.value, str(option.label), option.selected] for option in row.options],
        "type": attrs.get("type") if row.kind == "input" else None,
        "unit": str(row.unit),
        "across": row.across,
        "suggest": "list" in attrs,
        "lines": row.kind == "textarea" and row.name in ("parts", "usual"),
    }
    for name in ("inputmode", "min", "max", "step", "maxlength", "most", "placeholder"):
        found[name] = attrs.get(name)
    return {
        name: value if isinstance(value, bool | int | list) else str(value)
        for name, value in found.items()
        if value not in ("", None, False, [])
    }
