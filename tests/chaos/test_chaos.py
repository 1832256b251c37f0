"""Kill -9 web, workers, beat, sweeper, Redis and PostgreSQL in turn: nothing is lost, nothing counts twice."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.chaos.count import LIMIT

PROJECT = Path(__file__).resolve().parents[2]
SHORT = {"seconds": 30, "every": 2, "timers": 600, "phones": 4}
LONG = {"seconds": 600, "every": 4, "timers": 6000, "phones": 8}


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def var():
    """A folder that the account of the servers can enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="doorstep-chaos-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "var"


@pytest.mark.chaos
def test_whatever_is_killed_each_timer_rings_once_and_each_update_counts_once(var, tmp_path, capsys):
    how = LONG if os.environ.get("CHAOS") == "long" else SHORT
    command = [sys.executable, "-m", "tests.chaos.run", "--var", var, "--logs", tmp_path, "--port", free_port()]
    for name, value in how.items():
        command += [f"--{name}", value]
    ran = subprocess.run([str(word) for word in command], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    report = json.loads(ran.stdout.splitlines()[-1])
    with capsys.disabled():
        print(f"\nchaos, {how['seconds']} s, lateness against {LIMIT:.0f} s: {json.dumps(report)}")
    assert report["wrong"] == []
    assert report["timers"] >= how["timers"]
    assert set(report["kills"]) == {"web", "worker.1", "worker.2", "beat", "sweeper", "redis", "postgres"}
    assert report["tries"] > report["acts"], "no update ever had to be sent again: nothing was tried"
    assert report["answered_again"] > 0
