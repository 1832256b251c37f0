"""Money, parts, faults, waves, the warranty's cost, periods, and the orders behind a figure."""

from datetime import date, timedelta
from math import exp

import pytest

from dispatch.models import Bill, Fault, KpiDay, PartUse, Payment, ServiceOrder, State
from dispatch.reports.kpi import counting
from dispatch.reports.kpi.behind import BEHIND, behind, has_orders
from dispatch.reports.kpi.figures import FIGURES, FIRST_FIX
from dispatch.reports.kpi.kinds import KINDS
from dispatch.reports.kpi.period import BadPeriod, Period, period
from dispatch.reports.kpi.reading import Scope, Value, broken_down, told
from dispatch.reports.kpi.waves import at_least, waves
from technicians.models import Part
from tests import factories
from tests.factories import NOW
from tests.pricing import CALL_OUT, LABOUR, PUMP, make_prices

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def place(db):
    return factories.make_outlet()


def by(what, kind, first=TODAY, last=TODAY):
    counting.recount()
    return {key: sums[kind] for key, sums in broken_down(Scope(), Period(first, last), what, (kind,)).items()}


def test_money_by_currency_what_was_given_back_is_told_apart(place):
    order, now = factories.order_in(State.FOLLOW_UP, place)
    bill = Bill.objects.create(order=order, amount=90_000, currency="TWD", method="cash", charged_at=now)
    paid = Payment.objects.create(bill=bill, method="cash", amount=90_000, at=now)
    given = {"refunds": paid, "by": place.manager, "reason": "goodwill"}
    Payment.objects.create(bill=bill, method="cash", amount=20_000, at=now, **given)
    other = Bill.objects.create(order=order, amount=500, currency="CNY", method="cash", charged_at=now)
    Payment.objects.create(bill=other, method="cash", amount=500, at=now)
    assert by("currency", "money") == {"TWD": [1, 90_000, 20_000], "CNY": [1, 500, 0]}


def test_parts_and_what_the_warranty_bore(place):
    """Covered: call-out and labour by the fee table when the work was done, and two pumps; a third is not covered."""
    make_prices(place)
    order, now = factories.order_in(State.FOLLOW_UP, place)
    pump = Part.objects.get(code="P-100")
    for covered, quantity in ((True, 2), (False, 1)):
        PartUse.objects.create(order=order, part=pump, quantity=quantity, covered=covered, at=now)
    assert by("part", "parts") == {str(pump.pk): [3, 2]}
    assert by("currency", "warranty") == {"TWD": [1, CALL_OUT + LABOUR, 2 * PUMP]}


def test_h_w1_without_a_fee_table_the_warranty_costs_nothing_that_could_be_told(place):
    factories.order_in(State.FOLLOW_UP, place)
    assert by("currency", "warranty") == {}


def test_a_chance_is_that_of_poisson():
    """Three or more where one is to be expected: 1 - (1 + 1 + 1/2) / e."""
    assert at_least(3, 1) == pytest.approx(1 - 2.5 / exp(1))
    assert (at_least(0, 5), at_least(1, 0)) == (1, 0)


def orders_with(fault, place, days, start=0):
    """Open one order with a fault on each of these days before the tests' Monday."""
    for number, ago in enumerate(days, start):
        order = factories.make_order(place, NOW - ago * DAY, phone=f"0912 350 {number:03d}", model_no="XQG70")
        ServiceOrder.objects.filter(pk=order.pk).update(fault=fault)


def test_a_wave_is_noticed_and_a_usual_number_is_not(place):
    leaks, noisy = (Fault.objects.create(code=c, name_en=c, category=place.category) for c in ("leaks", "noisy"))
    orders_with(leaks, place, [60, *range(1, 9)])  # eight in two weeks, one in the twelve weeks before
    orders_with(noisy, place, range(2, 96, 12), start=20)  # one each twelve days, as always
    counting.recount()
    found = waves(Scope(), TODAY)
    assert [(wave.model, wave.fault, wave.count) for wave in found.found] == [("XQG70", leaks.pk, 8)]
    assert found.found[0].expected == pytest.approx(1.5 / found.base * 14)
    assert found.found[0].once_in > 10_000
    assert waves(Scope(outlet=0), TODAY).found == []


def test_without_a_past_nothing_is_a_wave(place):
    leaks = Fault.objects.create(code="leaks", name_en="leaks", category=place.category)
    orders_with(leaks, place, range(1, 9))
    counting.recount()
    assert waves(Scope(), TODAY) == waves(Scope(), TODAY - 400 * DAY)
    assert (waves(Scope(), TODAY).base, waves(Scope(), TODAY).found) == (0, [])


@pytest.mark.parametrize(
    ("code", "days", "bucket"),
    [("today", 1, "day"), ("week", 7, "day"), ("quarter", 91, "week"), ("year", 365, "month")],
)
def test_a_period_is_compared_with_as_many_days_before_it(code, days, bucket):
    found = period(code, "", "", TODAY)
    assert (found.last, found.days, found.bucket, found.before().days) == (TODAY, days, bucket, days)
    assert found.before().last == found.first - DAY
    pieces = found.buckets()
    assert pieces[0] == found.first and pieces == sorted(set(pieces))
    assert {found.bucket_of(found.first + n * DAY) for n in range(days)} == set(pieces)


@pytest.mark.parametrize(
    ("code", "today", "first", "last", "before"),
    [
        ("last-week", (2026, 11, 24), (2026, 11, 16), (2026, 11, 22), (2026, 11, 9)),
        ("last-week", (2026, 11, 23), (2026, 11, 16), (2026, 11, 22), (2026, 11, 9)),  # a Monday
        ("last-week", (2026, 11, 22), (2026, 11, 9), (2026, 11, 15), (2026, 11, 2)),  # a Sunday
        ("last-month", (2026, 3, 31), (2026, 2, 1), (2026, 2, 28), (2026, 1, 4)),
        ("last-month", (2026, 1, 1), (2025, 12, 1), (2025, 12, 31), (2025, 10, 31)),
    ],
)
def test_the_last_week_and_month_are_those_that_are_over(code, today, first, last, before):
    found = period(code, "", "", date(*today))
    assert (found.first, found.last, found.before().first) == (date(*first), date(*last), date(*before))


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("never", "", ""), ("custom", "", ""), ("custom", "2026-02-30", "2026-03-01"), ("custom", "x" * 40, "1"),
        ("custom", "2026-03-02", "2026-03-01"), ("custom", "2001-01-01", "2026-01-01"),
        ("custom", "9000-01-01", "9000-01-02"),
        ("custom", "0001-01-01", "2026-01-01"), ("custom", "\u0660", "\u0660"),
    ],
)  # fmt: skip
def test_a_period_nobody_can_tell_about_is_refused_in_words(code, first, last):
    with pytest.raises(BadPeriod) as refused:
        period(code, first, last, date(2026, 11, 23))
    assert len(str(refused.value)) > 20


def test_ten_years_are_told_by_the_quarter():
    found = period("custom", "2016-12-01", "2026-11-23", date(2026, 11, 23))
    assert found.bucket == "quarter" and len(found.buckets()) == 41  # one cut off


def test_whole_months_and_the_days_at_both_ends_are_each_read_once(place):
    """A year is read by the month, its ends by the day: every order once."""
    for number, ago in enumerate((1, 29, 30, 31, 59, 60, 200, 364)):
        factories.make_order(place, NOW - ago * DAY, phone=f"0912 351 {number:03d}")
    counting.recount()
    year = told(Scope(), period("year", "", "", TODAY), TODAY)
    assert year.now["opened"].over == 8 == sum(values["opened"].over for values in year.trend.values())
    KpiDay.objects.filter(day__lt=TODAY - 70 * DAY, day__gt=TODAY - 300 * DAY).delete()  # whole months: not looked at
    assert told(Scope(), period("year", "", "", TODAY), TODAY).now["opened"].over == 8


@pytest.mark.parametrize("code", [code for code, one in BEHIND.items() if has_orders(one)])
def test_the_list_behind_a_figure_has_what_it_counted(place, code):
    """As many orders as the number says, and none of another outlet."""
    factories.order_in(State.CLOSED, place)
    factories.order_in(State.AWAITING_PARTS, factories.make_outlet(), phone="0912 352 001")
    counting.recount()
    span = Period(TODAY - DAY, TODAY + 3 * DAY)
    for scope in (Scope(), Scope(outlet=place.outlet.pk)):
        one = told(scope, span, TODAY + 60 * DAY).now.get(code)
        if one is None or code in ("checks", "first-fix-held"):
            assert behind(BEHIND[code], scope, span, missed=False).facts is not None
            continue
        hits = behind(BEHIND[code], scope, span, missed=False).facts
        expected = one.under if one.figure.unit == "span" else one.over
        assert len(hits) == expected
        if one.figure.unit == "share":
            assert len(behind(BEHIND[code], scope, span, missed=True).facts) == one.under - one.over


def test_a_figure_of_two_kinds_has_no_list():
    with pytest.raises(KeyError):
        behind(FIGURES["utilisation"], Scope(), Period(TODAY, TODAY), missed=False)
    with pytest.raises(KeyError):
        behind(FIRST_FIX, Scope(), Period(TODAY, TODAY), missed=True, by="brand", key="1")


def test_worse_is_said_only_where_chance_would_not_do_it():
    before = Value(FIRST_FIX, 90, 100)
    assert Value(FIRST_FIX, 70, 100).worse_than(before)
    assert not Value(FIRST_FIX, 88, 100).worse_than(before)
    assert not Value(FIRST_FIX, 5, 10).worse_than(before)  # too few to say
    assert not Value(FIRST_FIX, 99, 100).worse_than(before)
    assert Value(FIGURES["recalls"], 30, 100).worse_than(Value(FIGURES["recalls"], 10, 100))


def test_every_figure_says_what_it_is():
    """Numerator, what is left out and a definition; measures that exist; each code once in an address."""
    for figure in FIGURES.values():
        assert str(figure.numerator) and str(figure.excluded) and str(figure.definition)
        assert bool(figure.under) == bool(str(figure.denominator))
        for measure in (*figure.over, *figure.under):
            kind, name = measure.lstrip("-").split(".")
            assert kind == "shifts" or name in KINDS[kind].measures
