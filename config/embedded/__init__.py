"""The PostgreSQL and Redis that come with the wheels, for a machine that has none.

Settings import this module, so what stands here is quick and starts nothing: it only says where the
servers of this installation answer. `python -m config.embedded start|stop|status` runs them.
"""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import quote

APP_ROLE = "doorstep"
OWNER_ROLE = "doorstep_owner"
DATABASE = "doorstep"


def var_folder() -> Path:
    """Return the folder that holds everything this installation writes: `DOORSTEP_VAR`, or `var/` in the project."""
    return Path(os.environ.get("DOORSTEP_VAR") or Path(__file__).resolve().parents[2] / "var").absolute()


VAR = var_folder()


def socket_folder(var: Path = VAR) -> Path:
    """Return the private folder of the sockets: always short, because a socket's path may have 107 bytes at most."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(var))).hexdigest()[:12]
    return Path("/tmp") / f"doorstep-{os.getuid()}-{name}"


def database_url(var: Path = VAR) -> str:
    """Return the URL of the embedded database for the application, whose role cannot alter tables (H-N2)."""
    return f"postgres://{APP_ROLE}@{quote(str(socket_folder(var)), safe='')}/{DATABASE}"


def owner_database_url(var: Path = VAR) -> str:
    """Return the URL of the embedded database for the role that owns the tables and migrates them."""
    return f"postgres://{OWNER_ROLE}@{quote(str(socket_folder(var)), safe='')}/{DATABASE}"


def redis_url(var: Path = VAR) -> str:
    """Return the URL of the embedded Redis."""
    return f"unix://{socket_folder(var)}/redis.sock"


def secret_key(var: Path = VAR) -> str:
    """Return the secret of this installation, made once and readable by its owner alone.

    Raises OSError when `var` cannot be written and no key is there; `SECRET_KEY` in the environment avoids it.
    """
    path = var / "secret_key"
    with contextlib.suppress(FileNotFoundError):
        return path.read_text()
    var.mkdir(parents=True, exist_ok=True)
    draft = var / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    # A link fails when the name is taken, so of two first starts at once the earlier one's key holds for both.
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return path.read_text()
