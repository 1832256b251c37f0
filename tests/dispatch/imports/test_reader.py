"""Files as they come: encodings, delimiters, workbooks, and what is not a file of orders at all."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from dispatch.imports.errors import UnreadableFile
from dispatch.imports.reader import open_table

HANT = "工單號,客戶姓名,聯絡電話,地址,故障現象\nA1,王小明,0912345678,中山北路二段1號,洗衣機不脫水，聲音很大\n" * 1
HANS = "工单号,用户姓名,联系电话,地址,故障现象\nA1,王小明,13800138000,南京西路1号,洗衣机不脱水，声音很大\n" * 1
ENGLISH_HEADER = "order no,name,phone,address,symptom\n"


def write(tmp_path, content, name="orders.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(table):
    return [row.cells for row in table.rows()]


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (HANT, "utf-8", "UTF-8"),
        (HANT, "utf-8-sig", "UTF-8 (BOM)"),
        (HANT, "utf-16", "UTF-16"),
        (HANT, "utf-16-le", "UTF-16 LE"),
        (HANT, "utf-16-be", "UTF-16 BE"),
        (HANT, "utf-32", "UTF-32"),
        (HANT, "big5", "Big5"),
        (HANT, "gb18030", "GB18030"),
        (HANS, "gb18030", "GB18030"),
        (HANS, "gbk", "GB18030"),
        (HANS, "utf-8", "UTF-8"),
        (ENGLISH_HEADER + "A1,王小明,0912345678,中山北路二段1號,不脫水\n", "big5", "Big5"),
        (ENGLISH_HEADER + "A1,王小明,13800138000,南京西路1号,不脱水\n", "gbk", "GB18030"),
        (ENGLISH_HEADER + "A1,Ann,0912345678,1 Main St,leaks\n", "ascii", "UTF-8"),
    ],
)
def test_encodings(tmp_path, text, codec, name):
    table = open_table(write(tmp_path, text.encode(codec)))
    assert table.encoding == name
    assert cells(table) == [tuple(text.splitlines()[1].split(","))]


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5", "utf-16"])
@pytest.mark.parametrize("shift", range(4))
def test_a_letter_may_lie_across_any_boundary(tmp_path, codec, shift):
    """The first Chinese letters come far beyond every sample, and straddle the pieces the file is read in."""
    filler = "x" * shift + "A1,Ann,0912345678,1 Main St,leaks\n" * 9000
    path = write(
        tmp_path, (ENGLISH_HEADER + filler + "A2,王小明,0912345678,中山北路,洗衣機不脫水\n" * 50).encode(codec)
    )
    assert cells(open_table(path))[-1] == ("A2", "王小明", "0912345678", "中山北路", "洗衣機不脫水")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path, delimiter):
    text = 'order no,name,phone,symptom\nA1,"Wang, the ""elder""; Ann",0912345678,"line one\nline two\tTab"\n'
    text = text.replace("order no,name,phone,symptom", delimiter.join(["order no", "name", "phone", "symptom"]))
    text = text.replace("A1,", f"A1{delimiter}").replace('Ann",', f'Ann"{delimiter}').replace("8,", f"8{delimiter}")
    table = open_table(write(tmp_path, text))
    assert table.delimiter == delimiter
    assert cells(table) == [("A1", 'Wang, the "elder"; Ann', "0912345678", "line one\nline two\tTab")]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path):
    table = open_table(write(tmp_path, 'title,,\n\norder no,phone,symptom\n\nA1,1,"x\ny"\n,,\nA2,2,z\n'))
    assert table.header_row == 3
    assert [row.number for row in table.rows()] == [5, 7]
    assert list(table.rows())[-1].done == table.total


def test_a_stray_delimiter_is_told(tmp_path):
    flaw = next(open_table(write(tmp_path, "order no,address,symptom\nA1,1 Main St, Taipei,leaks\n")).rows()).flaw
    assert "4 cells, the header 3" in str(flaw)


def test_a_quotation_mark_left_open_does_not_swallow_orders(tmp_path):
    header = "order no,name,phone,address,symptom\n"
    good = "A{},Ann,0912345678,1 Main St,leaks\n"
    swallowed = header + 'A0,Ann,0912345678,1 Main St,"leaks\n' + "".join(map(good.format, range(1, 9)))
    with pytest.raises(UnreadableFile, match="opened in line 2"):
        list(open_table(write(tmp_path, swallowed)).rows())
    closed_late = swallowed + 'A9,Ann,0912345678,1 Main St,leaks"\nA10,Ann,0912345678,1 Main St,leaks\n'
    rows = list(open_table(write(tmp_path, closed_late)).rows())
    assert "left open" in str(rows[0].flaw)
    assert rows[-1].flaw is None


REFUSED = [
    ("empty", b"", "orders.csv", "empty"),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "orders.csv", "zero bytes"),
    ("a zero byte far down", ENGLISH_HEADER.encode() + b"A,b,c,d,e\n" * 40000 + b"\0", "orders.csv", "zero bytes"),
    ("no header", "甲,乙\n1,2\n".encode(), "orders.csv", "No header.*甲, 乙"),
    ("damaged UTF-8", HANT.encode() + b"\xff\n", "orders.csv", "UTF-8 but is damaged in line 3"),
    ("damaged UTF-8 with BOM", b"\xef\xbb\xbf" + HANT.encode() + b"\xff", "orders.csv", "damaged in line 3"),
    ("half a UTF-16 letter", HANT.encode("utf-16") + b"\x01", "orders.csv", "UTF-16 but is damaged"),
    ("another encoding", (ENGLISH_HEADER + "1,é,2,ü §,ä \n" * 9).encode("latin-1"), "orders.csv", "CSV UTF-8"),
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "orders.xls", "old Excel file"),
    (
        "a password",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "orders.xlsx",
        "password",
    ),
    ("text named .xlsx", HANT.encode(), "orders.xlsx", "rename it to .csv"),
    ("zip named .csv", b"PK\x03\x04" + bytes(90), "orders.csv", "Rename it to .xlsx"),
    ("some other file", b"%PDF-1.7", "orders.pdf", "“.pdf” are not read"),
    ("no suffix", b"order", "orders", "“orders” are not read"),
    ("one endless line", ENGLISH_HEADER.encode() + b"x" * (3 << 20), "orders.csv", "million letters"),
]


@pytest.mark.parametrize(("content", "name", "says"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused(tmp_path, content, name, says):
    with pytest.raises(UnreadableFile, match=says):
        list(open_table(write(tmp_path, content, name)).rows())


def test_no_file(tmp_path):
    with pytest.raises(UnreadableFile, match="no file"):
        open_table(tmp_path / "nowhere.csv")


def workbook(tmp_path, *rows, sheets=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, content in sheets:
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    path = tmp_path / "orders.xlsx"
    book.save(path)
    return path


def test_workbook(tmp_path):
    path = workbook(
        tmp_path,
        ["台北站 派工表"],
        [],
        ["工單號", "聯絡電話", "購買日期", "預約時間"],
        [1.0, 912345678, date(2026, 3, 5), datetime(2026, 11, 23, 14)],
        [None, None],
        ["A2", "0912", None, "下午"],
    )
    table = open_table(path)
    assert (table.header_row, table.kind, table.total) == (3, "xlsx", 6)
    assert [(row.number, row.cells) for row in table.rows()] == [
        (4, (1, 912345678, datetime(2026, 3, 5), datetime(2026, 11, 23, 14))),
        (6, ("A2", "0912", None, "下午")),
    ]


def test_the_sheet_with_the_header_is_read(tmp_path):
    path = workbook(tmp_path, ["read me first"], sheets=[("orders", [["phone", "symptom"], ["0912345678", "leaks"]])])
    table = open_table(path)
    assert (table.sheet, cells(table)) == ("orders", [("0912345678", "leaks")])


def test_shared_strings_as_excel_writes_them(tmp_path):
    """openpyxl writes text into the cells; Excel keeps it in a table of its own."""
    texts = ["phone", "symptom", "0912345678", "漏水 😀"]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    table = f'<sst xmlns="{main}">' + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(workbook(tmp_path, texts[:2], texts[2:])) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == "[Content_Types].xml" and "sharedStrings" not in content:
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
                part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
                content = content.replace("</Types>", part)
            for index, text in enumerate(texts):
                content = content.replace(f't="inlineStr"><is><t>{text}</t></is>', f't="s"><v>{index}</v>')
            if name != "xl/sharedStrings.xml":
                target.writestr(name, content)
        target.writestr("xl/sharedStrings.xml", table)
    path = write(tmp_path, buffer.getvalue(), "excel.xlsx")
    with zipfile.ZipFile(path) as archive:
        assert "漏水" not in archive.read("xl/worksheets/sheet1.xml").decode()
    assert cells(open_table(path)) == [("0912345678", "漏水 😀")]


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_a_broken_workbook(tmp_path, cut):
    content = workbook(tmp_path, ["phone", "symptom"], *[["0912345678", "leaks"]] * 50).read_bytes()
    with pytest.raises(UnreadableFile):
        list(open_table(write(tmp_path, content[: int(len(content) * cut)], "cut.xlsx")).rows())


def test_a_workbook_whose_sheet_breaks_off(tmp_path):
    good = workbook(tmp_path, ["phone", "symptom"], *[["0912345678", "leaks"]] * 500)
    buffer = io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    with pytest.raises(UnreadableFile, match="damaged"):
        list(open_table(write(tmp_path, buffer.getvalue(), "half.xlsx")).rows())


MASTER = {
    "bytes": st.binary(max_size=400),
    "text": st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    "cut": st.integers(0, 400).map(lambda at: (HANT.encode("big5") * 3)[at:]),
}
NAMES = st.sampled_from(["a.csv", "a.xlsx", "a.tsv", "a.xls"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from(
        [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", ENGLISH_HEADER.encode()]
    ),
    rest=st.one_of(*MASTER.values()),
    name=NAMES,
)
def test_any_bytes_are_read_or_refused_in_words(tmp_path, start, rest, name):
    try:
        for row in open_table(write(tmp_path, start + rest, name)).rows():
            assert isinstance(row.cells, tuple)
    except UnreadableFile as refusal:
        assert len(str(refusal)) > 20


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 6000), byte=st.integers(0, 255))
def test_a_workbook_with_one_wrong_byte(tmp_path, at, byte):
    content = bytearray(workbook(tmp_path, ["phone", "symptom"], ["0912345678", "leaks"]).read_bytes())
    content[at % len(content)] = byte
    try:
        list(open_table(write(tmp_path, bytes(content), "b.xlsx")).rows())
    except UnreadableFile as refusal:
        assert str(refusal)
