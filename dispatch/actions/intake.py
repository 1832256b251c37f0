"""How an order comes to be (H-I2, H-I4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.models import Address, Appliance, Customer
from dispatch.actions import cover
from dispatch.actions.corrections import ProductData
from dispatch.actions.fields import Code
from dispatch.lifecycle import BadData, NotAllowed, open_order
from dispatch.lifecycle.act import Outcome, in_one_piece
from dispatch.lifecycle.once import once
from dispatch.lifecycle.verb import CENTRE
from dispatch.models import Channel, ServiceKind, ServiceOrder, State
from technicians.models import Outlet, Role, User

MAY_OPEN = (*CENTRE, Role.CLERK)


class NewOrder(ProductData):
    """An order as it is told on the phone. What is missing may come later, but somebody must be reachable."""

    outlet = Code(
        label=_("Outlet"), slug_field="code", queryset=Outlet.objects.all(), required=False, allow_null=True
    )
    service_kind = serializers.ChoiceField(
        label=_("Service"), choices=ServiceKind.choices, default=ServiceKind.ON_SITE
    )
    channel = serializers.ChoiceField(label=_("Channel"), choices=Channel.choices, default=Channel.CALL)
    note = serializers.CharField(
        label=_("Note"), required=False, allow_blank=True, max_length=2000, style={"textarea": True}
    )
    external_ref = serializers.CharField(
        label=_("Their order number"), required=False, allow_blank=True, max_length=80
    )
    needs_review = serializers.BooleanField(label=_("To be reviewed first"), default=False)

    def validate(self, data: dict) -> dict:
        """Somebody can be called or found, and something is wrong with something."""
        data = super().validate(data)
        if not data.get("phone") and not data.get("address_line"):
            raise serializers.ValidationError({"phone": _("Give a phone number or an address.")})
        if not data.get("symptom") and not data.get("category"):
            raise serializers.ValidationError({"symptom": _("Say what is wrong, or with which kind of appliance.")})
        ref, outlet = data.get("external_ref"), data.get("outlet") or self.context["outlet"]
        if ref and ServiceOrder.objects.filter(outlet=outlet, external_ref=ref).exists():
            raise serializers.ValidationError({"external_ref": _("There is an order with this number already.")})
        return data


def create_order(by: User, raw: Any, now: datetime, *, key: str = "", fingerprint: str = "") -> Outcome:
    """Open an order for `by` at their outlet (the centre names one). Returns the Outcome.

    Raises BadData, NotAllowed, KeyReused or Busy.
    """
    if by.role not in MAY_OPEN:
        names = str(_(", ")).join(str(Role(role).label) for role in MAY_OPEN)
        raise NotAllowed("H-I4", {"action": _("Open an order"), "roles": names})

    def work() -> dict:
        data = read_order(by, raw, now)
        outlet = data.get("outlet") or by.outlet
        order = draft(data, outlet)
        decided = cover.at_intake([order], now)
        answer = open_order(order, by, now)
        cover.write(decided, by)
        return answer

    return in_one_piece(lambda: once(by, key, fingerprint, work) if key else (work(), False))


def read_order(by: User, raw: Any, now: datetime) -> dict:
    """Return clean data for an order opened at `now`; raises BadData."""
    named = raw.get("outlet") if isinstance(raw, dict) else None
    outlet = by.outlet or _outlet(named)
    context = {"outlet": outlet, "region": outlet.region if outlet else "CN", "now": now}
    form = NewOrder(data={} if raw is None else raw, context=context)
    if not form.is_valid():
        raise BadData("H-I2", {"errors": form.errors})
    chosen = form.validated_data.get("outlet") or outlet
    if chosen is None:
        raise BadData("H-I2", {"errors": {"outlet": [_("Choose the outlet.")]}})
    if not by.sees_everything and chosen != by.outlet:
        raise BadData("H-I2", {"errors": {"outlet": [_("You open orders for your own outlet only.")]}})
    return dict(form.validated_data)


def _outlet(code: Any) -> Outlet | None:
    return Outlet.objects.filter(code=code).first() if isinstance(code, str) and "\x00" not in code else None


def draft(data: dict, outlet: Outlet) -> ServiceOrder:
    """Return an unsaved order from clean data, with its customer, address and appliance found or made."""
    customer = _customer(data)
    address = place_of(customer, data)
    state = State.REQUESTED if data.get("needs_review") else State.READY
    return ServiceOrder(
        state=state.value,
        outlet=outlet,
        customer=customer,
        address=address,
        appliance=machine_of(customer, data),
        **{
            name: data[name]
            for name in (
                "channel",
                "service_kind",
                "priority",
                "symptom",
                "fault",
                "wish",
                "wish_from",
                "wish_to",
                "in_warranty",
                "note",
                "external_ref",
            )
            if name in data
        },
    )


def _customer(data: dict) -> Customer:
    """Find the household by phone and name, or write it down."""
    who = {"phone": data.get("phone", ""), "name": data.get("name", "")}
    more = {"phone_alt": data.get("phone_alt", "")}
    if not who["phone"]:
        return Customer.objects.create(**who, **more)
    known, made = Customer.objects.get_or_create(**who, defaults=more)
    if made:
        return known
    # Two orders of one household at once: the second finds the address and machine that the first wrote down.
    return filled(Customer.objects.select_for_update(no_key=True).get(pk=known.pk), more)


def filled(row: Any, told: dict) -> Any:
    """Fill in what was not known of a row before; what is known stays until somebody corrects it (H-I3)."""
    new = {name: value for name, value in told.items() if value not in ("", None)}
    gaps = {name: value for name, value in new.items() if getattr(row, name) in ("", None)}
    for name, value in gaps.items():
        setattr(row, name, value)
    if gaps:
        row.save(update_fields=list(gaps))
    return row


def place_of(customer: Customer, data: dict) -> Address:
    """Find the place by its words at this customer's, or write it down."""
    where = {"line": data.get("address_line", ""), "district": data.get("district", ""), "city": data.get("city", "")}
    more = {name: data.get(name) for name in ("latitude", "longitude")} | {"access_note": data.get("access_note", "")}
    known = customer.addresses.filter(**where).order_by("pk").first()
    return filled(known, more) if known else Address.objects.create(customer=customer, **where, **more)


def machine_of(customer: Customer, data: dict) -> Appliance:
    """Find the machine by its serial number at this customer's, or write it down."""
    kind = {name: data.get(name) for name in ("category", "brand", "purchased_on")}
    kind |= {name: data.get(name, "") for name in ("model_no", "serial")}
    theirs = customer.appliances.order_by("pk")
    if kind["serial"]:
        known = theirs.filter(serial=kind["serial"]).first()
    else:
        same = {name: kind[name] for name in ("category", "brand", "model_no", "serial")}
        known = theirs.filter(_bought_then(kind["purchased_on"]), **same).first()
    return filled(known, kind) if known else Appliance.objects.create(customer=customer, **kind)


def _bought_then(day: date | None) -> Q:
    """Two alike in one household are told apart by when they were bought, where that is known."""
    return Q() if day is None else Q(purchased_on=day) | Q(purchased_on__isnull=True)
