"""`manage.py sweep` as a real process."""

from __future__ import annotations

import signal

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now

from dispatch.models import State, Timer
from tests.dispatch.timers.helpers import rung
from tests.dispatch.timers.processes import running, wait_for
from tests.factories import order_in


def due(place):
    """Return an order with a callback that is due now."""
    order, _ = order_in(State.CONSULTING, place)
    order.timers.update(due_at=Now(), wake_at=Now())
    return order


def test_once_is_enough_for_a_cron_job(real_place, capsys):
    orders = [due(real_place) for _ in range(3)]
    call_command("sweep")
    assert "3 timers rang" in capsys.readouterr().out
    assert [rung(order) for order in orders] == [["callback_due"]] * 3


def test_it_rings_outlives_cut_connections_and_ends_when_told(real_place, tmp_path):
    first = due(real_place)
    with running(tmp_path, "manage.py", "sweep", "--forever", "--tick", "0.1") as sweeper:
        wait_for(lambda: rung(first) == ["callback_due"], sweeper)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        second = due(real_place)
        wait_for(lambda: rung(second) == ["callback_due"], sweeper)
        sweeper.send_signal(signal.SIGTERM)
        assert sweeper.wait(20) == 0
    assert set(Timer.objects.values_list("state", flat=True)) == {Timer.FIRED}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_a_signal_without_a_word(real_place, tmp_path, number):
    with running(tmp_path, "manage.py", "sweep", "--forever", "--tick", "0.1") as sweeper:
        order = due(real_place)
        wait_for(lambda: rung(order), sweeper)
        sweeper.send_signal(number)
        assert sweeper.wait(20) == 0
    assert "Traceback" not in sweeper.log.read_text()
