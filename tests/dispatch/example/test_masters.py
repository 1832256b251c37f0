"""The example's master data goes in whole, and going in twice changes nothing."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db.models import Count, Sum

from customers.models import ProductModel, WarrantyPolicy
from dispatch.demo.masters import load_masters
from dispatch.demo.people import load_outlets, load_people, load_small_outlet
from dispatch.demo.stock import load_stock
from dispatch.example import data
from dispatch.models import Fault, LabourPrice, PartPrice, PriceList
from technicians.models import Balance, Checklist, KitStandard, Loaner, Move, Outlet, Part, Warehouse, WarehouseKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def load_all():
    outlets = load_outlets()
    load_masters()
    load_people(outlets["taipei"], NOW)
    load_small_outlet(outlets["shanghai"], NOW)
    load_stock(NOW)


def every_row():
    labels = ("customers", "technicians", "dispatch")
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return {model.__name__: list(model.objects.order_by("pk").values_list("pk", flat=True)) for model in models}


def test_twice_is_once():
    load_all()
    first = every_row()
    load_all()
    assert every_row() == first
    assert len(first["ProductModel"]) == 60 and len(first["Part"]) == 400 and len(first["Fault"]) == 120


def test_what_a_person_changed_stays():
    load_all()
    Part.objects.filter(code__startswith="DS-").update(name_en="Renamed")
    load_all()
    assert Part.objects.filter(name_en="Renamed").count() > 50


def test_everything_is_joined_up():
    load_all()
    assert not Part.objects.filter(fits=None).exists()
    assert Fault.objects.exclude(usual_parts=None).count() > 100  # H-A1
    assert ProductModel.objects.filter(parts=None).count() == 0
    today = NOW.date()
    for outlet in Outlet.objects.all():  # H-G1
        (held,) = PriceList.objects.holding(today).filter(table=outlet.price_table)
        assert outlet.price_table.currency == outlet.currency
        assert PartPrice.objects.filter(price_list=held, amount__gt=0).count() == 400
        assert LabourPrice.objects.filter(price_list=held).count() > 25
    assert WarrantyPolicy.objects.holding(today).filter(category=None).count() == 1  # H-W1
    assert {row.step for row in Checklist.objects.holding(today).filter(category=None)} == {1, 2, 3, 4}
    assert KitStandard.objects.holding(None, today).exists()
    whole = [row for row in data.loaners() if row["condition"] != "damaged"]
    assert Loaner.objects.usable().count() == len(whole) < len(data.loaners())


def test_what_lies_anywhere_came_there_by_moves():  # H-A3
    load_all()
    held = {(row.warehouse_id, row.part_id): row.on_hand for row in Balance.objects.all()}
    came = {}
    for row in Move.objects.values("source_id", "target_id", "part_id").annotate(many=Sum("quantity")):
        for where, sign in ((row["target_id"], 1), (row["source_id"], -1)):
            if where:
                key = where, row["part_id"]
                came[key] = came.get(key, 0) + sign * row["many"]
    assert {key: many for key, many in came.items() if many} == held
    assert not Move.objects.filter(at__gt=NOW).exists()


def test_the_centre_is_rich_and_vans_carry_what_their_technicians_use():
    load_all()
    lines = dict(Warehouse.objects.annotate(lines=Count("balances")).values_list("code", "lines"))
    assert lines["centre"] == 400 > lines["store-taipei"] > 300 and lines["depot"] == 0
    vans = Warehouse.objects.filter(kind=WarehouseKind.VAN).prefetch_related("technician__skills", "balances__part")
    assert len(vans) == 23
    for van in vans:
        skills = set(van.technician.skills.all())
        assert 10 < lines[van.code] < 200
        assert all(
            any(fault.skill in skills for fault in balance.part.faults.select_related("skill"))
            for balance in van.balances.all()[:5]
        )
