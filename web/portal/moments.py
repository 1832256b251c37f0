"""Days and hours as they are said to a customer, in the active language and zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from web.shared.when import span as length

NARROW = timedelta(minutes=15)  # narrower than this it is a time, not a window


def day(moment: datetime, now: datetime) -> str:
    """Say the day of a moment: today, tomorrow, Wednesday 25 November."""
    on = timezone.localtime(moment).date()
    ahead = (on - timezone.localtime(now).date()).days
    if ahead in (0, 1, -1):
        return (_("today"), _("tomorrow"), _("yesterday"))[ahead]
    said = formats.date_format(on, "MONTH_DAY_FORMAT" if abs(ahead) < 300 else "DATE_FORMAT")
    return _("%(weekday)s, %(day)s") % {"weekday": formats.date_format(on, "l"), "day": said}


def clock(moment: datetime) -> str:
    """Say hours and minutes."""
    return f"{timezone.localtime(moment):%H:%M}"


def at(moment: datetime, now: datetime) -> str:
    """Say a day and a time."""
    return _("%(day)s at %(time)s") % {"day": day(moment, now), "time": clock(moment)}


def window(starts: datetime, ends: datetime | None, now: datetime) -> str:
    """Say a promised time, or a window from … to …."""
    if ends is None or ends - starts < NARROW:
        return at(starts, now)
    said = {"day": day(starts, now), "from": clock(starts), "to": clock(ends)}
    return _("%(day)s between %(from)s and %(to)s") % said


def by(moment: datetime, now: datetime) -> str:
    """Say until when something happens; what should have been by now happens shortly."""
    if moment <= now:
        return _("shortly")
    said = {"day": day(moment, now), "time": clock(moment)}
    return _("by %(time)s") % said if said["day"] == _("today") else _("%(day)s by %(time)s") % said


def late(since: datetime, now: datetime) -> str:
    """Say for how long something has been late."""
    return length(max(0, (now - since).total_seconds()))
