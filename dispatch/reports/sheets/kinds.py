"""What there is to take along, and what is not and why. `docs/sheets.md` is written from it.

No password, token, one-time code or drawn signature is among the columns.
"""

from __future__ import annotations

from dispatch.reports.sheets.kind import Kind
from dispatch.reports.sheets.of_master import SHEETS as OF_MASTER
from dispatch.reports.sheets.of_orders import SHEETS as OF_ORDERS

KINDS: dict[str, Kind] = {**OF_ORDERS, **OF_MASTER}

# Models without a sheet of their own, and why.
KEYS = "opens doors: whoever has it may come in"
DERIVED = "worked out from the other sheets, and again at any time"
INSIDE = "how Doorstep keeps its own work in order; says nothing about the trade"
WITHIN = "in another sheet"
LEFT_OUT = {
    "technicians.ApiToken": KEYS,
    "dispatch.OneTimeCode": KEYS,
    "dispatch.Link": KEYS,
    "dispatch.Webhook": KEYS,
    "dispatch.NoticeHook": KEYS,
    "dispatch.KpiDay": DERIVED,
    "dispatch.KpiMonth": DERIVED,
    "dispatch.KpiStale": INSIDE,
    "dispatch.KpiMail": INSIDE,
    "dispatch.Learned": DERIVED,
    "dispatch.Series": DERIVED,
    "dispatch.Answer": INSIDE,
    "dispatch.Delivery": INSIDE,
    "dispatch.Upload": "counts of a day: whose is a hash",
    "dispatch.Export": "each is in the sheet of audit entries",
    "dispatch.Plan": "proposals: what was taken of them is in visits and events",
    "dispatch.PlanOption": "as for plans",
    "dispatch.PlanMove": "as for plans",
    "technicians.Position": "where somebody was is forgotten after a week; what counts is in the events",
    "technicians.Checklist": WITHIN,
    "technicians.KitStandard": WITHIN,
    "customers.Photo": WITHIN,
}
