"""A day lived through at speed, by people who know nothing but the API: every order keeps an owner."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.chaos.test_chaos import PROJECT, free_port

SHORT = {"technicians": 4, "orders": 8, "speed": 240, "hours": 0.4, "after": 1.5}
LONG = {"technicians": 40, "orders": 300, "speed": 60, "hours": 7, "after": 4}


@pytest.mark.chaos
def test_h_n1_a_day_at_speed_leaves_nothing_broken(capsys):
    how = LONG if os.environ.get("CHAOS") == "long" else SHORT
    command = [sys.executable, "manage.py", "simulate", f"--port={free_port()}"]
    command += [f"--{name}={value}" for name, value in how.items()]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if os.environ.get("CHAOS") == "long":
        with capsys.disabled():
            print(ran.stdout)
    assert ran.returncode == 0, f"{ran.stdout[-6000:]}\n{ran.stderr[-2000:]}"
    lines = re.findall(r"^([a-z].*?) +(\d+) of (\d+) ", ran.stdout, re.M)
    said = {name: (int(some), int(of)) for name, some, of in lines}
    assert said["closed"][1] == how["orders"], "not everybody who called is there"
    assert said["left in time"][1] > 0, "nobody went anywhere: nothing was tried"


def test_a_day_that_cannot_be_played_is_refused_in_words():
    command = [sys.executable, "manage.py", "simulate", "--speed=1000"]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "1 to 240" in ran.stderr
    assert "Traceback" not in ran.stderr
