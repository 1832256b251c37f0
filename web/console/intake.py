"""Opening an order on the phone: the number first, what is known comes by itself, gaps are allowed and said."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from customers.models import Customer, ProductModel
from customers.phones import digits_typed
from dispatch import actions
from dispatch.actions.guards import GAP_NAMES
from dispatch.actions.intake import NewOrder
from dispatch.lifecycle import BadData, Refusal
from dispatch.models import Priority, ServiceOrder
from technicians.models import Outlet, User
from web.shared.doing import KEY, fingerprint
from web.shared.forms import ActForm
from web.shared.middleware import zone_of
from web.shared.post import from_post
from web.shared.teaching import of_refusal

# How the call goes: who, where, what, when
SECTIONS = (
    ("who", gettext_lazy("Who calls"), ("phone", "name", "phone_alt")),
    ("where", gettext_lazy("Where it stands"), ("address_line", "district", "city", "access_note")),
    (
        "what",
        gettext_lazy("Which appliance, and what is wrong"),
        ("category", "brand", "model_no", "serial", "purchased_on", "symptom", "fault"),
    ),
    ("when", gettext_lazy("When, and how"), ("wish", "wish_from", "wish_to", "service_kind", "priority")),
    ("more", gettext_lazy("For us"), ("note", "external_ref", "needs_review", "outlet")),
)


# What H-I2 asks for: may be empty, but is asked for before the visit
WANTED = {"phone", "name", "address_line", "model_no", "purchased_on", "symptom", "wish"}


def order_new(request: HttpRequest) -> HttpResponse:
    """Show the form of a new order, and open one."""
    zone = _zone(request.user, request.POST)
    if request.method != "POST":
        return _page(request, zone)
    post = request.POST
    try:
        raw = from_post(NewOrder, post, zone, only=_fields(request.user))
        key = post.get("idempotency_key", "")
        key = key if KEY.fullmatch(key) else ""
        now = timezone.now()
        outcome = actions.create_order(request.user, raw, now, key=key, fingerprint=fingerprint(0, "new", raw))
    except serializers.ValidationError as error:
        return _page(request, zone, error.detail)
    except BadData as refusal:
        return _page(request, zone, refusal.context["errors"], refusal)
    except Refusal as refusal:
        return _page(request, zone, None, refusal)
    return _opened(request, outcome.answer)


def _zone(user: User, post):
    """The zone the wish is typed in: the chosen outlet's, else the person's."""
    if user.outlet_id:
        return user.outlet.tz
    outlet = Outlet.objects.filter(code=post.get("outlet", "")[:40].replace("\0", "")).first()
    return outlet.tz if outlet else zone_of(user)


def _fields(user: User) -> set[str]:
    shown = {name for _code, _title, names in SECTIONS for name in names}
    return shown - {"outlet"} if user.outlet_id else shown


SUGGESTED = 500  # models: more than that nobody scrolls, and a page has to stay light


def _models() -> QuerySet[ProductModel]:
    """Return the models of the catalogue: warranty and parts depend on the number being the right one."""
    return ProductModel.objects.select_related("brand").order_by("number")[:SUGGESTED]


def _page(request: HttpRequest, zone, errors=None, refusal: Refusal | None = None) -> HttpResponse:
    """Render the form with what was typed, or with what the address bar brings along."""
    typed = request.POST if request.method == "POST" else None
    fields = _fields(request.user)
    initial = {"priority": Priority.NORMAL} | {name: request.GET[name] for name in fields if name in request.GET}
    drawn = {"initial": initial, "post": typed, "errors": errors, "zone": zone, "only": fields}
    drawn["choices"] = {"model_no": [(one.number, f"{one.brand} {one.name}") for one in _models()]}
    form = ActForm.build("new", _("Open an order"), "", NewOrder(), icon="plus", **drawn)
    rows = {row.name: _eased(row) for row in form.rows}
    if typed is None and "phone" in rows:
        rows["phone"].attrs["autofocus"] = "autofocus"
    sections = [(code, title, [rows[name] for name in names if name in rows]) for code, title, names in SECTIONS]
    context = {"act": form, "sections": sections, "refused": None, "now": timezone.now()}
    if refusal is not None and not isinstance(refusal, BadData):
        context["refused"] = of_refusal(refusal, lambda verb: "", request.path, "")
    said = typed or request.GET
    context |= known(request.user, said.get("phone", ""), said.get("name", "")) | {"to_board": _to_board(request)}
    return render(request, "console/new.html", context, status=refusal.status if refusal else 400 if errors else 200)


def _eased(row):
    """Mark what an order needs (H-I2) by leaving '(optional)' out, and lay short choices side by side."""
    row.required = row.name in WANTED
    if row.kind == "radios":
        row.across, row.required = True, True
        row.options = [option for option in row.options if option.value]
    return row


def _to_board(request: HttpRequest) -> bool:
    """Tell whether the form was opened from the board, to which it leads back."""
    return (request.POST if request.method == "POST" else request.GET).get("from") == "board"


def _opened(request: HttpRequest, answer: dict) -> HttpResponse:
    """Lead to the new order, on the board or on its page, and say there what it still lacks (H-I2)."""
    order = ServiceOrder.objects.with_rows().get(pk=answer["order"])
    if _to_board(request):
        return redirect(f"{reverse('board')}?{urlencode({'outlet': order.outlet.code, 'order': order.pk})}")
    gaps = _(", ").join(str(GAP_NAMES[name]) for name in order.gaps())
    said = _("Order %(number)s is open.") % {"number": order.number}
    messages.success(request, f"{said} {_('Still missing: %s.') % gaps}" if gaps else said)
    return redirect("order", order.pk)


def known(user: User, phone: str, name: str = "") -> dict:
    """Return what is known by a phone number, or without one by a name, while it is typed: households, their orders."""
    digits, name = re.sub(r"\D", "", phone)[:15], name.replace("\0", "").strip()[:80]
    inside = digits_typed(digits) if len(digits) >= 5 else ""
    if not inside and len(name) < 2:
        return {"digits": digits, "households": []}
    by = {"phone__contains": inside} if inside else {"name__istartswith": name}
    found = Customer.objects.for_user(user).filter(**by).prefetch_related("addresses")
    households = []
    for customer in found[:5]:
        orders = ServiceOrder.objects.for_user(user).filter(customer=customer)
        orders = list(orders.select_related("appliance__category", "appliance__brand", "address")[:6])
        households.append({"customer": customer, "orders": orders, "fills": _fills(customer, orders)})
    return {"digits": digits, "named": "" if inside else name, "households": households}


def _fills(customer: Customer, orders: list[ServiceOrder]) -> list[dict]:
    """Return one filling of the form for each machine at each place; the bare person when there is none."""
    seen, fills = set(), []
    for order in orders:
        if (order.appliance_id, order.address_id) in seen:
            continue
        seen.add((order.appliance_id, order.address_id))
        fills.append(_fill(customer, order))
    return fills or [_fill(customer, None)]


def _fill(customer: Customer, order: ServiceOrder | None) -> dict:
    """Return {label, values, query}: what to put into which field."""
    values = {"phone": customer.phone, "name": customer.name, "phone_alt": customer.phone_alt}
    label = customer.name
    if order:
        machine, place = order.appliance, order.address
        label = f"{machine} · {place.full}" if str(machine) else place.full
        values |= {"address_line": place.line, "district": place.district, "city": place.city}
        values |= {"access_note": place.access_note, "model_no": machine.model_no, "serial": machine.serial}
        values |= {"category": machine.category.code if machine.category else ""}
        values |= {"brand": machine.brand.code if machine.brand else ""}
        values |= {"purchased_on": machine.purchased_on.isoformat() if machine.purchased_on else ""}
    values = {name: value for name, value in values.items() if value}
    return {"label": label, "values": values, "query": urlencode(values)}


def order_known(request: HttpRequest) -> HttpResponse:
    """The part of the form that says what is known by the number typed so far."""
    context = known(request.user, request.GET.get("phone", ""), request.GET.get("name", "")) | {"now": timezone.now()}
    return render(request, "console/known.html", context)
