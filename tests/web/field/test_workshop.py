"""The way to the workshop and back on the phone: what goes along, the slip, the bench (H-F4, H-A6)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dispatch.models import State
from tests.dispatch.actions.test_loaners import unit
from tests.dispatch.actions.tools import CONTACT
from tests.factories import KIT, NOW, PULL_IN, do, fresh, in_days, make_technician, order_in, through_workshop
from tests.pictures import jpeg, signature, upload
from tests.web.field.taps import page_of, post

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def on_the_way_back(place, at, *, lent=True):
    """Return an order whose appliance is ready, the technician about to call; and the moment."""
    order, now = order_in(State.DIAGNOSED, place)
    raw = PULL_IN | {"promised_at": (now + 72 * HOUR).isoformat()}
    if lent:
        order = do(order, "reserve_loaner", place.clerk, now, {"loaner": unit(place).code})
        raw |= {"lend": True, "loaner_condition": "good"}
    order = do(order, "pull_in", place.technician.user, now, raw)
    return through_workshop(order, place.clerk, now), at(now + HOUR)


def test_h_a6_what_goes_along_is_said_before_leaving(phone, place, brought, at):  # H-A6, H-D1
    order, one = brought(State.CONTACTED), unit(place)
    do(order, "reserve_loaner", place.dispatcher, NOW + HOUR, {"loaner": one.code})
    shown = page_of(phone, order).content.decode()
    assert "Take along:" in shown and one.code in shown


def test_h_f4_the_slip_asks_only_what_it_needs(phone, place, brought):  # H-F4
    order = brought(State.DIAGNOSED)
    url = reverse("field_act", args=[order.pk, "pull_in"])
    form = phone.get(url).content.decode()
    assert 'name="lend"' not in form and 'name="parcel"' not in form
    assert form.index('name="agreed"') < form.index('name="outside"') < form.index('name="signed_by"')
    one = unit(place)
    do(order, "reserve_loaner", place.technician.user, NOW + 5 * HOUR, {"loaner": one.code})
    form = phone.get(url).content.decode()
    assert 'name="lend"' in form and one.code in form


def test_h_f4_pulled_in_with_photo_signature_and_unit_in_one_form(phone, place, brought):  # H-F4
    order, one = brought(State.DIAGNOSED), unit(place)
    do(order, "reserve_loaner", place.technician.user, NOW + 5 * HOUR, {"loaner": one.code})
    sent = {"reason": "full test", "agreed": "on", "outside": "no marks", "promised_at": f"{in_days(4)}T18:00"}
    sent |= {"lend": "on", "loaner_condition": "good", "signature": signature(), "photos": [upload(jpeg("blue"))]}
    assert post(phone, order, "pull_in", sent).status_code == 302
    order = fresh(order)
    assert order.state == State.IN_WORKSHOP and order.job.signature and order.job.signed_by == "王小明"
    assert order.photos.filter(kind="outside").count() == 1 and order.loan.state == "out"
    assert order.papers.get().kind == "slip"


def test_h_f4_on_the_way_back_both_are_named_and_bringing_it_is_the_step(phone, place, at):  # H-F4
    order, now = on_the_way_back(place, at)
    shown = page_of(phone, order).content.decode()
    assert "Bring it back" in shown and order.job.code in shown and order.loan.loaner.code in shown
    tech = place.technician.user
    order = do(order, "contact", tech, now, CONTACT | {"starts_at": (now + HOUR).isoformat()})
    for name, raw in (("check_kit", KIT), ("depart", None), ("arrive", None)):
        order = do(order, name, tech, now + HOUR, raw)
    at(now + HOUR)
    assert page_of(phone, order).context["choice"].step.name == "deliver"
    form = phone.get(reverse("field_act", args=[order.pk, "deliver"])).content.decode()
    assert 'name="loaner_condition"' in form
    assert post(phone, order, "deliver", {"in_place": "on", "tested": "on"}).status_code == 422
    sent = {"in_place": "on", "tested": "on", "loaner_condition": "good"}
    assert post(phone, order, "deliver", sent | {"idempotency_key": "another-key"}).status_code == 302
    order = fresh(order)
    assert (order.state, order.loan, order.job) == (State.DIAGNOSED, None, None)


def test_nothing_lent_nothing_asked_about(phone, place, at):
    order, _now = on_the_way_back(place, at, lent=False)
    type(order).objects.filter(pk=order.pk).update(state=State.ON_SITE)
    form = phone.get(reverse("field_act", args=[order.pk, "deliver"])).content.decode()
    assert 'name="in_place"' in form and 'name="loaner_condition"' not in form


def test_what_lies_at_my_bench_is_on_my_day(phone, place, brought):
    order = brought(State.IN_WORKSHOP)
    bench = make_technician(place.outlet)
    do(order, "receive", place.clerk, NOW + 5 * HOUR, {"shelf": "A3", "bench": bench.pk})
    assert phone.get(reverse("day")).context["today"].bench == []
    phone.force_login(bench.user)
    today = phone.get(reverse("day"))
    assert [stop.order for stop in today.context["today"].bench] == [order]
    assert order.job.code in today.content.decode()
    assert page_of(phone, order).context["choice"].step.name == "bench_diagnose"
    assert post(phone, order, "bench_wait", {"waiting_for": "bearing"}).status_code == 302
    assert fresh(order).job.waiting_for == "bearing"


@pytest.mark.parametrize(
    ("until", "step"),
    [
        ("receive", "bench_diagnose"),
        ("bench_diagnose", "bench_repair"),
        ("bench_repair", "bench_test"),
        ("bench_test", "workshop_done"),
    ],
)
def test_h_f4_the_next_stage_is_the_step(phone, place, brought, until, step):
    order = through_workshop(brought(State.IN_WORKSHOP), place.clerk, NOW + 5 * HOUR, until)
    choice = page_of(phone, order).context["choice"]
    assert choice.step.name == step
    assert "receive" not in {one.name for _title, steps in choice.rest for one in steps}
