"""Forms of slips, loaners and the workshop: only the rows that mean something for this very order (H-F4, H-I4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dispatch.models import Loan, ServiceKind, Stage
from web.shared.doing import Doing

LENT_ROWS = ("lend", "loaner_condition")
BACK_ROWS = ("loaner_condition", "loaner_photos", "loaner_note", "loaner_stays")
TOOLS = ("tools_back", "tools_reason")
NONE_FREE = _("None of this kind is free now. Promise the day without one, and ask the clerk when one comes back.")


def leave_out(doing: Doing, *names: str) -> None:
    """Take rows out of the form as it was drawn."""
    doing.drawn.rows = [row for row in doing.drawn.rows if row.name not in names]


def needed(doing: Doing, *names: str) -> None:
    """Say of rows that they are expected, although the words alone may also do."""
    for row in doing.drawn.rows:
        row.required = row.required or row.name in names


def at_desk(doing: Doing) -> bool:
    """Tell a desk from a phone, where words side by side would not fit."""
    return doing.face.act == "order_act"


def looked_over(doing: Doing, name: str, condition: str = "") -> None:
    """Lay the conditions side by side, without 'not said'; begin with how the unit is known."""
    for row in doing.drawn.rows:
        if row.name == name:
            row.across, row.required = at_desk(doing), True
            row.options = [option for option in row.options if option.value]
            if doing.request.method != "POST" and condition:
                for option in row.options:
                    option.selected = option.value == condition


def _say_unit(doing: Doing, loan: Loan, name: str) -> None:
    """Name the unit beside the box that hands it out, and tick it: that is what it was reserved for."""
    for row in doing.drawn.rows:
        if row.name == name:
            row.label = f"{row.label}: {loan.loaner}"
            row.value = "on" if doing.request.method != "POST" else row.value


def taking_in(doing: Doing) -> dict:
    """The slip: the loaner's rows only when one is reserved; a parcel's number instead of a signature (H-I4)."""
    loan, order = doing.order.loan, doing.order
    if loan is None or loan.state != Loan.RESERVED:
        leave_out(doing, *LENT_ROWS)
    else:
        _say_unit(doing, loan, "lend")
        looked_over(doing, "loaner_condition", loan.loaner.condition)
    if order.service_kind == ServiceKind.MAIL_IN:
        needed(doing, "parcel")
        leave_out(doing, "unsigned_reason", *(() if loan else ("signed_by", "signature")))
    else:
        leave_out(doing, "parcel")
    needed(doing, "outside")
    return {}


def bringing_back(doing: Doing) -> dict:
    """The delivery: the loaner's rows only while one is with the customer."""
    loan = doing.order.loan
    if loan is None or loan.state != Loan.OUT:
        leave_out(doing, *BACK_ROWS)
        return {}
    for row in doing.drawn.rows:
        if row.name == "loaner_condition":
            row.label = f"{row.label}: {loan.loaner}"
            row.across, row.options = at_desk(doing), [option for option in row.options if option.value]
    return {}


def handing_over(doing: Doing) -> dict:
    """The customer's word: no tools at the counter, no parcel at the door."""
    if doing.order.at_counter:
        leave_out(doing, *TOOLS)
    else:
        leave_out(doing, "parcel")
    return {}


def done_with(doing: Doing) -> dict:
    """Ready: why it was not tested is asked only when it was not."""
    job = doing.order.job
    if job is None or job.stage != Stage.REPAIRED:
        leave_out(doing, "untested_reason")
    return {}


def cancelling(doing: Doing) -> dict:
    """Where the appliance is, is asked only when we have it."""
    if doing.order.job is None:
        leave_out(doing, "given_back")
    return {}


def reserving(doing: Doing) -> dict:
    """The units that are free; where none is, what to do instead of pressing in vain."""
    for row in doing.drawn.rows:
        if row.name == "loaner" and not row.options:
            row.help, row.errors = NONE_FREE, []
    return {}


def lending(doing: Doing) -> dict:
    """The unit that is reserved need not be chosen again."""
    if doing.order.loan:
        leave_out(doing, "loaner")
        looked_over(doing, "condition", doing.order.loan.loaner.condition)
    else:
        needed(doing, "loaner")
        looked_over(doing, "condition")
        reserving(doing)
    return {}


def getting_back(doing: Doing) -> dict:
    """The unit comes back: its condition is looked at, not taken over."""
    looked_over(doing, "condition")
    return {}


BODIES = {
    "pull_in": taking_in,
    "take_in": taking_in,
    "deliver": bringing_back,
    "complete": handing_over,
    "workshop_done": done_with,
    "cancel": cancelling,
    "reserve_loaner": reserving,
    "hand_out_loaner": lending,
    "take_back_loaner": getting_back,
}


def unit_note(doing: Doing) -> dict:
    """Say which unit it is about, and how it went out, above the form."""
    loan = doing.order.loan
    if loan is None:
        return {}
    said = str(loan.loaner)
    if loan.condition_out:
        said = f"{said} · {loan.get_condition_out_display()}" + (f" · {loan.note}" if loan.note else "")
    return {"note": said}


def job_note(doing: Doing) -> dict:
    """Say which slip and shelf it is about, above the form."""
    job = doing.order.job
    said = [str(part) for part in (job.code, job.shelf, doing.order.appliance) if part] if job else []
    return {"note": " · ".join(said)} if said else {}


AT_BENCH = ("receive", "bench_diagnose", "bench_wait", "bench_repair", "bench_test", "workshop_done", "move_promise")
MORE = dict.fromkeys(("release_loaner", "hand_out_loaner", "take_back_loaner"), unit_note) | dict.fromkeys(
    AT_BENCH, job_note
)
