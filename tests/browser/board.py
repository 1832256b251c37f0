"""A board for browser tests: a day with visits, and hands that drag by mouse and finger."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import CONFIRMED, do, fresh, make_order

SPOT = """([technician, wanted]) => {
    const minutes = (text) => { const [h, m] = text.split(":").map(Number); return h * 60 + m; };
    const marks = [...document.querySelectorAll(".board-marks .mark")].slice(0, 4)
        .map((mark) => [minutes(mark.textContent), mark.getBoundingClientRect().left]);
    const [[m0, x0], [m1, x1]] = marks.slice(1, 3);
    const row = document.querySelector(`#board .row[data-technician="${technician}"]`).getBoundingClientRect();
    return [x0 + ((minutes(wanted) - m0) * (x1 - x0)) / (m1 - m0), row.top + row.height / 2];
}"""


def tomorrow(place, clock: str) -> datetime:
    """Return a time of tomorrow on the outlet's clock."""
    day = timezone.now().astimezone(place.outlet.tz).date() + timedelta(days=1)
    return datetime.combine(day, time.fromisoformat(clock), place.outlet.tz)


def placed(place, technician, clock, state="assigned", **told):
    """Return an order that stands with a technician tomorrow: "assigned", or "contacted" with the customer's word."""
    order = make_order(place, timezone.now(), **told)
    raw = {"technician": technician.pk, "starts_at": tomorrow(place, clock).isoformat(), "minutes": 60}
    order = do(order, "place", place.dispatcher, timezone.now(), raw)
    if state != "assigned":
        order = do(order, "accept", technician.user, timezone.now())
    if state == "contacted":
        said = {"confirmed": CONFIRMED, "starts_at": raw["starts_at"], "minutes": 60}
        order = do(order, "contact", technician.user, timezone.now(), said)
    return order


def open_board(page, place):
    """Go to tomorrow's board and wait until it stands."""
    page.set_default_timeout(15_000)
    page.goto(f"/console/board/?outlet={place.outlet.code}&day={tomorrow(place, '12:00'):%Y-%m-%d}")
    expect(page.locator('#board[data-ready="yes"]')).to_be_visible()
    return page


def bar(page, order):
    """Return an order's bar."""
    return page.locator(f'#board .bar[data-order="{order.pk}"]')


def card(page, order):
    """Return an order's card in the queue."""
    return page.locator(f'#board-queue [data-order="{order.pk}"]')


def row(page, technician):
    """Return a technician's row."""
    return page.locator(f'#board .row[data-technician="{technician.pk}"]')


def spot(page, technician, clock):
    """Return where on the window a technician's row has that time."""
    return page.evaluate(SPOT, [technician.pk, clock])


def lift(page, what):
    """Press the mouse on something and hold it; returns where."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    x, y = box["x"] + 4, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y, steps=3)
    return x, y


def drag(page, what, technician, clock, *, drop=True):
    """Drag a bar by its beginning, or a card of the queue, to a technician's time."""
    grip = 4 if "bar" in what.get_attribute("class").split() else 0
    lift(page, what)
    x, y = spot(page, technician, clock)
    page.mouse.move(x + grip, y, steps=6)
    expect(page.locator(".hands-tip")).to_contain_text(clock)
    if drop:
        page.mouse.up()


def stands(order):
    """Return (technician, "HH:MM" of the outlet's clock, minutes) of an order's appointment in the database."""
    order = fresh(order)
    visit = order.visits.standing().first()
    if visit is None:
        return None
    lasts = (visit.ends_at - visit.starts_at).total_seconds() / 60
    return visit.technician, f"{visit.starts_at.astimezone(order.outlet.tz):%H:%M}", lasts


def note(page):
    """Return what the board says came of it."""
    return page.locator("#board-toasts .note")
