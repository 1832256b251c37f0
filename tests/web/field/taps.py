"""What a thumb does: open an order's page, send an act."""

from django.urls import reverse

from tests.factories import fresh

KEY = "11111111-1111-4111-8111-111111111111"


def page_of(phone, order):
    return phone.get(reverse("field_order", args=[order.pk]))


def post(phone, order, verb, data=None, **more):
    data = {"idempotency_key": KEY + verb, "version": fresh(order).version} | (data or {})
    return phone.post(reverse("field_act", args=[order.pk, verb]), data, **more)
