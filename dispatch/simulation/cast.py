"""Who plays: an outlet of its own, its office and its technicians, each with a token. Written straight into the tables;
from then on everything goes over the wire."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from dispatch.demo.masters import load_masters
from dispatch.demo.people import PASSWORD, load_outlets
from dispatch.simulation.people import STAFF, Person
from dispatch.simulation.technician import Technician as Field
from dispatch.simulation.wire import Wire
from technicians.models import ApiToken, Outlet, Role, Shift, Skill, Technician, User

SPREAD = 0.06  # degrees around the outlet where technicians live
OFFICE = {"dispatcher": 3, "agent": 4, "clerk": 1, "manager": 1}


def cast(base: str, seed: int, technicians: int) -> tuple[Outlet, list[Person], Counter]:
    """Write outlet, people and tokens; return the outlet, everybody who plays, and the count of what is answered."""
    outlet = load_outlets()["taipei"]
    load_masters()
    said: Counter = Counter()
    password = make_password(PASSWORD)
    people: list[Person] = []
    for role, count in OFFICE.items():
        for number in range(count):
            name = role if number == 0 else f"{role}-{number + 1}"
            user = _user(name, role, outlet, password)
            people.append(STAFF[role](_wire(base, user, said), seed, name))
    _user("admin", Role.ADMIN, outlet, password)
    skills, dice = list(Skill.objects.all()), Random(f"{seed}:homes")
    for number in range(technicians):
        name = "technician" if number == 0 else f"technician-{number + 1}"
        user = _user(name, Role.TECHNICIAN, outlet, password)
        _technician(user, outlet, number, skills, dice)
        people.append(Field(_wire(base, user, said), seed, name))
    return outlet, people, said


def _wire(base: str, user: User, said: Counter) -> Wire:
    return Wire(base, ApiToken.objects.create(user, expiry=timedelta(days=2), name="simulation")[1], said)


def _user(name: str, role: str, outlet: Outlet, password: str) -> User:
    how = {"role": role, "outlet": outlet, "first_name": name, "password": password, "language": "en"}
    return User.objects.get_or_create(username=name, defaults=how)[0]


def _technician(user: User, outlet: Outlet, number: int, skills: list[Skill], dice: Random) -> None:
    latitude, longitude = outlet.place
    found, made = Technician.objects.get_or_create(
        user=user,
        defaults={
            "outlet": outlet,
            "name": user.first_name,
            "permit_code": f"SIM-{number + 1:04d}",
            "home_latitude": latitude + dice.uniform(-SPREAD, SPREAD),
            "home_longitude": longitude + dice.uniform(-SPREAD, SPREAD),
        },
    )
    if made:
        found.skills.set(skills)
        for day in range(1, 8):  # day and night: it may be begun at any hour
            Shift.objects.create(technician=found, weekday=day, starts=time(0), ends=time(12))
            Shift.objects.create(technician=found, weekday=day, starts=time(12), ends=time(0))
