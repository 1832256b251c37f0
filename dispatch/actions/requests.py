"""A customer asks for service by themselves (H-I1). What they said is rehearsed before it is sent, then opened as a
request that somebody reviews.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.db import connection, transaction
from rest_framework import serializers

from customers.models import Address, Appliance, Customer, Photo
from customers.terms import PolicyNotInForce
from customers.warranty import Decision
from dispatch.actions import cover, intake, pricing
from dispatch.actions.corrections import ProductData
from dispatch.lifecycle import open_order
from dispatch.lifecycle.act import open_orders
from dispatch.models import Channel, Film, OrderPhoto, ServiceKind, ServiceOrder, State
from dispatch.planning.suggest import TIGHT
from dispatch.planning.suggesting import Offer, suggestions
from technicians.models import Outlet

MACHINE = ("category", "brand", "model_no", "serial", "purchased_on")
PLACE = ("address_line", "district", "city", "access_note")
TOLD = ("name", "phone", *MACHINE, *PLACE, "symptom", "wish", "wish_from", "wish_to")
LOOKED_AT = 60  # offers asked for, of several days; those that squeeze somebody else are left out


@dataclass
class Asked:
    """What somebody asks for: plain data as typed, checked by `clean`; `mine` are the customer rows shown to be theirs.

    `appliance` and `address` are theirs when chosen, None when new; `photos` are (picture, PhotoKind, note);
    `films` are of no order yet.
    """

    outlet: Outlet
    customer: Customer
    mine: list[Customer]
    told: dict[str, Any]
    service_kind: str = ServiceKind.ON_SITE
    appliance: Appliance | None = None
    address: Address | None = None
    photos: list[tuple[Photo, str, str]] = field(default_factory=list)
    films: list[Film] = field(default_factory=list)


@dataclass(frozen=True)
class Rehearsal:
    """What would come of it now: free times (best first), the provisional decision, and fees in minor units (H-G1).

    `decision` is None where the maker has no policy; `call_out` and `labour` are None where there is no fee table.
    """

    offers: list[Offer]
    decision: Decision | None
    call_out: int | None
    labour: int | None


def clean(told: dict[str, Any], outlet: Outlet, now: datetime) -> dict[str, Any]:
    """Return what was typed as clean data. Raises serializers.ValidationError, by field."""
    form = ProductData(
        data={name: told[name] for name in TOLD if told.get(name) not in (None, "")},
        context={"region": outlet.region, "now": now, "outlet": outlet},
    )
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def rehearse(asked: Asked, now: datetime) -> Rehearsal:
    """Return what planning, warranty and fee table say, as if it were approved: written, asked, and taken back."""
    with transaction.atomic():
        order = _draft(asked, now, State.READY)
        open_orders([order], None, now)
        fresh = ServiceOrder.objects.with_rows().get(pk=order.pk)
        try:
            decision = cover.assess(fresh, now, final=False)
        except PolicyNotInForce:
            decision = None
        offers = suggestions(fresh, now, top=LOOKED_AT) if asked.service_kind == ServiceKind.ON_SITE else []
        call_out, labour = _fees(fresh, now)
        transaction.set_rollback(True)
    return Rehearsal([one for one in offers if one.left is None or one.left >= TIGHT], decision, call_out, labour)


def open_request(asked: Asked, key: str, now: datetime) -> ServiceOrder:
    """Open the request, to be reviewed. The same key at the same outlet is the same request, however often it is sent.

    Raises serializers.ValidationError when what was typed does not hold (any more).
    """
    reference = f"W-{b32encode(blake2b(key.encode(), digest_size=10).digest()).decode()}"  # 80 bits: no two alike
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [reference])
        before = ServiceOrder.objects.filter(outlet=asked.outlet, external_ref=reference).first()
        if before:
            return before
        order = _draft(asked, now, State.REQUESTED)
        order.external_ref = reference
        decided = cover.at_intake([order], now)
        open_order(order, None, now, {"how": "portal"})
        cover.write(decided, None)
        OrderPhoto.objects.bulk_create(_photos(order, asked.photos, now), ignore_conflicts=True)
        Film.objects.filter(pk__in=[film.pk for film in asked.films], order=None).update(order=order)
    return order


def _photos(order: ServiceOrder, sent: Iterable[tuple[Photo, str, str]], now: datetime) -> list[OrderPhoto]:
    return [
        OrderPhoto(order=order, photo=photo, kind=kind, note=note, at=now, event_seq=order.log_seq)
        for photo, kind, note in sent
    ]


def _draft(asked: Asked, now: datetime, state: State) -> ServiceOrder:
    """Return an unsaved order, its customer, place and machine found among theirs or written down."""
    data = clean(asked.told, asked.outlet, now)
    customer = _customer(asked, data)
    where = data
    if asked.address:  # by its words: the place may stand with another name of the same household
        chosen = asked.address
        where = {"address_line": chosen.line, "district": chosen.district, "city": chosen.city,
                 "latitude": chosen.latitude, "longitude": chosen.longitude,
                 "access_note": data.get("access_note") or chosen.access_note}  # fmt: skip
    return ServiceOrder(
        state=state.value,
        outlet=asked.outlet,
        customer=customer,
        address=intake.place_of(customer, where),
        appliance=asked.appliance or intake.machine_of(customer, data),
        channel=Channel.PORTAL,
        service_kind=asked.service_kind,
        **{name: data[name] for name in ("symptom", "wish", "wish_from", "wish_to") if name in data},
    )


def _customer(asked: Asked, data: dict) -> Customer:
    """Return the owner of the chosen machine, else whoever is here, else somebody new. Gaps are filled only."""
    if asked.appliance:
        return next(one for one in asked.mine if one.pk == asked.appliance.customer_id)
    told = {"name": data.get("name", ""), "phone": data.get("phone", "")}
    if asked.customer.pk:
        return intake.filled(asked.customer, _apart(asked.customer, told))
    new = asked.customer
    made = Customer(phone=new.phone, email=new.email, language=new.language)
    for name, value in _apart(made, told).items():
        setattr(made, name, getattr(made, name) or value)
    made.save()
    return made


def _apart(customer: Customer, told: dict[str, str]) -> dict[str, str]:
    """Return what of {name, phone} may be written of a customer; those of another row are not made theirs.

    Who came by e-mail has not shown that the phone is theirs: it stands as a second one, to be rung, never a key.
    """
    phone, name = customer.phone or told["phone"], customer.name or told["name"]
    others = Customer.objects.exclude(pk=customer.pk).filter(phone=phone, name=name)
    if not phone or not others.exists():
        return told
    return {} if customer.phone else {"name": told["name"], "phone_alt": phone}


def _fees(order: ServiceOrder, now: datetime) -> tuple[int | None, int | None]:
    """Return what coming out and the work cost where nobody else pays, by the table of today; None if there is none."""
    row = pricing.in_force(order, now.astimezone(order.outlet.tz).date())
    if row is None:
        return None, None
    prices = pricing.read(row, [], order.outlet.currency).prices
    category = order.appliance.category
    labour = prices.labour.get(("category", category.code)) if category else None
    return prices.call_out, labour if labour is not None else prices.labour.get(("", ""))


def needs(asked: Asked, step: str) -> dict[str, list]:
    """Return what a step still lacks, by field, as the customer reads it."""
    told, lacks = asked.told, {}
    if step == "appliance" and not asked.appliance and not told.get("category"):
        lacks["category"] = [REQUIRED]
    if step == "fault" and len(told.get("symptom", "").strip()) < 2:
        lacks["symptom"] = [REQUIRED]
    if step == "place":
        if not asked.address and not told.get("address_line", "").strip():
            lacks["address_line"] = [REQUIRED]
        if not (asked.customer.name or told.get("name", "").strip()):
            lacks["name"] = [REQUIRED]
        if not (asked.customer.phone or told.get("phone", "").strip()):
            lacks["phone"] = [REQUIRED]
    return lacks


REQUIRED = serializers.Field.default_error_messages["required"]
