"""Figures as people read them: percent, lengths of time, numbers, and by how much they changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.reports.kpi.figures import SHARE, SPAN, Figure
from dispatch.reports.kpi.period import Period
from dispatch.reports.kpi.reading import Value
from web.shared import when

DASH, MINUS = "–", "\u2212"


def say(value: Value) -> str:
    """Say a figure; a dash where there is nothing to speak of."""
    return said(value.figure, value.value)


def said(figure: Figure, amount: float | int | None) -> str:
    """Say an amount in a figure's unit."""
    if amount is None:
        return DASH
    if figure.unit == SHARE:
        return percent(_rounded(amount))
    if figure.unit == SPAN:
        return when.span(amount)
    return number(amount)


def percent(text: str) -> str:
    """Say so many percent, in one piece."""
    return (_("%(n)s %%") % {"n": text}).replace(" ", "\u00a0")


def _rounded(percent: float) -> str:
    """Whole percents; a tenth where a whole one would say all or nothing and it is neither."""
    whole = round(percent)
    close = whole in (0, 100) and percent != whole
    if close:  # never rounded up to all, nor down to nothing
        return number_format(min(max(round(percent, 1), 0.1), 99.9), 1)
    return str(whole)


def number(amount: float | int) -> str:
    """Say a number with its thousands apart."""
    return number_format(amount, 0, use_l10n=True, force_grouping=True)


def of(value: Value) -> str:
    """Say what a share or mean rests on: '348 of 400', 'mean of 400'."""
    if not value.under:
        return ""
    if value.figure.unit == SPAN:
        return ngettext("mean of %(n)s order", "mean of %(n)s orders", value.under) % {"n": number(value.under)}
    if any(measure.endswith("_s") for measure in value.figure.under):
        hours = {"over": number(value.over // 3600), "under": number(value.under // 3600)}
        return _("%(over)s h of %(under)s h") % hours
    return _("%(over)s of %(under)s") % {"over": number(value.over), "under": number(value.under)}


def change(value: Value, before: Value) -> str:
    """Say by how much a figure changed: points of a share, time, percent of a number; '' when it can't be said."""
    now, then = value.value, before.value
    if now is None or then is None:
        return ""
    if value.figure.unit == SHARE:
        points = round(now) - round(then)
        return _("unchanged") if not points else ngettext("%(n)s point", "%(n)s points", abs(points)) % {
            "n": _signed(points)
        }  # fmt: skip
    if value.figure.unit == SPAN:
        seconds = now - then
        return f"{'+' if seconds > 0 else MINUS}{when.span(abs(seconds))}" if abs(seconds) >= 60 else _("unchanged")
    if not then:
        return ""
    grown = round(100 * (now - then) / then)
    return percent(_signed(grown)) if grown else _("unchanged")


def _signed(amount: int) -> str:
    return f"{'+' if amount > 0 else MINUS}{abs(amount)}"


def day(one: date) -> str:
    """Say a day."""
    return date_format(one, "DATE_FORMAT")


def stretch(period: Period) -> str:
    """Say a period: one day, or the first and the last."""
    return day(period.first) if period.days == 1 else f"{day(period.first)} – {day(period.last)}"


def piece(first: date, period: Period) -> str:
    """Say a piece of a trend: the day, the week from a day on, the month, the quarter."""
    if period.bucket == "month":
        return date_format(first, "YEAR_MONTH_FORMAT").replace(date_format(first, "F"), date_format(first, "M"))
    if period.bucket == "quarter":
        return f"{first.year} Q{(first.month + 2) // 3}"
    short = date_format(first, "MONTH_DAY_FORMAT").replace(date_format(first, "F"), date_format(first, "M"))
    if period.bucket == "week":
        last = min(first + timedelta(days=6 - first.weekday()), period.last)
        return short if last == first else _("week of %(day)s") % {"day": short}
    return short


def plain(figure: Figure, amount: float | int | None) -> Any:
    """Return an amount for a chart or a sheet: percent, hours, or the number; None where there is nothing."""
    if amount is None:
        return None
    return round(amount / 3600, 2) if figure.unit == SPAN else round(amount, 1) if figure.unit == SHARE else amount
