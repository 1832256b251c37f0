"""Who could take an order, and when: what the dispatcher asks with the customer on the phone (H-A4, H-F9)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _

from dispatch.models import ServiceOrder
from dispatch.models.order import ServiceKind
from dispatch.models.states import PLACEABLE
from dispatch.planning import words
from dispatch.planning.experience import Experience, experience
from dispatch.planning.load import ARRIVE_EARLY
from dispatch.planning.reading import ORDER, kept_for
from dispatch.planning.standing import Asked, Standing, standing
from dispatch.planning.suggest import Suggestion
from technicians.models import Absence, Outlet, Technician

DAYS = 4  # today and the three after it, or from the day that the customer wishes
FRESH = timedelta(seconds=20)  # what is read is used again so long, unless an order or an absence has changed
KEPT = 32  # days of outlets


@dataclass(frozen=True)
class Offer:
    """One technician and time for an order. All moments are aware; words are in the active language.

    `starts_at` to `ends_at` is the visit that `place` would be asked for; the customer may be told any arrival from
    `window_from` to `window_until`. `reasons` speak for it, `costs` say what it does to others (both may be empty).
    `extra_seconds`: travel added to the technician's day.
    """

    technician: Technician
    day: date
    starts_at: datetime
    ends_at: datetime
    window_from: datetime
    window_until: datetime
    minutes: int
    extra_seconds: int
    reasons: list[str] = field(default_factory=list)
    costs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What was found. `none` says why when there are no offers; `notices` are what must be said beside them."""

    offers: list[Offer] = field(default_factory=list)
    none: str = ""
    notices: list[str] = field(default_factory=list)


def suggestions(order: ServiceOrder, now: datetime, *, top: int = 5) -> list[Offer]:
    """Return the best `top` offers for an order (read with `with_rows`), today and the three days after, best first.

    First the times that the customer wishes, then, where these do not suffice, others. Words are in the active
    language; nothing is changed.
    """
    return answer(order, now, top=top).offers


def answer(order: ServiceOrder, now: datetime, *, top: int = 5) -> Answer:
    """Return offers, or why there are none, and what else must be said."""
    if order.service_kind != ServiceKind.ON_SITE:
        return Answer(none=_("%(kind)s: nobody has to travel.") % {"kind": order.get_service_kind_display()})
    if order.state not in PLACEABLE:
        said = _("The order is “%(state)s”: it needs no time on the board.") % {"state": order.get_state_display()}
        return Answer(none=said)
    known = experience(order, now)
    favour = known.favour()
    found: list[tuple[Standing, Asked, Suggestion, bool]] = []
    asked_of: list[tuple[Standing, Asked]] = []
    row = ServiceOrder.objects.filter(pk=order.pk).values("pk", *ORDER).get()
    held, stamp = kept_for([order.pk]), _stamp(order.outlet)
    for day in _days(order, now):
        if len(found) >= top:
            break
        stands = _standing(order.outlet, day, now, stamp)
        asked = stands.ask(row, held, now)
        asked_of.append((stands, asked))
        if asked.wish[0] <= asked.wish[1]:
            found += [(stands, asked, one, True) for one in _best(asked, asked.wish, top - len(found), favour)]
    if len(found) < top and (order.wish_from or order.wish_to):
        for stands, asked in asked_of:
            (whole,) = asked.job.windows
            for one in _best(asked, whole, top, favour):
                if len(found) < top and not _is_known(stands, one, found):
                    found.append((stands, asked, one, False))
    notices = []
    if any(not asked.placed for _stands, asked in asked_of):
        notices.append(words.notice("no_coordinates"))
    if order.wish_from and order.wish_to and order.wish_to < order.wish_from:
        notices.append(_("The wished time ends before it begins. Ask the customer again."))
    if not found:
        return Answer(none=_why_none(asked_of), notices=notices)
    crew = Technician.objects.select_related("outlet", "user").in_bulk({one.technician for _s, _a, one, _w in found})
    offers = [_offer(crew[one.technician], *rest, one, wished, known) for *rest, one, wished in found]
    return Answer(offers, notices=notices)


def _days(order: ServiceOrder, now: datetime) -> list[date]:
    """Return the days to look at: from today, or from the day of the wish when it lies ahead."""
    first = today = now.astimezone(order.outlet.tz).date()
    if order.wish_from and (order.wish_to is None or order.wish_to > order.wish_from):
        first = max(today, order.wish_from.astimezone(order.outlet.tz).date())
    return [first + timedelta(days=ahead) for ahead in range(DAYS)]


def _best(asked: Asked, window: tuple[int, int], top: int, favour: dict[int, int]) -> list[Suggestion]:
    early, late = asked.job.windows[0]
    window = max(early, window[0]), min(late, window[1])
    job = replace(asked.job, windows=(window,))
    return asked.desk.suggest(job, top=top, favour=favour) if window[0] <= window[1] else []


def _is_known(stands: Standing, one: Suggestion, found: list) -> bool:
    return any(
        other.technician == one.technician and there is stands and abs(other.starts - one.starts) < 3600
        for there, _asked, other, _wished in found
    )


def _why_none(asked_of: list[tuple[Standing, Asked]]) -> str:
    """Say why nobody can go."""
    crew = {one.id: one for stands, _asked in asked_of for one in stands.problem.technicians}
    works = {one.id for stands, _asked in asked_of for one in stands.problem.technicians if one.spans}
    if not crew:
        return _("The outlet has no technicians.")
    jobs = [asked.job for _stands, asked in asked_of]
    trained = {pk for pk, one in crew.items() if jobs and jobs[0].skills <= one.skills}
    if not trained:
        return _("Nobody here was trained for it. Pass it to another outlet, or have somebody trained.")
    if jobs[0].only is not None and not jobs[0].only & works:
        return _("The part is in the van of somebody who does not work on these days. Have it brought to another.")
    if not trained & works:
        return _("Nobody who was trained for it works on these days.")
    return _("Nobody who could go has room on these days. Take another day, or ask somebody to work longer.")


def _offer(
    technician: Technician, stands: Standing, asked: Asked, one: Suggestion, wished: bool, known: Experience
) -> Offer:
    """Put a suggestion into moments and words."""
    origin = stands.problem.origin
    work = round(asked.job.seconds * stands.problem.technician[one.technician].pace)
    minutes = -(-work // 60)

    def moment(second: int) -> datetime:
        return datetime.fromtimestamp((origin + second) // 60 * 60, UTC)

    starts = moment(one.starts)
    return Offer(
        technician,
        stands.sheet.hours.day,
        starts,
        starts + timedelta(minutes=minutes),
        starts,
        max(starts, moment(one.until)),
        minutes,
        max(0, one.extra - ARRIVE_EARLY),
        _reasons(one, asked, known),
        _costs(one, asked, wished),
    )


def _reasons(one: Suggestion, asked: Asked, known: Experience) -> list[str]:
    said = [words.extra_travel(one, ARRIVE_EARLY)]
    if one.nearest:
        said.append(_("The shortest detour"))
    if one.technician in known.appliance:
        said.append(_("Has been at this appliance before"))
    if times := known.fault.get(one.technician, 0):
        said.append(words.done_before(times))
    reserved = [part["part"] for part in asked.held if part["van"] == one.technician and "part" in part]
    if parts := list(dict.fromkeys(reserved + known.parts.get(one.technician, []))):
        said.append(words.in_the_van(parts))
    return said


def _costs(one: Suggestion, asked: Asked, wished: bool) -> list[str]:
    said = [] if wished else [_("Not when the customer wished")]
    said += [words.later(f"{delay.job:06d}", delay.seconds, delay.left) for delay in one.delays]
    for part in asked.held:
        if part["van"] != one.technician:
            said.append(words.elsewhere(part.get("part") or part.get("loaner"), part["where"]))
    return said


_days_kept: OrderedDict[tuple[int, date], tuple[datetime, tuple, Standing]] = OrderedDict()
_lock = Lock()


def _standing(outlet: Outlet, day: date, now: datetime, stamp: tuple) -> Standing:
    """Return a day as it stands, the one read a moment ago if nothing has changed since."""
    key = outlet.pk, day
    with _lock:
        kept = _days_kept.get(key)
    if kept and kept[1] == stamp and timedelta() <= now - kept[0] < FRESH:
        return kept[2]
    found = standing(outlet, day, now)
    with _lock:
        _days_kept[key] = now, stamp, found
        _days_kept.move_to_end(key)
        while len(_days_kept) > KEPT:
            _days_kept.popitem(last=False)
    return found


def _stamp(outlet: Outlet) -> tuple:
    """Return what is another when an order or an absence of the outlet has changed. Read before the day itself."""
    orders = ServiceOrder.objects.unfinished().filter(outlet=outlet)
    away = Absence.objects.filter(technician__outlet=outlet)
    return (
        *orders.aggregate(n=Count("pk"), sum=Sum("version"), last=Max("pk")).values(),
        *away.aggregate(n=Count("pk"), last=Max("pk"), changed=Max("changed_at")).values(),
    )
