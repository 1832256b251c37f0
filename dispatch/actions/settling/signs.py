"""What a customer's signature says about itself: whose phone, where, when, and whether it was drawn before (H-R4).

Nothing here accuses: each sign is told in words, and what has to be asked is asked by somebody else on the phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from dispatch.actions.settling.strokes import alike, shape_of
from dispatch.lifecycle.standard import BAD_RATING
from dispatch.models import OrderEvent, OrderPhoto, PhotoKind, RatedHow, Repair, ServiceOrder, Visit
from dispatch.planning.travel import metres

NOTE, DOUBT, SERIOUS = "note", "doubt", "serious"
SEVERITIES = {NOTE: _("For the record"), DOUBT: _("To be asked"), SERIOUS: _("Serious")}
# What is asked because of it, by its code, in a few words: on the call and in the order's history
QUESTIONS = {
    "unsigned": _("Satisfied, but not signed"),
    "place": _("Signed far from the address"),
    "before_arrival": _("Signed before the technician arrived"),
    "after_leaving": _("Signed long after the visit"),
    "night": _("Signed at night"),
    "same_strokes": _("Drawn like another customer's signature"),
    "no_card": _("The card did not come back"),
}
FAR = 500  # metres from the customer's address, beside what the phone was unsure of
LATER = timedelta(minutes=30)  # signed so long after leaving
MORNING, EVENING = 7, 22  # local hours outside of which nobody is asked to sign
LOOK_BACK = timedelta(days=90)
COMPARED = 500  # signatures of the same technician


@dataclass(frozen=True)
class Sign:
    """One thing noticed. `code` for programs, `words` for people, with `facts` filled in."""

    code: str
    severity: str
    text: Any
    facts: tuple = ()

    @property
    def words(self) -> str:
        """Say it in the reader's language."""
        return str(self.text) % dict(self.facts)

    @property
    def said(self) -> str:
        """How much it weighs, in words."""
        return str(SEVERITIES[self.severity])

    @property
    def asks(self) -> bool:
        """True when the customer has to be called because of it."""
        return self.severity != NOTE


@dataclass(frozen=True)
class Signed:
    """The newest visit of an order that was carried through, and what was signed for it."""

    order: ServiceOrder
    visit: Visit
    repair: Repair
    event: OrderEvent
    photo: OrderPhoto | None

    @property
    def satisfied(self) -> bool:
        """True when the record says so: good ratings, or the order's own word."""
        given = [one for one in (self.repair.rating_repair, self.repair.rating_manner) if one]
        return self.order.satisfied is True or bool(given and min(given) > BAD_RATING)

    @property
    def here(self) -> bool:
        """True when it was signed on the technician's phone."""
        return self.repair.rated_how != RatedHow.LINK

    @property
    def at(self) -> datetime:
        """When it was signed: by the phone's clock, which was there; ours where it runs ahead."""
        return min(self.event.device_at or self.event.at, self.event.at)


def signed_of(order: ServiceOrder) -> Signed | None:
    """Return what was signed for the newest visit that was carried through, or None; four statements."""
    repair = order.repairs.filter(visit__left_at__isnull=False).select_related("visit").order_by("-pk").first()
    if repair is None:
        return None
    done = order.events.filter(action="complete", at=repair.visit.left_at).order_by("-seq").first()
    if done is None:  # taken along, or come again: nothing to sign for yet
        return None
    event = done
    if repair.rated_how == RatedHow.LINK:
        event = order.events.filter(action="rate", payload__how=RatedHow.LINK).order_by("-seq").first() or done
    photo = order.photos.filter(kind=PhotoKind.SIGNATURE, event_seq=event.seq).order_by("-pk").first()
    return Signed(order, repair.visit, repair, event, photo)


def signs_of(order: ServiceOrder, now: datetime) -> list[Sign]:
    """Return what is to be said about an order's newest signature, the most serious first."""
    found = signed_of(order)
    if found is None:
        return []
    signs = _unsigned(found) if not found.repair.signed_by else [*_device(found), *_place(found), *_time(found)]
    signs += _same(found, now)
    weight = list(SEVERITIES)
    return sorted(signs, key=lambda sign: -weight.index(sign.severity))


def _unsigned(found: Signed) -> list[Sign]:
    if found.order.at_counter:
        return []
    if found.satisfied:
        return [Sign("unsigned", SERIOUS, _("The record says satisfied, and the customer has not signed it."))]
    said = _("Not signed. Why: %(why)s")
    return [Sign("unsigned", NOTE, said, (("why", found.repair.unsigned_reason or "–"),))]


def _device(found: Signed) -> list[Sign]:
    if not found.here:
        return [Sign("own_phone", NOTE, _("Signed on the customer's own phone."))]
    signs = [Sign("our_phone", NOTE, _("Signed on the technician's phone, so the place and the time count."))]
    if found.photo is None:
        signs.append(Sign("name_only", NOTE, _("A name was written and nothing drawn: look for it on the paper card.")))
    return signs


def _place(found: Signed) -> list[Sign]:
    """H-R4: what is signed on our phone is signed where the appliance is."""
    event, home = found.event, found.order.address
    if not found.here or found.order.at_counter or home.latitude is None or home.longitude is None:
        return []
    if event.latitude is None or event.longitude is None or (event.latitude, event.longitude) == (0, 0):
        return [Sign("no_place", NOTE, _("The phone did not say where it was signed."))]
    away = metres((event.latitude, event.longitude), (home.latitude, home.longitude))
    if away <= FAR + (event.accuracy or 0):
        return []
    said = _("Signed %(km)s km from the customer's address.")
    return [Sign("place", SERIOUS, said, (("km", f"{away / 1000:.1f}"),))]


def _time(found: Signed) -> list[Sign]:
    """H-R4: what is signed on our phone is signed during the visit, by day."""
    if not found.here:
        return []
    signs, visit, zone = [], found.visit, found.order.outlet.tz
    clock = (("time", found.at.astimezone(zone).strftime("%H:%M")),)
    if visit.arrived_at and found.at < visit.arrived_at:
        signs.append(Sign("before_arrival", SERIOUS, _("Signed at %(time)s, before the technician arrived."), clock))
    elif visit.left_at and found.at > visit.left_at + LATER:
        signs.append(Sign("after_leaving", DOUBT, _("Signed at %(time)s, long after the technician left."), clock))
    if not MORNING <= found.at.astimezone(zone).hour < EVENING:
        signs.append(Sign("night", DOUBT, _("Signed at %(time)s, when nobody is asked to sign."), clock))
    return signs


def _same(found: Signed, now: datetime) -> list[Sign]:
    """H-R4: a signature drawn with the very strokes of another order's was not drawn by this customer."""
    photo = found.photo
    if photo is None:
        return []
    rows = OrderPhoto.objects.filter(kind=PhotoKind.SIGNATURE, at__gte=now - LOOK_BACK, event_seq__isnull=False)
    rows = rows.filter(order__visits__technician=found.visit.technician_id).exclude(order=found.order.pk)
    rows = rows.exclude(order__customer=found.order.customer_id).distinct().order_by("-pk")[:COMPARED]
    shape = shape_of(photo.strokes)
    for order_id, same, strokes in rows.values_list("order_id", "photo_id", "strokes"):
        if same == photo.photo_id or alike(shape, shape_of(strokes)):
            said = _("Drawn with the same strokes as on order %(order)s of another customer.")
            return [Sign("same_strokes", SERIOUS, said, (("order", f"{order_id:06d}"),))]
    return []
