"""Every kind of fact that is counted."""

from dispatch.reports.kpi import matter, work
from dispatch.reports.kpi.kind import Kind

KINDS = {
    kind.code: kind
    for kind in (
        work.VISITS, work.CHECKS, work.FIXES, work.CALLS, work.ATTEMPTS, work.ORDERS,
        matter.FAULTS, matter.MONEY, matter.PARTS, matter.LOANS, matter.WARRANTY, matter.DECISIONS,
    )
}  # fmt: skip

# Not of orders: the hours on duty of technicians on the days on which they made a visit; see `counting`.
SHIFTS = Kind("shifts", ("on_duty_s",), "", by=("technician",))
