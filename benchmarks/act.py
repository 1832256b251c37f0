"""One action over HTTP, all of lifecycle.act, against the same statements as raw SQL; 16 clients each.

The action is `accept`, with its Idempotency-Key and token, sent to the web server as the product runs it. The
raw SQL is what that action sends to PostgreSQL, over the simple protocol, text ready made. Both take turns.
Commits do not wait for the disk here: that wait is the same for both, and would make us look better than we are.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import common
import psutil

CLIENTS, PROCESSES = 16, 4
WORKERS = 4
ROUND, ROUNDS = 1600, 3  # calls a round
AT_LEAST = 1 / 8
BURN = "SELECT count(nextval(pg_get_serial_sequence('dispatch_serviceorder', 'id'))) FROM generate_series(1, 700000)"


def main() -> int:
    """Print the figures; return 1 when the ratio is not reached."""
    with common.servers() as var:
        place = people()
        common.sql("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
        common.sql(BURN)  # numbers that stand for nothing else in the statements
        common.seed_households(place, 500)
        common.seed_orders(place, ROUND * (2 * ROUNDS + 1) + 2, ["assigned"])
        orders = share_out(place)
        statements = [captured(place, orders.pop()), captured(place, orders.pop())]
        web, port = serve(var)
        try:
            figures = take_turns(place, orders, statements[0], web, port)
        finally:
            common.end(web)
        return report(figures, [len(found.texts) for found in statements])


def people() -> SimpleNamespace:
    """Return an outlet with one technician per client, numbered so that no other number is taken for theirs."""
    from customers.models import Category
    from technicians.models import ApiToken, Outlet, Technician, User

    outlet = Outlet.objects.create(code="bench", name_en="Bench", zone="Asia/Taipei", region="TW", currency="TWD")
    category = Category.objects.create(code="washing_machine", name_en="Washing machine")
    technicians, tokens = [], []
    for number in range(CLIENTS):
        user = User.objects.create(pk=910_000 + number, username=f"t{number}", role="technician", outlet=outlet)
        card = {"name": user.username, "permit_code": f"P{number}"}
        technicians.append(Technician.objects.create(pk=810_000 + number, user=user, outlet=outlet, **card))
        tokens.append(ApiToken.objects.create(user)[1])
    return SimpleNamespace(
        outlet=outlet, category=category, technician=technicians[0], technicians=technicians, tokens=tokens
    )


def share_out(place: SimpleNamespace) -> list[tuple[int, int]]:
    """Give the orders to the technicians in turn; return (order id, number of the technician)."""
    common.sql("UPDATE dispatch_serviceorder SET technician_id = 810000 + id %% %s", [CLIENTS])
    common.sql("ANALYZE dispatch_serviceorder, customers_customer, customers_address, customers_appliance")
    return common.sql("SELECT id, technician_id - 810000 FROM dispatch_serviceorder ORDER BY id")


def captured(place: SimpleNamespace, target: tuple[int, int]) -> SimpleNamespace:
    """Let one action happen in this process and return the statements it sends, as text."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from rest_framework.test import APIClient

    order, number = target
    client = APIClient(
        SERVER_NAME="localhost",
        headers={"Authorization": f"Token {place.tokens[number]}", "Idempotency-Key": f"bench-{order}"},
    )
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(f"/api/v1/orders/{order}/accept/", {}, format="json")
    assert answer.status_code == 200, answer.content
    found = [query["sql"] for query in seen if query["sql"] not in ("BEGIN", "COMMIT")]
    # Who asks is looked up first; the rest is one transaction.
    first = next(i for i, text in enumerate(found) if "dispatch_answer" in text)
    return SimpleNamespace(order=order, number=number, texts=[*found[:first], "BEGIN", *found[first:], "COMMIT"])


def raw_texts(statements: SimpleNamespace, target: tuple[int, int]) -> list[bytes]:
    """Return the statements of one action as they would be for another order and technician."""
    order, number = target
    changes = {str(statements.order): str(order), f"{statements.number:040d}": f"{number:040d}"}
    for kind in (910_000, 810_000):
        changes[str(kind + statements.number)] = str(kind + number)
    pattern = re.compile(r"(?<![\d.])(" + "|".join(changes) + r")(?!\d)")
    answer = re.compile(r'("dispatch_answer"\."id" = )\d+')
    current = r"\1(SELECT currval(pg_get_serial_sequence('dispatch_answer', 'id')))"  # once, so that the index serves
    texts = (pattern.sub(lambda match: changes[match[0]], text) for text in statements.texts)
    return [answer.sub(current, text).encode() for text in texts]


def http_call(place_token: str, order: int) -> bytes:
    """Return one request as it goes over the wire."""
    return (
        f"POST /api/v1/orders/{order}/accept/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token {place_token}\r\n"
        f"Idempotency-Key: bench-{order}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
    ).encode()


def serve(var: Path) -> tuple[subprocess.Popen, int]:
    """Start the web server of the Procfile with several workers; return it and its port once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    commands = dict(line.split(": ", 1) for line in (common.ROOT / "Procfile").read_text().splitlines() if line)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = os.environ | {"PORT": str(port), "WEB_WORKERS": str(WORKERS), "WEB_THREADS": "4", "PATH": path}
    with (var / "web.log").open("wb") as log:
        web = subprocess.Popen(
            ["sh", "-c", commands["web"]], cwd=common.ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )
    for _ in range(150):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return web, port
        except OSError:
            time.sleep(0.2)
    common.end(web)
    raise SystemExit("the web server does not answer:\n" + (var / "web.log").read_text())


def ask(port: int, calls: list[bytes]) -> None:
    """Send requests one after the other over one kept connection."""
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for call in calls:
            wire.sendall(call)
            answer = wire.recv(65536)
            head, _, body = answer.partition(b"\r\n\r\n")
            length = int(re.search(rb"content-length: (\d+)", head.lower())[1])
            while len(body) < length:
                body += wire.recv(65536)
            assert b" 200 " in head[:15], answer


def tell(url: str, calls: list[list[bytes]]) -> None:
    """Send statements one after the other over one connection, by the simple protocol."""
    import psycopg

    good = (psycopg.pq.ExecStatus.TUPLES_OK, psycopg.pq.ExecStatus.COMMAND_OK)
    with psycopg.connect(url, autocommit=True) as connection:
        wire = connection.pgconn
        for call in calls:
            for text in call:
                result = wire.exec_(text)
                assert result.status in good, result.error_message


def clients(work, where, shares: list[list], start, done) -> None:
    """Be a few clients in a process of their own: wait for the start, work, say when it is done."""
    threads = [threading.Thread(target=work, args=(where, share)) for share in shares]
    start.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.put(time.perf_counter())


def rate(work, where, calls: list) -> float:
    """Let all clients work through `calls`; return calls per second."""
    spawn = multiprocessing.get_context("spawn")
    start, done = spawn.Barrier(PROCESSES + 1), spawn.Queue()
    shares = [calls[number::CLIENTS] for number in range(CLIENTS)]
    groups = [shares[number::PROCESSES] for number in range(PROCESSES)]
    processes = [spawn.Process(target=clients, args=(work, where, group, start, done)) for group in groups]
    for process in processes:
        process.start()
    start.wait()
    begun = time.perf_counter()
    ended = max(done.get(timeout=300) for _ in processes)
    for process in processes:
        process.join()
    return len(calls) / (ended - begun)


def take_turns(place, orders, statements, web, port) -> SimpleNamespace:
    """Measure HTTP and raw SQL in turns; the first round only warms up."""
    url = os.environ["DATABASE_URL"]
    figures = SimpleNamespace(http=[], raw=[], cpu=[])

    def some(number):
        return [orders.pop() for _ in range(number)]

    rate(ask, port, [http_call(place.tokens[number], order) for order, number in some(ROUND)])
    for _ in range(ROUNDS):
        calls = [http_call(place.tokens[number], order) for order, number in some(ROUND)]
        before = cpu(web)
        figures.http.append(rate(ask, port, calls))
        figures.cpu.append((cpu(web) - before) / ROUND * 1000)
        figures.raw.append(rate(tell, url, [raw_texts(statements, target) for target in some(ROUND)]))
    done = common.sql("SELECT count(*), count(*) FILTER (WHERE log_seq = 1) FROM dispatch_serviceorder "
                      "WHERE state = 'accepted'")  # fmt: skip
    assert done[0][0] == done[0][1] == ROUND * (2 * ROUNDS + 1) + 2, done
    return figures


def cpu(web: subprocess.Popen) -> float:
    """Return the CPU seconds that the web server and its workers have used."""
    parent = psutil.Process(web.pid)
    times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def report(figures: SimpleNamespace, counts: list[int]) -> int:
    """Print the table; return the exit status."""
    http, raw = statistics.median(figures.http), statistics.median(figures.raw)
    common.heading(f"One action (accept), {CLIENTS} clients, {WORKERS} workers, median of {ROUNDS} rounds of {ROUND}")
    common.line("over HTTP, calls a second", f"{http:,.0f}")
    common.line("the same statements as raw SQL, a second", f"{raw:,.0f}")
    common.line("HTTP ÷ raw SQL", f"1/{raw / http:.1f}", "at least 1/8", http / raw / AT_LEAST)
    common.line("application CPU a call, ms", f"{statistics.median(figures.cpu):.2f}")
    common.line("statements a call, with BEGIN and COMMIT", f"{counts[0]}", "fixed", counts[1] / counts[0])
    return int(http / raw < AT_LEAST or counts[0] != counts[1])


if __name__ == "__main__":
    sys.exit(main())
