"""What a customer is told from the diagnosis on: outcome, workshop, parts, payment, callback (H-F, H-G, H-R)."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _

from dispatch.models import Outcome, QuoteStatus, State
from dispatch.models.workshop import Stage
from web.portal import moments
from web.portal.facts import Facts
from web.portal.story import Told, tells

S = State


@tells(S.DIAGNOSED)
def _diagnosed(facts: Facts) -> Told:
    record = facts.order.repairs.last()
    quote = facts.quote
    if facts.order.at_counter:
        return Told(_("Ready to be collected"), [_("Pay at the counter, and take it home. We show you that it works.")])
    if quote and quote.status == QuoteStatus.OFFERED:
        lines = [_("The fault was found. Read what the repair costs; nothing is done for a fee without your yes.")]
        return Told(_("Your answer is needed"), lines, tone="wait")
    if record and record.worked_at:
        return Told(_("The repair is done"), [_("What is left: the papers, and a look at it together with you.")])
    return Told(*_outcome(record.outcome if record else ""))


def _outcome(outcome: str) -> tuple[str, list[str]]:
    """Return head and lines for what was found (H-F3)."""
    said = {
        Outcome.PULL_IN: (
            _("It has to go to our workshop"),
            _("It cannot be repaired well at your home. You get a receipt for it, and a day on which it is back."),
        ),
        Outcome.PART_MISSING: (
            _("A part is needed"),
            _("The fault was found. The part is fetched now, or we agree on another visit."),
        ),
        Outcome.NOTHING_WRONG: (
            _("Nothing is broken"),
            _("The technician shows you what was tested, and how it works."),
        ),
        Outcome.MISUSE: (
            _("Not a fault of the appliance"),
            _("The technician shows you how to use it so that it lasts."),
        ),
        Outcome.REFUSED: (_("Nothing is repaired"), _("You decided against it. It stays as it is.")),
        Outcome.NEW_FAULT: (
            _("A fault we have not seen before"),
            _("Our specialists are asked while the technician is with you."),
        ),
        Outcome.UNSAFE: (
            _("Please do not use it"),
            _("It is not safe as it is. The technician makes it safe and tells you what is possible."),
        ),
        Outcome.EXCHANGE: (
            _("Return or exchange is looked at"),
            _("The centre decides by the rules of the warranty and tells you."),
        ),
    }
    usual = (_("The fault was found"), _("It is repaired now, and tested before anybody leaves."))
    head, line = said.get(outcome, usual)
    return head, [line]


@tells(S.IN_WORKSHOP)
def _in_workshop(facts: Facts) -> Told:
    job = facts.order.job
    lines = []
    if job:
        lines.append(_workshop_words(job))
        if job.stage != Stage.READY and facts.quote and facts.quote.status == QuoteStatus.OFFERED:
            lines.append(_("Read what the repair costs; nothing is done for a fee without your yes."))
    told = Told(_("In our workshop"), lines)
    promised = job.promised_at if job else None
    if promised:
        told.when, told.when_note = moments.day(promised, facts.now), _("Promised back")
        if promised < facts.now:
            told.tone = "late"
            told.sorry = [_("We are sorry: it should be back with you by now. Call us, and we tell you when it is.")]
    if facts.order.loan and facts.order.loan.state == "out":
        told.lines.append(_("You may use the unit we lent you until yours is back."))
    return told


def _workshop_words(job) -> str:
    return {
        Stage.COLLECTED: _("It is on its way to our workshop."),
        Stage.RECEIVED: _("It has arrived and is looked at next."),
        Stage.DIAGNOSED: _("The fault was found."),
        Stage.WAITING: _("It waits for a part, or for a word from you or the maker."),
        Stage.REPAIRED: _("It is repaired, and tested next."),
        Stage.TESTED: _("It is repaired and tested."),
        Stage.READY: _("It is ready to go back to you."),
    }.get(job.stage, _("We are working on it."))


@tells(S.AWAITING_PARTS)
def _awaiting_parts(facts: Facts) -> Told:
    told = Told(_("We are waiting for a part"), [_("As soon as it is here, we call you and agree on the visit.")])
    days = [row.expected_on for row in facts.order.requisitions.open() if row.expected_on]
    promised = facts.order.promised_at
    if days or promised:
        when = max(days) if days else None
        told.when = formats.date_format(when, "MONTH_DAY_FORMAT") if when else moments.day(promised, facts.now)
        told.when_note = _("Expected here")
    return told


@tells(S.CONSULTING)
def _consulting(facts: Facts) -> Told:
    told = Told(_("Helped on the phone"), [_("Please try what we told you.")])
    if facts.callback:
        told.when, told.when_note = moments.at(facts.callback.due_at, facts.now), _("We call you back")
    told.lines.append(_("Does it still not work? Say so here at any time, and somebody comes."))
    return told


@tells(S.CHARGED)
def _charged(facts: Facts) -> Told:
    return Told(_("The repair is done"), [_("You may say here how it went. Nobody has to.")], tone="done")


@tells(S.FOLLOW_UP)
def _follow_up(facts: Facts) -> Told:
    told = Told(_("The repair is done"), tone="done")
    if facts.callback:
        told.when, told.when_note = moments.by(facts.callback.due_at, facts.now), _("We call and ask whether it works")
    told.lines = [_("Is something not right? Say so here, you need not wait for our call.")]
    return told


@tells(S.CLOSED)
def _closed(facts: Facts) -> Told:
    done = facts.order.finished_at
    lines = [_("Finished: %(day)s.") % {"day": moments.day(done, facts.now)}] if done else []
    lines.append(_("Keep this page: papers, parts and warranty stay here for a year."))
    return Told(_("All done"), lines, tone="done")


@tells(S.CANCELLED)
def _cancelled(facts: Facts) -> Told:
    lines = [_("Nobody comes for this order. If that is a mistake, call us and it goes on.")]
    return Told(_("This order was cancelled"), lines, tone="wait")
