"""The web server as it runs: slow, half, huge and odd requests, sent down a real socket."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time

import pytest

from config.up import PROJECT


@pytest.fixture(scope="module")
def port(django_db_setup, services):
    """A web server of one worker on a free port; it gets no request that needs a table."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--http", "1", "--no-ws", "--port", str(number)]
    server = subprocess.Popen(
        [*command, "--workers-kill-timeout", "2", "config.server:app"],
        cwd=PROJECT,
        env=os.environ | services.urls() | {"WEB_THREADS": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if get(number).status == 200:
                break
        except OSError:
            time.sleep(0.1)
    yield number
    server.terminate()
    server.wait(20)


def get(port: int, path: str = "/livez"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    return connection.getresponse()


def send(port: int, head: str, body: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
    return connection


def answer(connection: socket.socket) -> tuple[int, dict]:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, json.loads(response.read())


def test_half_sent_requests_hold_nobody_up(port):
    halves = [send(port, "POST /livez HTTP/1.1\nHost: localhost\nContent-Length: 1000", b"half") for _ in range(50)]
    try:
        assert get(port).status == 200
    finally:
        for half in halves:
            half.close()
    assert get(port).status == 200


@pytest.mark.parametrize(
    "kind, size", [("application/json", 2_500_001), ("multipart/form-data; boundary=x", 60_000_001)]
)
def test_a_huge_body_is_refused_before_it_is_sent(port, kind, size):
    head = f"POST /livez HTTP/1.1\nHost: localhost\nContent-Type: {kind}\nContent-Length: {size}"
    status, problem = answer(send(port, head, b"x"))
    assert (status, problem["status"], problem["title"]) == (413, 413, "Request Entity Too Large")


def test_a_huge_body_of_unknown_length_is_refused_on_the_way(port):
    head = "POST /livez HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked"
    connection = send(port, head)
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    try:
        for _ in range(20):
            connection.sendall(chunk)
    except OSError:
        pass  # refused while we still spoke
    status, _problem = answer(connection)
    assert status == 413


def test_a_body_in_chunks_arrives_whole(port):
    head = "POST /livez HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked"
    assert answer(send(port, head, b'4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n')) == (200, {"status": "alive"})


@pytest.mark.parametrize("length", ["-1", "1e3", "abc"])
def test_a_length_that_is_none_is_refused(port, length):
    connection = send(port, f"POST /livez HTTP/1.1\nHost: localhost\nContent-Length: {length}", b"x")
    assert connection.recv(12) == b"HTTP/1.1 400"


def test_a_path_with_odd_signs_reaches_the_pages(port):
    assert get(port, "/%00%ff/%E4%BD%A0%2F..").status in (302, 400, 404)
