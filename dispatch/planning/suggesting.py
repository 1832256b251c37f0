"""Who could take an order, and when: what the dispatcher asks with the customer on the phone (H-A4, H-F9)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dispatch.models import ServiceOrder
from dispatch.models.order import ServiceKind
from dispatch.models.states import PLACEABLE
from dispatch.planning import kept, words
from dispatch.planning.experience import Experience, experience
from dispatch.planning.load import ARRIVE_EARLY
from dispatch.planning.reading import ORDER, kept_for
from dispatch.planning.standing import Asked, Standing
from dispatch.planning.suggest import Suggestion, best_of
from technicians.models import Technician

MANY, OTHERS = 4, 2  # of so many offers for the same hours so many are for other ones
ASIDE, LAST = 2 * 3600, 48 * 3600  # seconds: that much earlier or later is another hour; no day is longer
DAYS = 4  # today and the three after it, or from the day that the customer wishes


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
    left: int | None = None  # seconds, of the tightest window of those whom it makes later; None: it makes nobody later


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
    days: list[list[tuple[Standing, Asked]]] = []
    row = ServiceOrder.objects.filter(pk=order.pk).values("pk", *ORDER).get()
    held, seen = kept_for([order.pk]), kept.Seen(order.outlet)
    for day in _days(order, now):
        if len(found) >= top:
            break
        parts = kept.parts_of(order.outlet, day, now, seen)
        stands = next((job for part in parts if (job := part.decided(order.pk))), None)
        days.append([(part, part.ask(row, held, now, stands)) for part in parts])
        found += _varied(days[-1], top - len(found), favour, wished=True)
    if len(found) < top and (order.wish_from or order.wish_to):
        for day in days:
            more = [one for one in _varied(day, top, favour, wished=False) if not _is_known(one, found)]
            found += more[: top - len(found)]
    asked_of = [one for day in days for one in day]
    notices = _full(days, found, now.astimezone(order.outlet.tz).date())
    if any(not asked.placed for _stands, asked in asked_of):
        notices.append(_("The address has no coordinates: half an hour is taken for each way."))
    if only := next((asked.job.only for _stands, asked in asked_of if asked.job.only), None):
        notices += [_only(name) for name in Technician.objects.filter(pk__in=only).values_list("name", flat=True)]
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


def _only(name: str) -> str:
    return _("Only %(name)s can go: what was kept for this order is in that van.") % {"name": name}


def _full(days: list[list[tuple[Standing, Asked]]], found: list[tuple], today: date) -> list[str]:
    """Say of each day before the first offer why there is none on it: the customer asks."""
    said: list[str] = []
    first = min((stands.sheet.hours.day for stands, *_rest in found), default=None)
    for day in days:
        on = day[0][0].sheet.hours.day if day else None
        if on is None or first is None or on >= first:
            break
        facts = {"day": _("Today") if on == today else date_format(on, "l")}
        can = {one.id for stands, asked in day for one in stands.problem.technicians if asked.job.fits(one)}
        works = {one.id for stands, _asked in day for one in stands.problem.technicians if one.spans}
        if can & works:
            full = _("%(day)s: nobody who could go has room. “Plan again” makes some, moving what is only proposed.")
            said.append(full % facts)
        else:
            said.append(_("%(day)s: nobody who could go works.") % facts)
    return said


def _varied(day: list[tuple[Standing, Asked]], top: int, favour: dict[int, int], *, wished: bool) -> list[tuple]:
    """Return the best of a day; of many for the same hours, two are for other ones: who can't then, may later."""
    found = _best(day, top, favour, wished=wished)
    begins = [one.starts for _stands, _asked, one, _wished in found]
    if len(found) < MANY or max(begins) - min(begins) >= ASIDE:
        return found
    for span in ((max(begins) + ASIDE, LAST), (0, min(begins) - ASIDE)):
        others = _best(day, OTHERS, favour, wished=wished, within=span)
        if others:
            return found[: len(found) - len(others)] + others
    return found


def _best(
    day: list[tuple[Standing, Asked]],
    top: int,
    favour: dict[int, int],
    *,
    wished: bool,
    within: tuple[int, int] | None = None,
) -> list[tuple]:
    """Return the best of all parts of a day, at the times wished or at any, as (part, asked, suggestion, wished).

    `within`: seconds of the day in which work may begin.
    """
    found: dict[int, tuple[Standing, Asked]] = {}
    offered: list[Suggestion] = []
    for stands, asked in day:
        early, late = asked.job.windows[0]
        if wished:
            early, late = max(early, asked.wish[0]), min(late, asked.wish[1])
        if within:
            early, late = max(early, within[0]), min(late, within[1])
        if early <= late:
            job = replace(asked.job, windows=((early, late),))
            some = asked.desk.suggest(job, top=top, favour=favour)
            found |= dict.fromkeys((one.technician for one in some), (stands, asked))
            offered += some
    return [(*found[one.technician], one, wished) for one in best_of(offered, top)]


def _is_known(new: tuple, found: list[tuple]) -> bool:
    """Tell whether much the same was found already."""
    stands, _asked, one, _wished = new
    return any(
        other.technician == one.technician
        and there.sheet.hours.day == stands.sheet.hours.day
        and abs(other.starts - one.starts) < 3600
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
        min((delay.left for delay in one.delays), default=None),
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
