"""What it costs, on both faces: read before it is answered, typed only where there is something to type (H-F2, H-G)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.models import Consent, DiscountPolicy, QuoteStatus, State
from tests.factories import SIGNED, do, fresh, make_outlet, order_in
from tests.pictures import signature
from tests.pricing import CALL_OUT, LABOUR, MINUTE, PUMP, charged, make_prices, out_of_warranty, quoted, to_be_charged

pytestmark = pytest.mark.django_db
FACES = {"phone": ("field_order", "field_act"), "desk": ("order", "order_act")}


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(db):
    place = make_outlet()
    make_prices(place)
    return place


class Screen:
    """Somebody signed in, looking at one order at a moment."""

    def __init__(self, face, user, monkeypatch):
        self.page_name, self.act_name = FACES[face]
        self.client, self.monkeypatch = Client(), monkeypatch
        self.client.force_login(user)

    def at(self, order, now):
        self.order = order
        self.monkeypatch.setattr(timezone, "now", lambda: now)
        return self

    def page(self):
        return self.client.get(reverse(self.page_name, args=[self.order.pk]))

    def form(self, verb):
        return self.client.get(reverse(self.act_name, args=[self.order.pk, verb]))

    def rows(self, verb):
        return {row.name: row for row in self.form(verb).context["act"].rows}

    def send(self, verb, **data):
        return self.client.post(reverse(self.act_name, args=[self.order.pk, verb]), data)


@pytest.fixture
def phone(place, monkeypatch):
    return Screen("phone", place.technician.user, monkeypatch)


@pytest.fixture
def desk(place, monkeypatch):
    return lambda user: Screen("desk", user, monkeypatch)


def test_h_f2_after_the_diagnosis_the_quote_is_the_next_step(phone, place):
    phone.at(*out_of_warranty(place))
    assert phone.page().context["choice"].step.name == "quote"
    rows = phone.rows("quote")
    assert rows["parts"].value == "" and "discount" not in rows  # none holds here
    assert phone.send("quote", parts="p-100 x 2", call_out="on").status_code == 302
    assert fresh(phone.order).quotes.get().total == CALL_OUT + LABOUR + 2 * PUMP
    assert phone.page().context["choice"].step.name == "accept_quote"


def test_only_discounts_that_hold_here_are_offered(phone, place):
    order, now = out_of_warranty(place)
    same = {"table": place.outlet.price_table, "name_en": "Loyal", "share_bp": 500}
    DiscountPolicy.objects.create(code="loyal", valid_from=now.date(), **same)
    DiscountPolicy.objects.create(code="later", valid_from=now.date() + timedelta(days=9), **same)
    options = [option.value for option in phone.at(order, now).rows("quote")["discount"].options]
    assert [value for value in options if value] == ["loyal"]


def test_h_f2_the_customer_reads_signs_and_the_work_may_begin(phone, place):
    phone.at(*quoted(place, parts=["P-100"]))
    page = phone.form("accept_quote")
    text = page.content.decode()
    assert "NT$2,350" in text and "Drain pump" in text and "version 1" in text
    rows = {row.name: row for row in page.context["act"].rows}
    assert (rows["number"].value, rows["number"].kind) == ("1", "hidden")
    assert rows["signature"].kind == "signature" and "how" not in rows
    sent = phone.send("accept_quote", number="1", name="王小明", signature=signature())
    assert sent.status_code == 302
    consent = Consent.objects.get()
    assert (consent.how, consent.name, consent.signature is not None) == ("here", "王小明", True)
    assert "Accepted" in phone.page().content.decode()


def test_h_f2_a_page_that_shows_an_older_quote_is_refused_and_shows_the_newer(phone, place):
    order, now = quoted(place)
    do(order, "quote", place.technician.user, now, {"parts": ["P-100"]})
    refused = phone.at(order, now).send("accept_quote", number="1", name="王小明")
    text = refused.content.decode()
    assert refused.status_code == 422 and "That was quote 1" in text and "NT$2,350" in text
    number = next(row for row in refused.context["act"].rows if row.name == "number")
    assert number.value == "2" and not Consent.objects.exists()


def test_the_customers_own_phone_is_shown_the_way(phone, place):
    phone.at(*quoted(place))
    page = phone.page()
    url = reverse("portal_quote", args=[phone.order.quotes.get().code])
    text = page.content.decode()
    assert page.context["quote_url"].endswith(url) and 'class="qr"' in text
    assert page.context["quote_qr"].startswith("<svg") and "style=" not in page.context["quote_qr"]
    assert phone.send("refuse_quote", number="1", reason="太貴").status_code == 302
    assert phone.order.quotes.get().status == QuoteStatus.REFUSED
    assert "quote_qr" not in phone.page().context


def test_h_g1_charging_shows_the_lines_and_begins_with_the_whole(phone, place):
    phone.at(*to_be_charged(place))
    page = phone.form("charge")
    rows = {row.name: row for row in page.context["act"].rows}
    assert rows["amount"].value == "1,150" or rows["amount"].value == "1150"
    assert "none" not in [option.value for option in rows["method"].options]
    assert "NT$1,150" in page.content.decode()
    assert phone.send("charge", amount="1150", method="card").status_code == 400
    assert phone.send("charge", amount="1150", method="card", reference="S-9").status_code == 302
    assert phone.order.bills.get().payments.get().reference == "S-9"


def test_with_nothing_to_pay_there_is_nothing_to_type(phone, place):
    order, now = order_in(State.DIAGNOSED, place)
    order = do(order, "quote", place.technician.user, now, {"parts": ["P-100"]})
    order = do(order, "repair", place.technician.user, now, {"measure": "x", "tested": True, "certain": True})
    assert list(phone.at(order, now).rows("charge")) == []
    assert phone.send("charge").status_code == 302


def test_h_g3_where_a_table_is_kept_nobody_types_a_quote_at_the_diagnosis(phone, place):
    order, now = order_in(State.ON_SITE, place)
    rows = phone.at(order, now).rows("diagnose")
    assert "finding" in rows and "quoted" not in rows


def test_h_g4_the_manager_reads_who_asks_and_why_and_types_the_amount(desk, place):
    order, now = to_be_charged(place)
    order = do(order, "request_waiver", place.technician.user, now, {"amount": 20_000, "reason": "第二次維修"})
    manager = desk(place.manager).at(order, now)
    page = manager.form("decide_waiver")
    text = page.content.decode()
    assert "NT$200" in text and "NT$1,150" in text and "第二次維修" in text
    assert next(row for row in page.context["act"].rows if row.name == "granted").value == ""
    assert manager.send("decide_waiver", granted="100", reason="half").status_code == 302
    assert "NT$1,050" in manager.page().content.decode()
    assert desk(place.clerk).at(order, now).form("decide_waiver").status_code == 403


def test_the_desk_sees_quote_bill_payments_and_what_is_open(desk, place):
    order, now = charged(place, paid=40_000)
    order = do(order, "complete", place.technician.user, now, SIGNED)
    clerk = desk(place.clerk).at(order, now + MINUTE)
    page = clerk.page()
    text = page.content.decode()
    assert "open: NT$750" in text and "NT$400" in text and "Receipt 1" in text
    names = [button.verb.name for button in page.context["money_buttons"]]
    assert "pay" in names and "refund" not in names  # H-F8: only a manager
    assert "Open: NT$750 of NT$1,150." in clerk.form("pay").content.decode()
    too_much = clerk.send("pay", amount="751", method="cash")
    assert too_much.status_code == 422 and "NT$750" in too_much.content.decode()
    assert clerk.send("pay", amount="750", method="transfer", reference="ATM-1").status_code == 302
    assert "open: NT$" not in clerk.page().content.decode()


def test_who_hears_a_yes_on_the_phone_writes_it_down(desk, place):
    order, now = quoted(place)
    agent = desk(place.agent).at(order, now)
    rows = agent.rows("accept_quote")
    assert (rows["how"].kind, rows["how"].value) == ("hidden", "said")
    assert "signature" not in rows
    assert agent.send("accept_quote", number="1", how="said", name="王小明").status_code == 302
    assert Consent.objects.get().how == "said"
