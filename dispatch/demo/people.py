"""The example's outlets and people. Everybody's password is the same: this is for trying, not for living."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password

from dispatch.demo import hours
from dispatch.demo.portraits import portrait
from dispatch.example import people as example
from dispatch.example.data import OUTLETS
from technicians.holidays import keep
from technicians.models import Absence, Holiday, Outlet, Role, Shift, Skill, Technician, User

PASSWORD = "doorstep"
CENTRAL = (Role.AGENT, Role.MANAGER, Role.ADMIN)
ALIAS = {"technician": 0}  # a name that is easy to type, for the first of the roster


@dataclass(frozen=True)
class Account:
    """Who to log in as."""

    username: str
    name: str
    role: str


def load_outlets() -> dict[str, Outlet]:
    """Write the outlets; return them by code."""
    return {
        row["code"]: Outlet.objects.update_or_create(
            code=row["code"], defaults={name: value for name, value in row.items() if name != "code"}
        )[0]
        for row in OUTLETS
    }


def load_people(outlet: Outlet, now: datetime) -> list[Account]:
    """Write the office and the technicians of an outlet, with shifts and absences; return who to log in as."""
    by = hours.turned_by(now, outlet.tz)
    password = make_password(PASSWORD)
    accounts = [_office(username, name, role, outlet, password) for username, name, role in example.OFFICE]
    accounts.append(_office("admin", "Admin", Role.ADMIN, outlet, password))
    for number, person in enumerate(example.technicians()):
        username = "technician" if number == ALIAS["technician"] else person.username
        user = _user(username, person.name, Role.TECHNICIAN, outlet, password)
        _technician(user, person, outlet, by, now)
        if number == ALIAS["technician"]:
            accounts.append(Account(username, person.name, Role.TECHNICIAN))
    _absences(outlet, now, by[0])
    year = now.astimezone(outlet.tz).year + 1
    new_year = {"starts_on": date(year, 1, 1), "ends_on": date(year, 1, 1)}
    keep(Holiday.objects.update_or_create(outlet=outlet, name="元旦", defaults=new_year)[0], now)
    return accounts


ALL_WEEK = range(1, 8)
SHANGHAI = [("gu.zm", "顾志明", "SH-001"), ("shen.l", "沈磊", "SH-002"), ("xu.hy", "徐海燕", "SH-003")]


def load_small_outlet(outlet: Outlet, now: datetime) -> None:
    """Write the second outlet: three technicians who can do everything, and a dispatcher."""
    by = hours.turned_by(now, outlet.tz)
    password = make_password(PASSWORD)
    _user("dispatcher.sh", "陆敏", Role.DISPATCHER, outlet, password)
    skills = tuple(Skill.objects.values_list("code", flat=True))
    for number, (username, name, permit) in enumerate(SHANGHAI):
        shifts = tuple((day, time(8, 30), time(18)) for day in ALL_WEEK)
        home = (outlet.latitude + 0.01 * number, outlet.longitude - 0.01 * number)
        person = example.Person(username, name, f"+8613900000{number:03d}", permit, skills, shifts, home)
        _technician(_user(username, name, Role.TECHNICIAN, outlet, password), person, outlet, by, now)


def _user(username: str, name: str, role: str, outlet: Outlet, password: str) -> User:
    where = None if role in CENTRAL else outlet
    defaults = {"role": role, "outlet": where, "first_name": name, "password": password}
    user, made = User.objects.get_or_create(username=username, defaults=defaults)
    if made and role == Role.ADMIN:
        user.is_superuser = True
        user.save()
    return user


def _office(username: str, name: str, role: str, outlet: Outlet, password: str) -> Account:
    _user(username, name, role, outlet, password)
    return Account(username, name, role)


def _technician(
    user: User, person: example.Person, outlet: Outlet, by: tuple[int, int], now: datetime
) -> None:
    latitude, longitude = person.home
    technician, made = Technician.objects.get_or_create(
        user=user,
        defaults={
            "outlet": outlet,
            "name": person.name,
            "phone": person.phone,
            "permit_code": person.permit,
            "portrait": portrait(person.permit, now),
            "home_latitude": latitude,
            "home_longitude": longitude,
        },
    )
    if made:
        technician.skills.set(Skill.objects.filter(code__in=person.skills))
        Shift.objects.bulk_create(
            Shift(technician=technician, **hours.shift(day, starts, ends, by)) for day, starts, ends in person.shifts
        )


def _absences(outlet: Outlet, now: datetime, later: int) -> None:
    """Write the absences, counted from today in the outlet's zone."""
    today = now.astimezone(outlet.tz).date()
    for away in example.ABSENCES:
        technician = Technician.objects.filter(user__username=away.username).first()
        if technician and not technician.absences.exists():
            day = today + timedelta(days=away.day)
            Absence.objects.create(
                technician=technician,
                starts_at=datetime.combine(day, away.starts, outlet.tz) + timedelta(hours=later),
                ends_at=datetime.combine(day, away.ends, outlet.tz) + timedelta(hours=later),
                reason=away.reason,
            )
