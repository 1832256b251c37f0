"""Load the example: master data, people, the day's order file, and what has happened to it so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from dispatch import actions
from dispatch.demo import day
from dispatch.demo.clerk import evening
from dispatch.demo.counter import counter
from dispatch.demo.hours import turned_by
from dispatch.demo.masters import load_masters
from dispatch.demo.people import Account, load_outlets, load_people, load_small_outlet
from dispatch.demo.positions import load_positions
from dispatch.demo.settling import settle_yesterday
from dispatch.demo.stock import load_stock
from dispatch.demo.teller import People
from dispatch.demo.told import told_then
from dispatch.example import orders as example
from dispatch.imports.reader import open_table
from dispatch.imports.rejects import Rejects
from dispatch.imports.run import import_table
from dispatch.models import ServiceOrder, State
from technicians.models import Outlet, Technician, User

BEFORE_WORK = timedelta(minutes=5)
JUST_IN = timedelta(minutes=18)  # so some wait for a technician, and not all of them too long


def load_demo(
    now: datetime, say: Callable[[str], None], greet: Callable[[list[Account]], None], *, orders: int = 250
) -> None:
    """Load everything the example needs and say what was done; `greet` hears early who can log in."""
    with told_then(now):
        _live_through(now, say, greet, orders)


def _live_through(
    now: datetime, say: Callable[[str], None], greet: Callable[[list[Account]], None], orders: int
) -> None:
    outlets = load_outlets()
    load_masters()
    taipei = outlets["taipei"]
    greet(load_people(taipei, now))
    load_small_outlet(outlets["shanghai"], now)
    load_stock(now)
    say(f"{len(outlets)} outlets, {Technician.objects.count()} technicians")
    people = People(*(User.objects.get(username=role) for role in ("dispatcher", "agent", "manager", "clerk")))
    dispatcher = people.dispatcher
    then, this_morning = (now - timedelta(hours=hours) - BEFORE_WORK for hours in (day.YESTERDAY, day.HOURS_BEFORE))
    with TemporaryDirectory() as folder:
        files = Path(folder)
        say(_import(files / "yesterday.csv", taipei, dispatcher, then, orders // 8))
        say(f"{day.yesterday(_ready(taipei), _technicians(taipei), people, now)} orders of yesterday looked after")
        early = orders * 2 // 3
        say(_import(files / "today.csv", taipei, dispatcher, this_morning, orders, slice(early)))
        say(f"{day.today(_ready(taipei), _technicians(taipei), people, now)} orders of today moved along")
        say(_import(files / "just-in.csv", taipei, dispatcher, now - JUST_IN, orders, slice(early, None)))
        say(_import(files / "today.xlsx", outlets["shanghai"], None, now - JUST_IN, orders // 5))
    _requests(taipei, people, now)
    say(f"{evening(people.clerk, taipei, now)} old parts back at the depot")
    say(f"{counter(people, now)} appliances carried in or sent by parcel")
    say(f"{settle_yesterday(people, taipei, now)} books of yesterday settled")
    say(f"{load_positions(taipei, now)} technicians have said where they are")


REQUESTS = [
    {"name": "蘇先生", "phone": "0912 000 501", "category": "refrigerator", "symptom": "冰箱整晚嗡嗡響，附上照片"},
    {"name": "Ms Tsai", "phone": "0912 000 502", "category": "air-conditioner", "symptom": "Drips on the bed"},
    {"name": "邱太太", "phone": "0912 000 503", "category": "washing-machine", "symptom": "一直顯示 E4"},
]


def _requests(outlet: Outlet, people: People, now: datetime) -> None:
    """What customers asked for on their own, to be reviewed (H-I1); one was asked for more."""
    for number, told in enumerate(REQUESTS):
        asked = now - timedelta(minutes=26 - 9 * number)
        raw = told | {"outlet": outlet.code, "channel": "portal", "needs_review": True}
        order = actions.create_order(people.agent, raw, asked).answer["order"]
        if number == 0:
            reason = {"reason": "請補充型號與購買日期"}
            actions.perform(order, "ask_customer", people.agent, asked + timedelta(minutes=7), reason)


def _technicians(outlet: Outlet) -> list[Technician]:
    all_here = Technician.objects.filter(outlet=outlet).order_by("permit_code")
    return list(all_here.select_related("outlet", "user").prefetch_related("skills"))


def _ready(outlet: Outlet) -> list[ServiceOrder]:
    return list(ServiceOrder.objects.filter(outlet=outlet, state=State.READY, returns=0).with_rows())


def _import(path: Path, outlet: Outlet, by: User | None, now: datetime, count: int, part: slice = slice(None)) -> str:
    """Write (part of) the outlet's order file of that day, import it as anybody would, and return what came of it."""
    on = now.astimezone(outlet.tz).date()
    write = example.write_csv if path.suffix == ".csv" else example.write_xlsx
    later, _days = turned_by(now, outlet.tz)
    write(path, example.make_orders(on, count, outlet=outlet.code, later=later)[part], on, outlet.code)
    table = open_table(path)
    with Rejects(path.with_name(f"rejects{path.suffix}"), table) as rejects:
        tally = import_table(table, outlet, by, now, source=path.name, rejects=rejects)
    return f"{outlet.name}: " + " ".join(tally.words())
