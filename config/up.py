"""`make run`: servers, tables, static files, the example, then every process in one terminal until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

from config import embedded
from config.embedded.process import ServiceError
from config.embedded.services import Services
from config.prepare import EMPTY
from config.terminal import Crew, Stopped, Terminal, Watch, announce

PROJECT = Path(__file__).resolve().parent.parent
HALF_TOLD = embedded.VAR / "example.half-told"
INTERRUPTED = 130  # exit status of a demo that was ended with us
ACCOUNTS = embedded.VAR / "accounts.txt"


def main() -> int:
    """Run Doorstep until it is interrupted; return the exit status."""
    sys.stdout = sys.stderr = Terminal(sys.stdout)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    services = Services(
        embedded.VAR,
        with_postgres=not os.environ.get("DATABASE_URL"),
        with_redis=not os.environ.get("REDIS_URL"),
    )
    demo: subprocess.Popen | None = None
    try:
        port = free_port(os.environ.get("PORT") or "8000")
    except ServiceError as error:
        print(error)
        return 1
    try:
        services.start()
        _check_given()
        names = environment() | {"PORT": str(port)}
        empty = _prepare(names)
        if HALF_TOLD.exists():
            print("The example was interrupted while it was loaded. `make demo-reset` starts it over.")
        crew = Crew(PROJECT / "Procfile", names, PROJECT)
        Watch(services, crew).start()
        wanted = os.environ.get("DEMO") or ("no" if os.environ.get("DATABASE_URL") else "yes")
        empty = empty and wanted == "yes"
        if empty:  # beside the others: nobody has to wait for a day to be lived through before the first page
            # Begun before the crew: what is forked while a program is being started keeps its pipes open for ever.
            demo = begin_example(names)
            threading.Thread(target=follow_example, args=(demo,), daemon=True, name="example").start()
        announce(port, ACCOUNTS, expected=empty)
        return crew.run()
    except Stopped:
        return 0
    except (ServiceError, OSError) as error:
        print(error)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if demo and demo.poll() is None:  # before the servers: it would only complain
            demo.kill()
            demo.wait()
        services.stop()
        print("Doorstep has stopped.")


def free_port(text: str) -> int:
    """Return the port `text` names. Raises ServiceError, with what to do, when it is none or is taken."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ServiceError(f"PORT={text} is not a port. Choose a number from 1024 to 65535: PORT=8001 make run")
    port = int(text)
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise ServiceError(f"Port {port} is reserved for root. Choose another: PORT=8001 make run") from None
        except OSError:
            other = port + 1 if port < 65535 else 8001
            raise ServiceError(
                f"Port {port} is taken: is Doorstep running already? Stop that one, or choose another port:\n"
                f"    PORT={other} make run"
            ) from None
    return port


def _stop(_number, _frame):
    raise Stopped


def environment() -> dict[str, str]:
    """Return the environment of every process of ours: the programs of this very Python first."""
    programs = str(Path(sys.executable).parent)
    path = f"{programs}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    return os.environ | {"PATH": path, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(PROJECT)}


def _check_given() -> None:
    """Raise ServiceError when a server that somebody named in the environment does not answer."""
    if url := os.environ.get("DATABASE_URL"):
        import psycopg

        try:
            psycopg.connect(url.replace("postgis://", "postgres://"), connect_timeout=5).close()
        except (psycopg.Error, UnicodeError) as error:
            raise ServiceError(f"The database of DATABASE_URL does not answer: {error}") from None
    if url := os.environ.get("REDIS_URL"):
        import redis

        try:
            redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5, retry=None).ping()
        except (redis.exceptions.RedisError, ValueError) as error:
            raise ServiceError(f"The Redis of REDIS_URL does not answer: {error}") from None


def _prepare(names: dict[str, str]) -> bool:
    """Migrate, collect, translate; return whether there is no order yet."""
    done = subprocess.run([sys.executable, "-m", "config.prepare"], cwd=PROJECT, env=names, check=False)
    if done.returncode not in (0, EMPTY):
        raise ServiceError("The tables or the static files could not be made; the reason stands above.")
    return done.returncode == EMPTY


def load_example(names: dict[str, str]) -> None:
    """Load the example and wait for it."""
    follow_example(begin_example(names))


def begin_example(names: dict[str, str]) -> subprocess.Popen:
    """Begin to load the example, in a process of its own."""
    HALF_TOLD.touch()
    command = [sys.executable, "manage.py", "demo"]
    return subprocess.Popen(command, cwd=PROJECT, env=names, stdout=subprocess.PIPE, text=True)


def follow_example(demo: subprocess.Popen) -> None:
    """Pass on what it says. The lines that name its accounts come first and are kept for the end of every start."""
    accounts = []
    with demo:
        for line in demo.stdout:
            if line.startswith("  "):
                accounts.append(line)
                continue
            if accounts and not ACCOUNTS.exists():
                ACCOUNTS.write_text("".join(accounts))
            print(line, end="")
    if demo.returncode == 0:
        HALF_TOLD.unlink(missing_ok=True)
    elif demo.returncode != INTERRUPTED and demo.returncode > 0:
        print("The example could not be loaded; the reason stands above. Doorstep runs without it.")


if __name__ == "__main__":
    sys.exit(main())
