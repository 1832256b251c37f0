"""What a signature says about itself, and the one call that it leads to (H-R1, H-R4)."""

from datetime import timedelta
from math import cos, sin

import pytest
from django.db import IntegrityError, transaction

from customers.models import Photo
from dispatch.actions import settling
from dispatch.actions.settling.strokes import alike, shape_of
from dispatch.models import Callback, CallbackKind, OrderPhoto, PhotoKind, RatedHow, State, Timer, TimerKind
from tests.dispatch.settling.helpers import CUTOFF, book_of, closed, counted, done_today, line_of
from tests.factories import NOW, SIGNED, do, fresh, make_order, order_in

HOUR = timedelta(hours=1)
HOME = {"latitude": 25.0375, "longitude": 121.5505, "accuracy": 20.0}
FAR = {"latitude": 25.0600, "longitude": 121.5505, "accuracy": 20.0}  # 2.5 km
UNSIGNED = {"rating_repair": 5, "rating_manner": 5, "unsigned_reason": "in a hurry", "tools_back": ["tools"]}
ASKED = {"unsigned", "place", "before_arrival", "after_leaving", "night", "same_strokes"}
pytestmark = pytest.mark.django_db


def drawn(wave: float = 1.0, scale: float = 1.0, left: float = 0.0, jitter: float = 0.0) -> list:
    """Return strokes of a made-up hand: two loops and a bar."""
    loop = [
        [left + scale * (10 * t + 30 * sin(t * wave) + jitter * sin(7 * t)), scale * (40 * cos(t * 1.7)), 16 * t, 0.5]
        for t in range(24)
    ]
    bar = [[left + scale * (20 + 8 * t), scale * (10 + jitter * cos(3 * t)), 600 + 16 * t, 0.5] for t in range(12)]
    return [loop, bar]


def codes(order, now=CUTOFF) -> dict[str, str]:
    return {sign.code: sign.severity for sign in settling.signs_of(fresh(order), now)}


def with_strokes(order, strokes):
    """Let an order's signature have been drawn with these strokes."""
    event = order.events.get(action="complete")
    other = OrderPhoto.objects.filter(kind=PhotoKind.SIGNATURE).count()
    photo = Photo.objects.create(sha256=f"{other:064d}", format="png", width=9, height=9, bytes=9, created_at=event.at)
    OrderPhoto.objects.create(
        order=order, photo=photo, kind=PhotoKind.SIGNATURE, at=event.at, event_seq=event.seq, strokes=strokes
    )


def test_h_r4_signed_at_home_on_our_phone_asks_for_nothing(place):  # H-R4
    order, _now = done_today(place, position=HOME)
    assert codes(order) == {"our_phone": "note", "name_only": "note"}
    counted(place)
    assert not order.callbacks.filter(kind=CallbackKind.REMEDIAL).exists()


def test_h_r4_signed_far_from_the_address(place):  # H-R4
    order, _now = done_today(place, position=FAR)
    sign = settling.signs_of(fresh(order), CUTOFF)[0]
    assert (sign.code, sign.severity, sign.words) == ("place", "serious", "Signed 2.5 km from the customer's address.")


def test_h_r4_a_phone_that_is_unsure_or_silent_proves_nothing(place):  # H-R4
    order, _now = done_today(place, position=FAR | {"accuracy": 3_000.0})
    assert "place" not in codes(order)


@pytest.mark.parametrize(("hours", "code"), [(-4, "before_arrival"), (0, None)])
def test_h_r4_signed_at_another_time_than_the_visit(place, hours, code):  # H-R4
    order, now = order_in("charged", place)
    at = now + timedelta(minutes=5)
    order = do(order, "complete", place.technician.user, at, SIGNED, device_at=at + hours * HOUR, position=HOME)
    found = codes(order)
    assert found.get(code) == ("serious" if code else None)


def test_h_r4_the_customers_own_phone_is_told_apart(place):  # H-R4
    order, now = done_today(place, UNSIGNED | {"own_phone": True})
    order.repairs.update(rated_how=RatedHow.LINK, signed_by="王小明")
    assert codes(order) == {"own_phone": "note"}
    assert now < CUTOFF


def test_h_r4_a_signature_drawn_with_the_strokes_of_another_customers(place):  # H-R4
    first, _now = done_today(place)
    second = make_order(place, phone="0987 654 321", name="陳大文")
    assert first.customer_id != second.customer_id
    with_strokes(first, drawn())
    event, repair = first.events.get(action="complete"), first.repairs.get()
    OrderPhoto.objects.create(
        order=second, photo=signature_row(), kind=PhotoKind.SIGNATURE, at=event.at, event_seq=1,
        strokes=drawn(scale=0.7, left=55),
    )  # fmt: skip
    second.visits.create(
        technician=place.technician, sequence=1, status="done", starts_at=NOW - HOUR * 9, ends_at=NOW - HOUR * 8
    )
    assert codes(first)["same_strokes"] == "serious"
    OrderPhoto.objects.filter(order=second).update(strokes=drawn(wave=1.3))
    assert "same_strokes" not in codes(first) and repair.signed_by


def signature_row():
    return Photo.objects.create(sha256="f" * 64, format="png", width=9, height=9, bytes=9, created_at=NOW)


def test_h_r4_strokes_are_compared_moved_and_scaled_and_nobody_writes_twice_alike():  # H-R4
    one = shape_of(drawn())
    assert alike(one, shape_of(drawn(scale=3.0, left=400)))
    assert not alike(one, shape_of(drawn(jitter=6.0))) and not alike(one, shape_of(drawn(wave=1.4)))
    dash = [[[float(x), 5.0, x, 0.5] for x in range(40)]]
    for plain in (None, [], [[]], [[[1, 1, 0, 0]]], dash):
        assert shape_of(plain) is None and not alike(shape_of(plain), shape_of(plain))


def test_h_r4_satisfied_and_unsigned_leads_to_one_call_by_somebody_else(place):  # H-R1, H-R4
    order, _now = done_today(place, UNSIGNED)
    assert codes(order) == {"unsigned": "serious"}
    for _again in range(3):
        settling.settle_due(CUTOFF)
    call = order.callbacks.get(kind=CallbackKind.REMEDIAL)
    assert (call.role, call.state) == ("agent", Callback.WAITING)  # never the technician (H-R1)
    assert order.callbacks.get(kind=CallbackKind.ROUTINE).state == Callback.VOID  # one call, not two
    assert Timer.objects.get(order=order, state="pending").kind == TimerKind.CALLBACK_REMEDIAL
    assert fresh(order).next_role == "agent"
    with pytest.raises(IntegrityError, match="callback_one_remedial"), transaction.atomic():
        Callback.objects.create(order=order, kind="remedial", role="agent", due_at=NOW, created_at=NOW, state="void")
    done = {"customer_called": True, "note": "yes, her own"}
    assert do(order, "callback_satisfied", place.agent, CUTOFF, done).state == State.CLOSED


def test_h_r4_unsigned_and_not_called_satisfied_is_for_the_routine_call(place):  # H-R4
    order, _now = done_today(place, {"unsigned_reason": "does not want to", "tools_back": ["tools"]})
    assert codes(order) == {"unsigned": "note"}
    counted(place)
    line = line_of(book_of(place), "signature")
    assert (line.counted, line.reason, line.owner) == (0, "does not want to", place.technician.user)
    assert [call.kind for call in order.callbacks.all()] == [CallbackKind.ROUTINE]


def test_h_r4_a_card_that_does_not_come_back_leads_to_a_call_also_of_a_closed_order(place):  # H-R3, H-R4
    order, _now = done_today(place, position=HOME)
    book = counted(place)
    card = line_of(book, "card")
    no_card = {card.pk: settling.Counted(0, place.technician.user.pk, "left in the rain")}
    book = settling.count(book.pk, place.clerk, CUTOFF, no_card)
    Callback.objects.filter(order=order).update(state=Callback.VOID)  # nobody has called her yet
    settling.agree(book.pk, place.clerk, CUTOFF, book.version)
    settling.confirm(book.pk, place.technician.user, CUTOFF, book.version)
    assert order.callbacks.filter(kind=CallbackKind.REMEDIAL).count() == 1
    event = order.events.get(action="make_sure")
    assert (event.actor, event.payload["signs"]) == (None, ["no_card"])
    assert set(settling.QUESTIONS) == {*ASKED, "no_card"}


def test_h_r4_who_was_heard_by_the_centre_is_not_called_again(place):  # H-R1, H-R4
    order, now = done_today(place, UNSIGNED)
    do(order, "callback_satisfied", place.agent, now + HOUR, {"customer_called": True})
    closed(place)
    order = fresh(order)
    assert order.state == State.CLOSED and not order.callbacks.filter(kind=CallbackKind.REMEDIAL).exists()


def test_h_r4_who_was_heard_by_the_technician_alone_is_called(place):  # H-R1, H-R4
    order, now = done_today(place, UNSIGNED)
    order.callbacks.update(role="technician", kind=CallbackKind.UNCERTAIN)
    do(order, "callback_satisfied", place.technician.user, now + HOUR, {"customer_called": True})
    assert fresh(order).state == State.CLOSED
    settling.settle_due(CUTOFF)
    assert fresh(order).state == State.FOLLOW_UP
    assert order.callbacks.filter(kind=CallbackKind.REMEDIAL, state=Callback.WAITING).count() == 1
