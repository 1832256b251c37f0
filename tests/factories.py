"""Rows for tests: an outlet with its people, and an order walked to any state by the real verbs."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import count
from types import SimpleNamespace

from django.contrib.auth.hashers import make_password

from customers.models import Category
from dispatch import actions
from dispatch.models import ServiceOrder, State
from technicians.models import KitItem, KitStandard, Outlet, Role, Shift, Skill, Technician, User


def _monday() -> datetime:
    """Return 09:00 in Taipei of the first Monday at least two days ahead of the real clock, which pages go by.

    Kept in the environment, so that every process of one run has the same.
    """
    ahead = (datetime.now(UTC) + timedelta(days=2)).date()
    monday = ahead + timedelta(days=-ahead.weekday() % 7)
    return datetime.fromisoformat(os.environ.setdefault("TESTS_MONDAY", f"{monday}T01:00:00+00:00"))


NOW = _monday()
TODAY = f"{NOW:%Y-%m-%d}"  # in Taipei too
STARTS = NOW + timedelta(hours=3)
_number = count(1)


def in_days(days: int) -> str:
    """Return the date so many days after the tests' Monday, as a form sends it."""
    return f"{NOW + timedelta(days=days):%Y-%m-%d}"


COMPLETE = {
    "name": "王小明",
    "phone": "0912 345 678",
    "address_line": "仁愛路四段 1 號",
    "district": "大安區",
    "city": "台北市",
    "latitude": 25.0375,
    "longitude": 121.5505,
    "category": "washing_machine",
    "model_no": "XQG70",
    "purchased_on": "2025-03-05",
    "symptom": "漏水",
    "wish": "上午",
}
CONFIRMED = ["time", "address", "model", "purchase_date", "symptom"]


def make_outlet(**how) -> SimpleNamespace:
    """Return an outlet in Taipei with one person per role, two technicians who work all week, and a kit.

    Attributes: outlet, category, skill, kit, dispatcher, clerk, agent, manager, admin (users), technician,
    other (technicians).
    """
    number = next(_number)
    how = {"zone": "Asia/Taipei", "region": "TW", "currency": "TWD", "latitude": 25.04, "longitude": 121.55} | how
    outlet = Outlet.objects.create(code=f"outlet-{number}", name_en=f"Outlet {number}", **how)
    category, _made = Category.objects.get_or_create(code="washing_machine", defaults={"name_en": "Washing machine"})
    skill, _made = Skill.objects.get_or_create(code="washing", defaults={"name_en": "Washing"})
    skill.categories.add(category)
    kit, made = KitStandard.objects.get_or_create(category=None, version=1, defaults={"valid_from": NOW.date()})
    if made:
        KitStandard.objects.update(valid_from="2020-01-01")
        KitItem.objects.create(standard=kit, code="pad-cloth", name_en="Pad cloth")
        KitItem.objects.create(standard=kit, code="tools", name_en="Tool set", counted=True)
        KitItem.objects.create(standard=kit, code="receipts", name_en="Receipts", when_charged=True)
        KitItem.objects.create(standard=kit, code="umbrella", name_en="Umbrella", mandatory=False)
    people = {role: make_user(role, outlet) for role in Role if role != Role.TECHNICIAN}
    return SimpleNamespace(
        outlet=outlet,
        category=category,
        skill=skill,
        kit=kit,
        technician=make_technician(outlet, skill),
        other=make_technician(outlet, skill),
        **{str(role): user for role, user in people.items()},
    )


def make_user(role: str, outlet: Outlet | None = None, **how) -> User:
    """Return a person of a role; their password is "doorstep"."""
    how = {"username": f"{role}-{next(_number)}", "password": _password()} | how
    return User.objects.create(role=role, outlet=outlet, **how)


@cache
def _password() -> str:
    return make_password("doorstep")  # slow by design: once is enough


def make_technician(outlet: Outlet, *skills: Skill, **how) -> Technician:
    """Return a technician with a shift from 08:00 to 20:00 every day."""
    user = make_user(Role.TECHNICIAN, outlet)
    place = {"home_latitude": 25.05, "home_longitude": 121.52} | how
    technician = Technician.objects.create(
        user=user, outlet=outlet, name=user.username, permit_code=f"P{user.pk}", **place
    )
    technician.skills.set(skills)
    Shift.objects.bulk_create(
        Shift(technician=technician, weekday=day, starts=time(8), ends=time(20)) for day in range(1, 8)
    )
    return technician


def around_the_clock(place: SimpleNamespace) -> SimpleNamespace:
    """Let the outlet's technicians work day and night: tests by the real clock run at any hour of it."""
    shifts = Shift.objects.filter(technician__outlet=place.outlet, starts=time(8))
    for shift in shifts:
        Shift.objects.create(technician=shift.technician, weekday=shift.weekday, starts=time(12), ends=time(0))
    shifts.update(starts=time(0), ends=time(12))
    return place


def make_order(place: SimpleNamespace, now: datetime = NOW, **told) -> ServiceOrder:
    """Return a new order of the outlet, complete unless `told` says otherwise."""
    answer = actions.create_order(place.dispatcher, COMPLETE | told, now).answer
    return fresh(answer["order"])


def fresh(order: ServiceOrder | int) -> ServiceOrder:
    """Return the order as it is in the database now (a protected state can't be refreshed)."""
    return ServiceOrder.objects.with_rows().get(pk=getattr(order, "pk", order))


def do(order: ServiceOrder, name: str, by: User, now: datetime = NOW, raw: dict | None = None, **how) -> ServiceOrder:
    """Let somebody do something, and return the order as it is then."""
    actions.perform(order.pk, name, by, now, raw, **how)
    return fresh(order)


def through_workshop(order: ServiceOrder, by: User, now: datetime, until: str = "") -> ServiceOrder:
    """Walk an appliance through the workshop, up to and with the verb `until`; by default until it is ready."""
    for name, raw in AT_BENCH:
        order = do(order, name, by, now, raw)
        if name == until:
            break
    return order


DIAGNOSIS = {"finding": "pump worn", "outcome": "repairable", "in_warranty": True, "cause": "wear"}
REPAIR = {"measure": "pump changed", "tested": True, "certain": True}
PULL_IN = {"reason": "full test", "agreed": True, "outside": "no marks", "signed_by": "王小明"}
BENCH = {"finding": "bearing worn", "outcome": "repairable", "in_warranty": True, "cause": "wear"}
AT_BENCH = [  # every stage of the workshop, each by its verb
    ("receive", {"shelf": "A3"}),
    ("bench_diagnose", BENCH),
    ("bench_repair", {"measure": "bearing changed", "certain": True}),
    ("bench_test", {"result": "passed"}),
    ("workshop_done", {}),
]
KIT = {"items": ["pad-cloth", "tools", "receipts"]}
SIGNED = {"signed_by": "王小明", "rating_repair": 5, "rating_manner": 5, "tools_back": ["tools"]}


def steps(place: SimpleNamespace, days: int = 0) -> dict[str, tuple[str, list[tuple]]]:
    """Return, for each state, the state before it and the acts (name, user, data, minutes later), `days` after NOW."""
    tech, back = place.technician.user, (NOW + timedelta(days=days + 3)).isoformat()
    starts = {"starts_at": (STARTS + timedelta(days=days)).isoformat()}
    return {
        State.ASSIGNED: (State.READY, [("assign", place.dispatcher, {"technician": place.technician.pk} | starts, 5)]),
        State.ACCEPTED: (State.ASSIGNED, [("accept", tech, None, 5)]),
        State.CONTACTED: (State.ACCEPTED, [("contact", tech, {"confirmed": CONFIRMED} | starts, 5)]),
        State.CONSULTING: (
            State.ACCEPTED,
            [("consult", tech, {"advice": "open the tap", "customer_agrees": True}, 5)],
        ),
        State.EN_ROUTE: (State.CONTACTED, [("check_kit", tech, KIT, 120), ("depart", tech, None, 5)]),
        State.ON_SITE: (State.EN_ROUTE, [("arrive", tech, None, 38)]),
        State.DIAGNOSED: (State.ON_SITE, [("diagnose", tech, DIAGNOSIS, 10)]),
        State.CHARGED: (State.DIAGNOSED, [("repair", tech, REPAIR, 20), ("charge", tech, {}, 5)]),
        State.FOLLOW_UP: (State.CHARGED, [("complete", tech, SIGNED, 5)]),
        State.CLOSED: (State.FOLLOW_UP, [("callback_satisfied", place.agent, {}, 25 * 60)]),
        State.IN_WORKSHOP: (
            State.ON_SITE,
            [
                ("diagnose", tech, DIAGNOSIS | {"outcome": "pull_in"}, 10),
                ("pull_in", tech, PULL_IN | {"promised_at": back}, 5),
            ],
        ),
        State.AWAITING_PARTS: (
            State.ON_SITE,
            [
                ("diagnose", tech, DIAGNOSIS | {"outcome": "part_missing"}, 10),
                ("wait_for_parts", tech, {"parts": "pump"}, 5),
            ],
        ),
        State.NEEDS_INFO: (State.REQUESTED, [("ask_customer", place.agent, {"reason": "which model?"}, 5)]),
        State.REJECTED: (State.REQUESTED, [("reject", place.agent, {"reason": "not our product"}, 5)]),
        State.CANCELLED: (State.READY, [("cancel", place.dispatcher, {"reason": "bought a new one"}, 5)]),
    }


def order_in(state: str, place: SimpleNamespace, days: int = 0, **told) -> tuple[ServiceOrder, datetime]:
    """Return an order brought to `state` by the real verbs, `days` after NOW, and the moment it got there."""
    ways, path = steps(place, days), []
    at = state
    while at in ways:
        path = ways[at][1] + path
        at = ways[at][0]
    now = NOW + timedelta(days=days)
    order = make_order(place, now, needs_review=at == State.REQUESTED, **told)
    for name, user, raw, minutes in path:
        now += timedelta(minutes=minutes)
        order = do(order, name, user, now, raw)
    assert order.state == state, f"{order.state} instead of {state}"
    return order, now
