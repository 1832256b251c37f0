"""manage.py plan --outlet TPE --date 2026-03-05: work a day out from the command line.

Exit codes: 0 a plan is ready (or nothing is to be planned), 1 it failed, 2 wrong arguments, 3 one is under way already.
"""

from __future__ import annotations

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dispatch.actions import plans
from dispatch.actions.plans import asking, words
from dispatch.lifecycle import Refusal
from dispatch.models import Plan, PlanState
from technicians.models import Outlet

FAILED, WRONG, UNDER_WAY = 1, 2, 3
ROWS = (  # figure, heading, is it a length of time
    ("served", "served", False),
    ("urgent", "urgent served", False),
    ("travel", "travel", True),
    ("changes", "change technician", False),
    ("moved", "change their time", False),
    ("calls", "customers to call", False),
    ("longest", "longest day", True),
    ("spread", "longest less mean", True),
)


class Command(BaseCommand):
    """Plan an outlet's day here, without a worker; a dispatcher takes it or leaves it on the board."""

    help = "Work out a plan for an outlet and a day. It is shown on the board; nothing is changed until it is taken."

    def add_arguments(self, parser) -> None:
        """Which day of which outlet, and how hard to think."""
        parser.add_argument("--outlet", required=True, help="code of the outlet")
        parser.add_argument("--date", help="day of the outlet's calendar, 2026-03-05; today by default")
        parser.add_argument("--dry-run", action="store_true", help="print what would be proposed, keep nothing")
        parser.add_argument("--seconds", type=int, help="seconds of one core to think, 1 to 120")
        parser.add_argument("--again", action="store_true", help="something broke: options with few changes, too")

    def handle(self, *args, **options) -> None:
        """Print the figures before and after, and what is left out and why."""
        outlet, day = self._which(options)
        again, seconds = options["again"], options["seconds"]
        if seconds is not None and not 1 <= seconds <= asking.MOST_SECONDS:
            raise CommandError(f"--seconds is from 1 to {asking.MOST_SECONDS}.", returncode=WRONG)
        if options["dry_run"]:
            self._dry(outlet, day, again, seconds)
        else:
            self._kept(outlet, day, again, seconds)

    def _which(self, options) -> tuple[Outlet, date]:
        outlet = Outlet.objects.filter(code=options["outlet"]).first()
        if outlet is None:
            known = ", ".join(Outlet.objects.order_by("code").values_list("code", flat=True)[:50])
            raise CommandError(f"No outlet has the code {options['outlet']}. There are: {known}.", returncode=WRONG)
        if not options["date"]:
            return outlet, timezone.now().astimezone(outlet.tz).date()
        try:
            return outlet, date.fromisoformat(options["date"])
        except ValueError:
            raise CommandError(f"{options['date']} is not a date: 2026-03-05.", returncode=WRONG) from None

    def _dry(self, outlet: Outlet, day: date, again: bool, seconds: int | None) -> None:
        now = timezone.now()
        try:
            since = asking.since_of(outlet, day, now)
            think = seconds or (asking.SECONDS_AGAIN if again else asking.SECONDS)
            worked = plans.figure_out(outlet, day, since, think, now=now, again=again)
        except Refusal as refusal:
            raise CommandError(_said(refusal), returncode=WRONG) from refusal
        except plans.Unsound:
            raise CommandError(str(words.ENDS[asking.UNSOUND]), returncode=FAILED) from None
        self.stdout.write(f"{outlet} {day}: nothing is kept (dry run)")
        self._print(plans.preview(outlet, day, since, worked, now))

    def _kept(self, outlet: Outlet, day: date, again: bool, seconds: int | None) -> None:
        try:
            plan, made = plans.ask_plan(outlet, day, None, timezone.now(), again=again, seconds=seconds)
        except Refusal as refusal:
            raise CommandError(_said(refusal), returncode=WRONG) from refusal
        if not made:
            raise CommandError(f"Plan {plan.pk} of that day is under way ({plan.progress} %).", returncode=UNDER_WAY)
        state = plans.work_out(plan.pk, timezone.now, alive=True)
        plan = Plan.objects.select_related("outlet", "asked_by").get(pk=plan.pk)
        said = plans.said(plan, timezone.now())
        if state != PlanState.READY:
            raise CommandError(said["error"] or said["over"], returncode=FAILED)
        self.stdout.write(f"{outlet} {day}: plan {plan.pk} is ready on the board")
        self._print(said)

    def _print(self, said: dict) -> None:
        for notice in said["notices"]:
            self.stdout.write(f"  ! {notice}")
        before, options = said["before"], said["options"]
        head = f"of {before.get('orders', 0)} orders"
        self.stdout.write(f"  {head:<20}{'now':>12}" + "".join(f"{_head(one):>12}" for one in options))
        for name, label, time in ROWS:
            cells = [_cell(before.get(name), time), *(_cell(one["figures"].get(name), time) for one in options)]
            self.stdout.write(f"  {label:<20}" + "".join(f"{cell:>12}" for cell in cells))
        best = options[-1] if options else {"left": []}
        if best["left"]:
            self.stdout.write(f"  left out of the best plan: {len(best['left'])}")
        for one in best["left"]:
            self.stdout.write(f"    {one['number']} {one['customer']}: {one['reason']} {one['fix']}")


def _head(option: dict) -> str:
    return f"at {option['price']} s"


def _cell(value: int | None, time: bool) -> str:
    if value is None:
        return "–"
    return words.duration(value) if time else str(value)


def _said(refusal: Refusal) -> str:
    errors = refusal.context.get("errors", {})
    return " ".join(str(text) for texts in errors.values() for text in texts) or str(refusal)
