"""A paper for eyes that need not know whom it is for: what was done and what it cost, nobody's name, phone or door."""

from __future__ import annotations

import re

from customers.phones import masked as masked_phone


def masked(paper: dict) -> dict:
    """Return a copy of a snapshot without the customer's name, phone, address, signature and free words.

    A firm with a tax number is named: an invoice is checked by it, and a firm is nobody's privacy.
    """
    customer = dict(paper["customer"])
    if not customer.get("tax_no"):
        customer["name"] = masked_name(customer.get("name") or "")
    customer["phone"] = masked_phone(customer.get("phone") or "")
    customer["address"] = masked_place(customer.get("address") or "")
    signature = paper.get("signature")
    signed = {"name": masked_name(signature.get("name") or ""), "at": signature.get("at")} if signature else None
    told = {**paper, "customer": customer, "signature": signed, "reason": ""}
    if slip := paper.get("slip"):
        told["slip"] = {**slip, "symptom": ""}
    if "payments" in paper:
        told["payments"] = [{**each, "reference": ""} for each in paper["payments"]]
    return told


def masked_name(name: str) -> str:
    """Return the first letter of a name, as in 王••, enough for its owner to know it."""
    return name[:1] + "••" * bool(name)


def masked_place(address: str) -> str:
    """Return an address its owner knows again, with every number in it hidden."""
    return re.sub(r"\d", "•", address)
