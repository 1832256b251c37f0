"""Everything as sheets: whole, of one moment, safe in a spreadsheet; made by a worker, there for a day, then gone."""

import csv
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook

from dispatch.management.commands.export_everything import described
from dispatch.models import AuditEntry, Deed, Export, ExportState, OrderEvent, ServiceOrder, State
from dispatch.reports.sheets import making
from dispatch.reports.sheets.cells import BOM, csv_lines, plain, safe
from dispatch.reports.sheets.kinds import KINDS, LEFT_OUT
from dispatch.reports.sheets.writing import Book, Folder
from tests import factories
from tests.factories import NOW

DOCS = Path(__file__).resolve().parents[3] / "docs" / "sheets.md"


@pytest.fixture
def place(db):
    return factories.make_outlet()


@pytest.fixture
def store(settings, tmp_path):
    """A folder of one's own for files."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path


def read(path: Path) -> list[dict]:
    text = path.read_bytes().decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))


@pytest.mark.parametrize("code", KINDS)
def test_every_sheet_reads_whole_by_outlet_and_by_days(place, code):
    kind = KINDS[code]
    assert len(kind.head) == len(set(kind.head))
    for outlet in (None, place.outlet):
        list(kind.rows(outlet, None, None))
        list(kind.rows(outlet, date(2026, 1, 1), date(2026, 12, 31)))


def test_no_column_gives_a_key_away():
    for kind in KINDS.values():
        for path in kind.paths:
            assert not any(
                word in path for word in ("password", "token", "secret", "hash_", "calendar_code", "strokes")
            )
            assert path not in ("code_hash", "session")


def test_amounts_stand_beside_their_currency():
    """Money is minor units; a number without a currency says nothing."""
    for kind in KINDS.values():
        amounts = [path for path in kind.paths if path in ("amount", "tax", "net", "total", "waived", "granted")]
        assert not amounts or "currency" in kind.head, kind.code
        assert all(name.endswith("_minor") for name, path in zip(kind.head, kind.paths, strict=True) if path in amounts)


def test_the_description_is_the_one_in_the_docs():
    assert DOCS.read_text() == described()


@pytest.mark.parametrize("said", ["=1+1", "+886912345678", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_runs_as_a_formula(said):
    assert not str(safe(said)).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    text = b"".join(csv_lines([[said, {"a": said}, [said]]], mark=False)).decode()
    for cell in next(csv.reader(io.StringIO(text))):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_cells_are_the_same_for_every_program():
    moment = NOW.replace(microsecond=5)
    assert plain(moment).endswith("Z") and plain(True) == 1 and plain(None) is None
    assert plain({"b": 1, "a": "電"}) == '{"a": "電", "b": 1}'
    assert plain(-1200) == -1200  # a refund is a number, not a formula
    assert plain("a\x00b\x07c\ud800") == "abc"
    assert len(plain("x" * 99_999)) == 32_000


def test_one_folder_holds_every_order_and_event(place, tmp_path):
    factories.order_in(State.CLOSED, place)
    factories.order_in(State.READY, place, phone="0912 345 701", name="=HYPERLINK(1)")
    counts = making.write_to(Folder(tmp_path), list(KINDS.values()), None, None, None)
    orders = read(tmp_path / "orders.csv")
    assert {int(row["order"]) for row in orders} == set(ServiceOrder.objects.values_list("pk", flat=True))
    assert len(read(tmp_path / "events.csv")) == OrderEvent.objects.count() == counts["events"]
    assert any(row["name"] == "'=HYPERLINK(1)" for row in read(tmp_path / "customers.csv"))
    assert {path.name for path in tmp_path.iterdir()} == {f"{code}.csv" for code in [*KINDS, "about"]}


def test_only_what_belongs_to_the_outlet(place, tmp_path):
    mine, _moment = factories.order_in(State.CLOSED, place)
    other = factories.make_outlet()
    factories.order_in(State.CLOSED, other, phone="0912 345 702")
    making.write_to(Folder(tmp_path), list(KINDS.values()), place.outlet, None, None)
    for code, kind in KINDS.items():
        rows = read(tmp_path / f"{code}.csv")
        if "order" in kind.head:
            assert {row["order"] for row in rows} <= {str(mine.pk), ""}, code
        if "customer" in kind.head:
            assert {row["customer"] for row in rows} <= {str(mine.customer_id), ""}, code
        if "outlet" in kind.head and kind.way:
            assert {row["outlet"] for row in rows} <= {place.outlet.code, ""}, code
    assert read(tmp_path / "people.csv") and read(tmp_path / "events.csv")


def test_only_the_days_asked_for(place, tmp_path):
    factories.order_in(State.READY, place)
    day = NOW.date()
    making.write_to(Folder(tmp_path), [KINDS["events"]], None, day, day)
    within = len(read(tmp_path / "events.csv"))
    (tmp_path / "later").mkdir()
    making.write_to(Folder(tmp_path / "later"), [KINDS["events"]], None, day + timedelta(days=400), None)
    assert within > 0 and read(tmp_path / "later" / "events.csv") == []


def test_a_sheet_too_long_for_a_workbook_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr("dispatch.reports.sheets.writing.MOST_ROWS", 3)
    file = io.BytesIO()
    book = Book(file)
    book.sheet("orders", [["order"], *([number] for number in range(8))])
    book.close()
    sheets = load_workbook(file)
    assert sheets.sheetnames == ["orders", "orders 2", "orders 3"]
    rows = [row for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    assert [row[0] for row in rows if row[0] != "order"] == list(range(8)) and rows.count(("order",)) == 3


def test_a_worker_makes_it_and_it_is_gone_after_a_day(place, store):
    factories.order_in(State.CLOSED, place)
    now = timezone.now()
    row = making.ask(place.manager, now, ["orders", "events"], "csv", None)
    assert making.take(row, place.manager, now) is None
    assert making.make_next() == 1 and making.make_next() == 0
    row.refresh_from_db()
    assert (row.state, row.progress, row.outlet) == (ExportState.READY, 100, place.outlet)
    path = making.take(row, place.manager, now)
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["about.csv", "events.csv", "orders.csv"]
        assert row.rows == sum(archive.read(name).count(b"\r\n") - 1 for name in ("orders.csv", "events.csv"))
    deeds = list(AuditEntry.objects.order_by("pk").values_list("deed", flat=True))
    assert deeds == [Deed.EXPORT_ASKED, Deed.EXPORT_MADE, Deed.EXPORT_TAKEN]
    later = row.expires_at + timedelta(seconds=1)
    assert making.take(row, place.manager, later) is None
    assert making.expire(later) == 1 and not path.exists()
    row.refresh_from_db()
    assert row.state == ExportState.GONE


def test_a_workbook_opens(place, store):
    factories.order_in(State.CLOSED, place)
    row = making.ask(place.admin, timezone.now(), ["orders", "visits"], "xlsx")
    making.make_next()
    row.refresh_from_db()
    book = load_workbook(making.take(row, place.admin, timezone.now()))
    assert book.sheetnames == ["orders", "visits", "about"] and book["orders"].max_row == 2


def test_what_a_dead_worker_left_is_made_by_the_next_and_given_up_in_the_end(place, store):
    now = timezone.now()
    row = making.ask(place.manager, now, ["orders"], "csv")
    claimed = making._claim(now)
    assert claimed.pk == row.pk and making._claim(now) is None  # it lives as far as anybody knows
    later = now + making.SILENT + timedelta(seconds=1)
    assert making.make_next(lambda: later) == 1
    row.refresh_from_db()
    assert (row.state, row.tries) == (ExportState.READY, 2)
    killer = making.ask(place.manager, now, ["orders"], "csv")
    for number in range(making.TRIES):
        assert making._claim(now + number * 2 * making.SILENT)
    assert making._claim(now + timedelta(hours=1)) is None
    killer.refresh_from_db()
    assert killer.state == ExportState.FAILED


def test_one_that_fails_is_tried_again_then_given_up_and_leaves_nothing(place, store, monkeypatch):
    row = making.ask(place.manager, timezone.now(), ["orders"], "csv")

    def full(*_args, **_more):
        raise OSError("No space left on device")

    monkeypatch.setattr(making, "write_to", full)
    for _try in range(making.TRIES):
        assert making.make_next() == 1
    assert making.make_next() == 0
    row.refresh_from_db()
    assert (row.state, row.error) == (ExportState.FAILED, "OSError")
    assert list(making.folder().iterdir()) == []


def test_who_may_ask_for_what(place, store):
    now, other = timezone.now(), factories.make_outlet()
    for role in ("dispatcher", "clerk", "agent"):
        with pytest.raises(making.BadExport):
            making.ask(getattr(place, role), now, ["orders"], "csv")
    for wrong in ((["nothing"], "csv", None), (["orders"], "pdf", None), (["orders"], "csv", other.outlet)):
        with pytest.raises(making.BadExport):
            making.ask(place.manager, now, *wrong)
    for _time in range(making.MOST_WAITING):
        making.ask(place.manager, now, ["orders"], "csv")
    with pytest.raises(making.BadExport, match="being made"):
        making.ask(place.manager, now, ["orders"], "csv")
    assert set(making.of(place.manager)) == set(Export.objects.filter(asked_by=place.manager))
    assert not making.of(other.manager).exists() and making.of(place.admin).exists()


def test_the_command_writes_a_folder_and_refuses_a_full_one(place, tmp_path, capsys):
    factories.order_in(State.READY, place)
    call_command("export_everything", str(tmp_path / "out"), only="orders,events")
    assert len(read(tmp_path / "out" / "orders.csv")) == 1
    assert AuditEntry.objects.get(deed=Deed.EXPORT_MADE).what["by"] == "manage.py"
    for wrong in (
        {"folder": str(tmp_path / "out")},
        {"folder": str(tmp_path / "new"), "only": "nothing"},
        {"folder": str(tmp_path / "new"), "outlet": "nowhere"},
        {"folder": str(tmp_path / "new"), "first": "yesterday"},
        {"folder": str(tmp_path / "new"), "first": "2026-02-02", "last": "2026-02-01"},
        {"folder": None},
    ):
        with pytest.raises(CommandError):
            call_command("export_everything", **wrong)
    assert not (tmp_path / "new").exists()


@pytest.mark.django_db(transaction=True)
def test_sheets_are_of_one_moment(transactional_db, tmp_path):
    """What is written while an export runs is in none of its sheets."""
    place = factories.make_outlet()
    factories.order_in(State.READY, place)

    class Busy(Folder):
        def sheet(self, name, rows):
            super().sheet(name, rows)
            if name == "orders":
                from concurrent.futures import ThreadPoolExecutor

                from django.db import connections

                def meanwhile():
                    factories.order_in(State.READY, place, phone="0912 345 703")
                    connections.close_all()

                with ThreadPoolExecutor(1) as other:
                    other.submit(meanwhile).result()

    making.write_to(Busy(tmp_path), [KINDS["orders"], KINDS["events"]], None, None, None)
    orders = {row["order"] for row in read(tmp_path / "orders.csv")}
    assert {row["order"] for row in read(tmp_path / "events.csv")} == orders and len(orders) == 1
    assert ServiceOrder.objects.count() == 2


def test_everything_has_a_sheet_or_a_reason_why_not():
    """A new model goes into a sheet (of_orders, of_master), or into LEFT_OUT with its reason."""
    kept = {model._meta.label for app in ("customers", "technicians", "dispatch") for model in models_of(app)}
    shown = {kind.model for kind in KINDS.values()}
    assert kept - shown - set(LEFT_OUT) == set()
    assert shown | set(LEFT_OUT) <= kept and not shown & set(LEFT_OUT)


def models_of(app):
    return apps.get_app_config(app).get_models()
