"""The matter of the trade as the example tells it: papers, checks, parts, money, and what is asked of others."""

from __future__ import annotations

from django.db.models import F, Q

from dispatch.demo.teller import Teller
from dispatch.example import data
from dispatch.models import Reservation, ServiceOrder
from technicians import stock
from technicians.models import Balance, Part, Technician, WarehouseKind

PAPERS = ["box", "card", "invoice"]
FINDINGS = ["wear", "transport_or_liquid", "mains_or_lightning", "opened_by_others"]
FOR_ALL = "DS-"  # parts of no brand


def show_papers(teller: Teller) -> dict:
    """Return what is shown at the door; some have lost it, some bought at a shop that keeps it for them (H-W1)."""
    luck = teller.dice.random()
    if luck < 0.08:
        number = f"BB{teller.order_id:07d}"
        raw = {"shop": "bluebird-online", "proof": "shop_order", "proof_number": number}
        teller.tries("record_evidence", teller.people.agent, raw)
        return {}
    if luck < 0.14:
        if luck < 0.1:
            raw = {"covered": "yes", "reason": "客戶保固卡遺失，經銷商已傳真購買證明"}
            teller.tries("override_warranty", teller.people.manager, raw)
        return {"documents": []}
    found = {"exclusion": teller.dice.choice(FINDINGS)} if luck > 0.92 else {}  # H-W5
    return {"documents": PAPERS} | found


def likely_fault(order: ServiceOrder) -> str | None:
    """Return the code of the fault that the order names, or that its symptom tells of (H-A1)."""
    if order.fault:
        return order.fault.code
    kind, said = order.appliance.category, order.symptom
    rows = [row for row in data.catalogue()["faults"] if kind and row["category"] == kind.code]
    return next((row["code"] for row in rows if row["name_zh_hant"] in said or row["name_en"] in said), None)


def usual_part(order: ServiceOrder) -> Part | None:
    """Return a part that usually fixes the order's fault and fits the appliance; None where there is none (H-A1)."""
    if order.fault is None:
        return None
    models = stock.fitting(order.appliance)
    usual = order.fault.usual_parts.order_by("-consumable", "serialised", "code")
    return (usual.filter(fits__in=models) if models.exists() else usual.filter(code__startswith=FOR_ALL)).first()


def reserve(teller: Teller, technician: Technician) -> None:
    """Promise the order the part that it may need (H-A3)."""
    part = usual_part(teller.order) if teller.dice.random() < 0.6 else None
    if part and not Reservation.objects.filter(order=teller.order_id).exists():
        teller.after(1, 2).tries("reserve_part", technician.user, {"part": part.code})


def load(teller: Teller, technician: Technician) -> None:
    """Carry what is promised into the van before leaving; what the centre still has is done without."""
    held = Reservation.objects.filter(order=teller.order_id, state=Reservation.HELD)
    if not held.exists():
        return
    if held.filter(warehouse__kind=WarehouseKind.CENTRE).exists():
        teller.do("waive_parts", technician.user, {"reason": "中心調貨來不及，先到府檢查"})
    else:
        teller.do("load_parts", technician.user)


def chosen_part(teller: Teller, technician: Technician) -> Part | None:
    """Return the part that will go in: what was promised, else for most what usually helps and is at hand."""
    promised = Reservation.objects.filter(order=teller.order_id, state=Reservation.LOADED).first()
    if promised:
        return promised.part
    part = usual_part(teller.order) if teller.dice.random() < 0.85 else None
    free = Balance.objects.filter(part=part, on_hand__gt=F("reserved"))
    at_hand = Q(warehouse__technician=technician) | Q(warehouse__kind=WarehouseKind.OUTLET)
    return part if part and free.filter(at_hand, warehouse__outlet=technician.outlet_id).exists() else None


def put_in(teller: Teller, technician: Technician, part: Part) -> bool:
    """Put it in, with its number where it has one; False when there is none left (H-F7)."""
    raw = {"part": part.code}
    if part.serialised:
        number = teller.order_id
        raw |= {"serial_in": f"N{number:06d}{part.pk:04d}", "serial_out": f"K{number * 37 % 100_000:05d}"}
    return teller.after(2, 6).tries("use_part", technician.user, raw)


def missing_part(order: ServiceOrder) -> str:
    """Return the part that the order has to wait for, by its number; in words where the catalogue has none."""
    models = stock.fitting(order.appliance)
    usual = order.fault.usual_parts.filter(fits__in=models) if order.fault else Part.objects.none()
    near = Balance.objects.filter(on_hand__gt=F("reserved"), warehouse__outlet=order.outlet_id).values("part")
    others = Part.objects.filter(fits__in=models).order_by("-serialised", "-return_old", "consumable", "code")
    rare = usual.exclude(pk__in=near).first() or others.exclude(pk__in=near).first()
    return rare.code if rare else order.fault.parts if order.fault and order.fault.parts else "控制板"
