"""Putting right what was told wrong: who filled what, before and after (H-I3, H-C3)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.models import Brand, Category
from customers.phones import e164
from dispatch.actions import cover
from dispatch.actions.fields import Code, Day, Degrees, Moment, fault_field
from dispatch.lifecycle import Act, BadData
from dispatch.models import Priority, Reservation, ServiceOrder
from technicians import stock

# field of the data → (row of the order, its attribute); "" is the order itself
PLACES = {
    "name": ("customer", "name"),
    "phone": ("customer", "phone"),
    "phone_alt": ("customer", "phone_alt"),
    "address_line": ("address", "line"),
    "district": ("address", "district"),
    "city": ("address", "city"),
    "latitude": ("address", "latitude"),
    "longitude": ("address", "longitude"),
    "access_note": ("address", "access_note"),
    "category": ("appliance", "category"),
    "brand": ("appliance", "brand"),
    "model_no": ("appliance", "model_no"),
    "serial": ("appliance", "serial"),
    "purchased_on": ("appliance", "purchased_on"),
    "symptom": ("", "symptom"),
    "fault": ("", "fault"),
    "wish": ("", "wish"),
    "wish_from": ("", "wish_from"),
    "wish_to": ("", "wish_to"),
    "priority": ("", "priority"),
    "in_warranty": ("", "in_warranty"),
}


def _optional_text(label, length: int, **how) -> serializers.CharField:
    return serializers.CharField(label=label, required=False, allow_blank=True, max_length=length, **how)


class ProductData(serializers.Serializer):
    """What a customer may have told wrong about themselves, the place and the machine. All optional."""

    name = _optional_text(_("Name"), 120)
    phone = _optional_text(_("Phone"), 40)
    phone_alt = _optional_text(_("Second phone"), 40)
    address_line = _optional_text(_("Address"), 240)
    district = _optional_text(_("District"), 80)
    city = _optional_text(_("City"), 80)
    latitude = Degrees(label=_("Latitude"), required=False, allow_null=True, min_value=-90, max_value=90)
    longitude = Degrees(label=_("Longitude"), required=False, allow_null=True, min_value=-180, max_value=180)
    access_note = _optional_text(_("Access note"), 240)
    category = Code(
        label=_("Category"), slug_field="code", queryset=Category.objects.all(), required=False, allow_null=True
    )
    brand = Code(
        label=_("Brand"), slug_field="code", queryset=Brand.objects.all(), required=False, allow_null=True
    )
    model_no = _optional_text(_("Model"), 80, style={"suggest": True})
    serial = _optional_text(_("Serial number"), 80)
    purchased_on = Day(label=_("Purchase date"), required=False, allow_null=True)
    symptom = _optional_text(_("Symptom"), 2000, style={"textarea": True})
    fault = fault_field(label=_("Likely fault"))
    wish = _optional_text(_("What the customer wants"), 240)
    wish_from = Moment(label=_("Wished from"), required=False, allow_null=True)
    wish_to = Moment(label=_("Wished to"), required=False, allow_null=True)
    priority = serializers.ChoiceField(label=_("Priority"), choices=Priority.choices, required=False)
    in_warranty = serializers.BooleanField(label=_("In warranty"), required=False, allow_null=True)

    def validate_purchased_on(self, value):
        """Nobody bought it tomorrow."""
        act = self.context.get("act")
        now = self.context.get("now") or (act.now if act else timezone.now())
        if value and value > now.date() + timezone.timedelta(days=1):
            raise serializers.ValidationError(_("The purchase date lies in the future."))
        return value

    def _phone(self, value: str) -> str:
        """Return the number as E.164, by the outlet's region."""
        act = self.context.get("act")
        region = self.context.get("region") or (act.order.outlet.region if act else None)
        try:
            return e164(value, region) if value else ""
        except ValueError as error:
            raise serializers.ValidationError(
                _("This is not a phone number. Write it as 0912 345 678 or +886 912 345 678.")
            ) from error

    validate_phone = validate_phone_alt = _phone

    def validate(self, data: dict) -> dict:
        """Coordinates come in pairs; a wish ends after it begins."""
        if ("latitude" in data) != ("longitude" in data) or (
            (data.get("latitude") is None) != (data.get("longitude") is None)
        ):
            raise serializers.ValidationError({"latitude": _("Give both latitude and longitude, or neither.")})
        if data.get("wish_from") and data.get("wish_to") and data["wish_to"] <= data["wish_from"]:
            raise serializers.ValidationError({"wish_to": _("The wished time must end after it begins.")})
        return data


def apply_corrections(act: Act) -> None:
    """Put the corrections in the data onto the order's rows and note before and after. Nothing is written yet."""
    changes: dict[str, list[Any]] = {}
    if act.by is None:
        act.payload["how"] = "link"  # the customer, on their own page
    _keep_first_purchase(act)
    if _elsewhere(act):
        act.data |= {"latitude": None, "longitude": None}
    for name, (row_name, attribute) in PLACES.items():
        if name not in act.data:
            continue
        row = getattr(act.order, row_name) if row_name else act.order
        before, after = getattr(row, attribute), act.data[name]
        if before != after and not (before in ("", None) and after in ("", None)):
            setattr(row, attribute, after)
            changes[name] = [_said(before), _said(after)]
        act.payload.pop(name, None)
    if changes:
        act.payload["changes"] = changes


def _keep_first_purchase(act: Act) -> None:
    """H-W3: the day a replacement was given is no day of purchase; it would restart the warranty. Raises BadData."""
    replaced, day = act.order.appliance.replaced_on, act.data.get("purchased_on")
    if replaced and day and day >= replaced and day != act.order.appliance.purchased_on:
        said = _("This unit was given as a replacement. The day of the first purchase stays.")
        raise BadData("H-W3", {"errors": {"purchased_on": [said]}})


def _elsewhere(act: Act) -> bool:
    """True when the address becomes another place: the old coordinates would lead the technician there (H-C3).

    A floor or a door added to the same line is the same place.
    """
    before, after = act.order.address.line, act.data.get("address_line")
    if not after or not before or "latitude" in act.data:
        return False
    return not (after.startswith(before) or before.startswith(after))


def save_corrections(act: Act) -> None:
    """Write what `apply_corrections` changed, and decide again about the warranty where that is touched (H-C3)."""
    write_corrections(act)
    cover.reconsider(act)
    if unfit := _unfit(act):
        act.payload["unfit"] = unfit


def _unfit(act: Act) -> list[str]:
    """Return the parts held for the order that are made for other models than the corrected one (H-C3, H-A3)."""
    if not {"model_no", "brand"} & act.payload.get("changes", {}).keys():
        return []
    held = act.order.reservations.filter(state__in=(Reservation.HELD, Reservation.LOADED)).select_related("part")
    return [f"{one.quantity} × {one.part.code}" for one in held if not stock.may_fit(one.part, act.order.appliance)]


def write_corrections(act: Act) -> None:
    """Write what `apply_corrections` changed, and no more: a customer's other order may be corrected just now.

    The order itself is written with the act.
    """
    touched: dict[str, list[str]] = {}
    for name in act.payload.get("changes", {}):
        row_name, attribute = PLACES[name]
        touched.setdefault(row_name, []).append(attribute)
    touched.pop("", None)
    if "address" in touched and act.by is None:
        _apart(act, touched)
    for row_name, attributes in sorted(touched.items()):
        getattr(act.order, row_name).save(update_fields=attributes)


def _apart(act: Act, touched: dict[str, list[str]]) -> None:
    """Give the order a place of its own when others share it: who has one order's link changes that order only."""
    place = act.order.address
    if ServiceOrder.objects.filter(address=place.pk).exclude(pk=act.order.pk).exists():
        place.pk, place._state.adding = None, True
        place.save()
        act.order.address = place
        del touched["address"]


def _said(value: Any) -> Any:
    return getattr(value, "code", value)
