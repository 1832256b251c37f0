"""What the page of trends shows, as rows that a template, a sheet and a chart all read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.money import digits, plain, say
from dispatch.models import Fault
from dispatch.reports.kpi.behind import LISTED
from dispatch.reports.kpi.figures import BY_TECHNICIAN, CAUSES, FIGURES, FIRST_FIX, HEAD, PARTS, Figure
from dispatch.reports.kpi.reading import Sums, Told, Value, broken_down, by_day, value
from technicians.models import Part, Technician
from web.insight import saying
from web.insight.asked import Asked

MOST = 10  # rows of a table that ranks
MOST_PEOPLE = 60  # technicians on one page; of more, those with the most orders not fixed the first time
ALL_WELL = _("There was no order that the first visit did not settle.")
PANELS = (
    ("punctuality", _("Punctuality"), "line", ("on-time", "on-time-first", "departure")),
    ("first-fix", _("First-time fix"), "line", ("first-fix", "first-fix-held", "recalls")),
    ("callbacks", _("What customers said"), "line", ("satisfied", "reached")),
    ("promises", _("Promises kept"), "line", ("contact", "finish")),
    ("time", _("Where the time goes, hours"), "stack", ("time-ours", "time-customer", "time-parts")),
    ("duty", _("Hours on duty"), "line", ("utilisation", "utilisation-travel")),
    ("checks", _("Checklists and warranty"), "line", ("checks", "covered")),
    ("orders", _("Orders"), "bar", ("opened", "done", "visits")),
    ("matter", _("Parts and loaners"), "bar", ("parts", "lent")),
)


@dataclass(frozen=True)
class Card:
    """One figure in the head of the page."""

    figure: Figure
    now: Value
    before: Value
    url: str

    @property
    def text(self) -> str:
        """The figure in words."""
        return saying.say(self.now)

    @property
    def of(self) -> str:
        """What it rests on."""
        return saying.of(self.now)

    @property
    def change(self) -> str:
        """By how much it changed."""
        return saying.change(self.now, self.before)

    @property
    def was(self) -> str:
        """What it was before."""
        return saying.say(self.before)

    @property
    def wrong(self) -> bool:
        """True when it is clearly worse than before."""
        return self.now.worse_than(self.before)


@dataclass(frozen=True)
class Cell:
    """One cell: words, the bare number for a chart, what it rests on, where it leads."""

    text: str
    plain: Any = None
    of: str = ""
    url: str = ""
    small: bool = False


@dataclass
class Table:
    """A table with a head and rows of (name, cells); `chart` says how it is drawn, '' for not at all."""

    code: str
    title: Any
    head: list[Any]
    rows: list[tuple[Any, list[Cell]]]
    chart: str = ""
    first: Any = ""
    figures: list[Figure] = field(default_factory=list)
    empty: Any = ""


def cards(asked: Asked, told: Told, codes: tuple[str, ...] = HEAD) -> list[Card]:
    """Return the figures of the head."""
    return [Card(FIGURES[code], told.now[code], told.before[code], asked.behind(FIGURES[code])) for code in codes]


def cell(one: Value, url: str = "") -> Cell:
    """Return a figure as a cell."""
    plain = saying.plain(one.figure, one.value)
    return Cell(saying.say(one), plain, saying.of(one), url if one.value is not None else "", one.small)


def trends(asked: Asked, told: Told) -> list[Table]:
    """Return the trends, and money by piece of the period, each a table that is drawn as well."""
    found = []
    for code, title, chart, codes in PANELS:
        figures = [FIGURES[one] for one in codes]
        rows = [
            (saying.piece(day, told.period), [cell(values[figure.code]) for figure in figures])
            for day, values in told.trend.items()
        ]
        rows.append((_("Together"), [cell(told.now[figure.code], asked.behind(figure)) for figure in figures]))
        found.append(Table(code, title, [figure.name for figure in figures], rows, chart, figures=figures))
    return found


def money(asked: Asked) -> list[Table]:
    """Return money taken and given back, and what the warranty bore, by currency."""
    pieces = by_day(asked.scope, asked.period, "currency", ("money", "warranty"))
    currencies = sorted({currency for keys in pieces.values() for currency in keys})
    return [_money(asked, pieces, currency) for currency in currencies]


MONEY = (
    (LISTED["taken"], _("Taken")),
    (LISTED["given-back"], _("Given back")),
    (LISTED["warranty-cost"], _("Borne by the warranty")),
)


def _money(asked: Asked, pieces: dict[date, dict[str, Sums]], currency: str) -> Table:
    totals = [0] * len(MONEY)
    rows: list[tuple[Any, list[Cell]]] = []
    for day in asked.period.buckets():
        sums = pieces.get(day, {}).get(currency, {})
        amounts = [value(figure, sums).over for figure, _name in MONEY]
        totals = [total + amount for total, amount in zip(totals, amounts, strict=True)]
        rows.append((saying.piece(day, asked.period), [_amount(amount, currency) for amount in amounts]))
    links = [asked.behind(figure, "currency", currency, missed=False) for figure, _name in MONEY]
    last = [_amount(total, currency, url) for total, url in zip(totals, links, strict=True)]
    rows.append((_("Together"), last))
    title = _("Money, %(currency)s") % {"currency": currency}
    figures = [figure for figure, _name in MONEY]
    return Table(
        f"money-{currency.lower()}", title, [name for _figure, name in MONEY], rows, "bar", figures=figures
    )  # fmt: skip


def _amount(minor: int, currency: str, url: str = "") -> Cell:
    text = say(minor, currency) if minor else saying.DASH
    return Cell(text, float(plain(minor, currency)) if digits(currency) else minor, url=url if minor else "")


def technicians(asked: Asked, most: int | None = MOST_PEOPLE) -> Table:
    """Return the figures of each technician who has any, by name; of many those who missed most, unless `most` is None.

    Whoever looks at one outlet sees all of it.
    """
    figures = [FIGURES[code] for code in BY_TECHNICIAN]
    found, before = (
        broken_down(asked.scope, span, "technician") for span in (asked.period, asked.period.before())
    )  # fmt: skip
    place = BY_TECHNICIAN.index(FIRST_FIX.code) + 1
    keys = sorted(found, key=lambda key: -_missed(found[key]))[:most]
    names = Technician.objects.for_user(asked.user).in_bulk([int(key) for key in keys])
    rows = []
    for pk, technician in sorted(names.items(), key=lambda pair: (pair[1].name, pair[0])):
        values = [value(figure, found[str(pk)]) for figure in figures]
        links = [asked.behind(figure, "technician", pk) for figure in figures]
        cells = [cell(one, url) for one, url in zip(values, links, strict=True)]
        cells.insert(place, cell(value(FIRST_FIX, before.get(str(pk), {}))))
        rows.append((technician, cells))
    empty = _("Nobody has visited a customer in this time.")
    title = _("By technician") if len(keys) == len(found) else _("Technicians with the most orders not fixed")
    head = [figure.name for figure in figures]
    head.insert(place, _("First-time fix before"))
    return Table("technicians", title, head, rows, "", _("Technician"), figures, empty)


def _missed(sums: Sums) -> int:
    one = value(FIRST_FIX, sums)
    return one.under - one.over


def why(asked: Asked) -> list[Table]:
    """Return why orders were not fixed the first time: by cause, fault and model, beside the time before."""
    now, before = asked.period, asked.period.before()
    found = [_causes(asked)]
    for by, title, name in (("fault", _("By fault"), _("Fault")), ("model", _("By model"), _("Model"))):
        these, those = (broken_down(asked.scope, one, by, ("fixes",)) for one in (now, before))
        rows = {key: value(FIRST_FIX, sums) for key, sums in these.items()}
        worst = sorted(rows.items(), key=lambda pair: (pair[1].over - pair[1].under, pair[0]))[:MOST]
        names = fault_names(key for key, _one in worst) if by == "fault" else {}
        found.append(Table(f"why-{by}", title, [_("Not fixed"), FIRST_FIX.name, _("Before")], first=name, rows=[
            (names.get(key, key), _misses(one, value(FIRST_FIX, those.get(key, {})), asked.behind(FIRST_FIX, by, key)))
            for key, one in worst if one.over < one.under
        ], empty=ALL_WELL))  # fmt: skip
    return found


def _misses(one: Value, before: Value, url: str) -> list[Cell]:
    missed = one.under - one.over
    return [Cell(saying.number(missed), missed, url=url), cell(one), cell(before)]


def _causes(asked: Asked) -> Table:
    these, those = (
        {key: sums["fixes"][0] for key, sums in broken_down(asked.scope, one, "cause", ("fixes",)).items()}
        for one in (asked.period, asked.period.before())
    )
    total = sum(these.values())
    rows = []
    for code, name in CAUSES.items():
        count, was = these.get(code, 0), those.get(code, 0)
        if count or was:
            share = _percent(count, total)
            link = asked.behind(FIRST_FIX, "cause", code) if count else ""
            rows.append((name, [Cell(saying.number(count), count, url=link), share, Cell(saying.number(was), was)]))
    rows.sort(key=lambda row: -row[1][0].plain)
    head = [_("Not fixed"), _("Share"), _("Before")]
    return Table("why-cause", _("By cause"), head, rows, first=_("Why not"), empty=ALL_WELL)


def _percent(part: int, whole: int) -> Cell:
    share = 100 * part / whole if whole else None
    return Cell(saying.said(FIRST_FIX, share), share)


def fault_names(keys: Any) -> dict[str, str]:
    """Return names of faults by their numbers as text."""
    return {str(pk): fault.name for pk, fault in Fault.objects.in_bulk([int(key) for key in keys]).items()}


def parts(asked: Asked) -> Table:
    """Return the parts put in most often, and how many of them the warranty bore."""
    now, before = (broken_down(asked.scope, one, "part", ("parts",)) for one in (asked.period, asked.period.before()))
    most = sorted(now.items(), key=lambda pair: (-pair[1]["parts"][0], pair[0]))[:MOST]
    names = Part.objects.in_bulk([int(key) for key, _sums in most])
    rows = []
    for key, sums in most:
        pieces, covered = sums["parts"]
        was = before.get(key, {}).get("parts", [0])[0]
        amounts = [Cell(saying.number(pieces), pieces, url=asked.behind(PARTS, "part", key))]
        rows.append((names.get(int(key), key), amounts + [Cell(saying.number(one), one) for one in (covered, was)]))
    head = [_("Pieces"), _("Under warranty"), _("Before")]
    return Table("parts", _("Parts put in most"), head, rows, first=_("Part"), empty=_("No part was put in."))


def part_name(key: str) -> str:
    """Return the name of a part by its number as text."""
    found = Part.objects.filter(pk=int(key)).first() if key.isdigit() and len(key) < 18 else None
    return str(found or key)
