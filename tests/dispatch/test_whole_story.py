"""One machine through all of it: past its warranty, a part that nobody has, taken along, a unit lent, paid for.

What a new user would try: the washing machine is pulled in, repaired at the bench with a part from the centre,
brought back, charged at the lower of two prices; the invoice follows, and a refund is refused with its clause.
"""

from datetime import date, datetime, timedelta

import pytest

from customers.models import Brand, WarrantyPolicy
from dispatch.actions.consent import answer_by_link
from dispatch.models import (
    CertificateFee,
    Claim,
    LabourPrice,
    Loan,
    NextAction,
    Paper,
    PartPrice,
    PartUse,
    ServiceOrder,
    State,
    WorkshopJob,
)
from dispatch.models.event import broken_links
from technicians.models import Loaner
from tests.dispatch.actions.tools import lacks
from tests.factories import CONFIRMED, KIT, NOW, SIGNED, do, fresh, make_order, make_outlet
from tests.pricing import CALL_OUT, LABOUR, make_prices
from tests.stocking import balance, make_centre, make_part, make_store, put

pytestmark = pytest.mark.django_db
MOTOR, MOTOR_BY_CERTIFICATE = 300_000, 260_000


class Story:
    """An order and a clock: each `say` is one act of somebody, some minutes after the one before."""

    def __init__(self, place, order: ServiceOrder) -> None:
        self.place, self.order, self.now = place, order, NOW

    def say(self, name: str, by, minutes: int = 5, **raw) -> ServiceOrder:
        self.now += timedelta(minutes=minutes)
        self.order = do(self.order, name, by, self.now, raw)
        assert not broken_links(self.order)
        assert not self.order.is_open or self.order.next_due_at  # H-N1
        return self.order

    def at(self, moment: datetime) -> None:
        self.now = moment


@pytest.fixture
def place(db):
    place = make_outlet()
    prices = make_prices(place)
    place.motor = make_part("M-300", serialised=True)
    PartPrice.objects.create(price_list=prices, part=place.motor, amount=MOTOR)
    LabourPrice.objects.filter(price_list=prices).update(amount=LABOUR)
    put(make_centre(), place.motor, 2)
    policy = WarrantyPolicy.objects.create(
        brand=Brand.objects.create(code="haier", name_en="Haier"), valid_from=date(2018, 1, 1), period_months=12
    )
    CertificateFee.objects.create(
        policy=policy, currency="TWD", kind="part", part=place.motor, amount=MOTOR_BY_CERTIFICATE
    )
    place.loaner = Loaner.objects.create(code="L-1", outlet=place.outlet, category=place.category)
    return place


def to_the_door(story: Story, starts: datetime) -> None:
    tech = story.place.technician.user
    story.say("contact", tech, confirmed=CONFIRMED, starts_at=starts.isoformat())
    story.at(starts - timedelta(minutes=30))
    story.say("check_kit", tech, **KIT)
    story.say("depart", tech)
    story.say("arrive", tech, 18)


def taken_along(place) -> Story:
    """The first visit: past its warranty, too large a job for a kitchen; a unit is lent meanwhile (H-A6, H-F4)."""
    tech = place.technician.user
    story = Story(place, make_order(place, brand="haier", purchased_on="2023-03-05"))
    assert story.order.in_warranty is False  # decided at intake, by the version of the day it was bought (H-W1)
    assert story.order.decisions.last().exclusion == "past_period"
    story.say("assign", place.dispatcher, technician=place.technician.pk)
    story.say("accept", tech)
    story.say("reserve_loaner", tech, loaner="L-1")
    to_the_door(story, NOW + timedelta(hours=3))
    found = {"finding": "馬達軸承損壞", "outcome": "pull_in", "in_warranty": False}
    assert story.say("diagnose", tech, 10, **found).next_action == NextAction.PULL_IN
    back = story.now + timedelta(days=4)
    slip = {"outside": "門框左下有刮痕", "signed_by": "王小明", "lend": True, "loaner_condition": "good"}
    story.say("pull_in", tech, reason="須更換馬達", agreed=True, promised_at=back.isoformat(), **slip)
    assert story.order.loaner_due_at == back
    assert Loan.objects.get().state == Loan.OUT
    assert Paper.objects.get(kind="slip").order == story.order
    return story


def repaired_at_the_bench(story: Story) -> None:
    """The part comes from the centre, the customer agrees to the price on their own phone, and it is put in."""
    place, clerk, tech = story.place, story.place.clerk, story.place.technician.user
    make_store(place.outlet)
    story.say("receive", clerk, 60, shelf="A3")
    story.say("request_part", clerk, part="m-300", reason="客戶機器待修")
    wanted = story.order.requisitions.get()
    expected = (story.now + timedelta(days=1)).date().isoformat()
    story.say("decide_part", clerk, requisition=wanted.pk, decision="approve", source="centre", expected_on=expected)
    story.say("bench_diagnose", clerk, finding="馬達軸承損壞", outcome="repairable", in_warranty=False, cause="磨損")
    story.say("quote", clerk, parts=["M-300"])
    assert lacks(story.order, "bench_repair", clerk, story.now, {"measure": "x"}) == ["quote"]
    quote = story.order.quotes.get()
    assert quote.total == CALL_OUT + LABOUR + MOTOR_BY_CERTIFICATE  # H-G3: the lower of the two
    story.now += timedelta(minutes=30)
    answer_by_link(quote, story.now, accepted=True, name="王小明")
    story.say("part_came", clerk, 24 * 60, requisition=wanted.pk)
    put_in = {"part": "M-300", "serial_in": "SN-1", "serial_out": "SN-0", "old": "technician"}
    story.say("use_part", clerk, **put_in)
    story.say("bench_repair", clerk, measure="更換馬達", certain=True)
    story.say("bench_test", clerk, result="passed")
    assert story.say("workshop_done", clerk).state == State.ACCEPTED
    assert balance(make_centre(), place.motor) == (1, 0)
    assert PartUse.objects.get().serial_in == "SN-1"
    assert tech


def brought_back_and_paid(story: Story) -> None:
    """The way back is a visit that takes the unit along again; then the bill, the signature, the invoice later."""
    tech = story.place.technician.user
    to_the_door(story, story.now + timedelta(hours=20))
    story.say("deliver", tech, 10, in_place=True, tested=True, loaner_condition="good")
    assert WorkshopJob.objects.get().stage == "returned"
    assert Loan.objects.get().state == Loan.BACK and story.order.loaner_due_at is None
    total = CALL_OUT + LABOUR + MOTOR_BY_CERTIFICATE
    assert lacks(story.order, "charge", tech, story.now, {"amount": total + 1, "method": "cash"}) == ["above_quote"]
    story.say("charge", tech, amount=total, method="card", reference="A-123456")
    story.say("owe_invoice", tech, invoice_to="王小明", tax_no="12345675")
    story.say("complete", tech, **SIGNED)


def test_past_its_warranty_taken_along_lent_a_unit_repaired_brought_back_and_paid(place):
    story = taken_along(place)
    repaired_at_the_bench(story)
    brought_back_and_paid(story)
    order = story.say("callback_satisfied", place.agent, 25 * 60)
    assert (order.state, order.next_action, order.next_role) == (State.FOLLOW_UP, NextAction.SEND_INVOICE, "clerk")
    order = story.say("send_invoice", place.clerk)
    assert (order.state, order.satisfied, order.owes()) == (State.CLOSED, True, set())
    assert sorted(Paper.objects.values_list("kind", "number")) == [("invoice", 1), ("receipt", 1), ("slip", 1)]


def test_a_refund_is_refused_with_its_clause(place):
    """H-W7, H-F8: the customer asks for the money back; the clause says no, the manager decides, the order waits."""
    story = taken_along(place)
    repaired_at_the_bench(story)
    brought_back_and_paid(story)
    story.say("file_claim", place.agent, kind="refund", what="修了一次，想退貨")
    order = story.say("callback_satisfied", place.agent, 25 * 60)
    assert (order.state, order.next_action, order.next_role) == (State.FOLLOW_UP, NextAction.DECIDE_CLAIM, "manager")
    story.say("decide_claim", place.manager, grant="no")
    claim = Claim.objects.get()
    assert claim.state == Claim.REFUSED and claim.clause and claim.decided_by == place.manager
    assert claim.reason  # the clause in words, for the customer
    assert fresh(order).state == State.FOLLOW_UP  # the invoice is still owed
    assert story.say("send_invoice", place.clerk).state == State.CLOSED
