"""Snapshots to print, in any language."""

from django.utils import translation

from dispatch.papers import labels

OUTLET = {
    "name": "大安服務站", "address": "台北市大安區仁愛路四段 27 號", "phone": "+886 2 2700 1234", "tax_no": "12345678",
}  # fmt: skip
CUSTOMER = {"name": "王小明", "phone": "+886 912 345 678", "address": "台北市大安區信義路三段 147 巷 5 弄 12 號 3 樓"}
APPLIANCE = {
    "brand": "Haier", "category": "洗衣機", "model": "XQG70-B10866", "serial": "CE0J8A00N00H1M7A0042",
    "purchased_on": "2023-03-05",
}  # fmt: skip
LINES = [
    {"words": "到府檢查費", "quantity": 1, "unit": 50000, "amount": 50000},
    {"words": "更換排水泵浦(工資)", "quantity": 1, "unit": 80000, "amount": 80000},
    {"words": "排水泵浦 DP-30", "note": "依保證書價格", "quantity": 2, "unit": 65050, "amount": 130100},
    {"words": "舊件折價", "quantity": 1, "unit": None, "amount": -6500},
]
PAYMENTS = [
    {"at": "2026-11-29T06:20:00+00:00", "method": "現金", "reference": "", "amount": 100000},
    {"at": "2026-11-29T06:25:00+00:00", "method": "刷卡", "reference": "SLIP-88213", "amount": 150000},
]
PARTS = [{"words": "排水泵浦 DP-30", "quantity": 1, "serial_in": "DP30-2026-0815", "serial_out": "DP30-2023-0101"}]
SLIP = {
    "code": "K7QX2MPA", "outside": "右側面板有一道 4 公分刮痕,門把鬆動。\n其餘完好。", "accessories": "進水管、說明書",
    "symptom": "脫水時劇烈震動並漏水", "promised_at": "2026-12-06T10:00:00+00:00", "loaner": "L-017 Haier EB70",
    "taken_by": "陳師傅",
}  # fmt: skip


def paper(kind: str, language: str = "en", **changes) -> dict:
    """Return a snapshot with everything on it that this kind can bear."""
    with translation.override(language):
        words = labels(kind)
    found = {
        "language": language, "labels": words, "number": "DAAN-R000042", "issued_at": "2026-11-29T06:30:00+00:00",
        "zone": "Asia/Taipei", "currency": "TWD", "order": "1042", "outlet": OUTLET, "customer": CUSTOMER,
        "appliance": APPLIANCE, "lines": LINES, "tax": 12076, "tax_bp": 500, "tax_included": True, "total": 253600,
        "waived": 0, "notes": [], "verify": {"code": "Qm3xV7tKp2Lw9ZcY", "url": "https://example.org/p/Qm3xV7tKp2Lw9ZcY/"},
    }  # fmt: skip
    if kind in ("receipt", "invoice"):
        found |= {"payments": PAYMENTS, "parts": PARTS}
    if kind == "credit_note":
        found |= {"lines": [], "total": 65050, "tax": 0, "reason": "零件七日內故障", "for": "DAAN-R000041"}
        found["payments"] = [PAYMENTS[0] | {"amount": -65050}]
    if kind == "quote":
        found |= {"valid_until": "2026-12-29T06:30:00+00:00", "signed": True}
    if kind == "slip":
        found |= {"slip": SLIP, "lines": [], "total": None, "signed": True}
    return found | changes
