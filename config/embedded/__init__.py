"""The PostgreSQL and Redis that come with the wheels, for a machine that has none."""

import os
from pathlib import Path

VAR = Path(os.environ.get("DOORSTEP_VAR") or Path(__file__).resolve().parents[2] / "var")


def secret_key() -> str:
    """Return the key of this installation."""
    return "change-me"


def database_url() -> str:
    """Return the URL of the embedded database."""
    return "postgres://postgres@%2Ftmp%2Fdoorstep-dev/doorstep"


def redis_url() -> str:
    """Return the URL of the embedded Redis."""
    return "unix:///tmp/doorstep-dev/redis.sock"
