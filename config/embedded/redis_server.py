"""Our Redis: the queue's wire. What must not be lost is in PostgreSQL; still it keeps its data over a restart."""

import contextlib
import signal

import redis

from config.embedded.place import Place
from config.embedded.process import ServiceError, end, reap, servers, spawn, tail, wait_until

STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
NAMES = ("redis-server", "valkey-server")


def running(place: Place) -> int | None:
    """Return the process id of our server, or None."""
    return next(iter(_all(place)), None)


def start(place: Place) -> None:
    """Start the server unless it runs, and wait until it answers. Raises ServiceError with the log's last lines."""
    if running(place) is not None and _answers(place):
        return
    stop(place)
    data = place.private_folder("redis")
    settings = {
        "port": "0",
        "unixsocket": _socket(place),
        "unixsocketperm": "700",
        "dir": data,
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    command = [place.redis_program(), *(word for name, value in settings.items() for word in (f"--{name}", value))]
    server = spawn(command, log=place.log("redis"), folder=data, account=place.account)
    if not wait_until(lambda: server.poll() is not None or _answers(place), 30) or server.poll() is not None:
        raise ServiceError(f"Redis does not start:{tail(place.log('redis'))}")


def stop(place: Place) -> None:
    """Stop the server after it has written its log to disk."""
    for pid in _all(place):
        if not end(pid, STOP):
            raise ServiceError(f"Redis (process {pid}) does not stop.")


def _all(place: Place) -> list[int]:
    found = [pid for name in NAMES for pid in servers(name, _socket(place))]
    for pid in found:
        reap(pid)
    return found


def _socket(place: Place):
    return place.sockets / "redis.sock"


def _answers(place: Place) -> bool:
    with (
        contextlib.suppress(redis.exceptions.RedisError),
        redis.Redis(unix_socket_path=str(_socket(place)), socket_timeout=2, retry=None) as client,
    ):
        return bool(client.ping())
    return False


