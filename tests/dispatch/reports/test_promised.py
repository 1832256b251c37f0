"""What is reserved is what was promised, through the whole life of an order; and a slip is found (H-A3)."""

import pytest
from django.core.management import CommandError, call_command

from dispatch.models import Requisition, State
from dispatch.reports.promised import unkept
from technicians.models import Balance
from tests.factories import REPAIR, do, make_outlet, order_in
from tests.stocking import make_centre, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db


def test_the_books_agree_after_every_act(capsys):
    place = make_outlet()
    tech, clerk = place.technician.user, place.clerk
    pump, hose = make_part("DP-31"), make_part("HO-1")
    for where in (make_centre(), make_store(place.outlet), make_van(place.technician)):
        put(where, pump, 3)
    put(make_centre(), hose, 1)
    order, now = order_in(State.DIAGNOSED, place)
    day = now.date().isoformat()
    acts = [
        ("reserve_part", {"part": "DP-31", "quantity": 2}),
        ("reserve_part", {"part": "DP-31", "quantity": 3}),
        ("use_part", {"part": "DP-31"}),
        ("use_part", {"part": "DP-31", "quantity": 3}),
        ("request_part", {"part": "HO-1"}),
        ("decide_part", {"decision": "approve", "expected_on": day, "source": "centre"}),
        ("part_came", {}),
        ("take_out_part", {"use": None}),
        ("repair", REPAIR),
        ("charge", {}),
    ]
    for name, raw in acts:
        if name in ("decide_part", "part_came"):
            raw = raw | {"requisition": Requisition.objects.get().pk}
        if "use" in raw:
            raw = {"use": order.parts_used.first().pk}
        order = do(order, name, clerk if name in ("decide_part", "part_came") else tech, now, raw)
        assert unkept() == [], name
    call_command("stock", "--check")
    assert "The books agree." in capsys.readouterr().out


def test_a_slip_is_found(capsys):
    store, pump = make_store(make_outlet().outlet), make_part("DP-31")
    put(store, pump, 3)
    Balance.objects.update(reserved=1)
    assert unkept() == [(store.code, "DP-31", 1, 0)]
    Balance.objects.update(on_hand=2)
    with pytest.raises(CommandError, match="2 differences"):
        call_command("stock")
    assert "2 on hand, 3 by the ledger" in capsys.readouterr().out
