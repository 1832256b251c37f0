"""The page dies at every screen of a visit, as phones let pages die: it opens where it was, with what was entered."""


import pytest

from dispatch.models import Consent, OrderPhoto, State
from tests import factories, pictures
from tests.browser.conftest import PHONE
from tests.browser.hand import NO_DIALLER, Hand, diagnosed, make_lists, to_the_door
from tests.pricing import make_prices

pytestmark = pytest.mark.django_db(transaction=True)
# What stands on a screen: fields, what is pressed, photos, whether somebody has signed
ENTERED = """() => {
    const body = document.querySelector(".g-body");
    const ink = (pad) => pad.getContext("2d").getImageData(0, 0, pad.width, pad.height).data.some((one) => one);
    return {
        fields: [...body.querySelectorAll("input:not([type=file]), textarea, select")].map((one) => [one.name.replace(/-v[0-9]+$/, ""), one.checked ? "on" : one.value]),
        pressed: [...body.querySelectorAll("[aria-pressed=true]")].map((one) => one.textContent),
        photos: body.querySelectorAll("[data-photo]").length,
        ink: [...body.querySelectorAll("canvas.c-pad")].map(ink),
        go: document.querySelector(".g-go")?.textContent ?? "",
    };
}"""  # noqa: E501
WRITTEN = 80  # ms that a draft has to reach the disk


@pytest.fixture
def place(transactional_db):
    return factories.around_the_clock(factories.make_outlet())


class Unlucky(Hand):
    """Whose page dies whenever a screen has come, and again before the button is pressed."""

    deaths, spared = 0, False

    def on(self, step: str, screen: str):
        """Wait for a screen, let the page die, and wait for it again."""
        self.here = f"[data-step='{step}'][data-screen='{screen}']"
        self.page.locator(self.here).wait_for()
        return self if self.spared else self.die()

    def go(self):
        """Let the page die, then press the button."""
        return (self if self.spared else self.die()).tap(".g-go")

    def die(self):
        """Let the page die, and open its address anew: the same screen is there, with what was entered."""
        self.page.wait_for_timeout(WRITTEN)
        address, before = self.page.url, self.page.evaluate(ENTERED)
        context = self.page.context
        self.page.close()
        self.page = context.new_page()
        self.page.goto(address)
        self.page.locator(self.here).wait_for()
        self.page.evaluate(NO_DIALLER)
        for _turn in range(40):  # photos and the pad are drawn once their modules are read
            if (after := self.page.evaluate(ENTERED)) == before:
                break
            self.page.wait_for_timeout(50)
        assert after == before, self.here
        self.deaths += 1
        return self

    def at_the_door(self):
        """Come to the door without dying on the way: that has been seen."""
        self.spared = True
        to_the_door(self)
        self.spared = False
        return self

    def photo(self, colour: str):
        """Take a photo."""
        count = self.page.locator("[data-photo]").count()
        picture = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg(colour)}
        self.page.locator("[data-take=take]").first.set_input_files(picture)
        self.page.locator("[data-photo]").nth(count).wait_for()
        return self


@pytest.fixture
def unlucky(open_as, place):
    """Return a function order → Unlucky."""
    return lambda order: Unlucky(open_as(place.technician.user, PHONE), order)


def test_at_every_screen_of_a_visit(unlucky, place, assigned):
    make_lists()
    here = unlucky(assigned)
    to_the_door(here)
    here.go().on("check", "2").tap(".g-tick", 0).go()
    here.page.locator(".g-tick input").nth(1).check()
    here.go().on("diagnose", "outcome").tap("[data-value=repairable]")
    here.on("diagnose", "found").write("finding", "pump worn").go().on("diagnose", "warranty")
    here.tap(".g-tick:has(input[value=true])").go()
    here.on("repair", "work").write("measure", "pump changed").go().on("repair", "test").tap("[data-value=sure]")
    here.on("check", "3").write("3.current", "1.5").go().on("charge", "none").go()
    here.on("sign", "tools").go().on("sign", "word")
    here.tap("[data-name=rating_repair][data-value='5']").tap("[data-name=rating_manner][data-value='4']").sign().go()
    here.on("sign", "leave").go().on("left", "left").sent()
    record = factories.fresh(assigned).repairs.get()
    assert (record.rating_repair, record.rating_manner, record.measure) == (5, 4, "pump changed")
    assert assigned.photos.get(kind="signature").strokes
    assert here.deaths > 30


def test_h_f2_at_the_quote_and_its_signature(unlucky, place, assigned):
    make_prices(place)
    here = unlucky(assigned).at_the_door()
    here.spared = True
    diagnosed(here, "repairable", covered=False)
    here.spared = False
    here.on("quote", "quote").go().on("consent", "consent").sent().sign().go()
    here.on("repair", "work").sent()
    consent = Consent.objects.get()
    assert consent.accepted and assigned.photos.get(kind="signature", photo=consent.signature).strokes


def test_h_e2_at_a_closed_door_and_in_the_camera(unlucky, place, assigned):
    here = unlucky(assigned).at_the_door()
    here.tap(".g-chip:has-text('Nobody opens')").on("knock", "knock").go()
    here.page.locator("[data-knock=bell].g-done").wait_for()
    here.photo("red").die()  # the camera has killed the page
    here.tap("[data-knock=note] button")
    here.page.locator("[data-knock=note].g-done").wait_for()
    here.sent()
    assert OrderPhoto.objects.get(order=assigned).kind == "note"


def test_h_e5_at_an_exception_and_the_form_it_leads_to(unlucky, place, assigned):
    here = unlucky(assigned).at_the_door()
    here.tap(".g-chip:has-text('Something is different')").on("different", "which").tap("[data-value=doubts_us]")
    here.on("different", "then").tap(".g-body .button.primary").on("act:escalate", "form").go()
    here.left("act:escalate").sent()
    assert factories.fresh(assigned).escalation == "doubt"


def test_h_f4_at_a_form_with_a_signature(unlucky, place, assigned):
    here = unlucky(assigned).at_the_door()
    here.spared = True
    diagnosed(here, "pull_in", covered=True)
    here.spared = False
    here.on("act:pull_in", "form").write("reason", "full test").write("outside", "no marks")
    here.tap(".g-tick:has([name=agreed])").write("signed_by", "王小明").photo("blue").sign().go()
    here.left("act:pull_in").sent()
    assert factories.fresh(assigned).state == State.IN_WORKSHOP


def test_opened_anew_from_the_home_screen_the_day_leads_back_into_the_step(unlucky, place, assigned):
    here = unlucky(assigned).at_the_door()
    here.go().on("diagnose", "outcome").tap("[data-value=repairable]")
    here.on("diagnose", "found").write("finding", "pump w").die()
    here.page.goto("/field/app/")
    here.page.locator("a[data-next=diagnose]").tap()
    here.page.locator("[data-screen=found]").wait_for()
    assert here.page.locator("[name=finding]").input_value() == "pump w"
