"""What was it before? The log of changes of master data has the values (H-N2), secrets and customers left out."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import translation

from customers.models import Customer
from dispatch.models import NoticeHook, PartPrice
from technicians.models import Role
from tests.factories import make_order, make_outlet, make_user
from tests.pricing import make_prices

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(make_user(Role.ADMIN))
    return client


def change(desk, row, **how):
    """Open a row in the admin, change some of it, save it."""
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    page = desk.get(url).context
    form = page["adminform"].form
    sent = {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}
    for formset in page["inline_admin_formsets"]:
        one = formset.formset.management_form
        sent |= {f"{one.prefix}-{name}": value for name, value in one.initial.items()}
        for each in formset.formset.initial_forms:
            told = {each.add_prefix(name): each[name].value() for name in each.fields}
            sent |= {name: value for name, value in told.items() if value is not None}
    assert desk.post(url, sent | how).status_code == 302
    row.refresh_from_db()
    return LogEntry.objects.latest("pk")


def audited(desk, language="en") -> str:
    with translation.override(language):
        rows = desk.get(reverse("audit"), {"log": "master"}, headers={"Accept-Language": language}).context["rows"]
        return rows[0].details


def test_the_audit_says_from_what_to_what(desk):
    place = make_outlet()
    change(desk, place.outlet, currency="CNY")
    assert audited(desk) == "currency: TWD → CNY"
    assert audited(desk, "zh-hant") == "幣別: TWD → CNY"


def test_amounts_are_told_as_they_were_typed(desk):
    make_prices(make_outlet())
    price = PartPrice.objects.first()
    PartPrice.objects.update(amount=43_700)
    change(desk, price, amount="440")
    assert price.amount == 44_000 and "437 → 440" in audited(desk)


def test_customers_and_secrets_are_not_in_it(desk):
    order = make_order(make_outlet())
    customer = Customer.objects.get(pk=order.customer_id)
    said = change(desk, customer, name="Somebody Else").change_message
    assert customer.name == "Somebody Else" and "Somebody" not in said and "values" not in said
    person = make_user(Role.ADMIN)
    said = json.loads(change(desk, person, first_name="Ann").change_message)
    assert said[0]["changed"]["values"] == {"first name": ["–", "Ann"]}


def test_the_secret_address_of_a_channel_and_where_somebody_lives_are_told_to_nobody(desk):
    channel = NoticeHook.objects.create(name="desk", url="wecombot://SECRETKEY", events=["alarm"])
    said = change(desk, channel, name="office", url="wecombot://OTHERKEY").change_message
    assert "desk" in said and "KEY" not in said
    technician = make_outlet().technician
    change(desk, technician, home_latitude="25.123456")
    for language in ("en", "zh-hant"):
        assert "25.123456" not in audited(desk, language)


def test_inline_rows_are_told_with_their_name(desk):
    prices = make_prices(make_outlet())
    labour = prices.labour.first()
    said = change(desk, prices, **{"labour-0-amount": "999"})
    (part,) = json.loads(said.change_message)
    assert part["changed"]["object"] == str(labour) and part["changed"]["values"]["amount"][1] == "999"
    assert f"{labour}: " in audited(desk)
