"""Every state × action × role, from one table: what is open, what is 403, what is 404, what is 409."""

import pytest
from django.db import transaction

from dispatch import actions
from dispatch.actions import UnknownAction
from dispatch.lifecycle import REGISTRY, BadData, GuardsUnmet, NotAllowed, NotFound, WrongState
from dispatch.models import State
from technicians.models import Role
from tests.factories import make_outlet, order_in

# The columns, left to right, and whether a technician holds the order there.
STATES = {
    "requested": False,
    "needs_info": False,
    "rejected": False,
    "ready": False,
    "assigned": True,
    "accepted": True,
    "contacted": True,
    "consulting": True,
    "en_route": True,
    "on_site": True,
    "diagnosed": True,
    "charged": True,
    "follow_up": True,
    "closed": True,
    "in_workshop": True,
    "awaiting_parts": True,
    "cancelled": False,
}
ROLES = {"D": "dispatcher", "T": "technician", "C": "clerk", "A": "agent", "M": "manager", "X": "admin"}

# verb, roles that may (DTCAMX; "clock": no person), then per state: o open, . not from there
TABLE = """
approve              D--AMX  o . . . . . . . . . . . . . . . .
ask_customer         D--AMX  o . . . . . . . . . . . . . . . .
supply_info          D--AMX  . o . . . . . . . . . . . . . . .
reject               D--AMX  o o . . . . . . . . . . . . . . .
assign               D---MX  . . . o . . . . . . . . . . . . .
accept               -T----  . . . . o . . . . . . . . . . . .
contact              DT--MX  . . . . . o . . . . . . . . . . .
depart               -T----  . . . . . . o . . . . . . . . . .
arrive               -T----  . . . . . . . . o . . . . . . . .
diagnose             -T----  . . . . . . . . . o o . . . . . .
charge               DTC-MX  . . . . . . . . . . o . . . . . .
complete             DTC-MX  . . . . . . . . . . . o . . . . .
make_sure            clock   . . . . . . . . . . . . o o . . .
callback_satisfied   DT-AMX  . . . . . . . o . . . . o . . . .
decline              -T----  . . . . o . . . . . . . . . . . .
hand_back            DT--MX  . . . . . o o . o o o . . . . o .
transfer             DT--MX  . . . . o o o . o o o . . . . o .
place                D---MX  . . . o o o o . . . . . . . . . .
withdraw             D---MX  . . . . o . . . . . . . . . . . .
ask_other_time       D--AMX  . . . . o o o . . . . . . . . . .
undo_place           D---MX  . . . o o o o . . . . . . . . . .
pin                  D---MX  . . . . o o o . . . . . . . . . .
unpin                D---MX  . . . . o o o . . . . . . . . . .
consult              -T----  . . . . . o o . . . . . . . . . .
log_no_answer        DT--MX  . . . . . o . . . . . . . . . . .
go_unreached         -T----  . . . . . o . . . . . . . . . . .
reschedule           DT-AMX  . . . . . . o . o o . . . . . . .
check_kit            -T----  . . . . . o o . . . . . . . . . .
delay                DT--MX  . . . . . . o . o . . . . . . . .
knock                -T----  . . . . . . . . . o . . . . . . .
no_access            -T----  . . . . . . . . . o . . . . . . .
note_exception       -T----  . . . . . . . . . o . . . . . . .
escalate             DT-AMX  . . . o o o o o o o o o o . o o .
settle_escalation    ----MX  o o . o o o o o o o o o o . o o .
repair               -T----  . . . . . . . . . . o . . . . . .
pull_in              -T----  . . . . . . . . . . o . . . . . .
workshop_done        DTC-MX  . . . . . . . . . . . . . . o . .
deliver              -T----  . . . . . . . . . o . . . . . . .
reserve_part         DTC-MX  . . . o o o o . o o o . . . o o .
release_part         DTC-MX  . . . o o o o . o o o . . . o o .
request_part         DTC-MX  . . . o o o o . o o o . . . o o .
decide_part          D-C-MX  . . . o o o o o o o o o o . o o .
part_came            D-C-MX  . . . o o o o o o o o o o . o o .
load_parts           DTC-MX  . . . . . o o . . . . . . . . o .
waive_parts          DTC-MX  . . . . . o o . . . . . . . . . .
use_part             DTC-MX  . . . . . . . . . . o . . . o . .
take_out_part        DTC-MX  . . . . . . . . . . o . . . o . .
reserve_loaner       DTC-MX  . . . o o o o . o o o . . . o o .
release_loaner       DTC-MX  . . . o o o o o o o o o o . o o .
hand_out_loaner      DTC-MX  . . . . . . . . . o o . . . o . .
take_back_loaner     DTC-MX  . . . o o o o o o o o o o . o o .
take_in              D-C-MX  . . . o . . . . . . o . . . . . .
receive              DTC-MX  . . . . . . . . . . . . . . o . .
bench_diagnose       DTC-MX  . . . . . . . . . . . . . . o . .
bench_wait           DTC-MX  . . . . . . . . . . . . . . o . .
bench_repair         DTC-MX  . . . . . . . . . . . . . . o . .
bench_test           DTC-MX  . . . . . . . . . . . . . . o . .
move_promise         DTC-MX  . . . . . . . . . . . . . . o . .
explain              -T----  . . . . . . . . . . o . . . . . .
hear_out             -T----  . . . . . . . . . o o . . . . . .
let_decide           -T----  . . . . . . . . . o o . . . . . .
make_safe            -T----  . . . . . . . . . . o . . . . . .
wait_for_parts       -T----  . . . . . . . . . . o . . . . . .
part_fetched         -T----  . . . . . . . . . . . . . . . o .
parts_arrived        DTC-MX  . . . . . . . . . . . . . . . o .
ask_help             DTC-MX  . . . . o o o . o o o . . . o o .
answer_help          DTC-MX  o o o o o o o o o o o o o o o o o
file_claim           DTCAMX  . . . o o o o o o o o o o . o o .
decide_claim         ----MX  . . . o o o o o o o o o o o o o o
sos                  -T----  . . . . . . o . o o o o . . . . .
take_over            D---MX  o o o o o o o o o o o o o o o o o
settle_sos           D---MX  o o o o o o o o o o o o o o o o o
check_off            -T----  . . . . . . o . o o o o . . . . .
quote                DTC-MX  . . . . . . . . . . o . . . o . .
accept_quote         DTCAMX  . . . . . . . . . . o . . . o . .
refuse_quote         DTCAMX  . . . . . . . . . . o . . . o . .
request_waiver       DTC-MX  . . . . . . . . . . o o o . o . .
decide_waiver        ----MX  . . . . . . . . . . o o o . o . .
pay                  DTC-MX  . . . . . . . . . . . o o . . . .
refund               ----MX  . . . . . . . . . . . o o o . . .
owe_invoice          DTC-MX  . . . . . . . . . . . o o . . . .
send_invoice         DTC-MX  . . . . . . . . . . . o o o . . .
invoice_due          clock   . . . . . . . . . . . o o . . . .
payment_due          clock   . . . . . . . . . . . o o . . . .
complete_record      DTC-MX  . . . . . . . . . . . o o . . . .
record_evidence      DTCAMX  o o . o o o o o o o o o o . o o .
override_warranty    ----MX  . . . o o o o o o o o o o . o o .
callback_no_answer   DT-AMX  . . . . . . . o . . . . o . . . .
callback_unhappy     DT-AMX  . . . . . . . o . . . . o . . . .
rate                 D--AMX  . . . . . . . . . . . o o o . . .
still_broken         D--AMX  . . . . . . . o . . . . o o . . .
close_unreached      ----MX  . . . . . . . o . . . . o . . . .
correct              DTCAMX  o o . o o o o o o o o o o . o o .
add_note             DTCAMX  o o o o o o o o o o o o o o o o o
cancel               D--AMX  o o . o o o o o o o o o o . o o .
reopen               ----MX  . . o . . . . . . . . . . o . . o
callback_due         clock   . . . . . . . o . . . . o . . . .
re_estimate          clock   . . . . . . o . . . . . . . . . .
leave_by_passed      clock   . . . . . . o . . . . . . . . . .
late_call_due        clock   . . . . . . . . o . . . . . . . .
retry_contact        clock   . . . . . o . . . . . . . . . . .
help_due             clock   o o . o o o o o o o o o o . o o .
return_due           clock   . . . . . . . . . . . . . . o . .
part_due             clock   . . . . . . . . . . . . . . . o .
fields_due           clock   . . . . . . . . . . . o o . . . .
technician_left      clock   o o . o o o o o o o o o o . o o .
"""
ROWS = {name: (roles, "".join(cells)) for name, roles, *cells in map(str.split, TABLE.strip().splitlines())}


def expected(verb: str, state: str, letter: str) -> str:
    """Return what the table says of one cell: open, 403, 404 or 409."""
    roles, cells = ROWS[verb]
    if roles == "clock":
        return "404"  # to people there is no such action
    if letter == "T" and not STATES[state]:
        return "404"  # not theirs: not told apart from not there
    if letter not in roles:
        return "403"
    return "open" if cells[list(STATES).index(state)] == "o" else "409"


def found(order, verb: str, by, now) -> str:
    """Return what really comes of trying, and undo it. Past role and state, data and guards may still refuse."""
    with transaction.atomic():
        try:
            actions.perform(order.pk, verb, by, now, {})
        except (UnknownAction, NotFound):
            return "404"
        except NotAllowed:
            return "403"
        except WrongState:
            return "409"
        except (BadData, GuardsUnmet):
            return "open"
        finally:
            transaction.set_rollback(True)
    return "open"


def person(place, letter: str):
    return place.technician.user if letter == "T" else getattr(place, ROLES[letter])


def test_the_table_is_whole():
    assert list(STATES) == [str(state) for state in State]
    assert set(ROLES.values()) == set(Role.values)
    assert set(ROWS) == set(REGISTRY)
    assert all(len(cells) == len(STATES) and set(cells) <= set("o.") for _roles, cells in ROWS.values())


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_every_action_by_every_role(state):
    """Also that the actions a person is offered are those that are open."""
    place = make_outlet()
    order, now = order_in(state, place)
    assert bool(order.technician) == STATES[state]
    cells = [(verb, letter) for verb in ROWS for letter in ROLES]
    wrong = {
        cell: (found(order, cell[0], person(place, cell[1]), now), expected(cell[0], state, cell[1]))
        for cell in cells
        if found(order, cell[0], person(place, cell[1]), now) != expected(cell[0], state, cell[1])
    }
    assert wrong == {}
    for letter in ROLES:
        if letter == "T" and not STATES[state]:
            continue
        offered = {open_.verb.name for open_ in actions.open_to(order, person(place, letter), now)}
        assert offered == {verb for verb in ROWS if expected(verb, state, letter) == "open"}


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_strangers_find_nothing(state):
    """Another technician, and everybody of another outlet but its administrator: 404, whatever they try."""
    place, elsewhere = make_outlet(), make_outlet()
    order, now = order_in(state, place)
    strangers = [place.other.user] + [person(elsewhere, letter) for letter in ROLES if letter != "X"]
    assert {found(order, verb, by, now) for verb in ROWS for by in strangers} == {"404"}
