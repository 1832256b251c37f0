"""Prices in the admin: typed and read as people say them, kept in minor units (H-G1)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import CertificateFee, DiscountPolicy, LabourPrice, PartPrice, PriceList
from technicians.models import PriceTable, Role
from tests.factories import make_outlet, make_user
from tests.pricing import make_prices

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(make_user(Role.ADMIN))
    return client


def table(currency="TWD") -> PriceTable:
    return PriceTable.objects.create(code=currency.lower(), name_en=currency, currency=currency)


def new_list(fees, **how) -> dict:
    sent = {"table": fees.pk, "version": 1, "valid_from": DAY, "call_out": "350", "software_help": "0"}
    sent |= {"old_part_credit_bp": "5", "tax_bp": "5.25", "labour-TOTAL_FORMS": 1, "labour-INITIAL_FORMS": 0}
    return sent | how


@pytest.mark.parametrize(
    ("currency", "call_out", "kept"), [("TWD", "350", 35_000), ("CNY", "12.50", 1_250), ("JPY", "350", 350)]
)
def test_three_hundred_and_fifty_is_typed_as_350(desk, currency, call_out, kept):
    work = "1200" if currency == "JPY" else "1200.50"
    sent = new_list(table(currency), call_out=call_out) | {"labour-0-amount": work}
    assert desk.post(reverse("admin:dispatch_pricelist_add"), sent).status_code == 302
    made = PriceList.objects.get()
    assert (made.call_out, made.old_part_credit_bp, made.tax_bp) == (kept, 500, 525)
    assert made.labour.get().amount == (1_200 if currency == "JPY" else 120_050)
    url = reverse("admin:dispatch_pricelist_change", args=[made.pk])
    form = desk.get(url).context["adminform"].form
    assert (float(form.initial["call_out"]), float(form.initial["tax_bp"])) == (float(call_out), 5.25)
    same = {name: "" if value is None else value for name, value in form.initial.items() if name in form.fields}
    same |= {"labour-TOTAL_FORMS": 1, "labour-INITIAL_FORMS": 1, "labour-0-id": made.labour.get().pk}
    same |= {"labour-0-price_list": made.pk, "labour-0-amount": work}
    assert desk.post(url, same).status_code == 302  # opened and saved: nothing is multiplied
    made.refresh_from_db()
    labour = 1_200 if currency == "JPY" else 120_050
    assert (made.call_out, made.tax_bp, made.labour.get().amount) == (kept, 525, labour)


@pytest.mark.parametrize(
    ("currency", "typed", "said"),
    [("JPY", "350.5", "no smaller coin"), ("TWD", "350.005", "no smaller coin"), ("TWD", "-1", "greater than or equal"),
     ("TWD", "much", "Enter a number"), ("TWD", "", "required")],
)  # fmt: skip
def test_what_is_no_amount_is_refused_in_words(desk, currency, typed, said):
    sent = new_list(table(currency), call_out=typed) | {"labour-0-amount": "1200"}
    answer = desk.post(reverse("admin:dispatch_pricelist_add"), sent)
    assert said in answer.content.decode() and not PriceList.objects.exists()


def test_lists_say_amounts_with_their_currency(desk):
    place = make_outlet()
    prices = make_prices(place)
    LabourPrice.objects.update(amount=120_000)
    PartPrice.objects.update(amount=43_700)
    DiscountPolicy.objects.create(code="five", name_en="Five", table=prices.table, share_bp=500, valid_from=DAY)
    shown = {"pricelist": "5 %", "labourprice": "NT$1,200", "partprice": "NT$437", "discountpolicy": "5 %"}
    for name, text in shown.items():
        assert text in desk.get(reverse(f"admin:dispatch_{name}_changelist")).content.decode()
    part = PartPrice.objects.first()
    url = reverse("admin:dispatch_partprice_change", args=[part.pk])
    sent = {"price_list": part.price_list_id, "part": part.part_id, "amount": "440"}
    assert desk.post(url, sent).status_code == 302
    part.refresh_from_db()
    assert part.amount == 44_000


def test_a_version_that_was_quoted_by_is_read_in_words(desk, monkeypatch):
    place = make_outlet()
    prices = make_prices(place, call_out=35_000)
    monkeypatch.setattr("dispatch.admin.prices.PriceListAdmin.used", lambda self, row: True)
    page = desk.get(reverse("admin:dispatch_pricelist_change", args=[prices.pk])).content.decode()
    assert "NT$350" in page and "35000" not in page and "NT$" in page.split("labour-group")[1]


def test_a_certificate_fee_has_its_own_currency(desk, db):
    fee = CertificateFee(currency="CNY", amount=1_250)
    form = desk.get(reverse("admin:dispatch_certificatefee_add")).context["adminform"].form
    assert fee.amount == 1_250 and "350 or 12.50" in str(form.fields["amount"].help_text)
