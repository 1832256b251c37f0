"""How long a suggestion takes: in process on a day at hand, from the database, and over HTTP with a real server.

    python benchmarks/suggest.py [--technicians 200] [--visits 2000] [--asks 400]

Budgets: 50 ms in process (99 of 100), 120 ms over HTTP.
"""

from __future__ import annotations

import argparse
import http.client
import random
import time
from datetime import datetime, timedelta
from datetime import time as clock

from common import ROOT, heading, line, servers, start

IN_PROCESS, OVER_HTTP = 50, 120  # ms, 99 of 100
AROUND = (25.03, 121.5)


def percentiles(name: str, took: list[float], budget: float | None) -> None:
    """Print the middle, 95 and 99 of 100, and the slowest, in ms."""
    took = sorted(took)
    for share, limit in ((0.50, None), (0.95, None), (0.99, budget)):
        value = 1000 * took[min(len(took) - 1, int(share * len(took)))]
        said = f"{limit} ms" if limit else ""
        line(f"{name}, {share:.0%} within", f"{value:.1f} ms", said, value / limit if limit else None)
    line(f"{name}, slowest", f"{1000 * took[-1]:.1f} ms")


def timed(call, times: int, watch=time.perf_counter) -> list[float]:
    """Return how long each of so many calls took, in seconds, by the clock on the wall or another."""
    found = []
    for number in range(times):
        begun = watch()
        call(number)
        found.append(watch() - begun)
    return found


def pure(technicians: int, visits: int, asks: int) -> None:
    """Ask a day that is at hand, and one that has to be timed first."""
    from benchmarks.instances import made
    from dispatch.planning.day import Day
    from dispatch.planning.polish import polish
    from dispatch.planning.suggest import Desk, suggest

    problem = made(technicians, visits, 7)
    day = Day(problem)
    plan = day.plan(polish(day, [[] for _ in day.crew]))
    jobs = [problem.job[pk] for pk in [*plan.left, *plan.holder]]
    random.Random(1).shuffle(jobs)
    desk = Desk(problem, plan)
    heading(f"suggest in process: {technicians} technicians, {len(plan.holder)} visits placed, {len(plan.left)} not")
    for name, watch in (("wall", time.perf_counter), ("CPU", time.process_time)):
        took = timed(lambda n: desk.suggest(jobs[n % len(jobs)]), asks, watch)
        percentiles(f"tours timed before ({name})", took, IN_PROCESS)
        took = timed(lambda n: suggest(problem, plan, jobs[n % len(jobs)]), asks, watch)
        percentiles(f"tours timed for each ({name})", took, IN_PROCESS)


def rows(technicians: int, visits: int, now: datetime):
    """Write an outlet's day: agreed and proposed visits, ten for each technician, and orders that nobody has yet."""
    from customers.models import Address, Appliance, Category, Customer
    from dispatch.models import Fault, ServiceOrder, Visit
    from technicians.models import Outlet, Shift, Skill, Technician, User

    dice = random.Random(3)

    def spot() -> dict:
        return {"latitude": dice.gauss(AROUND[0], 0.06), "longitude": dice.gauss(AROUND[1], 0.06)}

    outlet = Outlet.objects.create(code="bench", name_en="Bench", zone="Asia/Taipei", latitude=25.03, longitude=121.5)
    boss = User.objects.create(username="bench", role="dispatcher", outlet=outlet)
    category = Category.objects.create(code="bench", name_en="Washing machine")
    skills = [Skill.objects.create(code=f"bench-{n}", name_en=f"Skill {n}") for n in range(4)]
    faults = [
        Fault.objects.create(
            code=f"bench-{n}", name_en=f"Fault {n}", category=category, skill=skills[n % 4], minutes=45
        )
        for n in range(12)
    ]
    people = User.objects.bulk_create(
        User(username=f"bench-{n}", role="technician", outlet=outlet) for n in range(technicians)
    )
    crew = Technician.objects.bulk_create(
        Technician(
            user=person, outlet=outlet, name=person.username, permit_code=f"B{person.pk}",
            **{f"home_{name}": value for name, value in spot().items()},
        )
        for person in people
    )  # fmt: skip
    Technician.skills.through.objects.bulk_create(
        Technician.skills.through(technician=one, skill=skill)
        for one in crew
        for skill in dice.sample(skills, dice.choice((2, 3, 4)))
    )
    Shift.objects.bulk_create(
        Shift(
            technician=one,
            weekday=day,
            starts=clock(8),
            ends=clock(20),
            break_from=clock(11, 30),
            break_until=clock(13),
        )
        for one in crew
        for day in range(1, 8)
    )
    waiting = 200
    total = visits + waiting
    customers = Customer.objects.bulk_create(Customer(name=f"C {n}", phone=f"+88691{n:07d}") for n in range(total))
    addresses = Address.objects.bulk_create(Address(customer=one, line="1", **spot()) for one in customers)
    appliances = Appliance.objects.bulk_create(Appliance(customer=one, category=category) for one in customers)
    orders = ServiceOrder.objects.bulk_create(
        ServiceOrder(
            outlet=outlet, customer=customers[n], address=addresses[n], appliance=appliances[n],
            fault=dice.choice(faults),
            technician=crew[n % technicians] if n < visits else None, state="contacted" if n < visits else "ready",
            opened_at=now, state_since=now, next_action="depart", next_role="dispatcher", next_due_at=now,
        )
        for n in range(total)
    )  # fmt: skip
    first = datetime.combine(now.astimezone(outlet.tz).date(), clock(8, 30), outlet.tz)
    Visit.objects.bulk_create(
        Visit(
            order=orders[n], technician=crew[n % technicians], status="agreed" if n % 3 else "proposed",
            starts_at=first + timedelta(minutes=68 * (n // technicians)),
            ends_at=first + timedelta(minutes=68 * (n // technicians) + 45),
        )
        for n in range(visits)
    )  # fmt: skip
    return outlet, boss, [order.pk for order in orders[visits:]]


def from_the_database(pks: list[int], now: datetime, asks: int) -> None:
    """Ask as a page does, in this process: the day read anew each time, and the day at hand."""
    from dispatch.models import ServiceOrder
    from dispatch.planning import kept, suggesting

    def ask(number: int) -> None:
        order = ServiceOrder.objects.with_rows().get(pk=pks[number % len(pks)])
        suggesting.suggestions(order, now)

    def anew(number: int) -> None:
        kept.forget()
        ask(number)

    heading("suggest from the database")
    for name, watch in (("wall", time.perf_counter), ("CPU", time.process_time)):
        percentiles(f"the day read anew ({name})", timed(anew, max(20, asks // 10), watch), None)
        percentiles(f"the day at hand ({name})", timed(ask, asks, watch), None)


def over_http(boss, pks: list[int], asks: int, var) -> None:
    """Ask a real server over one connection; now and then an order changes, so that the day is read anew."""
    from django.db.models import F

    from dispatch.models import ServiceOrder
    from technicians.models import ApiToken

    token = ApiToken.objects.create(boss)[1]
    port = 18790
    log = var / "web.log"
    how = ["--interface", "rsgi", "--http", "1", "--no-ws", "--host", "127.0.0.1", "--port", str(port)]
    server = start("-m", "granian", *how, "--workers", "1", "config.server:app", log=log)
    try:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _try in range(120):
            try:
                client.connect()
                break
            except OSError:
                time.sleep(0.25)

        def ask(number: int) -> None:
            headers = {"Authorization": f"Token {token}", "Host": "127.0.0.1"}
            client.request("GET", f"/api/v1/orders/{pks[number % len(pks)]}/suggestions/", headers=headers)
            answer = client.getresponse()
            body = answer.read()
            assert answer.status == 200 and b'"technician"' in body, (answer.status, body[:300])

        def changing(number: int) -> None:
            if number % 20 == 0:
                ServiceOrder.objects.filter(pk=pks[number % len(pks)]).update(version=F("version") + 1)
            ask(number)

        timed(ask, 12)  # each process has to wake up once
        heading("suggest over HTTP")
        percentiles("nothing changes meanwhile", timed(ask, asks), OVER_HTTP)
        percentiles("an order changes at every twentieth", timed(changing, asks), OVER_HTTP)
    finally:
        server.terminate()
        server.wait(20)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("technicians", 200), ("visits", 2000), ("asks", 400)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    how = parser.parse_args()
    pure(how.technicians, how.visits, how.asks)
    with servers() as var:
        from django.utils import timezone

        now = timezone.now()
        _outlet, boss, pks = rows(how.technicians, how.visits, now)
        from_the_database(pks, now, how.asks)
        over_http(boss, pks, how.asks, var)


if __name__ == "__main__":
    print(f"in {ROOT}")
    main()
