"""What is kept of a paper when it is issued, and how it comes out of the printer (H-F4, H-F7, H-F8, H-G3, H-G4)."""

import io
from datetime import timedelta

import pypdf
import pytest

from dispatch.actions.papers import picture_of, printed
from dispatch.actions.snapshots import of_quote
from dispatch.models import PaperKind, PartUse, State
from dispatch.papers import render
from tests.factories import PULL_IN, do, make_outlet, order_in
from tests.pictures import signature
from tests.pricing import CALL_OUT, LABOUR, MINUTE, charged, make_prices, quoted, to_be_charged

pytestmark = pytest.mark.django_db
TOTAL = CALL_OUT + LABOUR
HOUR = timedelta(hours=1)


@pytest.fixture
def place():
    place = make_outlet()
    make_prices(place)
    return place


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split()).replace("\u200b", "")


def last(order, kind):
    return order.papers.filter(kind=kind).last()


def test_h_g1_a_receipt_keeps_lines_sums_and_payments(place):
    order, _now = charged(place, paid=TOTAL - 10_000)
    kept = last(order, PaperKind.RECEIPT).snapshot
    assert [line["amount"] for line in kept["lines"]] == [CALL_OUT, LABOUR] or sum(
        line["amount"] for line in kept["lines"]
    ) == TOTAL
    assert kept["total"] == TOTAL and [each["amount"] for each in kept["payments"]] == [TOTAL - 10_000]
    found = text_of(printed(last(order, PaperKind.RECEIPT)))
    assert "NT$1,150" in found and "NT$1,050" in found and "NT$100" in found and order.customer.name in found


def test_what_is_renamed_later_does_not_change_the_paper(place):
    order, _now = charged(place)
    paper = last(order, PaperKind.RECEIPT)
    before = printed(paper)
    place.outlet.name_en = place.outlet.name_zh_hant = "Another name"
    place.outlet.save()
    order.customer.name = "Somebody else"
    order.customer.save()
    paper.refresh_from_db()
    assert printed(paper) == before


@pytest.mark.parametrize(("language", "title"), [("en", "Receipt"), ("zh-hant", "收據"), ("zh-hans", "收据")])
def test_the_customers_language_is_the_papers(place, language, title):
    order, now = to_be_charged(place)
    order.customer.language = language
    order.customer.save()
    order = do(order, "charge", place.technician.user, now, {"amount": TOTAL, "method": "cash"})
    paper = last(order, PaperKind.RECEIPT)
    assert paper.language == language and title in text_of(printed(paper))


def test_h_f7_serial_numbers_in_and_out_are_on_the_receipt(place):
    order, now = to_be_charged(place)
    part = place.outlet.price_table.lists.get().parts.get().part
    PartUse.objects.create(order=order, part=part, serial_in="IN-77", serial_out="OUT-66", at=now)
    order = do(order, "charge", place.technician.user, now, {"amount": TOTAL, "method": "cash"})
    found = text_of(printed(last(order, PaperKind.RECEIPT)))
    assert "IN-77" in found and "OUT-66" in found


def test_h_g3_an_invoice_is_made_out_to_whom_the_customer_says(place):
    order, now = charged(place)
    raw = {"invoice_to": "Rising Sun Trading", "tax_no": "87654321"}
    order = do(order, "owe_invoice", place.technician.user, now, raw)
    order = do(order, "send_invoice", place.clerk, now + MINUTE)
    found = text_of(printed(last(order, PaperKind.INVOICE)))
    assert "RisingSunTrading" in found and "87654321" in found and "NT$0" in found


def test_h_f8_a_credit_note_names_its_receipt_and_its_reason(place):
    order, now = charged(place)
    order = do(order, "refund", place.manager, now, {"amount": 1_000, "method": "cash", "reason": "too slow"})
    found = text_of(printed(last(order, PaperKind.CREDIT_NOTE)))
    assert "tooslow" in found and "NT$10" in found and last(order, PaperKind.RECEIPT).snapshot["number"] in found


def test_h_f4_a_slip_bears_code_looks_promise_and_signature(place):
    order, now = order_in(State.DIAGNOSED, place)
    raw = PULL_IN | {"promised_at": (now + 48 * HOUR).isoformat(), "outside": "scratch on the left", "agreed": True}
    raw |= {"signature": signature(), "signed_by": "Wang"}
    order = do(order, "pull_in", place.technician.user, now, raw)
    paper = last(order, PaperKind.SLIP)
    found = text_of(printed(paper))
    assert order.job.code in found and "scratchontheleft" in found and "Wang" in found
    assert picture_of(paper).startswith((b"\x89PNG", b"\xff\xd8", b"RIFF"))
    reader = pypdf.PdfReader(io.BytesIO(printed(paper)))
    assert len(reader.pages[0].images) == 1


def test_h_f2_a_quote_prints_with_the_day_it_holds_until(place):
    order, _now = quoted(place)
    quote = order.quotes.get()
    found = text_of(render("quote", of_quote(quote)))
    assert f"{order.number}/1" in found and f"{quote.valid_until.astimezone(place.outlet.tz):%Y-%m-%d%H:%M}" in found
