"""The example's master data: read from `dispatch/example`, written so that running it twice changes nothing."""

from __future__ import annotations

from datetime import date

from customers.models import Brand, Category
from dispatch.example.data import catalogue, kits
from dispatch.models import CallbackPolicy, Fault
from dispatch.models.callback import STANDARD
from technicians.models import KitItem, KitStandard, Skill

KITS_SINCE = date(2026, 1, 1)
NAMES = ("name_en", "name_zh_hans", "name_zh_hant")


def load_masters() -> None:
    """Write categories, brands, skills, faults, kit standards and callback policies."""
    rows = catalogue()
    categories = {row["code"]: _named(Category, row) for row in rows["categories"]}
    for row in rows["brands"]:
        _named(Brand, row)
    skills = {row["code"]: _named(Skill, row) for row in rows["skills"]}
    for row in rows["skills"]:
        skills[row["code"]].categories.set([categories[code] for code in row["categories"]])
    for row in rows["faults"]:
        fields = {name: row[name] for name in row if name.startswith(("cause_", "measure_"))}
        fields |= {name: row[name] for name in ("parts", "by_phone", "minutes") if name in row}
        _named(Fault, row, category=categories[row["category"]], skill=skills.get(row.get("skill")), **fields)
    for row in kits():
        _kit(row, categories.get(row["category"]))
    for kind, rule in STANDARD.items():
        fields = {name: getattr(rule, name) for name in ("delay_minutes", "role", "max_attempts", "retry_minutes")}
        CallbackPolicy.objects.get_or_create(kind=kind, defaults=fields)


def _named(model, row: dict, **more):
    """Write one row of named master data by its code."""
    names = {name: row.get(name, "") for name in NAMES}
    return model.objects.update_or_create(code=row["code"], defaults=names | more)[0]


def _kit(row: dict, category: Category | None) -> None:
    """Write one kit standard with its items."""
    kit, _made = KitStandard.objects.get_or_create(
        category=category, version=row["version"], defaults={"valid_from": KITS_SINCE}
    )
    for item in row["items"]:
        fields = {name: value for name, value in item.items() if name != "code"}
        KitItem.objects.update_or_create(standard=kit, code=item["code"], defaults=fields)
