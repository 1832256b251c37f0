"""Customers and their appliances, as far as somebody's orders show them."""

from __future__ import annotations

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from customers.models import Appliance, Customer
from customers.phones import digits_typed
from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import pick
from dispatch.api.rows import Eyes
from dispatch.models import ServiceOrder
from technicians.models import Role, User


class AddressWhole(shapes.AddressShape):
    """One of a customer's addresses."""

    id = serializers.IntegerField()


class ApplianceShape(shapes.ApplianceBrief):
    """One machine at one customer's."""

    customer = serializers.IntegerField()
    serial = serializers.CharField(allow_blank=True)
    purchased_on = serializers.DateField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class CustomerShape(shapes.CustomerBrief):
    """A household. Phones and addresses are masked for technicians who hold no open order of theirs."""

    phone_alt = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    addresses = AddressWhole(many=True)
    appliances = ApplianceShape(many=True)


class CustomerParams(PageParams):
    """Which customers."""

    q = serializers.CharField(required=False, max_length=100, help_text="Name or phone")


class ApplianceParams(PageParams):
    """Which appliances."""

    customer = serializers.IntegerField(required=False, min_value=1)
    serial = serializers.CharField(required=False, max_length=80)


def customers_for(user: User) -> QuerySet:
    """Return the customers a person may see, marked with whether their phone is `needed`."""
    rows = Customer.objects.for_user(user).prefetch_related("addresses", "appliances__category", "appliances__brand")
    if user.role != Role.TECHNICIAN:
        return rows.annotate(needed=Value(True, output_field=BooleanField()))
    mine = ServiceOrder.objects.for_user(user).unfinished().filter(customer=OuterRef("pk"))
    return rows.annotate(needed=Exists(mine))


def customer_row(customer: Customer, eyes: Eyes) -> dict:
    """Return a household with its addresses and machines."""
    door = ("line", "district", "city", "access_note", "latitude", "longitude")
    return pick(customer, ("id", "name", "language", "note")) | {
        "phone": eyes.phone(customer.phone, needed=customer.needed),
        "phone_alt": eyes.phone(customer.phone_alt, needed=customer.needed),
        "addresses": [
            {"id": address.pk} | eyes.place(pick(address, door), needed=customer.needed)
            for address in customer.addresses.all()
        ],
        "appliances": [appliance_row(appliance) for appliance in customer.appliances.all()],
    }


def appliance_row(appliance: Appliance) -> dict:
    """Return one machine; reads category and brand."""
    named = {
        name: row and {"code": row.code, "name": row.name}
        for name, row in (("category", appliance.category), ("brand", appliance.brand))
    }
    fields = ("id", "model_no", "serial", "purchased_on", "note")
    return pick(appliance, fields) | named | {"customer": appliance.customer_id}


class Customers(ListView):
    """The customers of my orders."""

    @extend_schema(
        operation_id="customers_list",
        parameters=[CustomerParams],
        responses=CustomerShape(many=True),
        tags=["customers"],
    )
    def get(self, request):
        """List the customers of the orders you may see."""
        params = self.params(CustomerParams)
        rows = customers_for(request.user)
        if text := params.get("q", "").strip():
            digits = digits_typed(text)
            phone = Q(phone__contains=digits) | Q(phone_alt__contains=digits) if digits else Q(pk__in=[])
            rows = rows.filter(Q(name__icontains=text) | phone & Q(needed=True))
        page, cursor = read_page(rows, ("-id",), params)
        eyes = Eyes.of(request.user)
        return Response({"results": [customer_row(row, eyes) for row in page], "next_cursor": cursor})


class OneCustomer(ApiView):
    """One customer."""

    @extend_schema(operation_id="customers_read", responses=CustomerShape, tags=["customers"])
    def get(self, request, pk: int):
        """Return one customer with addresses and appliances."""
        return Response(customer_row(self.one(customers_for(request.user), pk), Eyes.of(request.user)))


class Appliances(ListView):
    """The machines of my customers."""

    @extend_schema(
        operation_id="appliances_list",
        parameters=[ApplianceParams],
        responses=ApplianceShape(many=True),
        tags=["appliances"],
    )
    def get(self, request):
        """List the appliances of the customers you may see."""
        params = self.params(ApplianceParams)
        rows = appliances_for(request.user)
        rows = rows.filter(**{name: params[name] for name in ("customer", "serial") if name in params})
        page, cursor = read_page(rows, ("-id",), params)
        return Response({"results": [appliance_row(row) for row in page], "next_cursor": cursor})


class OneAppliance(ApiView):
    """One machine."""

    @extend_schema(operation_id="appliances_read", responses=ApplianceShape, tags=["appliances"])
    def get(self, request, pk: int):
        """Return one appliance."""
        return Response(appliance_row(self.one(appliances_for(request.user), pk)))


def appliances_for(user: User) -> QuerySet:
    """Return the machines a person may see, with what `appliance_row` reads."""
    return Appliance.objects.for_user(user).select_related("category", "brand")
