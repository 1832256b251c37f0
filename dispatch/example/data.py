"""The example's master data, as plain structures: what is repaired, with what, for how much; streets and outlets."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

OUTLETS = [
    {
        "code": "taipei",
        "name_en": "Taipei",
        "name_zh_hans": "台北站",
        "name_zh_hant": "台北站",
        "zone": "Asia/Taipei",
        "region": "TW",
        "currency": "TWD",
        "phone": "+886255500000",
        "address": "台北市松山區八德路三段 20 號",
        "tax_no": "24549210",
        "latitude": 25.0521,
        "longitude": 121.5432,
    },
    {
        "code": "shanghai",
        "name_en": "Shanghai",
        "name_zh_hans": "上海站",
        "name_zh_hant": "上海站",
        "zone": "Asia/Shanghai",
        "region": "CN",
        "currency": "CNY",
        "phone": "+862155500000",
        "address": "上海市静安区愚园路 68 号",
        "tax_no": "91310106MA1FY00000",
        "latitude": 31.2246,
        "longitude": 121.4430,
    },
]


@cache
def read(name: str) -> Any:
    """Return the plain structure in one of the files beside this one, read once."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def catalogue() -> dict[str, list[dict[str, Any]]]:
    """Return categories, brands, skills and faults; faults name their category, skill and parts by code (H-A1)."""
    return read("catalogue")


def kits() -> list[dict[str, Any]]:
    """Return the kit standards: one for every job (category None), one more per category (H-D1)."""
    return read("kits")


def checklists() -> list[dict[str, Any]]:
    """Return the checklists in versions: by step, for every job or one category (H-E1, H-E6, H-F6, H-F12, H-H3)."""
    return read("checklists")


def models() -> list[dict[str, Any]]:
    """Return the models of the brands whose catalogue is carried; `made_from` and `made_to` are years."""
    return read("models")


def parts() -> list[dict[str, Any]]:
    """Return the spare parts with the models they fit and what they cost, in minor units."""
    return read("parts")


def prices() -> dict[str, list[dict[str, Any]]]:
    """Return fee tables, their versions, labour by version, discounts and what certificates say (H-G1, H-G3).

    Parts cost what `parts` says times the version's `parts_bp`, in hundredths of a per cent.
    """
    return read("prices")


def policies() -> list[dict[str, Any]]:
    """Return the warranty policies in versions, by brand and category; None means every one (H-W1)."""
    return read("policies")


def shops() -> list[dict[str, Any]]:
    """Return the shops, linked with us or not (H-W1)."""
    return read("shops")


def loaners() -> list[dict[str, Any]]:
    """Return the units that outlets lend (H-A6)."""
    return read("loaners")


def standard_texts() -> list[dict[str, Any]]:
    """Return what customers are told when nothing is wrong, or the appliance was not used as it should be (H-F3)."""
    return read("standard_texts")


def streets(outlet: str) -> list[dict[str, Any]]:
    """Return the streets round an outlet: first and last house as (latitude, longitude), and how many numbers."""
    return read("streets")[outlet]


def outlet(code: str) -> dict[str, Any]:
    """Return one outlet by code; KeyError when there is none."""
    return {place["code"]: place for place in OUTLETS}[code]


def point(street: dict[str, Any], number: int) -> tuple[float, float]:
    """Return (latitude, longitude) of a house number, on the straight line from the street's first to its last."""
    share = min(number / street["numbers"], 1.0)
    (lat1, lon1), (lat2, lon2) = street["first"], street["last"]
    return round(lat1 + (lat2 - lat1) * share, 6), round(lon1 + (lon2 - lon1) * share, 6)
