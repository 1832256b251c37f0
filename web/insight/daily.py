"""The daily e-mail: yesterday's figures beside the week's, what stands open now, and what got worse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dispatch.reports.kpi.figures import FIGURES, HEAD
from dispatch.reports.kpi.period import Period
from dispatch.reports.kpi.reading import Scope, told
from technicians.models import User
from web.insight import panels, saying
from web.insight.asked import Asked
from web.insight.standing import standing, told_waves
from web.shared.middleware import zone_of

WEEK = 7


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready to be sent: `html` is a whole page, `inside` what is in it."""

    subject: str
    text: str
    html: str
    inside: str


@dataclass(frozen=True)
class Line:
    """One figure: yesterday, the seven days up to yesterday, and the seven before them."""

    day: panels.Card
    week: panels.Card


def letter(user: User, now: datetime) -> Letter:
    """Return the e-mail of a person in their language, about the day before `now` where they are."""
    zone = zone_of(user)
    with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(zone):
        yesterday = now.astimezone(zone).date() - timedelta(days=1)
        page = _page(user, now, Period(yesterday, yesterday), Period(yesterday - timedelta(days=WEEK - 1), yesterday))
        where = str(user.outlet) if user.outlet else _("All outlets")
        subject = _("%(outlet)s, %(day)s: %(done)s orders done") % {
            "outlet": where,
            "day": saying.day(yesterday),
            "done": page["lines"][-1].day.text,
        }
        page |= {"where": where, "day": saying.day(yesterday), "subject": subject}
        text = render_to_string("insight/daily.txt", page)
        whole, inside = (render_to_string(f"insight/{name}.html", page) for name in ("daily", "_daily"))
        return Letter(" ".join(subject.split()), text.strip() + "\n", whole, inside)


def _page(user: User, now: datetime, day: Period, week: Period) -> dict:
    scope = Scope.of(user)
    today = day.last + timedelta(days=1)
    one, seven = (told(scope, period, today) for period in (day, week))
    asked = Asked(user, now, {}, week, scope, user.outlet)
    lines = [
        Line(*(panels.Card(FIGURES[code], found.now[code], found.before[code], "") for found in (one, seven)))
        for code in HEAD
    ]
    ours = settings.PUBLIC_URL
    return {
        "lines": lines,
        "standing": [row for row in standing(asked) if row["count"]],
        "waves": told_waves(asked),
        "causes": panels.why(asked)[0].rows,
        "url": urljoin(ours, f"{reverse('trends')}?period=week"),
        "settings_url": urljoin(ours, reverse("daily_mail")),
    }
