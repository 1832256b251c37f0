"""What somebody has said so far of what they ask for: kept in their session, with the numbers of their pictures."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework import serializers

from customers import films, pictures
from customers.models import Address, Appliance, Customer, Photo
from dispatch.actions import films as films_of
from dispatch.actions import requests
from dispatch.actions.corrections import ProductData
from dispatch.models import Film, PhotoKind, ServiceKind, ServiceOrder
from technicians.models import Outlet
from web.portal import door, uploads, windows
from web.shared.post import from_post

KEPT = "portal_request"  # in the session
STEPS = ("appliance", "fault", "place", "time", "send")
FIELDS = {
    "appliance": requests.MACHINE,
    "fault": ("symptom",),
    "place": ("name", "phone", *requests.PLACE),
    "time": ("wish",),
    "send": (),
}
MOST = 8  # pictures
MOST_FILMS = 2
# field of the form → (kind, what it shows)
PICTURES = {
    "nameplate": (PhotoKind.EVIDENCE, "nameplate"),
    "proof": (PhotoKind.EVIDENCE, "proof"),
    "photos": (PhotoKind.SYMPTOM, ""),
}


def pictures_of(request: HttpRequest) -> set[int]:
    """Return the numbers of the pictures that this browser has sent for what it asks for."""
    return {number for number, _name in (request.session.get(KEPT) or {}).get("photos", [])}


class Draft:
    """The request that is being put together in one browser."""

    def __init__(self, request: HttpRequest) -> None:
        """Take up what there is; another phone or address shown meanwhile begins anew."""
        self.request, contact = request, door.contact_of(request)
        kept = request.session.get(KEPT) or {}
        if kept.get("contact") != contact:
            kept = {"contact": contact, "key": uuid4().hex, "told": {}, "photos": []}
        self.kept, self.told = kept, kept["told"]

    @property
    def key(self) -> str:
        """What makes sending it twice one request: never somebody else's, whose contact it holds."""
        return f"{self.kept['key']} {self.kept['contact']}"

    @cached_property
    def mine(self) -> list[Customer]:
        """Who the shown phone or address belongs to, the one who asked last first."""
        found, last = list(door.customers_of(self.request)), door.customer_of(self.request)
        return sorted(found, key=lambda one: one.pk != last.pk)

    @cached_property
    def outlets(self) -> list[Outlet]:
        """Where one can be sent from."""
        return list(Outlet.objects.order_by("pk"))

    @cached_property
    def outlet(self) -> Outlet | None:
        """The chosen outlet; else the one of their last order, else the first of their country."""
        chosen = next((one for one in self.outlets if one.code == self.kept.get("outlet")), None)
        last = ServiceOrder.objects.filter(customer__in=self.mine).order_by("-pk").values_list("outlet_id", flat=True)
        again = next((one for one in self.outlets if one.pk == last.first()), None)
        to = self.kept["contact"]
        near = next((one for one in self.outlets if one.region == ("TW" if to.startswith("+886") else "CN")), None)
        return chosen or again or near or next(iter(self.outlets), None)

    @cached_property
    def appliances(self) -> list[Appliance]:
        """What they have."""
        rows = Appliance.objects.filter(customer__in=self.mine).select_related("brand", "category")
        return list(rows.order_by("-pk")[:30])

    @cached_property
    def addresses(self) -> list[Address]:
        """Where we have been, each place once."""
        rows = Address.objects.filter(customer__in=self.mine).exclude(line="").order_by("-pk")[:30]
        return list({one.full: one for one in rows}.values())

    def known(self) -> set[str]:
        """Return the fields that need not be asked for: we know them."""
        customer = door.customer_of(self.request)
        return {name for name in ("name", "phone") if getattr(customer, name)}

    def asked(self) -> requests.Asked:
        """Return it as the action takes it."""
        shown = Photo.objects.in_bulk([number for number, _name in self.kept["photos"]])
        return requests.Asked(
            outlet=self.outlet,
            customer=door.customer_of(self.request),
            mine=self.mine,
            told={**self.told, **self._wish()},
            service_kind=self.kept.get("service_kind", ServiceKind.ON_SITE),
            appliance=next((one for one in self.appliances if one.pk == self.kept.get("appliance")), None),
            address=next((one for one in self.addresses if one.pk == self.kept.get("address")), None),
            films=self.films,
            photos=[(shown[number], *PICTURES[name]) for number, name in self.kept["photos"] if number in shown],
        )

    def _wish(self) -> dict[str, Any]:
        """Return the chosen times, else the part of a day that was wished, as an order keeps them."""
        now = timezone.now()
        with timezone.override(self.outlet.tz):
            if chosen := windows.wish_of(self.kept.get("windows", []), now, self.told.get("wish", "")):
                return chosen
            wished = windows.part_of_day(self.kept.get("day", ""), self.kept.get("part", ""), now)
            return windows.in_figures([wished] if wished else [], self.told.get("wish", ""))

    def first_lack(self, steps: tuple[str, ...]) -> str:
        """Return the first of these steps that still lacks something or does not hold, "" when none does."""
        asked = self.asked()
        return next((step for step in steps if requests.needs(asked, step) or self._clean(FIELDS[step])), "")

    def take(self, step: str, request: HttpRequest) -> dict[str, Any]:
        """Keep what was said on a step, also when it does not hold; return what is wrong, by field."""
        post, errors, fields = request.POST, {}, FIELDS[step]
        for name in (one for one in fields if one in post):
            self.told[name] = post[name].strip()[:2000]
        chosen = {"appliance": "appliance", "place": "address"}.get(step)
        if chosen and chosen in post:
            self.kept[chosen] = int(post[chosen]) if post[chosen].isdecimal() and len(post[chosen]) < 18 else None
        if post.get("outlet"):
            self.kept["outlet"] = post["outlet"][:40]
            self.__dict__.pop("outlet", None)
        if post.get("service_kind") in ServiceKind.values:
            self.kept["service_kind"] = post["service_kind"]
        if step == "time":
            self.kept["windows"] = [one for one in post.getlist("windows")[: windows.WINDOWS] if len(one) < 80]
            self.kept["day"], self.kept["part"] = post.get("day", "")[:10], post.get("part", "")[:10]
        self._drop(post)
        errors |= self._pictures(request) | self._films(request)
        errors |= self._clean(fields)
        if not errors and "more" not in post:
            errors |= requests.needs(self.asked(), step)
        self._keep()
        return errors

    def _clean(self, fields: tuple[str, ...]) -> dict[str, Any]:
        """Check what was typed; dates come as the browser writes them and are kept as ISO."""
        try:
            typed = from_post(ProductData, _Typed(self.told), self.outlet.tz, only=fields)
            requests.clean({**typed}, self.outlet, timezone.now())
        except serializers.ValidationError as wrong:
            return {name: said for name, said in wrong.detail.items() if name in fields}
        return {}

    def _pictures(self, request: HttpRequest) -> dict[str, list[str]]:
        """Keep the pictures that were sent; say of which field one is none."""
        errors: dict[str, list[str]] = {}
        for name in PICTURES:
            for sent in request.FILES.getlist(name):
                if len(self.kept["photos"]) >= MOST:
                    errors[name] = [_("These are more than %(most)s photos. Keep the best ones.") % {"most": MOST}]
                    break
                try:
                    uploads.count(self.kept["contact"], sent.size, timezone.now())
                    with transaction.atomic():
                        number = pictures.keep(sent, timezone.now()).pk
                except (pictures.NotAPicture, uploads.TooMuch) as error:
                    errors[name] = [str(error)]
                    continue
                if [number, name] not in self.kept["photos"]:
                    self.kept["photos"].append([number, name])
        return errors

    def _films(self, request: HttpRequest) -> dict[str, list[str]]:
        """Keep the films that were sent; say when one is none."""
        kept = self.kept.setdefault("films", [])
        for sent in request.FILES.getlist("film"):
            if len(kept) >= MOST_FILMS:
                return {"film": [_("These are more than %(most)s films. Keep the best ones.") % {"most": MOST_FILMS}]}
            try:
                uploads.count(self.kept["contact"], sent.size, timezone.now())
                kept.append(films_of.keep(sent, timezone.now()).pk)
            except (films.NotAFilm, uploads.TooMuch) as error:
                return {"film": [str(error)]}
        return {}

    @property
    def films(self) -> list[Film]:
        """The films that were sent so far."""
        return list(Film.objects.filter(pk__in=self.kept.get("films", []), order=None))

    def _drop(self, post: Any) -> None:
        """Let go of pictures and films that were ticked: a film at once, a picture (others may have it) in a week."""
        photos, films = post.getlist("drop_photos"), post.getlist("drop_films")
        self.kept["photos"] = [one for one in self.kept["photos"] if str(one[0]) not in photos]
        for dropped in [one for one in self.kept.get("films", []) if str(one) in films]:
            self.kept["films"].remove(dropped)
            films_of.drop(dropped)

    def step_of(self, wrong: dict[str, Any]) -> str:
        """Return the step on which the first wrong field stands."""
        return next((step for step, names in FIELDS.items() if set(names) & set(wrong)), STEPS[0])

    def done(self) -> None:
        """Forget it: it is sent."""
        self.request.session.pop(KEPT, None)

    def _keep(self) -> None:
        self.request.session[KEPT] = self.kept


class _Typed(dict):
    """Told fields as a posted form reads."""

    def getlist(self, name: str) -> list[str]:
        """Return the values of a field."""
        return [self[name]] if name in self else []
