"""`python -m config.embedded start|stop|status`: the servers by hand, for working on one process at a time."""

import argparse
import os
import sys

from config import embedded
from config.embedded.process import ServiceError
from config.embedded.services import Services


def main() -> int:
    """Do what the first argument says and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    parser.add_argument("what", choices=["start", "stop", "status"])
    what = parser.parse_args().what
    services = Services(
        embedded.VAR,
        with_postgres=not os.environ.get("DATABASE_URL"),
        with_redis=not os.environ.get("REDIS_URL"),
    )
    try:
        if what == "start":
            services.start()
        elif what == "stop":
            services.stop()
        found = services.status()
    except (ServiceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, pid in found.items():
        print(f"{name}: {f'runs as process {pid}' if pid else 'does not run'}")
    if what == "start":
        print(f"DATABASE_URL={embedded.database_url()}\nREDIS_URL={embedded.redis_url()}")
    return 0 if what != "status" or all(found.values()) else 3


if __name__ == "__main__":
    sys.exit(main())
