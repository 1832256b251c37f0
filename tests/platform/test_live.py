"""The live streams as they are served: by the web server and by a process of their own, from a real Redis."""

import json
import socket
import time

import psutil
import pytest
from django.conf import settings
from django.core import signing

from config.embedded.services import Services
from config.live import STREAM_BYTES, STREAMS_EACH
from dispatch import live
from dispatch.live import LENGTH, STREAM, ticket_for
from tests.platform.streams import Event, Reader, free_port, served, wait_for

APPS = ["config.live:app", "config.server:app"]


@pytest.fixture(scope="module", params=APPS)
def port(request, django_db_setup, services):
    number = free_port()
    with served(request.param, number, **services.urls() | {"REDIS_URL": settings.REDIS_URL}):
        yield number


@pytest.fixture
def wire(tmp_path, monkeypatch):
    """A Redis of one test's own, which `dispatch.live` here talks to as well: start() and stop() it."""
    redis = Services(tmp_path / "var", with_postgres=False, hasty=True)
    redis.start()
    monkeypatch.setattr(live, "_dead_until", 0.0)
    monkeypatch.setattr(settings, "REDIS_URL", redis.urls()["REDIS_URL"])
    live.wire.cache_clear()
    yield redis
    monkeypatch.undo()
    live.wire.cache_clear()
    redis.remove()


@pytest.fixture
def alone(wire, request):
    """A server of one test's own: its process and its port."""
    number = free_port()
    with served(getattr(request, "param", APPS[0]), number, REDIS_URL=settings.REDIS_URL) as process:
        yield process, number


def opened(port: int, outlet: int | None = 1, user: int = 1, **query) -> Reader:
    return Reader(port, {"ticket": ticket_for(user, outlet)} | query)


def opened_later(port: int, after: str) -> Reader:
    """Open a stream once the server has read all that was told: it may still be at work for a reader who left.

    Else it rightly says `hello` from where it stands, and what these tests call missed comes behind it.
    """

    def caught_up() -> bool:
        with opened(port) as reader:
            return reader.until("hello")[-1].at == live.last()

    wait_for(caught_up, 5)
    return opened(port, after=after)


def orders(events: list[Event]) -> list[int]:
    return [event.data["order"] for event in events if event.name == "message"]


def test_a_change_is_heard_with_its_place(port):
    with opened(port) as reader:
        assert reader.status == 200
        assert reader.hear().name == "hello"
        live.tell(7, 3, 1)
        assert reader.hear() == Event("message", live.last(), {"order": 7, "version": 3, "outlet": 1})


def test_what_is_no_order_is_heard_too(port):
    with opened(port) as reader:
        reader.until("hello")
        live.tell_of("technician", 5, 1)
        live.tell_of("plan", 6, 1)
        assert [reader.hear().data for _ in range(2)] == [
            {"kind": "technician", "id": 5, "outlet": 1},
            {"kind": "plan", "id": 6, "outlet": 1},
        ]


def test_only_what_the_ticket_covers_is_heard(port):
    with opened(port, 1) as one, opened(port, None) as centre:
        one.until("hello"), centre.until("hello")
        live.tell_all([(1, 1, 2), (2, 1, 1)])
        assert one.hear().data["order"] == 2
        assert [centre.hear().data["order"] for _ in range(2)] == [1, 2]


def test_what_was_missed_is_told_first(port):
    live.tell(1, 1, 1)
    after = live.last()
    live.tell_all([(2, 1, 1), (3, 1, 2), (4, 1, 1)])
    with opened_later(port, after) as reader:
        *missed, hello = reader.until("hello")
        assert orders(missed) == [2, 4]
        assert hello.at == live.last()
        live.tell(5, 1, 1)
        assert reader.hear().data["order"] == 5


@pytest.mark.parametrize("after", ["", "0-0", "1-1", "99999999999999-0", "nonsense", "1;DROP"])
def test_who_stands_where_the_stream_does_not_reach_begins_anew(port, after):
    live.tell(1, 1, 1)
    with opened_later(port, after) as reader:
        assert [event.name for event in reader.until("hello")] == ["reset", "hello"]


def test_who_missed_what_was_trimmed_begins_anew(port):
    live.tell(1, 1, 1)
    after = live.last()
    for _ in range(2):
        live.tell_all([(order, 1, 1) for order in range(LENGTH)])
    with opened_later(port, after) as reader:
        assert [event.name for event in reader.until("hello")] == ["reset", "hello"]


def test_an_emptied_redis_begins_anew(port):
    live.tell(1, 1, 1)
    after = live.last()
    live.wire().delete(STREAM)
    time.sleep(0.005)  # a place is a millisecond: no Redis is emptied and written to within one
    live.tell(2, 1, 1)
    with opened_later(port, after) as reader:
        assert [event.name for event in reader.until("hello")] == ["reset", "hello"]


def test_who_reads_past_a_gap_begins_anew(port):
    live.tell(1, 1, 1)
    after = live.last()
    live.tell(2, 1, 1)
    live.wire().xadd(STREAM, live.GAP)
    live.tell(3, 1, 1)
    with opened_later(port, after) as reader:
        first, second, _hello = reader.until("hello")
        assert (first.name, second.data["order"]) == ("reset", 3)


@pytest.mark.parametrize("ticket", ["", "x", "WzEsMV0:1:x", "\x00", "é:é:é"])
def test_a_forged_ticket_is_refused_in_words(port, ticket):
    with Reader(port, {"ticket": ticket}) as reader:
        problem = json.loads(reader.answer.read())
        assert (reader.status, problem["code"]) == (403, "ticket")
        assert "not one of ours" in problem["detail"]


def test_a_ticket_made_out_to_another_outlet_is_refused(port):
    body, rest = ticket_for(1, 1).split(":", 1)
    other = ticket_for(1, 2).split(":", 1)[0]
    assert other != body
    with Reader(port, {"ticket": f"{other}:{rest}"}) as reader:
        assert reader.status == 403


def test_an_old_ticket_is_refused_in_words(port, monkeypatch):
    long_ago = time.time() - 61
    monkeypatch.setattr(signing.time, "time", lambda: long_ago)
    old = ticket_for(1, 1)
    monkeypatch.undo()
    with Reader(port, {"ticket": old}) as reader:
        problem = json.loads(reader.answer.read())
        assert (reader.status, problem["code"]) == (403, "ticket_old")
        assert "older than a minute" in problem["detail"]


def test_one_person_cannot_take_every_stream(port):
    readers = [opened(port, user=77).__enter__() for _ in range(STREAMS_EACH)]
    try:
        with opened(port, user=77) as refused, opened(port, user=78) as another:
            assert (refused.status, another.status) == (429, 200)
        readers.pop().__exit__()
        # Who leaves makes room at once, not at the next heartbeat.
        wait_for(lambda: _status(port, 77) == 200, 5)
    finally:
        for reader in readers:
            reader.__exit__()


def _status(port: int, user: int) -> int:
    with opened(port, user=user) as reader:
        return reader.status


def test_one_connection_to_redis_serves_all(alone):
    readers = [opened(alone[1], user=number).__enter__() for number in range(20)]
    try:
        for reader in readers:
            reader.until("hello")
        assert [one["cmd"] for one in live.wire().client_list()].count("xread") == 1
        live.tell(1, 1, 1)
        assert {reader.hear().data["order"] for reader in readers} == {1}
    finally:
        for reader in readers:
            reader.__exit__()
    # Nobody listens: nothing is held.
    wait_for(lambda: "xread" not in [one["cmd"] for one in live.wire().client_list()], 5)


def test_readers_who_never_read_cost_no_more_than_their_bound(alone):
    """Seven times their bound is told; without a bound it grew by 36 MB, with it by 2: the rest is the kernel's."""
    process, port = alone
    worker = psutil.Process(process.pid).children()[-1]
    with opened(port, 1, user=99) as diligent:
        diligent.until("hello")
        lazy = [_silent(port, user) for user in range(10)]
        before, told = worker.memory_info().rss, 0
        while told < 7 * STREAM_BYTES:
            live.tell_all([(100_000 + order, 1, 2) for order in range(200)])
            told += 200 * 66
        live.tell(1, 1, 1)
        assert diligent.hear().data["order"] == 1
        assert worker.memory_info().rss - before < len(lazy) * STREAM_BYTES
    for one in lazy:
        one.close()


def _silent(port: int, user: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(f"GET /live/?ticket={ticket_for(user, None)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return connection


@pytest.mark.parametrize("alone", APPS, indirect=True)
def test_a_stop_ends_the_streams_at_once(alone):
    process, port = alone
    with opened(port) as reader:
        reader.until("hello")
        process.terminate()
        assert reader.hear() is None
        process.wait(20)
        assert process.returncode == 0
        with pytest.raises(ConnectionRefusedError):
            opened(port).__enter__()


def test_redis_away_and_back(alone, wire):
    _process, port = alone
    with opened(port) as reader:
        reader.until("hello")
        wire.stop()
        assert reader.hear().name == "lost"
        with opened(port) as later:
            assert later.hear().name == "lost"
            wire.start()
            assert later.hear().name == "reset"
        back = reader.hear()
        assert back.name == "reset"
        live.tell(1, 1, 1)
        assert reader.hear().data["order"] == 1
        with opened(port, after=back.at) as third:
            assert orders(third.until("hello")) == [1]


def test_what_could_not_be_told_is_a_gap(wire):
    """Nobody listens while Redis is away, and nobody has anything more to say after: still it is known."""
    live.tell(1, 1, 1)
    after = live.last()
    wire.stop()
    live.tell(2, 1, 1)
    assert live.last() == ""
    wire.start()
    wait_for(lambda: live.last() not in ("", after), 10)
    assert live.wire().xrevrange(STREAM, count=1)[0][1] == {b"kind": b"gap"}
