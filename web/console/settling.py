"""The day's books at the desk: which differ, what is missing, counted line by line, agreed to (H-R3, H-R4)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from customers import money
from dispatch.actions import settling
from dispatch.actions.settling import Counted
from dispatch.actions.settling.counting import people_of
from dispatch.models import BookEntry, BookLine, CaseState, DayBook, Discrepancy, OutletDay, Payment
from technicians.models import Outlet
from web.shared.stocking import attempt, zone_of
from web.shared.values import Unclear, parse_money

AHEAD = 31  # days: what lies further ahead is a slip of the year
DAYS = 14  # that the centre is shown without asking
CASES = 60


def said(amount: int | None, line) -> str:
    """Say an amount of a line or case: money with its currency, else pieces; a dash where nothing was counted."""
    if amount is None:
        return "–"
    return money.say(amount, line.currency) if line.currency else f"{amount}".replace("-", "−")


@dataclass
class Shown:
    """One line as it is drawn: figures in words, what was typed, and what could not be read of it."""

    line: BookLine
    typed: str = ""
    wrong: str = ""
    payments: list[tuple[Payment, str]] = field(default_factory=list)  # that it is made of, each said

    @property
    def expected(self) -> str:
        """What is expected, in words."""
        return said(self.line.expected, self.line)

    @property
    def counted(self) -> str:
        """What was counted, in words."""
        return said(self.line.counted, self.line)

    @property
    def difference(self) -> str:
        """Counted less expected, with its sign; '' where there is none."""
        gap = self.line.difference
        return f"+{said(gap, self.line)}" if gap and gap > 0 else said(gap, self.line) if gap else ""

    @property
    def one(self) -> bool:
        """True where it is there or it is not."""
        return not self.line.is_money and self.line.expected == 1


def shown(line: BookLine) -> Shown:
    """Return a line as it stands, its count as a person types it."""
    if line.counted is None:
        return Shown(line)
    return Shown(line, money.plain(line.counted, line.currency) if line.currency else str(line.counted))


def with_payments(lines: list[Shown]) -> list[Shown]:
    """Say of which payments each line of money is made, so that what is missing can be found; one statement."""
    numbers = {pk for one in lines if one.line.is_money for pk in one.line.source}
    rows = Payment.objects.select_related("bill__order").in_bulk(numbers) if numbers else {}
    for one in lines:
        if one.line.is_money:
            found = sorted((rows[pk] for pk in one.line.source if pk in rows), key=lambda row: (row.at, row.pk))
            one.payments = [(row, said(row.amount, one.line)) for row in found]
    return lines


@dataclass
class Book:
    """A book in the list of a day."""

    book: DayBook
    lines: list[Shown] = field(default_factory=list)

    @property
    def differing(self) -> list[Shown]:
        """The lines that were counted otherwise."""
        return [one for one in self.lines if one.line.differs]

    @property
    def missing(self) -> list[Shown]:
        """The lines that nobody has counted yet."""
        return [one for one in self.lines if one.line.counted is None]

    @property
    def cash(self) -> list[Shown]:
        """What was taken, by means."""
        return [one for one in self.lines if one.line.is_money]

    @property
    def rank(self) -> tuple:
        """Differences first, then what is still to be counted, what is closed last."""
        return (bool(self.book.closed_at), not self.differing, not self.missing, self.book.technician.name)


def books_of(outlet: Outlet, day: date) -> list[Book]:
    """Return the books of an outlet's day, those that differ first; two statements."""
    rows = DayBook.objects.filter(outlet=outlet, day=day).select_related("technician", "outlet")
    found = [Book(row, [shown(line) for line in row.lines.all()]) for row in rows.prefetch_related("lines")]
    return sorted(found, key=lambda one: one.rank)


def outlet_and_day(request: HttpRequest, now: datetime) -> tuple[Outlet | None, date]:
    """Return the outlet and day asked for; the person's own and today without. None: the centre, no outlet chosen."""
    outlets = Outlet.objects.all()
    if not request.user.sees_everything:
        outlets = outlets.filter(pk=request.user.outlet_id)
    code = request.GET.get("outlet", "")
    outlet = get_object_or_404(outlets, code=code) if code else request.user.outlet
    if outlet is None and outlets.count() == 1:
        outlet = outlets.get()
    today = now.astimezone(outlet.tz if outlet else zone_of(request)).date()
    text = request.GET.get("day", "")
    try:
        day = parse_date(text) if text else today
    except ValueError:
        day = None
    if day is None or day.year < 2000 or day > today + timedelta(days=AHEAD):
        messages.warning(request, _("There are no books of such a day. Shown are today's."))
        day = today
    return outlet, day


def settle(request: HttpRequest) -> HttpResponse:
    """The day's books of an outlet, and its open cases; for the centre all outlets' days that wait."""
    now = timezone.now()
    outlet, day = outlet_and_day(request, now)
    cases = Discrepancy.objects.for_user(request.user).filter(state=CaseState.OPEN)
    context = {
        "now": now,
        "outlet": outlet,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "cases": [(case, said(case.difference, case)) for case in _dressed(cases, outlet)],
        "key": uuid.uuid4(),
    }
    if outlet is None:
        return render(request, "console/settle_centre.html", context | {"days": waiting_days(request, now)})
    books = books_of(outlet, day)
    context |= {
        "books": books,
        "outlet_day": OutletDay.objects.filter(outlet=outlet, day=day)
        .select_related("closed_by", "accepted_by")
        .first(),
        "cutoff": settling.cutoff_of(outlet, day),
        "today": day == now.astimezone(outlet.tz).date(),
        "differing": sum(len(book.differing) for book in books),
        "missing": sum(len(book.missing) for book in books),
        "open_books": sum(book.book.closed_at is None for book in books),
        "centre": request.user.sees_everything,
    }
    return render(request, "console/settle.html", context)


def _dressed(cases, outlet: Outlet | None):
    rows = cases.filter(outlet=outlet) if outlet else cases
    return rows.select_related("owner", "technician", "outlet", "order").order_by("day", "pk")[:CASES]


def waiting_days(request: HttpRequest, now: datetime) -> list[OutletDay]:
    """Return the outlets' days of the last fortnight that have books and are not accepted, the oldest first."""
    since = now.astimezone(zone_of(request)).date() - timedelta(days=DAYS)
    rows = OutletDay.objects.for_user(request.user).filter(day__gte=since, accepted_at=None).select_related("outlet")
    books = DayBook.objects.filter(day__gte=since).values_list("outlet", "day", "closed_at")
    found = {}
    for outlet, day, closed in books:
        n_open, n_all = found.get((outlet, day), (0, 0))
        found[outlet, day] = n_open + (closed is None), n_all + 1
    days = [row for row in rows.order_by("day", "outlet") if (row.outlet_id, row.day) in found or row.closed_at]
    for row in days:
        row.n_open, row.n_books = found.get((row.outlet_id, row.day), (0, 0))
        row.late = row.closed_at is None and settling.cutoff_of(row.outlet, row.day) < now
    return days


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Make today's books before the cut-off, or bring them up to date: a technician stands here already."""
    now = timezone.now()
    outlet, day = outlet_and_day(request, now)
    if outlet is None or day > now.astimezone(outlet.tz).date():
        raise Http404
    settling.make_books(outlet, day, now, request.user)
    return redirect(f"{reverse('settle')}?outlet={outlet.code}&day={day.isoformat()}")


def book(request: HttpRequest, pk: int, refusals: list[dict] | None = None, lines: list[Shown] | None = None):
    """One book: each line expected and counted, who answers for a difference, and who has agreed."""
    rows = DayBook.objects.for_user(request.user).select_related("outlet", "technician__user", "clerk", "confirmed_by")
    found = get_object_or_404(rows, pk=pk)
    rows = found.lines.select_related("order", "owner")
    lines = with_payments(lines or [shown(line) for line in rows])
    lines.sort(key=lambda one: (not one.line.is_money, one.line.by_doorstep and not one.line.differs, one.line.pk))
    context = {
        "now": timezone.now(),
        "book": found,
        "lines": lines,
        "uncounted": sum(one.line.counted is None for one in lines),
        "unexplained": sum(one.line.differs and not one.line.explained for one in lines),
        "people": list(people_of(found.outlet_id).values()),
        "entries": told(found.entries, {one.line.key: one.line for one in lines}),
        "cases": [(case, said(case.difference, case)) for case in found.cases.select_related("owner")],
        "refusals": refusals or [],
        "refusal_title": _("Some of this can't be read") if any(one.wrong for one in lines) else "",
        "key": uuid.uuid4(),
        "manages": request.user.sees_everything or request.user.role in ("manager", "admin"),
    }
    return render(request, "console/settle_book.html", context, status=422 if context["refusals"] else 200)


@require_POST
def book_do(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Count, agree, agree in the technician's place, or carry a book as a case."""
    found = get_object_or_404(DayBook.objects.for_user(request.user).select_related("outlet"), pk=pk)
    now, by, said_why = timezone.now(), request.user, request.POST.get("reason", "")
    version = whole(request.POST.get("version"))
    works = {
        "agree": partial(settling.agree, pk, by, now, version),
        "instead": partial(settling.agree_instead, pk, by, now, version, said_why),
        "carry": partial(settling.carry, pk, by, now, whole(request.POST.get("owner")), said_why),
    }
    if what == "count":
        lines, typed = read_lines(request, found.lines.select_related("order", "owner"))
        if wrong := [{"missing": one.wrong, "why": str(one.line.get_kind_display())} for one in lines if one.wrong]:
            return book(request, pk, wrong, lines)
        works["count"] = partial(settling.count, pk, by, now, typed, version)
    if what not in works:
        raise Http404
    if refusals := attempt(request, f"book {pk} {what}", works[what]):
        return book(request, pk, refusals)
    messages.success(request, SAID[what])
    return redirect("settle_book", pk)


SAID = {
    "count": _lazy("Counted and saved."),
    "agree": _lazy("Agreed for the outlet."),
    "instead": _lazy("Agreed in the technician's place."),
    "carry": _lazy("Carried as a case."),
}


def told(entries, lines: dict[str, BookLine]) -> list[BookEntry]:
    """Return steps of a settlement, the newest first, each with what was written in it in words (`told`)."""
    found = list(entries.select_related("actor").order_by("-pk"))
    for entry in found:
        what = entry.what
        rows = [*what.get("lines", ()), *({"counted": None} | one for one in what.get("changes", ()))]
        entry.told = [_told(one, lines[one["line"]]) for one in rows if one["line"] in lines]
        entry.told += [what[name] for name in ("note", "reason", "outcome") if what.get(name)]
    return found


def _told(one: dict, line: BookLine) -> str:
    """Say one line of a step: what it is, what was counted or expected then, and why it differed."""
    name = " ".join(part for part in (str(line.get_kind_display()), line.about) if part)
    if "to" in one:
        return _("%(line)s: expected %(now)s") % {"line": name, "now": said(one["to"], line)}
    words = {"line": name, "counted": said(one["counted"], line), "expected": said(one["expected"], line)}
    text = _("%(line)s: %(counted)s of %(expected)s") % words
    return " · ".join(part for part in (text, one.get("reason"), one.get("remedy")) if part)


def whole(text: str | None) -> int | None:
    """Read a number as a form sends it; None for none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def read_lines(request: HttpRequest, rows) -> tuple[list[Shown], dict[int, Counted]]:
    """Read what was typed on the lines of a form; those it does not hold stay as they are."""
    lines, typed = [], {}
    for line in rows:
        one = shown(line)
        lines.append(one)
        if f"counted-{line.pk}" not in request.POST and f"reason-{line.pk}" not in request.POST:
            continue
        one.typed = request.POST.get(f"counted-{line.pk}", one.typed).strip()[:40]
        line.reason = request.POST.get(f"reason-{line.pk}", "").strip()[:240]
        line.remedy = request.POST.get(f"remedy-{line.pk}", "").strip()[:240]
        line.owner_id = whole(request.POST.get(f"owner-{line.pk}"))
        amount = line.counted
        if not line.by_doorstep:
            amount, one.wrong = read_amount(one.typed, line)
        typed[line.pk] = Counted(amount, line.owner_id, line.reason, line.remedy)
    return lines, typed


def read_amount(text: str, line: BookLine) -> tuple[int | None, str]:
    """Read a count: money as people write it, else pieces. Returns (amount or None, what is wrong with it)."""
    if not text:
        return None, ""
    if line.is_money:
        try:
            amount = parse_money(text, line.currency)
        except Unclear as unclear:
            return None, str(unclear)
    else:
        amount = whole(text) if len(text) < 7 else None
        if amount is None:
            return None, _("“%(text)s” is not a number of pieces.") % {"text": text[:20]}
    if amount < 0 and line.book_id:
        return None, _("Enter what is there: nothing is less than none.")
    return amount, ""
