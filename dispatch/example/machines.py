"""How the example writes an appliance as clerks type it: brand, model, serial and day of purchase."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from customers.terms import add_months
from dispatch.example.data import catalogue, models, policies

# Makers without a catalogue of their own here; customers own them all the same. Every # becomes a digit.
OTHERS = {
    "washing-machine": [
        ("lg", "WD-S1#VB"),
        ("samsung", "WW##T554"),
        ("hitachi", "BD-NX1##F"),
        ("midea", "MG##V11D"),
    ],
    "refrigerator": [
        ("hitachi", "R-HW5##NJ"),
        ("lg", "GR-FL##SV"),
        ("samsung", "RF##A90"),
        ("sharp", "SJ-GX##"),
        ("tatung", "TR-B1##H"),
    ],
    "air-conditioner": [
        ("daikin", "RXV##SVLT"),
        ("hitachi", "RAC-##NP"),
        ("midea", "KFR-##G"),
        ("lg", "LSU##DHP"),
    ],
    "water-heater": [("sakura", "DH-1##5"), ("rinnai", "RUA-C1##0"), ("midea", "F##-21WB")],
    "tv": [("sony", "KM-##X80L"), ("samsung", "UA##CU8000"), ("lg", "##UR8050"), ("sharp", "4T-C##FV1X")],
    "range-hood": [("sakura", "DR-77##ASXL"), ("fotile", "JQ##TA"), ("midea", "CXW-2##-B")],
    "dishwasher": [("bosch", "SMS6##I06X"), ("siemens", "SN23##50"), ("fotile", "JPSD2T-E#")],
    "dryer": [("lg", "WR-##0VW"), ("bosch", "WTW87M##"), ("samsung", "DV##T7240")],
}
CARRIED = 0.65  # of all appliances are of the brands whose catalogue is carried
KNOWN = 0.9  # of those, so many carry a number that the catalogue knows
YOUNG = 0.5  # of all; the first years bring the most calls that cost nothing
TAIWAN_ONLY = "sampo"
WEIGHTS = {
    "washing-machine": 22,
    "refrigerator": 18,
    "air-conditioner": 24,
    "water-heater": 12,
    "tv": 9,
    "range-hood": 7,
    "dishwasher": 4,
    "dryer": 4,
}
CATEGORY_WORDS = {
    "washing-machine": ["洗衣機", "洗衣機", "滾筒洗衣機", "直立式洗衣機", "洗脫烘"],
    "refrigerator": ["冰箱", "冰箱", "電冰箱", "變頻冰箱"],
    "air-conditioner": ["冷氣", "冷氣", "分離式冷氣", "冷暖氣機", "空調"],
    "water-heater": ["熱水器", "電熱水器", "瓦斯熱水器"],
    "tv": ["電視", "液晶電視", "TV"],
    "range-hood": ["抽油煙機", "排油煙機"],
    "dishwasher": ["洗碗機"],
    "dryer": ["乾衣機", "烘衣機"],
}


def filled(rng: Random, pattern: str) -> str:
    """Return the pattern with every # a digit."""
    return "".join(str(rng.randint(1, 9)) if ch == "#" else ch for ch in pattern)


def appliance(rng: Random, outlet: str, day: date) -> dict[str, Any]:
    """Return a machine with its brand, model, serial and day of purchase, as a clerk types them."""
    code = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    language = "name_zh_hans" if outlet == "shanghai" else "name_zh_hant"
    age = rng.triangular(5, 900, 300) if rng.random() < YOUNG else rng.triangular(200, 3600, 1500)
    bought = day - timedelta(days=int(age))
    maker, number = _model(rng, outlet, code, bought)
    brands = {brand["code"]: brand for brand in catalogue()["brands"]}
    names = {kind["code"]: kind for kind in catalogue()["categories"]}
    return {
        "code": code,
        "category": names[code][language] if outlet == "shanghai" else rng.choice(CATEGORY_WORDS[code]),
        "brand": rng.choice([brands[maker][language], brands[maker]["name_en"]]),
        "model": number,
        "serial": filled(rng, "########") if rng.random() < 0.8 else "",
        "covered": day <= add_months(bought, _promised(maker, code, bought)),
        "purchased": written_day(rng, bought, outlet),
    }


def _promised(maker: str, category: str, bought: date) -> int:
    """Return the months of warranty that were promised on the day of purchase (H-W1)."""
    rows = [row for row in policies() if row["category"] == category and row["brand"] in (maker, None)]
    rows.sort(key=lambda row: (row["brand"] is None, row["valid_from"]))
    later = (row for row in rows if row["valid_to"] is None or bought.isoformat() <= row["valid_to"])
    return next(later)["period_months"]


def _model(rng: Random, outlet: str, category: str, bought: date) -> tuple[str, str]:
    """Return a brand and the number of a model that was sold then: from the catalogue mostly, as people copy it."""
    if rng.random() >= CARRIED:
        maker, pattern = rng.choice(OTHERS[category])
        return maker, filled(rng, pattern)
    here = [
        row
        for row in models()
        if row["category"] == category and (outlet != "shanghai" or row["brand"] != TAIWAN_ONLY)
    ]
    sold = [row for row in here if row["made_from"] <= bought.year <= (row["made_to"] or bought.year) + 1]
    row = rng.choice(sold or here)
    number = row["number"]
    if rng.random() >= KNOWN:  # a digit misread, or a model that nobody entered
        return row["brand"], "".join(str(rng.randint(1, 9)) if ch.isdigit() else ch for ch in number)
    untidy = [number.lower(), number.replace("-", ""), number.replace("-", " ")]
    return row["brand"], rng.choice(untidy) if rng.random() < 0.12 else number


def written_day(rng: Random, day: date, outlet: str) -> str:
    """Return a day as one of several clerks writes it; in Taipei often in the ROC calendar."""
    plain = [f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y-%m-%d}"]
    if outlet == "shanghai":
        return rng.choice([*plain, f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}"])
    roc = day.year - 1911
    odd = [
        f"{roc}/{day.month}/{day.day}",
        f"{roc}.{day:%m.%d}",
        f"民國{roc}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    ]
    return rng.choice(plain * 3 + odd)
