"""Open orders for drafts: find or make customer, address and appliance, many at once, nothing twice (H-I4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.models import Address, Appliance, Brand, Category, Customer
from dispatch import live
from dispatch.actions import cover
from dispatch.imports.columns import normalise
from dispatch.imports.rows import Draft
from dispatch.lifecycle.act import open_orders
from dispatch.models import Fault, ServiceOrder, State
from technicians.models import Outlet, User

TRIES = 3  # when another import writes the same orders at the same moment
OF_THE_ORDER = (
    "channel",
    "service_kind",
    "priority",
    "symptom",
    "wish",
    "wish_from",
    "wish_to",
    "in_warranty",
    "external_ref",
)


class Masters:
    """Categories, brands and faults by the words files use, read once per import."""

    def __init__(self) -> None:
        self.categories = {row.code: row for row in Category.objects.all()}
        self.faults = {normalise(row.code): row for row in Fault.objects.all()}
        self.brands: dict[str, Brand] = {}
        for brand in Brand.objects.all():
            names = (brand.code, brand.name_en, brand.name_zh_hans, brand.name_zh_hant)
            self.brands |= {normalise(name): brand for name in names if name}

    def brand(self, written: str) -> Brand | None:
        """Return the brand a file means; '海爾 Haier' counts by either name."""
        known = self.brands.get(normalise(written))
        return known or next(
            (self.brands[key] for word in written.split() if (key := normalise(word)) in self.brands), None
        )


def known_refs(outlet: Outlet, drafts: Sequence[Draft]) -> set[str]:
    """Return the references among `drafts` under which the outlet has orders already."""
    refs = [draft.external_ref for draft in drafts]
    return set(ServiceOrder.objects.filter(outlet=outlet, external_ref__in=refs).values_list("external_ref", flat=True))


def take_in(
    outlet: Outlet, drafts: Sequence[Draft], masters: Masters, by: User | None, now: datetime, source: str
) -> list[ServiceOrder]:
    """Open an order for each draft that the outlet does not have yet; return the orders opened.

    All of them or, when it fails, none. Drafts must not repeat a reference among themselves.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                known = known_refs(outlet, drafts)
                new = [draft for draft in drafts if draft.external_ref not in known]
                return _open(outlet, new, masters, by, now, source) if new else []
        except IntegrityError:
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def _open(
    outlet: Outlet, drafts: list[Draft], masters: Masters, by: User | None, now: datetime, source: str
) -> list[ServiceOrder]:
    customers = _customers(drafts)
    addresses = _addresses(drafts, customers)
    appliances = _appliances(drafts, customers, masters)
    orders = []
    for draft, customer, address, appliance in zip(drafts, customers, addresses, appliances, strict=True):
        fault = masters.faults.get(normalise(draft.fault_code)) if draft.fault_code else None
        orders.append(
            ServiceOrder(
                outlet=outlet,
                customer=customer,
                address=address,
                appliance=appliance,
                state=State.READY.value,
                fault=fault,
                note=_note(draft, masters, fault),
                **{name: getattr(draft, name) for name in OF_THE_ORDER},
            )
        )
    decided = cover.at_intake(orders, now)
    open_orders(orders, by, now, {"source": source})
    cover.write(decided, by)
    last = orders[-1]
    transaction.on_commit(partial(live.tell, last.pk, last.version, outlet.pk))  # one word is enough to look again
    return orders


def _note(draft: Draft, masters: Masters, fault: Fault | None) -> str:
    """The file's note, and what it says that our master data has no row for."""
    lines = [draft.note]
    if draft.brand and not masters.brand(draft.brand):
        lines.append(_("Brand: %(brand)s") % {"brand": draft.brand})
    if draft.fault_code and not fault:
        lines.append(_("Fault code: %(code)s") % {"code": draft.fault_code})
    return "\n".join(line for line in lines if line)


def _customers(drafts: list[Draft]) -> list[Customer]:
    """Find each household by phone and name, or write it down; without a phone it is a new one per name and address."""
    wanted = {_household(draft): draft for draft in drafts}
    phones = [draft.phone for draft in drafts if draft.phone]
    found = _by_phone(phones)
    missing = {key: draft for key, draft in wanted.items() if key not in found}
    new = {
        key: Customer(name=draft.customer, phone=draft.phone, phone_alt=draft.phone_alt)
        for key, draft in missing.items()
    }
    # Another import may write the same household meanwhile: then its row is the one.
    Customer.objects.bulk_create([row for row in new.values() if row.phone], ignore_conflicts=True)
    Customer.objects.bulk_create([row for row in new.values() if not row.phone])
    found = _by_phone(phones) | {key: row for key, row in new.items() if not row.phone}
    return [found[_household(draft)] for draft in drafts]


def _household(draft: Draft) -> tuple[str, ...]:
    return (
        (draft.phone, draft.customer)
        if draft.phone
        else ("", draft.customer, draft.city, draft.district, draft.address)
    )


def _by_phone(phones: list[str]) -> dict[tuple[str, ...], Customer]:
    return {(row.phone, row.name): row for row in Customer.objects.filter(phone__in=phones)}


def _addresses(drafts: list[Draft], customers: list[Customer]) -> list[Address]:
    """Find each address among the customer's, or write it down."""
    known = {
        (row.customer_id, row.line, row.district, row.city): row
        for row in Address.objects.filter(customer__in=customers).order_by("-pk")
    }
    new, rows = [], []
    for draft, customer in zip(drafts, customers, strict=True):
        key = (customer.pk, draft.address, draft.district, draft.city)
        if key not in known:
            place = {"latitude": draft.latitude, "longitude": draft.longitude}
            known[key] = Address(
                customer=customer, line=draft.address, district=draft.district, city=draft.city, **place
            )
            new.append(known[key])
        rows.append(known[key])
    Address.objects.bulk_create(new)
    return rows


def _appliances(drafts: list[Draft], customers: list[Customer], masters: Masters) -> list[Appliance]:
    """Find each machine at its customer's, by serial number or else by kind, brand and model, or write it down."""
    known = {}
    for row in Appliance.objects.filter(customer__in=customers).order_by("-pk"):
        known[_machine(row)] = row
    new, rows = [], []
    for draft, customer in zip(drafts, customers, strict=True):
        made = Appliance(
            customer=customer,
            category=masters.categories.get(draft.category),
            brand=masters.brand(draft.brand),
            model_no=draft.model_no,
            serial=draft.serial,
            purchased_on=draft.purchased_on,
        )
        row = known.setdefault(_machine(made), made)
        if row is made:
            new.append(made)
        rows.append(row)
    Appliance.objects.bulk_create(new)
    return rows


def _machine(row: Appliance) -> tuple:
    if row.serial:
        return row.customer_id, row.serial
    return row.customer_id, row.category_id, row.brand_id, row.model_no
