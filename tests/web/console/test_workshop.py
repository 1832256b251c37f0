"""The workshop at the desk: late first, found by slip, one act a row; the counter; the pool of loaners (H-F4, H-I4)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import State
from tests.dispatch.actions.test_loaners import unit
from tests.factories import NOW, do, in_days, make_order, make_technician, order_in, through_workshop

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SLIP = {"outside": "no marks", "signed_by": "王小明"}


def taken_in(place, number=0, back=NOW + 72 * HOUR, **more):
    order = make_order(place, service_kind="carry_in", phone=f"0912 555 {number:03d}", name=f"客戶{number}")
    return do(order, "take_in", place.clerk, NOW, SLIP | {"promised_at": back.isoformat()} | more)


def page(client, **asked):
    answer = client.get(reverse("workshop"), asked)
    assert answer.status_code == 200
    return answer


def rows(answer) -> list:
    return [line.order.pk for line in answer.context["lines"]]


def test_h_f4_the_late_ones_lead_and_each_row_has_one_act(at_desk, place, clock):  # H-F4
    later, late = taken_in(place, 1), taken_in(place, 2, back=NOW + HOUR)
    to_come = make_order(place, service_kind="mail_in", phone="0912 555 900")
    clock(NOW + 2 * HOUR)
    answer = page(at_desk(place.clerk))
    assert rows(answer) == [late.pk, later.pk, to_come.pk]
    assert [line.late for line in answer.context["lines"]] == [True, False, False]
    assert [line.verb for line in answer.context["lines"]] == ["receive", "receive", "take_in"]
    tabs = {tab.code: (tab.count, tab.late) for tab in answer.context["tabs"]}
    assert tabs == {"": (3, 1), "to_come": (1, 0), "collected": (2, 1)}


def test_a_slip_is_found_however_it_is_typed(at_desk, place):
    one, other = taken_in(place, 1), taken_in(place, 2)
    client, code = at_desk(place.clerk), one.job.code
    for typed in (
        code,
        code.lower(),
        f" {code[:4]} {code[4:]} ",
        code[:5],
        one.number,
        "0912 555 001".replace(" ", ""),
    ):
        assert one.pk in rows(page(client, q=typed)) and other.pk not in rows(page(client, q=typed)), typed
    assert rows(page(client, q="nobody")) == [] and b"Nothing with that slip" in page(client, q="nobody").content


@pytest.mark.parametrize("asked", ["?q=%00", "?q=%00x&stage=%00", f"?q={'9' * 90}", "?q=%23", "?stage=returned&q="])
def test_odd_words_in_the_address_break_nothing(at_desk, place, asked):
    taken_in(place)
    assert at_desk(place.clerk).get(reverse("workshop") + asked).status_code == 200
    assert at_desk(place.clerk).get(reverse("loaners") + "?category=%00").status_code == 200


def test_what_went_back_is_found_by_its_slip_and_is_not_in_the_way(at_desk, place):
    order = taken_in(place)
    code = order.job.code
    do(order, "cancel", place.dispatcher, NOW, {"reason": "bought a new one", "given_back": True})
    client = at_desk(place.clerk)
    assert rows(page(client)) == [] and b"The workshop is empty" in page(client).content
    assert rows(page(client, q=code)) == [order.pk]


def test_stages_are_tabs(at_desk, place):
    through_workshop(taken_in(place, 1), place.clerk, NOW, "bench_repair")
    taken_in(place, 2)
    client = at_desk(place.dispatcher)
    (line,) = page(client, stage="repaired").context["lines"]
    assert line.verb == "bench_test" and line.url.endswith("/bench_test/")
    assert len(page(client, stage="nonsense").context["lines"]) == 2


def test_h_i4_ready_at_the_counter_is_charged_then_handed_over(at_desk, place):  # H-I4
    order = through_workshop(taken_in(place), place.clerk, NOW)
    client = at_desk(place.clerk)
    assert [line.verb for line in page(client).context["lines"]] == ["charge"]
    do(order, "charge", place.clerk, NOW, {})
    assert [line.verb for line in page(client).context["lines"]] == ["complete"]
    form = client.get(reverse("order_act", args=[order.pk, "complete"])).content.decode()
    assert 'name="parcel"' in form and 'name="tools_back"' not in form


def test_who_sees_the_workshop(at_desk, place):
    order, now = order_in(State.IN_WORKSHOP, place)
    bench = make_technician(place.outlet)
    assert at_desk(place.agent).get(reverse("workshop")).status_code == 403
    assert rows(page(at_desk(bench.user))) == []
    do(order, "receive", place.clerk, now, {"shelf": "A3", "bench": bench.pk})
    (line,) = page(at_desk(bench.user)).context["lines"]
    assert line.url == reverse("field_act", args=[order.pk, "bench_diagnose"])
    assert at_desk(bench.user).get(line.url).status_code == 200
    assert at_desk(bench.user).get(reverse("field_order", args=[order.pk])).status_code == 200


def test_as_many_queries_for_many_as_for_one(at_desk, place):
    client = at_desk(place.clerk)
    taken_in(place, 1)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(client)
        return len(seen)

    one = count()
    for number in range(2, 12):
        taken_in(place, number)
    assert count() == one


def test_h_i4_the_desk_offers_what_fits_the_service(at_desk, place):  # H-I4
    carried, at_home = make_order(place, service_kind="carry_in"), make_order(place, phone="0912 555 901")
    offered = {}
    for order in (carried, at_home):
        context = at_desk(place.dispatcher).get(reverse("order", args=[order.pk])).context
        offered[order.pk] = (context["primary"].verb.name, {button.verb.name for button in context["others"]})
    assert offered[carried.pk][0] == "take_in" and "assign" not in offered[carried.pk][1]
    assert offered[at_home.pk][0] == "assign" and "take_in" not in offered[at_home.pk][1]


def test_h_i4_the_queue_takes_in_what_nobody_visits(at_desk, place):  # H-I4
    carried = make_order(place, service_kind="carry_in")
    shown = {who: at_desk(getattr(place, who)).get(reverse("queue")).content.decode() for who in ("clerk", "agent")}
    take_in, assign = (reverse("order_act", args=[carried.pk, verb]) for verb in ("take_in", "assign"))
    assert take_in in shown["clerk"] and take_in not in shown["agent"]
    assert assign not in at_desk(place.dispatcher).get(reverse("queue")).content.decode()


@pytest.mark.parametrize(("until", "primary"), [("receive", "bench_diagnose"), ("bench_repair", "bench_test")])
def test_the_next_stage_is_the_large_button(at_desk, place, until, primary):
    order = through_workshop(taken_in(place), place.clerk, NOW, until)
    context = at_desk(place.clerk).get(reverse("order", args=[order.pk])).context
    assert context["primary"].verb.name == primary
    assert "receive" not in {button.verb.name for button in context["others"]}


def test_h_f4_taken_in_by_the_form_with_the_reserved_unit(at_desk, place, clock):  # H-F4
    clock(NOW)
    order, one, client = make_order(place, service_kind="carry_in"), unit(place), at_desk(place.clerk)
    url = reverse("order_act", args=[order.pk, "take_in"])
    assert 'name="lend"' not in client.get(url).content.decode()
    do(order, "reserve_loaner", place.clerk, NOW, {"loaner": one.code})
    form = client.get(url).content.decode()
    assert 'name="lend"' in form and one.code in form and 'name="parcel"' not in form
    sent = SLIP | {"promised_at": f"{in_days(4)}T18:00", "lend": "on", "loaner_condition": "good", "shelf": "B-02"}
    assert client.post(url, sent).status_code == 302
    shown = client.get(reverse("order", args=[order.pk])).content.decode()
    job = order.workshop_jobs.get()
    assert job.stage == "received" and job.code in shown and "B-02" in shown and one.code in shown


def test_loaners_those_due_back_first(at_desk, place, clock):
    first = do(
        make_order(place, service_kind="carry_in"), "reserve_loaner", place.clerk, NOW, {"loaner": unit(place).code}
    )
    lend = SLIP | {"promised_at": (NOW + HOUR).isoformat(), "lend": True, "loaner_condition": "good"}
    first = do(first, "take_in", place.clerk, NOW, lend)
    second = make_order(place, phone="0912 555 902")
    second = do(second, "reserve_loaner", place.clerk, NOW, {"loaner": unit(place).code})
    free, broken = unit(place), unit(place, condition="damaged")
    clock(NOW + 2 * HOUR)
    client = at_desk(place.clerk)
    answer = client.get(reverse("loaners"))
    shown = [(one.loaner.code, one.state, one.late) for one in answer.context["units"]]
    assert shown == [
        (first.loan.loaner.code, "out", True),
        (second.loan.loaner.code, "reserved", False),
        (free.code, "free", False),
        (broken.code, "away", False),
    ]
    back = reverse("order_act", args=[first.pk, "take_back_loaner"])
    assert back in answer.content.decode()
    assert client.post(back, {"condition": "good", "next": reverse("loaners")}).url == reverse("loaners")
    assert client.get(reverse("loaners"), {"category": "tv"}).context["units"] == []
    assert at_desk(place.agent).get(reverse("loaners")).status_code == 403
