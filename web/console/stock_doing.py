"""Doing something to stock: receive, carry, scrap, keep at least, request, fill up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from dispatch.actions import store
from dispatch.actions.part_fields import part_field, quantity_field
from dispatch.lifecycle import BadData
from technicians.models import Part, Role, Warehouse
from web.console.stock import kept_by, places, tabs
from web.shared.forms import ActForm
from web.shared.post import from_post
from web.shared.stocking import attempt, zone_of

SUGGESTED = 1000  # a list beside the box, narrowed as one types


def place_field(**how) -> serializers.CharField:
    """Return a field for a warehouse by its code; which ones there are is handed in."""
    return serializers.CharField(max_length=40, **how)


class ReceiveData(serializers.Serializer):
    """What came in from outside, and where it is put."""

    target = place_field(label=gettext_lazy("Into"))
    part = part_field()
    quantity = quantity_field()
    note = serializers.CharField(label=gettext_lazy("Delivery note"), required=False, allow_blank=True, max_length=240)


class CarryData(serializers.Serializer):
    """What is carried from where to where."""

    source = place_field(label=gettext_lazy("From"))
    target = place_field(label=gettext_lazy("Into"))
    part = part_field()
    quantity = quantity_field()
    note = serializers.CharField(label=gettext_lazy("Note"), required=False, allow_blank=True, max_length=240)


class ScrapData(serializers.Serializer):
    """What is thrown away, and why."""

    source = place_field(label=gettext_lazy("From"))
    part = part_field()
    quantity = quantity_field()
    note = serializers.CharField(label=gettext_lazy("Reason"), max_length=240)


class MinimumData(serializers.Serializer):
    """How many of a part are to be kept somewhere."""

    target = place_field(label=gettext_lazy("Warehouse"))
    part = part_field()
    quantity = quantity_field(label=gettext_lazy("Keep at least"), min_value=0)


class AskData(serializers.Serializer):
    """A part requested for a warehouse."""

    target = place_field(label=gettext_lazy("To"))
    part = part_field()
    quantity = quantity_field()
    note = serializers.CharField(label=gettext_lazy("What for"), required=False, allow_blank=True, max_length=240)


@dataclass(frozen=True)
class Deed:
    """One thing to do: its words, its data, and how it is done: `work(user, now, data)`."""

    label: object
    data: type
    work: Callable


def _line(data: dict) -> list[tuple[Part, int]]:
    return [(data["part"], data["quantity"])]


DEEDS = {
    "receive": Deed(
        gettext_lazy("Receive parts"),
        ReceiveData,
        lambda user, now, d: store.receive(user, now, d["target"], _line(d), d.get("note", "")),
    ),
    "carry": Deed(
        gettext_lazy("Carry parts to another place"),
        CarryData,
        lambda user, now, d: store.carry(user, now, d["source"], d["target"], _line(d), d.get("note", "")),
    ),
    "scrap": Deed(
        gettext_lazy("Throw parts away"),
        ScrapData,
        lambda user, now, d: store.scrap(user, now, d["source"], _line(d), d["note"]),
    ),
    "minimum": Deed(
        gettext_lazy("Keep at least"),
        MinimumData,
        lambda user, now, d: store.set_minimum(user, d["target"], d["part"], d["quantity"]),
    ),
    "ask": Deed(
        gettext_lazy("Request a part"),
        AskData,
        lambda user, now, d: store.ask(user, now, d["target"], d["part"], d["quantity"], d.get("note", "")),
    ),
}


def stock_do(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form of one thing to do to stock, or do it."""
    deed = DEEDS.get(name)
    if deed is None:
        raise Http404
    mine, seen = kept_by(request.user), places(request.user)
    if not mine:
        raise PermissionDenied
    refusals, errors = [], None
    if request.method == "POST":
        try:
            data = _read(request, deed, seen)
            refusals = attempt(request, name, lambda: deed.work(request.user, timezone.now(), data))
        except BadData as refusal:
            errors = refusal.context["errors"]
        if not refusals and errors is None:
            messages.success(request, _("%(what)s: recorded.") % {"what": deed.label})
            return redirect(_back(request, data))
    context = {
        "act": _form(request, name, deed, mine, seen, errors),
        "refusals": refusals,
        "title": deed.label,
        "tabs": tabs(request.user),
        "tab": "stock",
        "base": base_for(request),
    }
    return render(request, "console/stock_do.html", context, status=422 if refusals else 400 if errors else 200)


def base_for(request: HttpRequest) -> str:
    """Return the frame of the page: the phone for technicians, the desk for others."""
    return "shared/field_base.html" if request.user.role == Role.TECHNICIAN else "shared/console_base.html"


def _back(request: HttpRequest, data: dict) -> str:
    if request.user.role == Role.TECHNICIAN:
        return reverse("my_van")
    place = data.get("target") or data["source"]
    return f"{reverse('stock')}?at={place.code}&q={data['part'].code}"


def _read(request: HttpRequest, deed: Deed, seen: list[Warehouse]) -> dict:
    """Return the data of a form, warehouses by their rows. Raises BadData."""
    try:
        form = deed.data(data=from_post(deed.data, request.POST, zone_of(request)))
        form.is_valid(raise_exception=True)
    except serializers.ValidationError as error:
        raise BadData("H-A3", {"errors": error.detail}) from error
    data, codes = dict(form.validated_data), {one.code: one for one in seen}
    for name in ("source", "target"):
        if name in data and data[name] not in codes:
            raise BadData("H-A3", {"errors": {name: [_("Choose a warehouse from the list.")]}})
        if name in data:
            data[name] = codes[data[name]]
    return data


def _form(request: HttpRequest, name: str, deed: Deed, mine, seen, errors) -> ActForm:
    """Return the form; what is in the address is filled in."""
    described = deed.data()
    # What is taken must be one's own to look after; where it is put may be anywhere that one sees.
    near = [(one.code, one.name) for one in mine]
    anywhere = [(one.code, one.name) for one in seen]
    suggested = [(part.code, part.name) for part in Part.objects.order_by("code")[:SUGGESTED]]
    choices = {"source": near, "target": anywhere if name == "carry" else near, "part": suggested}
    asked = {field: request.GET[field] for field in described.fields if field in request.GET}
    form = ActForm.build(
        name,
        deed.label,
        reverse("stock_do", args=[name]),
        described,
        post=request.POST if request.method == "POST" else None,
        errors=errors,
        zone=zone_of(request),
        initial=asked,
        choices={field: some for field, some in choices.items() if field in described.fields},
        cancel_url=reverse("my_van" if request.user.role == Role.TECHNICIAN else "stock"),
    )
    return form


def stock_fill_up(request: HttpRequest, code: str) -> HttpResponse:
    """Request what a warehouse lacks to its minimum."""
    place = place_kept(request, code)
    if request.method != "POST":
        return redirect("stock")
    found: list[int] = []
    attempt(request, "fill_up", lambda: found.append(store.fill_up(request.user, timezone.now(), place)))
    if any(found):
        messages.success(request, _("Requested: %(n)s kinds of parts.") % {"n": found[0]})
    else:
        messages.info(request, _("Nothing is short that has not been requested already."))
    if request.user.role == Role.TECHNICIAN:
        return redirect("my_van")
    return redirect(f"{reverse('requisitions')}")


def place_kept(request: HttpRequest, code: str) -> Warehouse:
    """Return the warehouse if the person looks after it."""
    place = get_object_or_404(Warehouse.objects.for_user(request.user).select_related("technician"), code=code)
    if not store.may_keep(request.user, place):
        raise PermissionDenied
    return place
