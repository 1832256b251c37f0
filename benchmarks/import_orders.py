"""How fast an order file goes in, and whether memory stays flat.

    python benchmarks/import_orders.py [--rows 5000 50000] [--kind csv xlsx]

Makes files with the example's generator, imports each into a database of its own (started here, thrown away after)
in a process of its own, and prints seconds, rows per second, and the peak of that process's memory; then the ratio of
the peaks between the largest and the smallest file.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 23)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000, 50_000])
    parser.add_argument("--kind", nargs="+", choices=["csv", "xlsx"], default=["csv", "xlsx"])
    parser.add_argument("--child", nargs=2, metavar=("FILE", "OUTLET"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    if wanted.child:
        print(json.dumps(import_one(*wanted.child)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-import-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user where we are root
        os.environ["DOORSTEP_VAR"] = f"{folder}/var"
        measure(Path(folder), wanted.rows, wanted.kind)


def measure(folder: Path, sizes: list[int], kinds: list[str]) -> None:
    """Start a database, import every size of every kind, print a table and the ratios."""
    from config import embedded
    from config.embedded.services import Services

    services = Services(embedded.VAR, with_postgres=True, with_redis=True)
    services.start()
    try:
        environment = os.environ | {"DOORSTEP_AS_OWNER": "1"}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        for kind in kinds:
            peaks = [one(folder, rows, kind) for rows in sizes]
            if len(peaks) > 1:
                print(
                    f"{kind}: peak memory {peaks[-1]:.0f} MB at {sizes[-1]:,} rows, "
                    f"{peaks[-1] / peaks[0]:.2f} × that at {sizes[0]:,}"
                )
    finally:
        services.stop()


def one(folder: Path, rows: int, kind: str) -> float:
    """Make one file, import it twice in processes of their own, print a line; return the first one's peak in MB."""
    import django

    django.setup()
    from dispatch.example import orders

    path = folder / f"orders-{rows}.{kind}"
    write = orders.write_csv if kind == "csv" else orders.write_xlsx
    write(path, orders.make_orders(DAY, rows, seed=rows), DAY, "taipei")
    call = [sys.executable, __file__, "--child", str(path), f"bench-{kind}-{rows}"]
    first, second = (json.loads(subprocess.check_output(call, cwd=ROOT)) for _time in range(2))
    print(
        f"{kind} {rows:>7,} rows  {path.stat().st_size / 1e6:5.1f} MB  {first['seconds']:6.1f} s  "
        f"{rows / first['seconds']:6,.0f} rows/s  peak {first['peak']:4.0f} MB  {first['opened']:,} orders, "
        f"{first['refused']:,} refused; again: {second['opened']} orders in {second['seconds']:.1f} s",
        flush=True,
    )
    return first["peak"]


def import_one(path: str, code: str) -> dict[str, float]:
    """Import one file; return seconds, peak memory in MB, and what became of the rows."""
    import django

    django.setup()
    from django.utils import timezone

    from dispatch.demo.masters import load_masters
    from dispatch.example.data import outlet
    from dispatch.imports.reader import open_table
    from dispatch.imports.rejects import Rejects
    from dispatch.imports.run import import_table
    from technicians.models import Outlet

    load_masters()
    where, _made = Outlet.objects.update_or_create(code=code, defaults=outlet("taipei") | {"code": code})
    started = time.perf_counter()
    table = open_table(path)
    with Rejects(Path(f"{path}.rejects.{table.kind}"), table) as rejects:
        tally = import_table(table, where, None, timezone.now(), source=Path(path).name, rejects=rejects)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak": peak_memory(), "opened": tally.opened, "refused": tally.refused}


def peak_memory() -> float:
    """Return this process's own peak in MB. `ru_maxrss` would also count the parent, which it was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
