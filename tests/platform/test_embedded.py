"""The servers that come along: started once, found again after any accident, closed to others, gone without a trace."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest
import redis

from config import embedded
from config.embedded import place as places
from config.embedded.place import Place
from config.embedded.process import Account, ServiceError, end, is_alive, wait_until
from config.embedded.services import Services


@pytest.fixture
def running(tmp_path):
    """Servers of one test's own, in a folder with a space."""
    found = Services(tmp_path / "some where" / "var", hasty=True)
    found.var.mkdir(parents=True)
    found.start()
    yield found
    found.remove()


def as_owner(services: Services) -> psycopg.Connection:
    return psycopg.connect(embedded.owner_database_url(services.var), autocommit=True)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(pid), 10)


def test_data_outlives_a_stop_and_kills_of_both_servers(running):
    with as_owner(running) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
    client = redis.Redis.from_url(embedded.redis_url(running.var))
    client.set("kept", "2")
    before = running.status()
    running.stop()
    assert running.status() == {"postgres": None, "redis": None}
    running.start()
    for pid in running.status().values():
        kill(pid)
    running.start()
    with as_owner(running) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (1,)
    assert client.get("kept") == b"2"
    assert running.status() != before


def test_a_start_of_what_runs_changes_nothing_even_three_at_once(running):
    before = running.status()
    starts = [threading.Thread(target=running.start) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert running.status() == before
    assert None not in before.values()


def test_two_first_starts_at_once_make_one_server(tmp_path):
    services = Services(tmp_path / "var")
    command = [sys.executable, "-m", "config.embedded", "start"]
    environment = {k: v for k, v in os.environ.items() if k not in services.urls()}
    environment["DOORSTEP_VAR"] = str(services.var)
    try:
        starts = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [start.communicate(timeout=60)[0] for start in starts]
        assert [start.returncode for start in starts] == [0, 0]
        assert said[0].splitlines()[-4:] == said[1].splitlines()[-4:]
    finally:
        services.remove()


def test_a_pid_file_that_names_a_stranger_or_a_zombie_is_no_server(running):
    running.stop()
    # A stranger: this very process. The folder's owner writes the file, as PostgreSQL would have.
    pid_file = Place.settle(running.var).home / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n")
    running.start()
    running.stop()
    zombie = subprocess.Popen(["true"])
    assert wait_until(lambda: not is_alive(zombie.pid), 10)
    pid_file.write_text(f"{zombie.pid}\n{pid_file.parent}\n")
    running.start()
    zombie.wait()
    assert None not in running.status().values()


def test_a_server_whose_folder_was_removed_is_ended_before_the_next_takes_its_sockets(running):
    old = running.status()
    home = Place.settle(running.var).home
    for part in ("postgres", "redis"):
        (home / part).rename(home / f"{part}.gone")
    running.start()
    assert not is_alive(old["postgres"])
    assert running.status()["postgres"] not in (None, old["postgres"])


def test_nobody_else_may_enter_and_no_port_is_open(running):
    place = Place.settle(running.var)
    assert stat.S_IMODE(place.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((place.home / "postgres").stat().st_mode) == 0o700
    with as_owner(running) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert redis.Redis.from_url(embedded.redis_url(running.var)).config_get("port") == {"port": "0"}


def test_a_socket_folder_of_somebody_else_is_not_used(tmp_path):
    services = Services(tmp_path / "var")
    squatted = embedded.socket_folder(services.var)
    squatted.mkdir(mode=0o777)
    squatted.chmod(0o777)
    try:
        with pytest.raises(ServiceError, match="not a private folder"):
            services.start()
    finally:
        squatted.rmdir()


def test_the_socket_path_is_short_however_deep_the_project_lies():
    deep = Path("/", *["a folder with a long name"] * 20)
    assert len(str(embedded.socket_folder(deep) / ".s.PGSQL.5432.lock")) < 107
    assert embedded.socket_folder(deep) != embedded.socket_folder(deep / "other")


def test_the_application_role_cannot_alter_what_the_owner_made(running):
    with as_owner(running) as connection:
        connection.execute("CREATE TABLE thing (id int)")
    with psycopg.connect(embedded.database_url(running.var), autocommit=True) as connection:
        connection.execute("INSERT INTO thing VALUES (1)")
        for statement in ("ALTER TABLE thing ADD COLUMN x int", "CREATE TABLE other (id int)", "TRUNCATE thing"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_time_and_text_are_the_same_everywhere(running):
    with as_owner(running) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT lower('ÄÖ'), '王' < '王小明'").fetchone() == ("äö", True)


@pytest.mark.skipif(os.getuid() != 0, reason="root alone hands the servers to another account")
def test_as_root_the_data_moves_where_its_account_may_go_and_no_folder_is_opened(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    services = Services(closed / "var", hasty=True)
    try:
        services.start()
        place = Place.settle(services.var)
        assert place.home.is_relative_to(places.RELOCATED)
        assert (services.var / "services").resolve() == place.home
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        pid = services.status()["postgres"]
        assert Path(f"/proc/{pid}").stat().st_uid == place.account.uid != 0
        home = place.home
    finally:
        services.remove()
    assert not home.exists()


def test_a_folder_is_out_of_reach_when_one_on_the_way_is_closed():
    stranger = Account(64999, 64999)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        inner = Path(folder) / "inner"
        inner.mkdir()
        Path(folder).chmod(0o755)
        assert places._reachable(inner, stranger)
        Path(folder).chmod(0o700)
        assert not places._reachable(inner, stranger)


def test_the_secret_is_made_once_and_closed(tmp_path):
    first = embedded.secret_key(tmp_path / "var")
    assert embedded.secret_key(tmp_path / "var") == first
    assert len(first) > 50
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600
    assert embedded.secret_key(tmp_path / "other") != first


def test_ending_a_process_that_ignores_the_first_signal():
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    stubborn = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    stubborn.stdout.readline()
    assert end(stubborn.pid, ((signal.SIGTERM, 0.2), (signal.SIGKILL, 10.0)))
    stubborn.stdout.close()
