"""From a snapshot to the texts of a template: amounts and times written out, empty rows left out, QR codes drawn.

A snapshot is JSON with these keys; what is missing or empty is not printed:

    language, labels (dispatch.papers.labels), number, issued_at (ISO, UTC), zone (IANA), currency (ISO 4217)
    order, quote, valid_until, technician
    outlet     name, address, phone, tax_no
    customer   name, phone, address, tax_no
    appliance  brand, category, model, serial, purchased_on
    lines      [words, note, quantity, unit, amount, covered]
    tax, tax_bp (1/100 %), tax_included, net, total, waived
    payments   [at, method, reference, amount]      an amount below zero was given back
    parts      [words, quantity, serial_in, serial_out]                                        (H-F7)
    notes      [text]; reason
    signature  name, at; signed (print a place for it though nobody has signed)
    verify     code, url
    slip       code, outside, accessories, symptom, promised_at, loaner, taken_by              (H-F4)

Money is integer minor units of the currency.
"""

from __future__ import annotations

import io
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

import segno

from customers.money import say

TRADITIONAL = ("TWD", "HKD", "MOP")  # where an English paper still bears names in Traditional characters
UNPRINTABLE = ("Cc", "Cf", "Cs", "Cn")
OUTSTANDING_ON = ("receipt", "invoice")


def dressed(kind: str, paper: dict) -> dict:
    """Return what the template of `kind` prints, all of it as clean text."""
    words = paper["labels"]
    notes = list(paper.get("notes") or [])
    if reason := paper.get("reason"):
        notes.insert(0, f"{words['reason']}: {reason}")
    found = {
        "title": words["title"],
        "number": paper["number"],
        "outlet": _outlet(paper, words),
        "facts": _facts(kind, paper, words),
        "blocks": [_customer(paper, words), _appliance(paper, words)],
        "lines": _lines(paper, words),
        "totals": _totals(kind, paper, words),
        "payments": _payments(paper, words),
        "parts": _parts(paper, words),
        "notes": notes,
        "signature": _signature(paper, words),
        "stamp": words["stamp"],
    }
    if kind == "slip":
        found["slip"] = _slip(paper, words)
    # Spaces beside the numbers of a page are meant, and so not cleaned away.
    return clean(found | {"verify": _verify(paper, words)}) | _typeface(paper) | {"page": _page(words["page"])}


def clean(value):
    """Return `value` with its texts free of what cannot be printed or would turn the reading order around."""
    if isinstance(value, dict):
        return {name: clean(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [clean(each) for each in value]
    if not isinstance(value, str):
        return value
    spaced = "\n".join(" ".join(row.split()) for row in value.split("\n"))
    return "".join(sign for sign in spaced if sign == "\n" or unicodedata.category(sign) not in UNPRINTABLE)


def _typeface(paper: dict) -> dict:
    language = paper.get("language") or "en"
    traditional = language == "zh-hant" or (language == "en" and paper["currency"] in TRADITIONAL)
    fonts = ["Noto Sans SC", "Noto Sans TC"]
    lang, region = {"zh-hans": ("zh", "CN"), "zh-hant": ("zh", "TW")}.get(language, ("en", "GB"))
    return {"fonts": fonts[::-1] if traditional else fonts, "lang": lang, "region": region}


def _page(pattern: str) -> list[str]:
    """Return the three texts around the two numbers; a translation that lost one says just the numbers."""
    before, found, rest = pattern.partition("{page}")
    between, also, after = rest.partition("{pages}")
    return [before, between, after] if found and also else ["", " / ", ""]


def _moment(text: str | None, paper: dict, *, day: bool = False) -> str:
    """Write an ISO moment as the outlet's clocks show it."""
    if not text:
        return ""
    local = datetime.fromisoformat(text).astimezone(ZoneInfo(paper["zone"]))
    return f"{local:%Y-%m-%d}" if day else f"{local:%Y-%m-%d %H:%M}"


def _told(*pairs: tuple[str, object]) -> list[tuple[str, str]]:
    """Return the rows that have something to say."""
    return [(label, str(words)) for label, words in pairs if words not in (None, "")]


def _outlet(paper: dict, words: dict) -> dict:
    outlet = paper["outlet"]
    tax_no = outlet.get("tax_no")
    lines = [outlet.get("address"), outlet.get("phone"), tax_no and f"{words['tax_no']} {tax_no}"]
    return {"name": outlet["name"], "lines": [each for each in lines if each]}


def _facts(kind: str, paper: dict, words: dict) -> list[tuple[str, str]]:
    return _told(
        (words["number"], paper["number"]),
        (words["date"], _moment(paper["issued_at"], paper)),
        (words["order"], paper.get("order")),
        (words["quote"], paper.get("quote")),
        (words["for"], paper.get("for")),
        (words["valid_until"], _moment(paper.get("valid_until"), paper)),
    )


def _customer(paper: dict, words: dict) -> dict:
    customer = paper["customer"]
    rows = _told(
        (words["name"], customer.get("name")),
        (words["tax_no"], customer.get("tax_no")),
        (words["phone"], customer.get("phone")),
        (words["address"], customer.get("address")),
    )
    return {"head": words["customer"], "rows": rows}


def _appliance(paper: dict, words: dict) -> dict:
    appliance = paper["appliance"]
    rows = _told(
        (words["make"], appliance.get("brand")),
        (words["kind"], appliance.get("category")),
        (words["model"], appliance.get("model")),
        (words["serial"], appliance.get("serial")),
        (words["purchased"], appliance.get("purchased_on")),
    )
    return {"head": words["appliance"], "rows": rows}


def _lines(paper: dict, words: dict) -> dict | None:
    currency = paper["currency"]
    rows = []
    for line in paper.get("lines") or []:
        name = "\n".join(each for each in (line["words"], line.get("note")) if each)
        if line.get("covered"):
            name = f"{name}\n{words['covered']}"
        each = "" if line.get("unit") is None else say(line["unit"], currency)
        rows.append([name, str(line.get("quantity") or 1), each, say(line["amount"], currency)])
    columns = [words["description"], words["quantity"], words["unit"], words["amount"]]
    return {"columns": columns, "rows": rows} if rows else None


def _totals(kind: str, paper: dict, words: dict) -> list[tuple[str, str, bool]]:
    """Return the rows below the lines; the one that counts is strong."""
    if paper.get("total") is None:
        return []
    total, tax, waived = paper["total"], paper.get("tax") or 0, paper.get("waived") or 0
    share = f" {paper['tax_bp'] / 100:g} %" if paper.get("tax_bp") else ""
    rows = []
    if tax and not paper.get("tax_included", True):
        rows = [(words["net"], total - tax), (words["tax"] + share, tax)]
    label = words["given_back"] if kind == "credit_note" else words["total"]
    rows.append((label, total))
    strong = label
    if waived:
        strong = words["to_pay"]
        rows += [(words["waived"], -waived), (strong, total - waived)]
    if tax and paper.get("tax_included", True):
        rows.append((words["tax_in_it"] + share, tax))
    if kind in OUTSTANDING_ON and "payments" in paper:
        paid = sum(max(each["amount"], 0) for each in paper["payments"])  # what is given back opens nothing
        rows += [(words["paid"], paid), (words["outstanding"], max(total - waived - paid, 0))]
    return [(label, say(amount, paper["currency"]), label == strong) for label, amount in rows]


def _payments(paper: dict, words: dict) -> dict | None:
    rows = [
        [
            _moment(each["at"], paper),
            " ".join(part for part in (each["method"], each.get("reference")) if part),
            say(each["amount"], paper["currency"]),
        ]
        for each in paper.get("payments") or []
    ]
    columns = [words["date"], words["method"], words["amount"]]
    return {"head": words["payments"], "columns": columns, "rows": rows} if rows else None


def _parts(paper: dict, words: dict) -> dict | None:
    rows = [
        [each["words"], str(each.get("quantity") or 1), each.get("serial_in") or "–", each.get("serial_out") or "–"]
        for each in paper.get("parts") or []
    ]
    columns = [words["part"], words["quantity"], words["serial_in"], words["serial_out"]]
    return {"head": words["parts"], "columns": columns, "rows": rows} if rows else None


def _signature(paper: dict, words: dict) -> dict | None:
    signature = paper.get("signature")
    if not signature and not paper.get("signed"):
        return None
    told = [(signature or {}).get("name"), _moment((signature or {}).get("at"), paper)]
    return {"label": " · ".join([words["signature"], *(each for each in told if each)])}


def _slip(paper: dict, words: dict) -> dict:
    slip = paper["slip"]
    told = _told(
        (words["promised"], _moment(slip.get("promised_at"), paper, day=True)),
        (words["symptom"], slip.get("symptom")),
        (words["outside"], slip.get("outside")),
        (words["accessories"], slip.get("accessories")),
        (words["loaner"], slip.get("loaner")),
        (words["taken_by"], slip.get("taken_by")),
    )
    said = {"label": words["slip"], "code": slip["code"], "words": words["slip_words"]}
    return said | {"told": told, "qr": qr(slip["code"])}


def _verify(paper: dict, words: dict) -> dict | None:
    verify = paper.get("verify")
    if not verify:
        return None
    label = words["verify_online"] if verify.get("url") else words["verify"]
    return {"code": verify["code"], "label": label, "qr": qr(verify.get("url") or verify["code"])}


def qr(text: str) -> str:
    """Return `text` as the SVG of a QR code that stays legible when a corner is stained."""
    drawing = io.BytesIO()
    segno.make(text, error="m", boost_error=False, micro=False).save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode()
