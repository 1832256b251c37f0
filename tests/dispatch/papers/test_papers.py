"""What stands on a paper, read back out of the PDF (H-F4, H-F7, H-G1)."""

import io
import threading

import pypdf
import pytest

from dispatch.papers import KINDS, render
from dispatch.papers.dress import clean
from tests.dispatch.papers.examples import LINES, PARTS, PAYMENTS, paper

HOSTILE = [
    '#set page(fill: red) "quoted" \\ back',
    "$ x^2 $ @ref <label> *bold* _under_ `raw`",
    '#read("/etc/passwd") #panic("no") // gone /* too */',
    "= Heading - list + item ~ --- ' '' [content] {code}",
    "\\u{1F4A9} \\n #{while true {}}",
]


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def words(pdf: bytes) -> str:
    """Return all that is printed, without the spaces and breaks of the layout."""
    return "".join("".join(pages(pdf)).split()).replace("\u200b", "")


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_in_each_language_on_one_page(kind, language):
    given = paper(kind, language)
    pdf = render(kind, given)
    assert len(pages(pdf)) == 1
    told = ("王小明", "大安服務站", "CE0J8A00N00H1M7A0042", "2026-11-2914:30")
    for text in (given["labels"]["title"], given["number"], *told):
        assert "".join(text.split()) in words(pdf)


def test_only_our_fonts_and_all_of_them_embedded():
    fonts = set()
    for page in pypdf.PdfReader(io.BytesIO(render("receipt", paper("receipt", "zh-hant")))).pages:
        fonts |= {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert fonts and all("+NotoSansTC-" in name or "+NotoSansSC-" in name for name in fonts)


def test_receipt_says_what_was_paid_and_what_is_outstanding():
    found = words(render("receipt", paper("receipt")))
    for text in ("TotalNT$2,536", "PaidNT$2,500", "OutstandingNT$36", "Taxinit5%NT$120.76", "−NT$65", "SLIP-88213"):
        assert text in found  # H-G1


def test_money_given_back_opens_nothing():
    back = PAYMENTS[0] | {"amount": -100000, "reference": "BACK"}
    found = words(render("receipt", paper("receipt", payments=[*PAYMENTS, back])))
    assert "OutstandingNT$36" in found and "−NT$1,000" in found


def test_waived_money_is_not_outstanding():
    found = words(render("invoice", paper("invoice", waived=3600)))
    assert "Waived−NT$36" in found and "TopayNT$2,500" in found and "OutstandingNT$0" in found  # H-G4


def test_tax_that_is_added_stands_before_the_total():
    found = words(render("invoice", paper("invoice", tax_included=False)))
    assert "BeforetaxNT$2,415.24" in found and found.index("Tax5%") < found.index("TotalNT$2,536")


def test_customers_copy_bears_the_serial_numbers_of_parts():
    found = words(render("receipt", paper("receipt")))
    assert "DP30-2026-0815" in found and "DP30-2023-0101" in found  # H-F7


def test_slip_bears_its_code_and_how_the_appliance_looked():
    found = words(render("slip", paper("slip", "zh-hant")))
    for text in ("K7QX2MPA", "刮痕", "進水管、說明書", "2026-12-06", "L-017"):
        assert text in found  # H-F4


def test_credit_note_says_why():
    found = words(render("credit_note", paper("credit_note")))
    assert "零件七日內故障" in found and "GivenbackNT$650.50" in found and "DAAN-R000041" in found


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_look_like_code_are_printed(name):
    given = paper("receipt", customer={"name": name, "phone": name, "address": name}, notes=[name])
    given["lines"] = [{"words": name, "note": name, "quantity": 1, "unit": 1, "amount": 1}]
    assert words(render("receipt", given)).count("".join(name.split())) == 6


def test_signs_that_turn_the_reading_order_are_left_out():
    assert clean(["a\u202e12\u0000b", {"c": "d\te  f\u200b"}, "g\nh", 5]) == ["a12b", {"c": "d e f"}, "g\nh", 5]


def test_sixty_lines_go_on_over_pages_that_are_numbered():
    found = pages(render("receipt", paper("receipt", lines=LINES * 15)))
    assert len(found) > 1
    assert all(f"Page {number} of {len(found)}" in page for number, page in enumerate(found, 1))
    assert sum(page.count("更換排水泵浦") for page in found) == 15
    assert "Description" in found[1]


def test_what_is_endless_stays_on_the_paper():
    given = paper("receipt", customer={"name": "x" * 120, "address": "長" * 240})
    given["appliance"] = {"serial": "9" * 80}
    given["parts"] = [PARTS[0] | {"serial_in": "A" * 80, "serial_out": "B" * 80}]
    reader = pypdf.PdfReader(io.BytesIO(render("receipt", given)))
    right = float(reader.pages[0].mediabox.width) - 30
    seen = []

    def visit(text, _matrix, place, _font, _size):
        seen.append((place[4], text))

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    assert all(x < right for x, text in seen if text.strip())
    found = words(render("receipt", given))
    assert found.count("9") >= 80 and found.count("B") >= 80


def test_printed_again_it_is_the_same_paper():
    assert render("receipt", paper("receipt")) == render("receipt", paper("receipt"))
    assert render("receipt", paper("receipt")) != render("receipt", paper("receipt", number="DAAN-R000043"))


def test_many_at_once_do_not_mix():
    wanted = {number: render("receipt", paper("receipt", number=f"N{number}")) for number in range(4)}
    wrong = []

    def work(number):
        for _turn in range(5):
            if render("receipt", paper("receipt", number=f"N{number}")) != wanted[number]:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_no_paper_and_what_is_no_picture():
    with pytest.raises(ValueError, match="no such paper"):
        render("poem", paper("receipt"))
    with pytest.raises(ValueError, match="signature"):
        render("slip", paper("slip"), b"no picture at all")


def test_a_paper_with_nothing_but_what_must_be():
    bare = {"customer": {}, "appliance": {}, "lines": [], "verify": None, "order": "", "total": None}
    for kind in ("receipt", "invoice", "quote"):
        assert len(pages(render(kind, paper(kind, **bare)))) == 1
