"""Time as a person says it: 'in 12 min', 'late 4 min', '2 h ago'.

The words are written once, here; the browser gets the same patterns (`client_words`) so that a page
left open goes on telling the truth.
"""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Patterns with {n}, {h}, {m}: no plural forms, units are abbreviated in every language.
WORDS = {
    "min": _("{n} min"),
    "h": _("{n} h"),
    "h_min": _("{h} h {m} min"),
    "d": _("{n} d"),
    "future": pgettext_lazy("time from now", "in {time}"),
    "past": pgettext_lazy("time since", "{time} ago"),
    "late": pgettext_lazy("overdue by", "late {time}"),
    "now": pgettext_lazy("time", "now"),
}
SOON = 15 * 60  # seconds: what falls due within this stands out


def span(seconds):
    """Say a length of time in seconds (0 or more), no finer than a minute, no longer than two units."""
    minutes = int(seconds) // 60
    hours, rest = divmod(minutes, 60)
    if minutes < 60:
        return str(WORDS["min"]).format(n=minutes)
    if hours < 10 and rest:
        return str(WORDS["h_min"]).format(h=hours, m=rest)
    if hours < 24:
        return str(WORDS["h"]).format(n=hours)
    return str(WORDS["d"]).format(n=hours // 24)


def relative(moment, now, *, due=False):
    """Say where `moment` is from `now`, both aware. Return (words, tone): tone is '', 'soon' or 'late'.

    With `due`, a moment that has passed is late and one that is near is soon.
    """
    ahead = (moment - now).total_seconds()
    if abs(ahead) < 60:
        return str(WORDS["now"]), "soon" if due else ""
    pattern = "future" if ahead > 0 else ("late" if due else "past")
    tone = ("late" if ahead < 0 else "soon" if ahead <= SOON else "") if due else ""
    return str(WORDS[pattern]).format(time=span(abs(ahead))), tone


def exact(moment: datetime):
    """Say an aware moment in full in the active zone and language, with the zone's name."""
    local = timezone.localtime(moment)
    return f"{formats.date_format(local, 'DATE_FORMAT')} {local:%H:%M} {local:%Z}"


def clock(moment: datetime, now: datetime):
    """Say the time of day in the active zone, with the date in front when it is not today's."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localtime(now).date():
        return f"{local:%H:%M}"
    # The short month: rows are dense. Where months are numbers (Chinese) there is nothing to shorten.
    short = formats.get_format("MONTH_DAY_FORMAT").replace("F", "M")
    return f"{formats.date_format(local, short)} {local:%H:%M}"
