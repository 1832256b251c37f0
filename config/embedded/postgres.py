"""Our PostgreSQL: made once, started quickly, stopped gently, found again after any accident."""

import contextlib
import shutil
import signal
import subprocess

import psycopg
from psycopg import sql

from config.embedded import APP_ROLE, DATABASE, OWNER_ROLE
from config.embedded.place import Place
from config.embedded.process import (
    ServiceError,
    clean_environment,
    command_line,
    end,
    identity,
    is_alive,
    reap,
    servers,
    spawn,
    tail,
    wait_until,
    working_in,
)

SUPERUSER = "postgres"
RECOVERY_SECONDS = 120
STOP = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

# A small machine, and a restart after a kill that is a matter of a second: little WAL to replay, and one
# sync of the file system in place of one for each file.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "recovery_init_sync_method": "syncfs",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For tests alone: what they write need not outlive a power cut.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def running(place: Place) -> int | None:
    """Return the process id of our server on this place's data, or None."""
    data = place.home / "postgres"
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    reap(pid)
    return pid if is_alive(pid) and str(data) in command_line(pid) else None


def start(place: Place, *, hasty: bool = False) -> None:
    """Start the server unless it runs, and wait until it answers. Raises ServiceError with the log's last lines."""
    if running(place) is None:
        _clear_the_way(place)
        _create_data(place, hasty=hasty)
        settings = SETTINGS | (HASTY if hasty else {})
        data = place.home / "postgres"
        command = [place.postgres_program("postgres"), "-D", data, "-k", place.sockets]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = spawn(command, log=place.log("postgres"), folder=data, account=place.account)
        _wait_for_answer(place, server)
    _create_roles_and_database(place)


def stop(place: Place) -> None:
    """Stop the server: its sessions are cut off, what was committed is kept (a fast shutdown)."""
    pid = running(place)
    if pid is not None and not end(pid, STOP):
        raise ServiceError(f"PostgreSQL (process {pid}) does not stop.")


def connect(place: Place, database: str) -> psycopg.Connection:
    """Return a connection as the superuser, in autocommit."""
    return psycopg.connect(
        host=str(place.sockets), user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=5
    )


def _clear_the_way(place: Place) -> None:
    """Remove what a killed server left: orphans on the data, a pid file that now names a stranger or a zombie.

    Nobody may work on the data once the pid file is gone, so the orphans are seen off first.
    """
    data = place.home / "postgres"
    # A server on our sockets but on other data: its `var` was removed while it ran.
    for pid in servers("postgres", place.sockets):
        end(pid, STOP)
    if not wait_until(lambda: not working_in(data), 5):
        for pid in working_in(data):
            end(pid, STOP[1:])
    (data / "postmaster.pid").unlink(missing_ok=True)
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (place.sockets / name).unlink(missing_ok=True)


def _create_data(place: Place, *, hasty: bool) -> None:
    """Make the data folder under another name first, so that an interrupted first start leaves no half of one."""
    data = place.home / "postgres"
    if (data / "PG_VERSION").exists():
        return
    draft = place.home / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    place.private_folder("postgres.new")
    command = [
        place.postgres_program("initdb"), "-D", draft, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        *(["--no-sync"] if hasty else ["--sync-method=syncfs"]),
    ]  # fmt: skip
    with place.log("postgres").open("ab") as log:
        made = subprocess.run(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False,
            cwd=draft, env=clean_environment(), **identity(place.account),
        )  # fmt: skip
    if made.returncode:
        raise ServiceError(f"PostgreSQL could not make its data folder:{tail(place.log('postgres'))}")
    with contextlib.suppress(FileNotFoundError):
        data.rmdir()
    draft.rename(data)


def _wait_for_answer(place: Place, server: subprocess.Popen) -> None:
    def answers() -> bool:
        if server.poll() is not None:
            return True
        with contextlib.suppress(psycopg.OperationalError), connect(place, "postgres"):
            return True
        return False

    if not wait_until(answers, RECOVERY_SECONDS) or server.poll() is not None:
        raise ServiceError(f"PostgreSQL does not start:{tail(place.log('postgres'))}")


def _create_roles_and_database(place: Place) -> None:
    """Make the owner of the tables, the application's role and the database, unless they are there.

    The rights of the application on tables to come are set in the template, so test databases have them too.
    """
    with connect(place, "postgres") as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            return
        for role, rights in ((OWNER_ROLE, "LOGIN CREATEDB"), (APP_ROLE, "LOGIN")):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} " + rights).format(sql.Identifier(role)))
    app, owner = sql.Identifier(APP_ROLE), sql.Identifier(OWNER_ROLE)
    with connect(place, "template1") as connection:
        future = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT ").format(owner)
        connection.execute(future + sql.SQL("SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}").format(app))
        connection.execute(future + sql.SQL("USAGE, SELECT ON SEQUENCES TO {}").format(app))
    with connect(place, "postgres") as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), owner))

