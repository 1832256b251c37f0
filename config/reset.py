"""`make demo-reset`: forget everything and load the example again."""

import os
import subprocess
import sys

from config import embedded
from config.embedded.process import ServiceError
from config.embedded.services import Services
from config.up import PROJECT, environment, load_example

WARNING = """This deletes every order in the database that DATABASE_URL names. If that is what you want:
    DEMO_RESET=yes make demo-reset"""


def main() -> int:
    """Empty the database, make the tables anew, load the example; return the exit status."""
    given = {name: bool(os.environ.get(name)) for name in ("DATABASE_URL", "REDIS_URL")}
    if given["DATABASE_URL"] and os.environ.get("DEMO_RESET") != "yes":
        print(WARNING)
        return 1
    services = Services(embedded.VAR, with_postgres=not given["DATABASE_URL"], with_redis=not given["REDIS_URL"])
    ran = all(services.status().values())
    try:
        services.start()
        _empty()
        subprocess.run([sys.executable, "-m", "config.prepare"], cwd=PROJECT, env=environment(), check=False)
        load_example(environment())
    except (ServiceError, OSError) as error:
        print(error)
        return 1
    finally:
        if not ran:
            services.stop()
    return 0


def _empty() -> None:
    """Drop every table, as their owner: the event log refuses to be emptied in any other way (H-N2)."""
    os.environ["DOORSTEP_AS_OWNER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    import redis
    from django.conf import settings
    from django.db import connection

    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    del os.environ["DOORSTEP_AS_OWNER"]
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()


if __name__ == "__main__":
    sys.exit(main())
