"""Every word that is printed, in the language that is active; kept with a paper, so that it is printed again alike."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def labels(kind: str) -> dict[str, str]:
    """Return the words of one kind of paper in the active language. Raises KeyError for an unknown kind."""
    titles = {
        "receipt": _("Receipt"),
        "invoice": _("Invoice"),
        "credit_note": _("Credit note"),
        "quote": pgettext("paper", "Quote"),
        "slip": _("Workshop slip"),
    }
    return {"title": titles[kind]} | _head() | _money() | _rest() | (_slip() if kind == "slip" else {})


def _head() -> dict[str, str]:
    return {
        "number": pgettext("paper", "No."),
        "date": _("Date"),
        "order": pgettext("paper", "Order"),
        "quote": pgettext("paper", "Quote"),
        "valid_until": _("Valid until"),
        "for": _("For receipt"),
        "phone": _("Phone"),
        "tax_no": _("Tax number"),
        "customer": _("Customer"),
        "name": _("Name"),
        "address": _("Address"),
        "appliance": _("Appliance"),
        "make": _("Make"),
        "kind": pgettext("appliance", "Kind"),
        "model": _("Model"),
        "serial": _("Serial number"),
        "purchased": _("Bought on"),
        # Translators: the foot of a paper; keep both names in braces.
        "page": _("Page {page} of {pages}"),
    }


def _money() -> dict[str, str]:
    return {
        "description": _("Description"),
        "quantity": _("Quantity"),
        "unit": pgettext("paper", "Each"),
        "amount": _("Amount"),
        "covered": _("Covered by the warranty"),
        "net": _("Before tax"),
        "tax": _("Tax"),
        "tax_in_it": _("Tax in it"),
        "total": _("Total"),
        "waived": _("Waived"),
        "to_pay": _("To pay"),
        "payments": _("Payments"),
        "method": _("Paid by"),
        "paid": _("Paid"),
        "outstanding": _("Outstanding"),
        "given_back": _("Given back"),
        "reason": _("Reason"),
    }


def _rest() -> dict[str, str]:
    return {
        "parts": _("Parts"),
        "part": _("Part"),
        "serial_in": _("Number put in"),
        "serial_out": _("Number taken out"),
        "signature": _("Signature of the customer"),
        "stamp": _("Stamp"),
        "verify": _("Check this paper with our outlet by this code"),
        "verify_online": _("Scan to check that this paper is ours"),
    }


def _slip() -> dict[str, str]:
    return {
        "slip": _("Slip"),
        "slip_words": _("Say this code when you call us. Please keep this slip until your appliance is back."),
        "outside": _("How it looks outside"),
        "accessories": _("What came with it"),
        "symptom": _("Fault as told"),
        "promised": _("Back with you by"),
        "loaner": _("Lent to you meanwhile"),
        "taken_by": _("Taken by"),
    }
