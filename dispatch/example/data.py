"""The example's master data, as plain structures: categories, brands, skills, faults, kits, streets, outlets."""

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
        "latitude": 31.2246,
        "longitude": 121.4430,
    },
]


@cache
def catalogue() -> dict[str, list[dict[str, Any]]]:
    """Return categories, brands, skills and faults; faults name their category and skill by code (H-A1)."""
    return json.loads((HERE / "catalogue.json").read_text(encoding="utf-8"))


@cache
def kits() -> list[dict[str, Any]]:
    """Return the kit standards: one for every job (category None), one more per category (H-D1)."""
    return json.loads((HERE / "kits.json").read_text(encoding="utf-8"))


@cache
def models() -> list[dict[str, Any]]:
    """Return the models of the brands whose catalogue is carried; `made_from` and `made_to` are years."""
    return json.loads((HERE / "models.json").read_text(encoding="utf-8"))


@cache
def streets(outlet: str) -> list[dict[str, Any]]:
    """Return the streets round an outlet: first and last house as (latitude, longitude), and how many numbers."""
    return json.loads((HERE / "streets.json").read_text(encoding="utf-8"))[outlet]


def outlet(code: str) -> dict[str, Any]:
    """Return one outlet by code; KeyError when there is none."""
    return {place["code"]: place for place in OUTLETS}[code]


def point(street: dict[str, Any], number: int) -> tuple[float, float]:
    """Return (latitude, longitude) of a house number, on the straight line from the street's first to its last."""
    share = min(number / street["numbers"], 1.0)
    (lat1, lon1), (lat2, lon2) = street["first"], street["last"]
    return round(lat1 + (lat2 - lat1) * share, 6), round(lon1 + (lon2 - lon1) * share, 6)
