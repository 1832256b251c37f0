"""What is kept about a customer: seen, taken along, deleted where nothing hangs on it, all of it written down."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers import pictures
from customers.models import Address, Appliance, Customer
from dispatch.actions import films, privacy
from dispatch.actions.forgetting import NOBODY
from dispatch.models import (
    Bill,
    Consent,
    Film,
    KeptAct,
    Link,
    Notice,
    OrderPhoto,
    PrivacyKind,
    PrivacyRecord,
    ServiceOrder,
    State,
)
from tests.factories import NOW, do, make_order, order_in
from tests.films import upload as film_upload
from tests.pictures import signature
from tests.pictures import upload as photo_upload
from tests.web.portal.test_door import let_in

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=120)
PAGES = ("portal_mine", "portal_privacy", "portal_about", "portal_export")


@pytest.fixture
def done(place):
    """An order closed long ago, with everything that it left behind."""
    order, now = order_in(State.CLOSED, place)
    Customer.objects.filter(pk=order.customer_id).update(phone_alt="+886911111111", note="dog", email="w@example.com")
    return order, now


def known(to: str = "0912 345 678") -> Client:
    client = Client()
    assert let_in(client, to).status_code == 302
    return client


@pytest.mark.parametrize("name", PAGES)
def test_nothing_without_a_code(place, name):
    make_order(place)
    answer = Client().get(reverse(name))
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("portal_door"))


@pytest.mark.parametrize("name", PAGES)
def test_staff_of_every_role_need_a_code_too(place, name):
    """IDOR: no role of ours opens a customer's own pages by being signed in."""
    make_order(place)
    for user in (place.dispatcher, place.clerk, place.agent, place.manager, place.admin, place.technician.user):
        client = Client()
        client.force_login(user)
        assert client.get(reverse(name)).status_code == 302
        assert client.post(reverse("portal_privacy"), {"sure": "1"}).status_code == 302
    assert Customer.objects.get().name


@pytest.mark.parametrize("name", PAGES)
def test_somebody_elses_is_not_there(place, name):
    """IDOR: another's phone shows nothing of these."""
    order = make_order(place)
    make_order(place, name="李四", phone="0912 345 999", address_line="信義路 9 號")
    text = known("0912 345 999").get(reverse(name)).content.decode()
    for private in (order.number, order.customer.name, order.customer.phone, "仁愛路"):
        assert private not in text


def test_an_order_of_somebody_else_is_not_there(place):
    mine, other = make_order(place), make_order(place, name="李四", phone="0912 345 999")
    client = known()
    answer = client.get(reverse("portal_mine_order", args=[mine.pk]))
    assert answer["Location"] == Link.objects.get(order=mine).get_absolute_url()
    assert client.get(reverse("portal_mine_order", args=[other.pk])).status_code == 404
    assert not Link.objects.filter(order=other).exists()


def test_all_orders_of_one_phone_under_whatever_name(place):
    first, second = make_order(place), make_order(place, name="王太太")
    text = known().get(reverse("portal_mine")).content.decode()
    assert first.number in text and second.number in text


def test_taken_along_as_a_file(done):
    order, _now = done
    page = known().get(reverse("portal_export"))
    told = json.loads(page.content)
    (one,) = told["customers"]
    assert (one["phone"], one["email"]) == (order.customer.phone, "w@example.com")
    assert one["orders"][0]["number"] == order.number and one["orders"][0]["log"]
    assert one["orders"][0]["repairs"][0]["measure"] == "pump changed"
    assert page["Cache-Control"] == "private, no-store" and "attachment" in page["Content-Disposition"]
    assert PrivacyRecord.objects.get(kind=PrivacyKind.EXPORTED).customer_id == order.customer_id


def test_read_on_one_page(done):
    order, _now = done
    text = known().get(reverse("portal_about")).content.decode()
    assert order.customer.name in text and "仁愛路四段 1 號" in text and "pump changed" in text


def test_deleting_wants_a_tick(place):
    make_order(place)
    client = known()
    assert client.post(reverse("portal_privacy"), {}).status_code == 422
    assert Customer.objects.get().phone


@pytest.mark.parametrize("state", [State.READY, State.CONTACTED, State.FOLLOW_UP, State.IN_WORKSHOP])
def test_an_open_order_keeps_its_customer(place, state):
    order, _now = order_in(state, place)
    found = privacy.erase(Customer.objects.all(), LATER)
    assert [(one.order.pk, one.why, one.until) for one in found.bound] == [(order.pk, "open", None)]
    customer = Customer.objects.get()
    assert customer.name and customer.phone and customer.addresses.get().line


def test_a_repair_that_holds_keeps_its_customer_until_a_day(done):
    """H-R2: who may say that it is still broken has to be found again."""
    order, now = done
    found = privacy.erase(Customer.objects.all(), now + timedelta(days=1))
    (bound,) = found.bound
    assert (bound.why, bound.until) == ("holds", order.finished_at + timedelta(days=90))
    customer = Customer.objects.get()
    assert customer.phone and not customer.phone_alt and not customer.note


def test_an_open_claim_keeps_its_customer(done):
    ServiceOrder.objects.update(claim_filed_at=NOW)
    found = privacy.erase(Customer.objects.all(), LATER)
    assert [one.why for one in found.bound] == ["owed"] and Customer.objects.get().phone


def test_deleted_is_nobodys(done):
    """Name, phones, mail, address, notes and messages are gone; order, repair, appliance and log stay."""
    order, now = done
    link = Link.objects.of(order, now)
    Notice.objects.update(state="sent", sent_at=now, to="+886912345678", body="王小明")
    Appliance.objects.create(customer=order.customer, model_no="NEVER-REPAIRED")
    Address.objects.create(customer=order.customer, line="never visited 1")
    found = privacy.erase(Customer.objects.all(), LATER)
    assert found.bound == []
    customer = Customer.objects.get()
    private = (customer.name, customer.phone, customer.phone_alt, customer.email, customer.note)
    assert private == ("",) * 5
    address = Address.objects.get()
    assert (address.line, address.latitude, address.district) == ("", None, "大安區")
    assert Appliance.objects.get().model_no == "XQG70"
    kept = ServiceOrder.objects.get()
    assert kept.state == State.CLOSED and kept.repairs.get().measure == "pump changed" and kept.events.count() > 5
    assert kept.repairs.get().signed_by == kept.visits.get().consent == NOBODY
    assert set(Notice.objects.values_list("to", "body")) <= {(NOBODY, "")}
    link.refresh_from_db()
    assert link.revoked_at == LATER and Client().get(link.get_absolute_url()).status_code == 410
    record = PrivacyRecord.objects.get(kind=PrivacyKind.ERASED)
    assert record.at == LATER and "王小明" not in str(record.what)


def test_deleted_are_their_words_and_pictures_too(done):
    """What they wrote or sent may name anybody: remarks, wish, photos, film; the files are gone."""
    order, now = done
    ServiceOrder.objects.update(symptom="call Mrs Wang", wish="after 6", note="dog")
    order.repairs.update(remarks="my neighbour Li")
    quote = order.quotes.create(number=9, currency="TWD", made_at=now, valid_until=now, status="refused")
    signed = pictures.keep_signature(signature(), now)
    Consent.objects.create(quote=quote, accepted=False, how="link", name="王小明", signature=signed, at=now)
    Bill.objects.filter(order=order).update(invoice_to="Wang Ltd", invoice_tax_no="04595257")
    photo = pictures.keep(photo_upload(), now)
    OrderPhoto.objects.create(order=order, photo=photo, kind="symptom", at=now, event_seq=1)
    film = films.keep(film_upload(), now)
    Film.objects.filter(pk=film.pk).update(order=order)
    files = [Path(one.file.path) for one in (photo, film)]
    assert all(file.exists() for file in files)
    assert privacy.erase(Customer.objects.all(), LATER).bound == []
    order.refresh_from_db()
    assert (order.symptom, order.wish, order.note, order.repairs.get().remarks) == ("",) * 4
    assert Path(Consent.objects.get(quote=quote).signature.file.path).exists()  # an answer stays as it was given
    assert set(Bill.objects.values_list("invoice_to", "invoice_tax_no")) <= {(NOBODY, "")}
    assert not OrderPhoto.objects.exists() and not Film.objects.exists()
    assert not any(file.exists() for file in files)


def test_deleted_is_what_others_were_told_of_them_and_what_was_still_to_go(done, place):
    """Staff's alarms hold the address, codes the number, a refused act what was typed at the door; nothing is sent."""
    order, now = done
    told = {"created_at": now, "next_try_at": now, "to": "desk", "body": "Alarm at 8 Renai Road", "facts": {"a": "8"}}
    Notice.objects.create(key="staff", event="alarm", order=order, state="sent", sent_at=now, **told)
    told |= {"to": order.customer.phone, "body": "123456"}
    Notice.objects.create(key="code", event="code", state="sent", sent_at=now, **told)
    Notice.objects.create(key="again", event="cancelled", order=order, customer=order.customer, tries=1, **told)
    told |= {"to": "+886900000000"}
    other = Notice.objects.create(key="theirs", event="code", state="sent", sent_at=now, **told)
    kept = {"key": "k" * 20, "verb": "arrive", "refused_at": now, "code": "guards_unmet", "title": "Not yet"}
    KeptAct.objects.create(actor=place.technician.user, order=order, values={"name": "王小明"}, detail="王", **kept)
    assert privacy.erase(Customer.objects.all(), LATER).bound == []
    mine = Notice.objects.exclude(pk=other.pk)
    assert {(row.to, row.body, str(row.facts)) for row in mine} == {(NOBODY, "", "{}")}
    assert Notice.objects.get(key="again").state == "dropped" and not mine.filter(call_due_at__isnull=False).exists()
    other.refresh_from_db()
    assert other.to == "+886900000000"
    act = KeptAct.objects.get()
    assert (act.values, act.detail, act.lacks) == ({}, "", [])


def test_after_deleting_one_is_signed_out(done, monkeypatch):
    _order, _now = done
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    client = known()
    page = client.post(reverse("portal_privacy"), {"sure": "1"})
    assert page.status_code == 200 and "We no longer know" in page.content.decode()
    assert client.get(reverse("portal_mine")).status_code == 302


def test_the_same_phone_with_two_names_each_by_its_own(done, place):
    order, _now = done
    other = make_order(place, name="王太太")
    found = privacy.erase(Customer.objects.all(), LATER)
    assert [one.pk for one in found.free] == [order.customer_id]
    assert Customer.objects.get(pk=other.customer_id).phone


def test_what_was_done_stays_written_down(done):
    """The database itself refuses to change what a customer did with what we keep."""
    privacy.erase(Customer.objects.all(), LATER)
    for change in (lambda rows: rows.update(kind="seen"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(PrivacyRecord.objects.all())


def test_a_new_order_after_deleting_is_a_new_customer(done, place):
    privacy.erase(Customer.objects.all(), LATER)
    order = make_order(place)
    assert Customer.objects.count() == 2 and order.customer.phone == "+886912345678"
    assert do(order, "add_note", place.agent, NOW, {"note": "x"})
