"""A thumb on the technician's app: walks a visit by taps alone, as the screens lead."""

from __future__ import annotations

from technicians.models import Checklist, ChecklistItem, CheckStep, ItemKind
from tests.browser.conftest import faults_of, runs_over, small_targets

# A call is the telephone's: here its link is tapped, and nothing is dialled.
NO_DIALLER = """addEventListener("click", (event) => {
    if (event.target.closest("a[href^='tel:']")) event.preventDefault();
})"""


class Hand:
    """Counts its taps and looks at every screen it meets; what it sees amiss is in `faults`."""

    def __init__(self, page, order):
        """Open the order's next step."""
        self.page, self.order, self.taps, self.faults = page, order, 0, []
        page.goto("/field/app/")
        page.locator(".app-stop").first.wait_for()
        page.evaluate(NO_DIALLER)
        page.goto(f"/field/app/#/order/{order.pk}/step/next")

    def on(self, step: str, screen: str):
        """Wait for a screen; look whether it reads well and fits."""
        self.page.locator(f"[data-step='{step}'][data-screen='{screen}']").wait_for()
        seen = [one for one in faults_of(self.page) if "obscured" not in one]  # scrolled, the thumb's button is past it
        self.faults += [f"{step}/{screen}: {one}" for one in seen]
        small = [one for one in small_targets(self.page, 44) if "app-back" not in one]  # also reached by *Back*
        self.faults += [f"{step}/{screen}: {one}" for one in small]
        if (over := runs_over(self.page)) > 0:
            self.faults.append(f"{step}/{screen}: {over} px too wide")
        return self

    def tap(self, what: str, nth: int = 0):
        """Tap something."""
        self.page.locator(what).nth(nth).tap()
        self.taps += 1
        return self

    def go(self):
        """Tap the one button under the thumb."""
        return self.tap(".g-go")

    def write(self, name: str, text: str):
        """Tap a field and type; typing is no tap."""
        self.tap(f".g-body [name='{name}']")
        self.page.locator(f".g-body [name='{name}']").first.fill(text)
        return self

    def sign(self):
        """Let the customer write on the pad."""
        pad = self.page.locator("canvas.c-pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + 20, box["y"] + 20)
        mouse.down()
        mouse.move(box["x"] + 120, box["y"] + 60, steps=6)
        mouse.move(box["x"] + 200, box["y"] + 20, steps=6)
        mouse.up()
        self.taps += 1
        return self

    def left(self, step: str):
        """Wait until a step's screen is gone: what was done on it is on the phone."""
        self.page.locator(f"[data-step='{step}']").wait_for(state="detached")
        return self

    def sent(self):
        """Wait until nothing waits any more and nothing was refused."""
        self.page.locator("[data-unsent='0']").wait_for()
        assert self.page.evaluate("app.store.refused().map((act) => JSON.stringify(act.why))") == []
        return self


def make_lists():
    """A short checklist for each step of a visit, with a value to measure among them."""
    for step in CheckStep:
        made = Checklist.objects.create(step=step, valid_from="2020-01-01")
        for code in ("one", "two"):
            ChecklistItem.objects.create(checklist=made, code=f"{code}-{step}", name_en=f"{code} {step.label}")
        if step == CheckStep.WORKING:
            limits = {"unit": "A", "minimum": 0.1, "maximum": 3}
            ChecklistItem.objects.create(
                checklist=made, code="current", name_en="Current", kind=ItemKind.NUMBER, **limits
            )


def to_the_door(hand):
    """From accepting to being let in."""
    hand.on("accept", "accept").go().on("call", "ring").tap("[data-call]").go()
    for item in ("address", "model", "purchase_date", "symptom", "time"):
        hand.on("call", item).go()
    hand.on("kit", "kit").go().on("depart", "depart").go().on("arrive", "arrive").go().on("door", "door")


def diagnosed(hand, outcome: str, *, covered: bool):
    """From the door to the word on the warranty."""
    hand.go().on("diagnose", "outcome").tap(f"[data-value={outcome}]").on("diagnose", "found")
    hand.write("finding", "pump worn").go().on("diagnose", "warranty")
    hand.tap(f".g-tick:has(input[value={str(covered).lower()}])").go()
