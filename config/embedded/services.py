"""Both servers of one data folder as one thing to start, watch and stop."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from config import embedded
from config.embedded import postgres, redis_server
from config.embedded.place import Place, only_one


@dataclass(frozen=True)
class Services:
    """The embedded servers of `var`. `hasty` trades safety for speed (tests); a part that is not ours is left out."""

    var: Path
    with_postgres: bool = True
    with_redis: bool = True
    hasty: bool = False

    @property
    def any(self) -> bool:
        """Tell whether at least one server is ours to run."""
        return self.with_postgres or self.with_redis

    def start(self) -> None:
        """Start what does not run yet and wait until it answers. Raises ServiceError."""
        if not self.any:
            return
        with only_one(self.var):
            place = Place.settle(self.var)
            if self.with_redis:
                redis_server.start(place)
            if self.with_postgres:
                postgres.start(place, hasty=self.hasty)

    def stop(self) -> None:
        """Stop what runs, with what was committed kept. Raises ServiceError when a server does not go."""
        if not (self.any and self.var.exists()):
            return
        with only_one(self.var):
            place = Place.settle(self.var)
            if self.with_postgres:
                postgres.stop(place)
            if self.with_redis:
                redis_server.stop(place)

    def status(self) -> dict[str, int | None]:
        """Return the process id of each server, None for one that does not run."""
        if not self.any:
            return {}
        place = Place.settle(self.var)
        found = {}
        if self.with_postgres:
            found["postgres"] = postgres.running(place)
        if self.with_redis:
            found["redis"] = redis_server.running(place)
        return found

    def remove(self) -> None:
        """Stop the servers and delete `var` with all data, wherever it lies."""
        if not self.var.exists():
            return
        self.stop()
        place = Place.settle(self.var)
        for folder in {place.home, self.var, place.sockets}:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(folder)

    def urls(self) -> dict[str, str]:
        """Return the environment that leads another process to these servers."""
        return {
            "DATABASE_URL": embedded.database_url(self.var),
            "DATABASE_OWNER_URL": embedded.owner_database_url(self.var),
            "REDIS_URL": embedded.redis_url(self.var),
        }
