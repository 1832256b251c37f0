"""What has to be done before the first request: translations, tables, rights, static files. Quick when nothing changed.

One process does it all, because starting Django once costs more than each of these.
"""

import hashlib
import os
import sys
from pathlib import Path

EMPTY = 3  # exit status: everything is ready, and there is not a single order yet


def main() -> int:
    """Prepare the installation as the owner of the tables; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DOORSTEP_AS_OWNER"] = "1"
    compile_messages(Path(__file__).resolve().parent.parent / "locale")
    import django

    django.setup()
    _migrate()
    _collect_static()
    from dispatch.models import ServiceOrder

    return 0 if ServiceOrder.objects.exists() else EMPTY


def compile_messages(folder: Path) -> list[Path]:
    """Make a .mo of each .po below `folder` that is newer, without gettext's programs; return those made."""
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        draft = target.with_suffix(f".{os.getpid()}.new")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
        made.append(target)
    return made


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from config.grants import grant

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Making the tables …", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    grant()


def _collect_static() -> None:
    """Collect and compress the static files, unless they are those of the last time."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.core.management import call_command

    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and Path(settings.STATIC_ROOT).is_dir():
        return
    print("Collecting the static files …", flush=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())


if __name__ == "__main__":
    sys.exit(main())
