"""100,000 queued notices through a provider that fails half the time: none lost, none twice, and how fast.

Two processes claim and send side by side, as workers do; the provider is a real HTTP server on this machine. The
ratio is against bare POSTs to the same server, from as many threads, with no database at all. Waits between two tries
are a hundredth of the product's: one in 100,000 needs 17 tries, and would else be waited for, for an hour.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import common

COUNT = int(os.environ.get("NOTICES", "100000"))
SENDERS, THREADS, BATCH = 2, 8, 400
FAILS = 0.5
WAITS = 0.01  # of those of the product
BARE = 6000  # POSTs of each process that does nothing else
AT_LEAST = 1 / 6  # of what bare POSTs reach

POLICY = """
INSERT INTO dispatch_noticepolicy (outlet_id, quiet_from, quiet_to, email_first)
SELECT id, '00:00', '00:00', false FROM technicians_outlet
"""
OUTBOX = """
INSERT INTO dispatch_notice (key, event, order_id, customer_id, facts, channel, "to", language, subject, body, state,
    next_try_at, tries, last_error, provider_ref, created_at, call_tries, call_outcome)
SELECT 'bench:' || id, 'receipt', id, customer_id, '{"amount": "NT$1,200"}', '', '', '', '', '', 'queued', now(), 0, '',
    '', now(), 0, ''
FROM dispatch_serviceorder ORDER BY id LIMIT %s
"""


def main() -> int:
    """Print the figures; return 1 when one is lost or doubled, or the ratio is not reached."""
    with common.servers() as var:
        place = an_outlet()
        common.seed_households(place, 5000)
        common.seed_orders(place, COUNT, ["charged"])
        common.sql(POLICY)
        common.sql(OUTBOX, [COUNT])
        common.sql("ANALYZE")
        provider = common.start(__file__, "provide", str(var), log=var / "provider.log")
        while not (var / "port").exists():
            time.sleep(0.05)
        url = f"http://127.0.0.1:{(var / 'port').read_text()}/send"
        try:
            before = side_by_side(var, "bare", url)
            took = side_by_side(var, "drain", url)
            after = side_by_side(var, "bare", url)
        finally:
            common.end(provider)
        return report(took, SENDERS * BARE / min(before, after), json.loads((var / "counts").read_text()))


def an_outlet() -> SimpleNamespace:
    """Return an outlet that writes at any hour, with one technician."""
    from customers.models import Category
    from technicians.models import Outlet, Technician, User

    how = {"zone": "Asia/Taipei", "region": "TW", "currency": "TWD", "phone": "+886223456789"}
    outlet = Outlet.objects.create(code="bench", name_en="Bench", **how)
    user = User.objects.create(username="t", role="technician", outlet=outlet)
    technician = Technician.objects.create(user=user, outlet=outlet, name="t", permit_code="P1")
    category = Category.objects.create(code="washing_machine", name_en="Washing machine")
    return SimpleNamespace(outlet=outlet, technician=technician, category=category)


def side_by_side(var: Path, mode: str, url: str) -> float:
    """Run SENDERS processes in `mode` to their end; return the seconds they worked, the longest."""
    crew = [common.start(__file__, mode, log=var / f"{mode}{n}.log", SMS_URL=url) for n in range(SENDERS)]
    for one in crew:
        one.wait()
    logs = [(var / f"{mode}{n}.log").read_text() for n in range(SENDERS)]
    if any(one.returncode for one in crew):
        raise SystemExit("\n".join(logs))
    return max(float(log.split()[-1]) for log in logs)


def drain_all() -> None:
    """One worker: send until nothing waits."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings

    django.setup()
    settings.NOTICE_SENDERS, settings.NOTICE_THREADS, settings.NOTICE_FIRST_WAIT = SENDERS, THREADS, WAITS * 5
    from dispatch.models import Notice
    from dispatch.models.notice import WAITING
    from dispatch.notices import send

    send.LONGEST_WAIT *= WAITS
    while Notice.objects.filter(state__in=WAITING).exists():
        if not send.drain(5, batch=BATCH):
            time.sleep(0.02)


def bare_posts() -> None:
    """POST as fast as threads can, with a key that the provider does not count."""
    import threading

    import requests

    mine, url = threading.local(), os.environ["SMS_URL"]

    def post(_number: int) -> None:
        if not hasattr(mine, "session"):
            mine.session = requests.Session()
        mine.session.post(url, json={"to": "+886912345678", "text": "x" * 80, "id": ""}).close()

    with ThreadPoolExecutor(THREADS) as crew:
        list(crew.map(post, range(BARE)))


def report(took: float, bare: float, counts: dict) -> int:
    """Say what was measured."""
    states = dict(common.sql("SELECT state, count(*) FROM dispatch_notice GROUP BY 1"))
    tries, most = common.sql("SELECT sum(tries), max(tries) FROM dispatch_notice")[0]
    lost = COUNT - states.get("sent", 0)
    common.heading(f"{COUNT:,} notices, a provider that fails {FAILS:.0%} of tries")
    common.line("notices sent a second", f"{COUNT / took:,.0f}")
    common.line("whole drain (s)", f"{took:,.1f}")
    common.line("tries, most for one", f"{tries:,}, {most}")
    common.line("not sent", f"{lost:,}", "0", float(lost))
    common.line("taken by the provider twice", f"{counts['twice']:,}", "0", float(counts["twice"]))
    common.line("refused by the provider", f"{counts['refused']:,}")
    common.line("bare POSTs a second", f"{bare:,.0f}")
    ratio = tries / took / bare
    common.line("tries a second, of bare POSTs", f"{ratio:.2f}", f">= {AT_LEAST:.2f}", AT_LEAST / ratio)
    return 0 if not lost and counts["taken"] == COUNT and not counts["twice"] and ratio >= AT_LEAST else 1


async def provide(var: Path) -> None:
    """Answer POSTs: FAILS of them with 503; of the rest, count the keys. Writes `counts` when it is told to end."""
    seen: set[bytes] = set()
    told = {"taken": 0, "refused": 0, "twice": 0}
    chance, over = random.Random(11), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                body = json.loads(await reader.readexactly(length))
                key, status = body["id"], b"200 OK"
                if key and chance.random() < FAILS:
                    told["refused"] += 1
                    status = b"503 Busy"
                elif key:
                    told["twice"] += key in seen
                    told["taken"] += 1
                    seen.add(key)
                writer.write(b"HTTP/1.1 " + status + b'\r\nContent-Length: 12\r\n\r\n{"id": "P1"}')
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    asyncio.get_running_loop().add_signal_handler(15, over.set)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    (var / "port.new").write_text(str(server.sockets[0].getsockname()[1]))
    (var / "port.new").rename(var / "port")
    await over.wait()
    (var / "counts").write_text(json.dumps(told))
    os._exit(0)


def timed(work) -> None:
    """Do it, and print the seconds it took as the last word."""
    started = time.monotonic()
    work()
    print(time.monotonic() - started)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["provide", var]:
            asyncio.run(provide(Path(var)))
        case ["drain"]:
            timed(drain_all)
        case ["bare"]:
            timed(bare_posts)
        case _:
            sys.exit(main())
