"""Somebody about to do one verb to one order: what the form holds, and what came back of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from dispatch import actions
from dispatch.lifecycle import REGISTRY, BadData, Outcome, Verb
from dispatch.models import ServiceOrder
from web.shared import covering
from web.shared.beginnings import BEFORE, beginning, choices, corrects, drawn_with, folded, only_changed
from web.shared.forms import ActForm
from web.shared.looks import ICONS
from web.shared.photos import chosen, keep_files
from web.shared.post import from_post

# Decisions that must not be taken on an old page: these send the version they were looking at.
DECIDED_ON_SIGHT = {"assign", "transfer", "cancel", "reschedule", "hand_back", "reopen", "reject", "close_unreached"}
KEY = re.compile(r"[A-Za-z0-9._:-]{8,80}")


@dataclass(frozen=True)
class Face:
    """Where a face keeps things. Names are of URL patterns: `act` takes (order, verb), `order` takes (order).

    `page` is the template for a browser without script: it shows {% include "shared/act_panel.html" %}.
    `target` is the element that panels are put into; shared/act_dialog.html brings it. `bodies` maps a verb
    to a function Doing → context with "body_template", for forms better than the drawn one (which is
    `doing.drawn`, with what was wrong in it); `more` maps a verb
    to a function Doing → further arguments of `ActForm.of` (only, choices, folded, note …). `reads` maps a verb
    to a function Doing → what was sent, for forms that are not drawn from the data; `after` to a function
    Doing → where to go when it is done, '' for the order's page.
    """

    act: str
    order: str
    home: str = "home"
    page: str = "shared/act_page.html"
    target: str = "#act-body"
    bodies: Mapping[str, Callable] = field(default_factory=dict)
    more: Mapping[str, Callable] = field(default_factory=dict)
    reads: Mapping[str, Callable] = field(default_factory=dict)
    after: Mapping[str, Callable] = field(default_factory=dict)


class Doing:
    """Somebody about to do one verb to one order on one face."""

    def __init__(self, request: HttpRequest, face: Face, pk: int, name: str, now: datetime | None = None):
        """Find the order and the verb. Raises Http404 for what is not theirs, PermissionDenied for a wrong role."""
        self.request, self.face, self.now = request, face, now or timezone.now()
        self.drawn: ActForm | None = None  # the form as it was drawn last, for `Face.bodies`
        self.drawn: ActForm | None = None
        self.verb: Verb | None = REGISTRY.get(name)
        if self.verb is None or self.verb.by_clock:
            raise Http404
        self.order = self.fetch(pk)
        if request.user.role not in self.verb.roles:
            raise PermissionDenied

    def fetch(self, pk: int) -> ServiceOrder:
        """Return the order as it is now, if it is theirs or on their bench."""
        found = ServiceOrder.objects.with_rows().one_for(self.request.user, pk)
        if found is None:
            raise Http404
        return found

    @property
    def zone(self) -> ZoneInfo:
        """The outlet's zone, in which times are typed."""
        return self.order.outlet.tz

    @property
    def values(self):
        """What came with the request: the form, else the address."""
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @property
    def stays(self) -> bool:
        """True when the page asks to be told and not to be left."""
        return bool(self.request.htmx) and bool(self._said("stay"))

    def _said(self, name: str) -> str:
        """Return what the page, not the form, says of itself: a verb may have a field of the same name."""
        own = self.verb.data().fields if self.verb.data else {}
        return "" if name in own else self.values.get(name, "")

    @cached_property
    def open(self) -> dict[str, actions.Open]:
        """The verbs open to this person, by name."""
        return {found.verb.name: found for found in actions.open_to(self.order, self.request.user, self.now)}

    def serializer(self) -> serializers.Serializer | None:
        """Return the form's description, its choices narrowed to what fits this order; None without data."""
        if self.verb.data is None:
            return None
        described = self.verb.data()
        if "technician" in described.fields:
            chosen = described.fields["technician"]
            chosen.queryset = chosen.queryset.filter(outlet_id=self.order.outlet_id)
        if "fault" in described.fields and self.order.appliance.category_id:
            chosen = described.fields["fault"]
            chosen.queryset = chosen.queryset.filter(category_id=self.order.appliance.category_id)
        return described

    def url(self, name: str) -> str:
        """Return the address of another verb's form if it is open, else ''."""
        if name not in self.open or name == self.verb.name:
            return ""
        return reverse(self.face.act, args=[self.order.pk, name])

    @property
    def order_url(self) -> str:
        """The address of the order's page."""
        return reverse(self.face.order, args=[self.order.pk])

    def form(self, errors: Mapping | None = None) -> ActForm:
        """Return the form: what is known to begin with, or what was typed."""
        described = self.serializer()
        how = {"tone": self.verb.tone or "primary"}
        if described is not None:
            asked = {name: self.request.GET[name] for name in described.fields if name in self.request.GET}
            how |= {
                "initial": beginning(self.order, described, self.now) | asked,
                "choices": choices(self.order, described, self.now) | chosen(self.order, described, self.values),
                "folded": folded(described),
            }
        if self.verb.name in self.face.more:
            how |= self.face.more[self.verb.name](self)
        form = ActForm.build(
            self.verb.name,
            self.verb.label,
            reverse(self.face.act, args=[self.order.pk, self.verb.name]),
            described,
            post=self.request.POST if self.request.method == "POST" else None,
            errors=errors,
            zone=self.zone,
            currency=self.order.outlet.currency,
            target=self.face.target,
            icon=ICONS.get(self.verb.name, ""),
            cancel_url=self.order_url,
            **how,
        )
        covering.narrow(form, self.order, self.now)
        form.hidden = self._hidden(described, form)
        self.drawn = form
        return form

    def _hidden(self, described, form: ActForm) -> dict:
        """The version looked at, what a correction was drawn with, and where to go afterwards."""
        hidden = {"version": self.order.version}
        hidden |= {name: said for name in ("stay", "next") if (said := self._said(name))}
        if described is not None and corrects(described):
            before = {name: value for name, value in self.values.items() if name.startswith(BEFORE)}
            hidden |= before if self.request.method == "POST" else drawn_with(form.rows)
        return hidden

    def raw(self) -> dict:
        """Return what was sent, as the verb's serializer takes it; photos are kept first. Raises BadData."""
        described = self.serializer()
        if described is None:
            return {}
        if self.verb.name in self.face.reads:
            return self.face.reads[self.verb.name](self)
        post = self.request.POST = self.request.POST.copy()
        wrong = keep_files(self.order, described, post, self.request.FILES, self.request.user, self.now)
        try:
            data = from_post(
                described, post, self.zone, files=self.request.FILES, currency=self.order.outlet.currency
            )
        except serializers.ValidationError as error:
            raise BadData(self.verb.rule, {"errors": error.detail | wrong}) from error
        if wrong:
            raise BadData(self.verb.rule, {"errors": wrong})
        return only_changed(data, post) if corrects(described) else data

    def perform(self) -> Outcome:
        """Do it, once. Raises what `actions.perform` raises."""
        post, raw = self.request.POST, self.raw()
        version = post.get("version", "") if self.verb.name in DECIDED_ON_SIGHT else ""
        key = post.get("idempotency_key", "")
        return actions.perform(
            self.order.pk,
            self.verb.name,
            self.request.user,
            self.now,
            raw,
            key=key if KEY.fullmatch(key) else "",
            fingerprint=fingerprint(self.order.pk, self.verb.name, raw),
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
            device_at=device_time(post.get("device_at", "")),
            position=position_of(post),
        )


def fingerprint(order_id: int, name: str, raw: dict) -> str:
    """Return the SHA-256 (hex) of what is asked, so that a key can't be used for something else (H-N3)."""
    said = json.dumps([order_id, name, raw], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def device_time(text: str) -> datetime | None:
    """Read the time that the phone put on a form (ISO 8601 with an offset); None when it does not read."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def position_of(post) -> dict | None:
    """Read position_latitude, position_longitude, position_accuracy (degrees, metres); None unless on Earth."""
    try:
        latitude, longitude = float(post["position_latitude"]), float(post["position_longitude"])
        accuracy = float(post.get("position_accuracy") or "nan")
    except (KeyError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return {"latitude": latitude, "longitude": longitude, "accuracy": accuracy if 0 <= accuracy < 1e7 else None}
