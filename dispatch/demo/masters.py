"""The example's master data: read from `dispatch/example`, written so that running it twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from customers.models import Brand, Category, ProductModel, Shop, WarrantyPolicy
from dispatch.demo.bulk import NAMES, add, link, named, pick
from dispatch.demo.money import load_fees
from dispatch.example import data
from dispatch.models import CallbackPolicy, Fault, StandardText
from dispatch.models.callback import STANDARD
from technicians.models import Checklist, ChecklistItem, KitItem, KitStandard, Part, Skill

KITS_SINCE = date(2026, 1, 1)
SENTENCES = [f"{what}_{language}" for what in ("cause", "measure") for language in ("en", "zh_hans", "zh_hant")]


@dataclass
class Known:
    """What has been written so far, by code; models by number, policies by (brand id, category id, version)."""

    categories: dict[str, Category] = field(default_factory=dict)
    brands: dict[str, Brand] = field(default_factory=dict)
    models: dict[str, ProductModel] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    policies: dict[tuple, WarrantyPolicy] = field(default_factory=dict)

    def category(self, code: str | None) -> Category | None:
        """Return a category by code; None for every job."""
        return self.categories[code] if code else None


def load_masters() -> Known:
    """Write what is repaired, with what, by which rules and for how much; return what there is now."""
    known = Known()
    rows = data.catalogue()
    known.categories = add(Category, map(named, rows["categories"]))
    known.brands = add(Brand, map(named, rows["brands"]))
    skills = add(Skill, map(named, rows["skills"]))
    trained = ((row["code"], code) for row in rows["skills"] for code in row["categories"])
    link(Skill.categories, "skill", "category", ((skills[one].pk, known.categories[two].pk) for one, two in trained))
    _models_and_parts(known)
    _faults(known, skills)
    _policies(known)
    _kits(known)
    _checklists(known)
    _texts(known)
    _callbacks()
    load_fees(known)
    return known


def _models_and_parts(known: Known) -> None:
    """Write the models of the brands that are carried, and which part fits which (H-A3)."""
    made = (
        pick(row, "number", "made_from", "made_to", *NAMES)
        | {"brand": known.brands[row["brand"]], "category": known.categories[row["category"]]}
        for row in data.models()
    )
    known.models = add(ProductModel, made, "number")
    flags = ("serialised", "return_old", "consumable")
    parts = (named(row, category=known.categories[row["category"]], **pick(row, *flags)) for row in data.parts())
    known.parts = add(Part, parts)
    fits = ((known.parts[row["code"]].pk, known.models[number].pk) for row in data.parts() for number in row["fits"])
    link(Part.fits, "part", "productmodel", fits)


def _faults(known: Known, skills: dict[str, Skill]) -> None:
    """Write the fault catalogue with the parts that usually fix each (H-A1)."""
    rows = data.catalogue()["faults"]
    faults = (
        named(
            row,
            category=known.categories[row["category"]],
            skill=skills[row["skill"]],
            **pick(row, "parts", "by_phone", "minutes", *SENTENCES),
        )
        for row in rows
    )
    known.faults = add(Fault, faults)
    usual = ((known.faults[row["code"]].pk, known.parts[code].pk) for row in rows for code in row["part_codes"])
    link(Fault.usual_parts, "fault", "part", usual)


def _policies(known: Known) -> None:
    """Write what the makers promise, and the shops that are linked with us (H-W1)."""
    add(Shop, (named(row, linked=row["linked"]) for row in data.shops()))
    rows = (
        row | {"brand": row["brand"] and known.brands[row["brand"]], "category": known.category(row["category"])}
        for row in data.policies()
    )
    by_id = add(WarrantyPolicy, rows, "pk")
    known.policies = {(row.brand_id, row.category_id, row.version): row for row in by_id.values()}


def _kits(known: Known) -> None:
    """Write what must be in the bag (H-D1)."""
    heads = [{"category": known.category(row["category"]), "version": row["version"]} for row in data.kits()]
    made = add(KitStandard, (head | {"valid_from": KITS_SINCE} for head in heads), "pk").values()
    standards = {(kit.category_id, kit.version): kit for kit in made}
    items = [
        item | {"standard": standards[head["category"] and head["category"].pk, head["version"]]}
        for head, row in zip(heads, data.kits(), strict=True)
        for item in row["items"]
    ]
    add(KitItem, items, "pk")


def _checklists(known: Known) -> None:
    """Write what is gone through at each step of a visit, in versions (H-E1, H-E6, H-F6, H-F12, H-H3, H-H4)."""
    heads = [
        pick(row, "step", "version", "valid_from", "valid_to") | {"category": known.category(row["category"])}
        for row in data.checklists()
    ]
    made = {(one.step, one.category_id, one.version): one for one in add(Checklist, heads, "pk").values()}
    items: list[dict[str, Any]] = [
        item | {"checklist": made[head["step"], head["category"] and head["category"].pk, head["version"]]}
        for head, row in zip(heads, data.checklists(), strict=True)
        for item in row["items"]
    ]
    add(ChecklistItem, items, "pk")


def _texts(known: Known) -> None:
    """Write what customers are told when nothing is wrong, or it was not used as the manual says (H-F3)."""
    add(StandardText, (row | {"category": known.category(row["category"])} for row in data.standard_texts()), "pk")


def _callbacks() -> None:
    """Write the policies of calling back, as the standard has them (H-R1)."""
    columns = ("delay_minutes", "role", "max_attempts", "retry_minutes")
    rules = ({"kind": kind} | {name: getattr(rule, name) for name in columns} for kind, rule in STANDARD.items())
    add(CallbackPolicy, rules, "kind")
