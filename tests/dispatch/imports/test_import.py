"""Whole files into the database: orders with their history, nothing twice, refused rows back; command and admin."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from customers.models import Address, Appliance, Brand, Customer
from dispatch.example import data, orders
from dispatch.imports.errors import UnreadableFile
from dispatch.imports.reader import open_table
from dispatch.imports.rejects import Rejects
from dispatch.imports.run import import_table
from dispatch.models import Fault, NextAction, OrderEvent, ServiceOrder, State
from dispatch.models.event import broken_links
from technicians.models import Role
from tests.factories import NOW, make_outlet, make_user

pytestmark = pytest.mark.django_db
HEADER = (
    "工單號,客戶姓名,聯絡電話,地址,緯度,經度,產品,品牌,型號,機號,購買日期,故障描述,故障代碼,用戶要求,預約時間,備註\n"
)
ROW = (
    "{ref},王小明,0912-345-678,中山北路二段1號,25.06,121.52,洗衣機,海爾,XQG80,SN1,民國114年3月5日,不脫水,wm-1,修好就好,"
    "2026/11/24 下午2-4點,\n"
)


@pytest.fixture
def place():
    """An outlet in Taipei with the category, the brand and the fault that the files here name."""
    place = make_outlet()
    Brand.objects.get_or_create(code="haier", defaults={"name_en": "Haier", "name_zh_hant": "海爾"})
    Fault.objects.get_or_create(code="wm-1", defaults={"name_en": "No spin", "category": place.category})
    return place


def take(tmp_path, place, text, name="orders.csv", **how):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return import_table(open_table(path), place.outlet, place.dispatcher, NOW, source=name, **how)


def rows_in_all_tables():
    return [model.objects.count() for model in (ServiceOrder, OrderEvent, Customer, Address, Appliance)]


def test_a_row_becomes_an_order_with_its_history_and_next_step(tmp_path, place):  # H-I2, H-I4, H-N1, H-N2
    tally = take(tmp_path, place, HEADER + ROW.format(ref="A1"))
    assert (tally.opened, tally.refused, tally.with_gaps) == (1, 0, 0)
    order = ServiceOrder.objects.with_rows().get(external_ref="A1")
    assert (order.state, order.channel, order.outlet) == (State.READY, "import", place.outlet)
    assert (order.customer.name, order.customer.phone) == ("王小明", "+886912345678")
    assert order.address.place == (25.06, 121.52)
    assert (order.appliance.category.code, order.appliance.brand.code) == (place.category.code, "haier")
    assert (order.appliance.serial, order.appliance.purchased_on) == ("SN1", date(2025, 3, 5))
    assert (order.fault.code, order.gaps()) == ("wm-1", [])
    assert order.wish_from.isoformat() == "2026-11-24T06:00:00+00:00"
    assert (order.next_action, order.next_role) == (NextAction.ASSIGN, Role.DISPATCHER)
    event = order.events.get()
    assert (event.action, event.actor, event.payload["source"]) == ("created", place.dispatcher, "orders.csv")
    assert broken_links(order) == []


def test_the_same_file_twice_changes_nothing(tmp_path, place):
    text = HEADER + ROW.format(ref="A1") + ROW.format(ref="") + ROW.format(ref="A1")
    first = take(tmp_path, place, text)
    before = rows_in_all_tables()
    again = take(tmp_path, place, text)
    assert (first.opened, first.repeated) == (2, 1)
    assert (again.opened, again.known, again.repeated) == (0, 2, 1)
    assert rows_in_all_tables() == before


def test_a_trial_run_writes_nothing(tmp_path, place):
    before = rows_in_all_tables()
    tally = take(tmp_path, place, HEADER + ROW.format(ref="A1"), trial=True)
    assert tally.opened == 1 and rows_in_all_tables() == before


def test_one_household_one_machine(tmp_path, place):
    """Two orders of a customer share customer, address and appliance; another name at the phone is somebody else."""
    take(tmp_path, place, HEADER + ROW.format(ref="A1") + ROW.format(ref="A2").replace("不脫水", "漏水"))
    take(tmp_path, place, HEADER + ROW.format(ref="A3") + ROW.format(ref="A4").replace("王小明", "王太太"))
    one, two, three, other = ServiceOrder.objects.order_by("external_ref")
    assert one.customer == two.customer == three.customer != other.customer
    assert one.address == two.address == three.address and one.appliance == three.appliance
    assert other.customer.phone == one.customer.phone


def test_another_outlet_may_have_the_same_number(tmp_path, place):
    take(tmp_path, place, HEADER + ROW.format(ref="A1"))
    assert take(tmp_path, make_outlet(), HEADER + ROW.format(ref="A1")).opened == 1


def test_what_has_no_row_of_ours_is_kept_in_the_note(tmp_path, place):
    take(tmp_path, place, HEADER + ROW.format(ref="A1").replace("海爾", "某牌").replace("wm-1", "E4"))
    order = ServiceOrder.objects.get(external_ref="A1")
    assert order.fault is None and order.appliance.brand is None
    assert order.note == "Brand: 某牌\nFault code: E4"


def test_gaps_go_in_and_are_counted(tmp_path, place):  # H-I2, H-I3
    tally = take(tmp_path, place, "phone,symptom\n0912345678,leaks\n")
    order = ServiceOrder.objects.get()
    assert tally.with_gaps == 1 and order.gaps() == ["name", "address", "model", "purchase_date", "wish"]


def test_without_a_phone_nobody_is_taken_for_somebody_else(tmp_path, place):
    take(tmp_path, place, "address,symptom,name\n1 Main St,leaks,Ann\n2 Main St,leaks,Ann\n1 Main St,noise,Ann\n")
    one, other, again = ServiceOrder.objects.order_by("pk")
    assert one.customer == again.customer != other.customer


def test_what_was_written_before_a_file_breaks_off_stays_and_is_not_doubled(tmp_path, place):
    good = "order no,name,phone,address,symptom\n" + "".join(
        f"A{n},Ann,0912345678,1 Main St,leaks\n" for n in range(600)
    )
    broken = good + 'B1,Ann,0912345678,1 Main St,"leaks\n' + "B2,Ann,0912345678,1 Main St,leaks\n" * 9
    with pytest.raises(UnreadableFile, match="line 602"):
        take(tmp_path, place, broken)
    assert ServiceOrder.objects.count() == 500
    tally = take(tmp_path, place, good)
    assert (tally.known, tally.opened) == (500, 100)


def test_a_batch_goes_in_whole_or_not_at_all(tmp_path, place, monkeypatch):
    def fail(*_args):
        raise RuntimeError("the database went away")

    monkeypatch.setattr("dispatch.imports.intake.open_orders", fail)
    before = rows_in_all_tables()
    with pytest.raises(RuntimeError):
        take(tmp_path, place, HEADER + ROW.format(ref="A1"))
    assert rows_in_all_tables() == before


def test_the_example_goes_in(tmp_path, place):
    path = Path(data.__file__).parent / "orders.csv"
    with Rejects(tmp_path / "rejects.csv", open_table(path)) as rejects:
        tally = import_table(
            open_table(path), place.outlet, None, NOW, source="orders.csv", trial=True, rejects=rejects
        )
    assert tally.refused == rejects.count > 0


def run(file, *more, **how):
    said = io.StringIO()
    try:
        call_command("import_orders", str(file), *more, stdout=said, **how)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def test_command(tmp_path, place):
    file = tmp_path / "orders.csv"
    file.write_bytes((HEADER + ROW.format(ref="A1") + ROW.format(ref="A2").replace("345-678", "345-67")).encode("big5"))
    outlet = f"--outlet={place.outlet.code}"
    status, said = run(file, outlet, "--dry-run")
    assert status == 3 and "1 order would go in." in said and "Big5" in said
    assert ServiceOrder.objects.count() == 0
    status, said = run(file, outlet, f"--by={place.clerk.username}")
    assert status == 3 and "1 order went in." in said and "1 row was refused." in said
    back = list(csv.reader((tmp_path / "orders.rejects.csv").read_text("utf-8-sig").splitlines()))
    assert len(back) == 2 and "0912-345-67" in back[1][-1]
    assert OrderEvent.objects.get().actor == place.clerk
    file.write_text(HEADER + ROW.format(ref="A1"), encoding="utf-8")
    assert run(file, outlet)[0] == 0
    _status, said = run(
        tmp_path / "orders.rejects.csv", outlet, "--rejects", str(tmp_path / "r.csv"), language="zh-hant"
    )
    assert not (tmp_path / "orders.rejects.rejects.csv").exists() and (tmp_path / "r.csv").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ([], "Name the outlet"),
        (["--outlet=nowhere"], "Name the outlet"),
        (["--outlet={own}", "--by=nobody"], "may not import"),
        (["--outlet={own}", "--by={technician}"], "may not import"),
        (["--outlet={own}", "--by={stranger}"], "may not import"),
        (["--outlet={own}"], "No header"),
        (["--outlet={own}", "--rejects=/nowhere/at/all.csv"], "No header|--rejects"),
    ],
)
def test_command_refuses_in_words(tmp_path, place, more, says):
    stranger = make_outlet()
    (tmp_path / "orders.csv").write_text("a,b\n1,2\n")
    known = {"own": place.outlet.code, "technician": place.technician.user.username}
    with pytest.raises(CommandError, match=says):
        run(tmp_path / "orders.csv", *[part.format(**known, stranger=stranger.clerk.username) for part in more])


def test_example_command(tmp_path):
    said = io.StringIO()
    call_command("example", str(tmp_path / "o.xlsx"), day=date(2026, 11, 23), orders=40, stdout=said)
    assert open_table(tmp_path / "o.xlsx").kind == "xlsx"
    with pytest.raises(CommandError, match="csv or"):
        call_command("example", str(tmp_path / "o.pdf"))


def step(name):
    return reverse(f"admin:dispatch_serviceorder_{name}")


def upload(client, place, text, outlet=None, name="orders.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    sent = {"outlet": (outlet or place.outlet).pk, "format": "0", "resource": "0"}
    return client.post(step("import"), sent | {"import_file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.CLERK, Role.MANAGER, Role.ADMIN])
def test_upload_preview_confirm(client, place, role):
    client.force_login(getattr(place, role))
    assert client.get(step("import")).status_code == 200
    bad = ROW.format(ref="A2").replace("345-678", "345-67")
    page = upload(client, place, HEADER + ROW.format(ref="A1") + bad)
    shown = page.content.decode()
    assert "1 order would go in." in shown and "“0912-345-67” is not a phone number" in shown
    assert ServiceOrder.objects.count() == 0
    confirm = page.context["confirm_form"].initial
    done = client.post(step("process_import"), confirm)
    assert done.status_code == 302 and ServiceOrder.objects.get().external_ref == "A1"
    assert OrderEvent.objects.get().actor == getattr(place, role)
    back = client.get(step("import_rejects"))
    rows = list(csv.reader(b"".join(back.streaming_content).decode("utf-8-sig").splitlines()))
    assert back["Content-Disposition"] == 'attachment; filename="orders.rejects.csv"'
    assert rows[1][0] == "A2" and "0912-345-67" in rows[1][-1]


def test_a_file_that_cannot_be_read_is_said_on_the_page(client, place):
    client.force_login(place.manager)
    assert "No header was found" in upload(client, place, "a,b\n1,2\n").content.decode()
    assert "zero bytes" in upload(client, place, b"\0\1\2" * 99).content.decode()
    text = 'phone,symptom\n0912345678,"x\n' + "0912345678,leaks\n" * 9
    said = upload(client, place, text)
    assert "opened in line 2" in client.get(said.url).content.decode()


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AGENT])
def test_others_may_not_import(client, place, role):
    client.force_login(place.technician.user if role == Role.TECHNICIAN else make_user(role, place.outlet))
    for page in ("import", "import_rejects"):
        assert client.get(step(page)).status_code == 403
    assert client.post(step("process_import"), {"import_file_name": "x"}).status_code in (302, 403)
    assert ServiceOrder.objects.count() == 0


def test_nobody_imports_into_anothers_outlet(client, place):
    other = make_outlet()
    client.force_login(place.clerk)
    page = upload(client, place, HEADER + ROW.format(ref="A1"), outlet=other.outlet)
    assert page.context["form"].errors["outlet"]
    confirm = upload(client, place, HEADER + ROW.format(ref="A1")).context["confirm_form"].initial
    client.post(step("process_import"), confirm | {"outlet": other.outlet.pk})
    assert ServiceOrder.objects.count() == 0


def test_only_the_file_that_was_shown_is_imported(client, place, tmp_path):
    client.force_login(place.clerk)
    confirm = upload(client, place, HEADER + ROW.format(ref="A1")).context["confirm_form"].initial
    answer = client.post(step("process_import"), confirm | {"import_file_name": "/etc/passwd"}, follow=True)
    assert "Choose it again" in answer.content.decode() and ServiceOrder.objects.count() == 0


def test_signed_out(client):
    assert client.get(step("import")).status_code == 302
    assert client.get(step("import_rejects")).status_code == 302


def test_a_large_file_shows_a_bounded_page(client, place, tmp_path):
    orders.write_csv(tmp_path / "o.csv", orders.make_orders(date(2026, 11, 23), 1500), date(2026, 11, 23))
    client.force_login(place.manager)
    page = upload(client, place, (tmp_path / "o.csv").read_bytes())
    # Only washing machines are known in this test, so most of the file is refused.
    assert page.context["refused"] > 1000 and len(page.context["result"].rows) == 220
