"""Versions in the admin: the next one, what was decided under one, and no day without a price (H-W1, H-G1)."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Brand, ProductModel, WarrantyPolicy
from dispatch.admin.prices import PriceListForm
from dispatch.models import DecisionStage, LabourPrice, PartPrice, PriceList, ServiceLevel, WarrantyDecision
from technicians.models import Balance, Checklist, Move, MoveKind, Part, PriceTable, Warehouse
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    return factories.make_outlet()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def make_list(**how) -> PriceList:
    table, _made = PriceTable.objects.get_or_create(code="tw", defaults={"name_en": "Taiwan", "currency": "TWD"})
    return PriceList.objects.create(table=table, **{"version": 1, "valid_from": date(2025, 1, 1)} | how)


def make_next(model, row, user) -> None:
    sent = {"action": "new_version", "_selected_action": [row.pk]}
    assert signed_in(user).post(url(model, "changelist"), sent).status_code == 302


def test_next_version_begins_tomorrow_and_takes_the_prices_along(place):
    old = make_list(call_out=30_000)
    part = Part.objects.create(code="P1", name_en="Pump")
    LabourPrice.objects.create(price_list=old, category=place.category, amount=50_000)
    PartPrice.objects.create(price_list=old, part=part, amount=120_000)
    place.admin.outlet = None
    place.admin.save()
    make_next(PriceList, old, place.admin)
    today = timezone.localdate(timezone=place.outlet.tz)  # as the centre's clock shows it
    old, new = PriceList.objects.order_by("version")
    assert (old.valid_to, new.valid_from, new.valid_to) == (today, today + timedelta(days=1), None)
    assert (new.version, new.call_out) == (2, 30_000)
    assert new.labour.get().amount == 50_000 and new.parts.get().amount == 120_000
    assert old.labour.count() == old.parts.count() == 1


def test_when_the_newest_version_goes_the_one_before_holds_again(place):
    """No day is left without prices because somebody thought better of the next version (H-G1)."""
    old = make_list(call_out=30_000)
    place.admin.outlet = None
    place.admin.save()
    make_next(PriceList, old, place.admin)
    new = PriceList.objects.get(version=2)
    answer = signed_in(place.admin).post(url(PriceList, "delete", new.pk), {"post": "yes"}, follow=True)
    assert "holds again, until a later one is made" in answer.content.decode()
    assert PriceList.objects.get().valid_to is None
    make_next(PriceList, PriceList.objects.get(), place.admin)
    new = PriceList.objects.get(version=2)
    signed_in(place.admin).post(
        url(PriceList, "changelist"), {"action": "delete_selected", "_selected_action": [new.pk], "post": "yes"}
    )
    assert PriceList.objects.get().valid_to is None


def test_a_service_level_is_not_changed_for_days_that_are_over(place):
    place.admin.outlet = None
    place.admin.save()
    desk, today = signed_in(place.admin), timezone.localdate(timezone=place.outlet.tz)
    sent = {"priority": 1, "version": 1, "contact_minutes": 20, "finish_hours": 12, "valid_from": today}
    answer = desk.post(url(ServiceLevel, "add"), sent)
    assert "It begins tomorrow or later" in answer.content.decode() and not ServiceLevel.objects.exists()
    assert desk.post(url(ServiceLevel, "add"), sent | {"valid_from": today + timedelta(2)}).status_code == 302
    level = ServiceLevel.objects.get()
    assert "contact_minutes" in desk.get(url(ServiceLevel, "change", level.pk)).context["adminform"].form.fields
    ServiceLevel.objects.update(valid_from=today - timedelta(9))
    form = desk.get(url(ServiceLevel, "change", level.pk)).context["adminform"].form
    assert set(form.fields) == {"valid_to"}
    answer = desk.post(url(ServiceLevel, "change", level.pk), {"valid_to": today - timedelta(1)})
    assert "It ends today or later" in answer.content.decode()
    assert desk.post(url(ServiceLevel, "change", level.pk), {"valid_to": today}).status_code == 302
    odd = sent | {"version": 2, "valid_from": today + timedelta(2), "contact_minutes": 0}
    assert "greater than or equal to 1" in desk.post(url(ServiceLevel, "add"), odd).content.decode()


def test_policy_that_was_decided_under_only_ends(place):
    """H-W1: an order keeps the version it was decided under."""
    policy = WarrantyPolicy.objects.create(valid_from=date(2020, 1, 1), period_months=12)
    page = signed_in(place.admin).get(url(WarrantyPolicy, "change", policy.pk))
    assert "period_months" in page.context["adminform"].form.fields
    order = factories.make_order(place)
    WarrantyDecision.objects.create(
        order=order, policy=policy, stage=DecisionStage.PROVISIONAL, covered=True, decided_at=factories.NOW
    )
    fields = signed_in(place.admin).get(url(WarrantyPolicy, "change", policy.pk)).context["adminform"].form.fields
    assert set(fields) & {"period_months", "valid_from", "brand"} == set()
    assert {"valid_to", "note"} <= set(fields)
    assert signed_in(place.admin).post(url(WarrantyPolicy, "delete", policy.pk), {"post": "yes"}).status_code == 403
    make_next(WarrantyPolicy, policy, place.admin)
    assert WarrantyPolicy.objects.get(version=2).period_months == 12


@pytest.mark.parametrize(
    "first, second, wrong",
    [
        (("2025-01-01", "2025-12-31"), ("2026-01-01", ""), None),
        (("2025-01-01", "2025-12-31"), ("2026-01-03", ""), "2026-01-01"),
        (("2026-02-01", ""), ("2025-01-01", "2026-01-30"), "2026-01-31"),
        (("2025-01-01", ""), ("2026-01-01", ""), "Another version"),
    ],
)
def test_price_list_has_no_gap_and_no_overlap(place, first, second, wrong):
    """H-G1: there is no day without a price, and none with two."""
    begins, ends = (date.fromisoformat(day) if day else None for day in first)
    made = make_list(valid_from=begins, valid_to=ends)
    sent = {
        "table": made.table_id, "version": 2, "valid_from": second[0], "valid_to": second[1], "call_out": 0,
        "software_help": 0, "old_part_credit_bp": 0, "tax_bp": 5, "tax_included": "on",
    }  # fmt: skip
    fields = [f.name for f in PriceList._meta.fields if f.editable]
    form = type("Form", (PriceListForm,), {"Meta": type("Meta", (), {"model": PriceList, "fields": fields})})(sent)
    assert form.is_valid() == (wrong is None)
    if wrong:
        assert wrong in str(form.errors)


def test_manager_of_one_outlet_reads_the_policies_of_all(place):
    policy = WarrantyPolicy.objects.create(valid_from=date(2020, 1, 1))
    client = signed_in(place.manager)
    assert client.get(url(WarrantyPolicy, "change", policy.pk)).status_code == 200
    assert client.post(url(WarrantyPolicy, "change", policy.pk), {"period_months": 99}).status_code == 403
    place.manager.outlet = None
    place.manager.save()
    assert client.get(url(WarrantyPolicy, "add")).status_code == 200


def test_ledger_is_read_and_exported_by_those_it_concerns(place):
    other = factories.make_outlet()
    part = Part.objects.create(code="P1", name_en="Pump")
    mine, theirs = (
        Warehouse.objects.create(code=f"w{spot.outlet.pk}", name_en="Shelf", kind="outlet", outlet=spot.outlet)
        for spot in (place, other)
    )
    for house in (mine, theirs):
        Move.objects.create(at=factories.NOW, kind=MoveKind.RECEIVED, part=part, quantity=2, target=house)
        Balance.objects.create(warehouse=house, part=part, on_hand=2)
    shown = signed_in(place.manager).get(url(Balance, "changelist")).context["cl"].queryset
    assert [balance.warehouse_id for balance in shown] == [mine.pk]
    assert signed_in(place.manager).get(url(Move, "changelist")).context["cl"].queryset.count() == 1
    asked = {"format": "0", "resource": "", "balanceresource_id": ""}
    assert signed_in(place.manager).post(url(Balance, "export"), asked).status_code == 200


def test_models_go_in_and_out_as_a_sheet(place):
    Brand.objects.create(code="haier", name_en="Haier")
    resource = admin.site._registry[ProductModel].resource_classes[0]()
    import tablib

    sheet = tablib.Dataset(headers=["brand", "category", "number", "name_en"])
    sheet.append(["haier", "washing_machine", "XQG80-B12706", "Front loader"])
    assert not resource.import_data(sheet, raise_errors=True).has_errors()
    assert resource.import_data(sheet, raise_errors=True).totals["skip"] == 1
    part = Part.objects.create(code="P1", name_en="Pump")
    sheet = tablib.Dataset(headers=["code", "name_en", "fits"])
    sheet.append(["P1", "Drain pump", "XQG80-B12706"])
    assert not admin.site._registry[Part].resource_classes[0]().import_data(sheet, raise_errors=True).has_errors()
    assert [model.number for model in part.fits.all()] == ["XQG80-B12706"]


def test_checklists_are_versions_too(place):
    old = Checklist.objects.create(step=1, valid_from=date(2025, 1, 1))
    old.items.create(code="badge", name_en="Badge on")
    place.admin.outlet = None
    place.admin.save()
    make_next(Checklist, old, place.admin)
    assert [item.code for item in Checklist.objects.get(version=2).items.all()] == ["badge"]
