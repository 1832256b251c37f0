"""What is carried in or comes by parcel in the example: the workshop without a visit (H-I4)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from dispatch import actions
from dispatch.demo import bench, till
from dispatch.demo.pictures import outside
from dispatch.demo.teller import People, Teller, tell
from technicians.models import Technician

BENCH = "TP-004"  # works on televisions
COMMON = {
    "outlet": "taipei", "category": "tv", "city": "台北市", "district": "信義區", "wish": "修好通知我",
}  # fmt: skip
BROUGHT = [
    (
        7.5,
        "handed_over",
        {
            "name": "方太太", "phone": "0912 000 601", "address_line": "松德路 168 號 3 樓", "service_kind": "carry_in",
            "brand": "sampo", "model_no": "EM-50FC610", "serial": "70231194", "purchased_on": "2021-05-02",
            "symptom": "有聲音沒畫面", "fault": "tv-no-picture",
        },
    ),
    (
        4.0,
        "waiting",
        {
            "name": "劉先生", "phone": "0912 000 602", "address_line": "永吉路 30 巷 12 號", "service_kind": "carry_in",
            "brand": "panasonic", "model_no": "TH-43LX700W", "serial": "71420881", "purchased_on": "2026-02-14",
            "symptom": "反覆開機又回到待機", "fault": "tv-standby",
        },
    ),
    (
        9.0,
        "received",
        {
            "name": "Ms Brandt", "phone": "0912 000 603", "address_line": "嘉興街 55 號", "service_kind": "mail_in",
            "brand": "panasonic", "model_no": "TH-43LX700W", "serial": "71420333", "purchased_on": "2023-11-20",
            "symptom": "Remote control has no effect", "fault": "tv-remote",
        },
    ),
]  # fmt: skip


def counter(people: People, now: datetime) -> int:
    """Take in what is brought, and walk it as far as it has come by now; return how many."""
    technician = Technician.objects.select_related("user").get(permit_code=BENCH)
    dice = random.Random(13)
    for hours, far, told in BROUGHT:
        begin = now - timedelta(hours=hours)
        order = actions.create_order(people.clerk, COMMON | told, begin).answer["order"]
        tell(Teller(order, people, begin, now, dice), lambda teller, far=far: _stay(teller, technician, far))
    return len(BROUGHT)


def _stay(teller: Teller, technician: Technician, far: str) -> None:
    clerk = teller.people.clerk
    slip = {
        "outside": "外觀完好，底座缺一顆螺絲",
        "accessories": "遙控器、電源線",
        "promised_at": (teller.clock + bench.PROMISED).isoformat(),
        "signed_by": teller.order.customer.name,
        "parcel": "宅配 9075-4412-33" if teller.order.service_kind == "mail_in" else "",
        "bench": technician.pk,
        "photos": [outside(teller.order_id)],
    }
    if not teller.after(3, 6).do("take_in", clerk, slip):
        return
    bench.workshop(teller, technician, "ready" if far == "handed_over" else far)
    if far == "handed_over" and teller.after(20, 40).do("charge", clerk, till.paid(teller)):
        teller.after(2, 4).do("complete", clerk, {"rating_repair": 5, "rating_manner": 5, "signed_by": "方太太"})
