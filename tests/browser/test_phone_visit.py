"""A visit on the technician's phone in Chromium, by taps alone: what the screens ask for is what the server takes."""


import pytest

from dispatch.models import Check, Consent, Incident, OrderEvent, Payment, State
from technicians.models import CheckStep
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.hand import Hand, diagnosed, make_lists, to_the_door
from tests.pricing import CALL_OUT, LABOUR, make_prices

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 30  # taps of a normal repair, from accept to leave


@pytest.fixture
def place(transactional_db):
    return factories.around_the_clock(factories.make_outlet())


@pytest.fixture
def hand(open_as, place):
    """Return a function order → Hand; at the end nothing may have been wrong on any screen."""
    hands = []

    def take(order, **how):
        hands.append(Hand(open_as(place.technician.user, PHONE, **how), order))
        return hands[-1]

    yield take
    assert "\n".join(fault for one in hands for fault in one.faults) == ""
    assert [said for one in hands for said in one.page.wrong] == []


def actions(order) -> list[str]:
    """Return what the technician did, in its order."""
    return list(OrderEvent.objects.filter(order=order, actor=order.technician.user).values_list("action", flat=True))


def test_a_normal_repair_needs_no_more_than_thirty_taps(hand, place, assigned):
    make_lists()
    here = hand(assigned)
    to_the_door(here)
    here.go().on("check", "2").go().on("diagnose", "outcome").tap("[data-value=repairable]")
    here.on("diagnose", "found").write("finding", "pump worn").go().on("diagnose", "warranty")
    here.tap(".g-tick:has(input[value=true])").go()
    here.on("repair", "work").write("measure", "pump changed").go().on("repair", "test").tap("[data-value=sure]")
    here.on("check", "3").write("3.current", "1.5").go().on("charge", "none").go()
    here.on("sign", "tools").go().on("sign", "word")
    here.tap("[data-name=rating_repair][data-value='5']").tap("[data-name=rating_manner][data-value='5']").sign().go()
    here.on("sign", "leave").go().on("left", "left").sent()
    assert here.taps <= MOST
    order = factories.fresh(assigned)
    assert order.state == State.FOLLOW_UP
    assert actions(order) == [
        "accept", "contact", "check_kit", "depart", "check_off", "arrive", "check_off", "diagnose", "repair",
        "check_off", "charge", "check_off", "complete",
    ]  # fmt: skip
    record = order.repairs.get()
    assert (record.rating_repair, record.rating_manner, record.tested, record.certain) == (5, 5, True, True)
    assert Check.objects.get(step=CheckStep.WORKING).answers["current"] == 1.5
    assert order.photos.filter(kind="signature").count() == 1


def test_h_f2_a_chargeable_repair_is_quoted_signed_and_paid(hand, place, assigned):
    make_prices(place)
    here = hand(assigned)
    to_the_door(here)
    diagnosed(here, "repairable", covered=False)
    here.on("quote", "quote").go().on("consent", "consent")
    assert "NT$1,150" in here.page.locator(".g-total").inner_text()
    here.sent().tap("summary:has-text('own phone')")
    here.page.locator("img.g-qr").wait_for()
    assert here.page.evaluate("document.querySelector('img.g-qr').decode().then(() => true)")
    here.sign().go().on("repair", "work").write("measure", "cleaned").go().tap("[data-value=sure]")
    here.on("charge", "how").tap("[data-value=cash]").on("charge", "amount").go()
    here.on("sign", "tools").go().on("sign", "word").tap("summary:has-text('Not signing')")
    here.tap(".g-chip:has-text('Had to leave')").go().on("left", "left").sent()
    consent = Consent.objects.get()
    assert consent.accepted and consent.signature
    assert Payment.objects.get().amount == CALL_OUT + LABOUR
    assert factories.fresh(assigned).repairs.get().unsigned_reason == "Had to leave"


def test_h_e2_a_closed_door_is_knocked_at_for_five_minutes(hand, place, assigned):
    here = hand(assigned)
    to_the_door(here)
    here.tap(".g-chip:has-text('Nobody opens')").on("knock", "knock")
    here.page.clock.install()
    here.go().go()  # the bell, the first knock
    here.page.locator("[data-knock=knock].g-done").wait_for()
    assert here.page.locator(".g-go").inner_text() == "Knocked, twice three light knocks"
    here.page.clock.fast_forward("05:01")
    here.page.locator(".g-go:has-text('Phoned')").wait_for()
    for step in ("phone", "neighbour", "downstairs", "note"):
        here.go()
        here.page.locator(f"[data-knock={step}].g-done").wait_for()
    here.on("knock", "knock").go()
    here.page.clock.run_for(20_000)
    here.sent()
    assert factories.fresh(assigned).state == State.ACCEPTED
    assert actions(assigned)[-1] == "no_access"


def test_h_e5_something_different_leads_to_what_may_be_done(hand, place, assigned):
    here = hand(assigned)
    to_the_door(here)
    here.tap(".g-chip:has-text('Something is different')").on("different", "which").tap("[data-value=doubts_us]")
    here.on("different", "then")
    assert place.technician.permit_code in here.page.locator(".g-permit").inner_text()
    here.tap(".g-body .button.primary").on("act:escalate", "form").go().left("act:escalate").sent()
    assert factories.fresh(assigned).escalation == "doubt"


def test_h_f4_to_the_workshop_with_a_slip_that_is_signed(hand, place, assigned):
    here = hand(assigned)
    to_the_door(here)
    diagnosed(here, "pull_in", covered=True)
    here.on("act:pull_in", "form").write("reason", "full test").write("outside", "no marks")
    here.tap(".g-tick:has([name=agreed])").write("signed_by", "王小明").sign().go().left("act:pull_in").sent()
    assert factories.fresh(assigned).state == State.IN_WORKSHOP


def test_h_f3_a_part_is_missing_and_is_fetched_now(hand, place, assigned):
    here = hand(assigned)
    to_the_door(here)
    diagnosed(here, "part_missing", covered=True)
    here.on("act:wait_for_parts", "form").write("parts", "pump").tap(".g-tick:has([name=stay])").go()
    here.left("act:wait_for_parts").sent()
    assert factories.fresh(assigned).state == State.AWAITING_PARTS


def test_a_page_killed_in_the_middle_goes_on_where_it_was(hand, place, assigned):
    here = hand(assigned, color_scheme="dark")
    to_the_door(here)
    here.go().on("diagnose", "outcome").tap("[data-value=repairable]")
    here.on("diagnose", "found").write("finding", "pump w")
    here.page.wait_for_timeout(100)
    here.page.reload()
    here.on("diagnose", "found")
    assert here.page.locator("[name=finding]").input_value() == "pump w"
    here.tap(".g-back").on("diagnose", "outcome")
    assert here.page.locator("[data-value=repairable]").get_attribute("aria-pressed") == "true"


def test_without_a_signal_the_visit_goes_on(hand, place, assigned):
    here = hand(assigned)
    here.on("accept", "accept")
    for module in ("call", "kit", "depart", "arrive", "door", "diagnose", "repair", "charge", "sign", "left"):
        here.page.evaluate("(name) => import(`/static/field/app/screens/${name}.js`)", module)
    here.page.context.set_offline(True)
    here.go().on("call", "ring").go()
    for _item in range(5):
        here.go()
    here.on("kit", "kit").go().on("depart", "depart").go().on("arrive", "arrive").go().on("door", "door")
    diagnosed(here, "repairable", covered=True)
    here.on("repair", "work").write("measure", "x").go().tap("[data-value=not]").on("charge", "none")
    assert factories.fresh(assigned).state == State.ASSIGNED
    here.page.context.set_offline(False)
    here.sent()
    assert factories.fresh(assigned).state == State.DIAGNOSED
    here.page.wrong.clear()  # what it says of requests without a signal


def test_h_c1_what_is_missing_is_asked_for_and_a_different_one_put_right(hand, place, assigned):
    assigned.appliance.purchased_on = None
    assigned.appliance.save()
    here = hand(assigned)
    here.on("accept", "accept").go().on("call", "ring").go().on("call", "address")
    here.tap(".g-body .button:has-text('It is different')").write("address_line", "信義路五段 7 號").go()
    here.on("call", "model").go().on("call", "purchase_date").go()
    here.page.locator(".g-refusal:has-text('Fill in what is missing first')").wait_for()
    here.write("purchased_on", "2025-03-05").go().on("call", "symptom").go()
    here.on("call", "time").go().on("kit", "kit").sent()
    order = factories.fresh(assigned)
    assert (order.state, order.address.line, str(order.appliance.purchased_on)) == (
        State.CONTACTED, "信義路五段 7 號", "2025-03-05",
    )  # fmt: skip


def test_h_f10_holding_back_sends_an_alarm(hand, place, assigned):
    here = hand(assigned)
    to_the_door(here)
    here.tap("[data-sos]")
    here.on("act:sos", "form").page.locator(".g-sos").hover()
    here.page.mouse.down()
    here.page.get_by_role("alert").wait_for()
    here.page.mouse.up()
    here.sent()
    assert Incident.objects.get().order == assigned
