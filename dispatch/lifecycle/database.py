"""What the database refuses, below the guards, said as any other refusal (H-A4, H-I2)."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from dispatch.lifecycle.refusal import BadData, GuardsUnmet, Lack, Refusal

OVERLAP = Lack("H-A4", "overlap", _("The technician already has a visit at that time. Choose another time."))
LENT = {
    "loaner_lent_once": Lack("H-F4", "lent", _("This unit is lent out or reserved already. Choose another one.")),
    "loan_one_per_order": Lack("H-F4", "has_loan", _("A unit is reserved for this order already.")),
}
# Two at once that a look beforehand could not tell apart: field → what is wrong with it
TAKEN = {
    "part_serial_once": {"serial_in": [_("A part with this serial number is in another appliance already.")]},
    "order_once_per_reference": {"external_ref": [_("There is an order with this number already.")]},
    "customer_once_per_phone_and_name": {
        "name": [_("There is a customer with this name and phone already. Keep one of the two as it was.")]
    },
}


def refused_by_database(error: IntegrityError) -> Refusal:
    """Return what a constraint below the guards means to a person; raises `error` when it means nothing to them."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "visit_no_overlap":
        return GuardsUnmet("H-A4", [OVERLAP])
    if name in LENT:
        return GuardsUnmet("H-F4", [LENT[name]])
    if name in TAKEN:
        return BadData("H-I2", {"errors": TAKEN[name]})
    raise error
