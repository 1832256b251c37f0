"""What Doorstep has to do and may not have done: timers, notices, webhooks, plans, exports."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.models import (
    Delivery,
    Export,
    ExportState,
    KpiStale,
    Notice,
    NoticeState,
    Plan,
    PlanState,
    Timer,
    Webhook,
)
from web.insight.health.line import BROKEN, LOOK, OK, Line, ago, worst
from web.shared import when

DAY = timedelta(days=1)
LATE, FAR_TOO_LATE = timedelta(seconds=15), timedelta(minutes=1)
NOTICE_LATE, NOTICE_TOO_LATE = timedelta(minutes=2), timedelta(minutes=15)
PLAN_WAITS, PLAN_SILENT = timedelta(minutes=2), timedelta(minutes=1)
EXPORT_SILENT = timedelta(minutes=5)
UNCOUNTED = 500  # days of outlets that wait to be counted


def timers(now: datetime) -> Line:
    """Timers past their time, and those that failed and are tried again."""
    row = Timer.objects.filter(state=Timer.PENDING).aggregate(
        late=Count("pk", filter=Q(due_at__lt=now - LATE)),
        oldest=Min("due_at", filter=Q(due_at__lt=now - LATE)),
        failed=Count("pk", filter=Q(tries__gt=0)),
        all=Count("pk"),
    )
    late = ago(row["oldest"], now) if row["oldest"] else timedelta(0)
    status = worst((row["late"] > 0 or row["failed"] > 0, LOOK), (late > FAR_TOO_LATE, BROKEN))
    said = ngettext("%(n)d set, none late", "%(n)d set, none late", row["all"]) % {"n": row["all"]}
    if row["late"]:
        said = ngettext("%(n)d late, by %(long)s", "%(n)d late, the oldest by %(long)s", row["late"])
        said = said % {"n": row["late"], "long": when.span(late.total_seconds())}
    if row["failed"]:
        tried = ngettext("%(n)d failed and is tried again", "%(n)d failed and are tried again", row["failed"])
        said = f"{said} · {tried % {'n': row['failed']}}"
    do = (
        _("See whether a worker and the sweeper run; manage.py sweep rings what is due at once.")
        if status != OK
        else ""
    )
    url = reverse("admin:dispatch_timer_changelist") + "?state__exact=pending"
    return Line("timers", _("Timers"), status, said, do, url)


def notices(now: datetime) -> Line:
    """Messages that wait too long, are held, or were not delivered in the last day."""
    waiting = Q(state__in=(NoticeState.QUEUED, NoticeState.SENDING), next_try_at__lt=now - NOTICE_LATE)
    row = Notice.objects.aggregate(
        late=Count("pk", filter=waiting),
        oldest=Min("next_try_at", filter=waiting),
        held=Count("pk", filter=Q(state=NoticeState.HELD)),
        failed=Count("pk", filter=Q(state=NoticeState.FAILED, created_at__gte=now - DAY)),
        sent=Count("pk", filter=Q(state__in=(NoticeState.SENT, NoticeState.DELIVERED), created_at__gte=now - DAY)),
    )
    late = ago(row["oldest"], now) if row["oldest"] else timedelta(0)
    many_fail = row["failed"] * 10 > row["sent"] + row["failed"]
    status = worst((row["late"] > 0 or many_fail, LOOK), (late > NOTICE_TOO_LATE, BROKEN))
    said = _("Last day: %(sent)d sent, %(failed)d not delivered. Now: %(late)d wait too long, %(held)d held") % row
    do = _("See the errors in the list; see whether a worker runs and the provider answers.") if status != OK else ""
    shown = "?state__exact=failed" if row["failed"] and not row["late"] else ""
    return Line("notices", _("Notices"), status, said, do, reverse("admin:dispatch_notice_changelist") + shown)


def channels(now: datetime) -> Line:
    """Whether messages leave the house at all."""
    inside = [name for name, path in settings.NOTICE_CHANNELS.items() if path.endswith("console.send")]
    if not inside:
        return Line("channels", _("Ways to customers"), OK, ", ".join(settings.NOTICE_CHANNELS))
    names = {"sms": _("text messages"), "email": _("e-mails")}
    said = _("No provider for: %(what)s. They stand in the worker's log.") % {
        "what": ", ".join(str(names.get(name, name)) for name in inside)
    }
    do = _("For trying out that is right. On a server set SMS_URL and EMAIL_HOST.")
    return Line("channels", _("Ways to customers"), LOOK, said, do)


def webhooks(now: datetime) -> Line:
    """Receivers that do not take what they are sent."""
    row = Webhook.objects.filter(Q(active=True) | Q(failing_since__isnull=False)).aggregate(  # switched off: mend it
        all=Count("pk"), failing=Count("pk", filter=Q(failing_since__isnull=False)), since=Min("failing_since")
    )
    row["given_up"] = Delivery.objects.filter(state=Delivery.FAILED, made_at__gte=now - DAY).count()
    row["waiting"] = Delivery.objects.filter(state=Delivery.WAITING, made_at__lt=now - NOTICE_LATE).count()
    long = row["since"] is not None and ago(row["since"], now) > timedelta(hours=1)
    status = worst((row["failing"] or row["given_up"] or row["waiting"], LOOK), (long or row["given_up"] > 100, BROKEN))
    said = _("%(all)d receivers, %(failing)d failing; %(waiting)d deliveries late, %(given_up)d given up today") % row
    do = (
        _("See which receiver and what it answers; what was given up can be sent again from the list.")
        if status != OK
        else ""
    )
    return Line("webhooks", _("Webhooks"), status, said, do, reverse("admin:dispatch_delivery_changelist"))


def plans(now: datetime) -> Line:
    """Plans that nobody works on though somebody waits for them."""
    waits = Q(state=PlanState.WAITING, asked_at__lt=now - PLAN_WAITS)
    silent = Q(state=PlanState.SOLVING, heard_at__lt=now - PLAN_SILENT)
    stuck = Plan.objects.filter(waits | silent).count()
    failed = Plan.objects.filter(state=PlanState.FAILED, asked_at__gte=now - DAY).count()
    status = worst((stuck or failed, LOOK), (stuck > 3, BROKEN))
    said = _("%(stuck)d stuck, %(failed)d failed in the last day") % {"stuck": stuck, "failed": failed}
    do = _("See whether a worker runs. Ask for the plan again; what was proposed is not lost.") if status != OK else ""
    return Line("plans", _("Plans"), status, said, do, reverse("admin:dispatch_plan_changelist"))


def exports(now: datetime) -> Line:
    """Exports that nobody makes, or that failed."""
    under_way = Export.objects.filter(state__in=(ExportState.WAITING, ExportState.RUNNING))
    quiet = Q(alive_at__isnull=True, asked_at__lt=now - EXPORT_SILENT) | Q(alive_at__lt=now - EXPORT_SILENT)
    row = {
        "stuck": under_way.filter(quiet).count(),
        "failed": Export.objects.filter(state=ExportState.FAILED, asked_at__gte=now - DAY).count(),
    }
    status = worst((row["stuck"] or row["failed"], LOOK))
    said = _("%(stuck)d stuck, %(failed)d failed in the last day") % row
    do = _("See whether a worker runs and the disk has room; then ask for it again.") if status != OK else ""
    return Line("exports", _("Exports"), status, said, do)


def figures(now: datetime) -> Line:
    """Days that wait to be counted for the trends."""
    waiting = KpiStale.objects.order_by()[: UNCOUNTED + 1].count()
    status = worst((waiting > UNCOUNTED, LOOK))
    said = ngettext("%(n)d day waits to be counted", "%(n)d days wait to be counted", waiting) % {"n": waiting}
    do = _("See whether a worker runs; manage.py recount counts everything anew.") if status != OK else ""
    return Line("figures", _("Figures of the trends"), status, said, do)
