"""At the door: what to say about the hour, and what comes next when something is different (H-E4, H-E5)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from dispatch.actions.arrive import EARLY, EXCEPTIONS, LATE, LATENESS, ON_TIME, VERY
from dispatch.models import Escalation, ServiceOrder, State, Visit
from web.field.steps import TARGET, Choice, Step
from web.shared.forms import ActForm

# True words for each class of arrival (H-E3, H-E4)
SAY = {
    EARLY: _("You are early. Wait near by until five minutes before the time; then show your permit."),
    ON_TIME: _("Say who you are, ask for the customer by name, and show your permit."),
    LATE: _("“I am late, and I am sorry. May I begin now, or would another time suit you better?”"),
    VERY: _("“I am very late, and I apologise. This small gift comes with our apology. May I begin?”"),
}


@dataclass(frozen=True)
class Door:
    """What the order's page shows between arriving and diagnosing."""

    lateness: object
    say: object
    minutes: int
    late: bool
    gift: bool
    exception: object = ""
    words: object = ""
    steps: list[Step] = field(default_factory=list)
    call: str = ""
    complaints: str = ""


# What calls in the manager, so that one tap does it (H-E5, H-E4)
ESCALATES = {"doubts_us": Escalation.DOUBT, "late_refused": Escalation.LATE}
HAVE_CALLED = ("customer_out", "wont_open")


def at_the_door(order: ServiceOrder, visit: Visit | None, choice: Choice) -> Door | None:
    """Return how the arrival stands; None unless somebody is at the door now. One query."""
    if order.state != State.ON_SITE or visit is None or visit.arrived_at is None:
        return None
    events = order.events.filter(action__in=("arrive", "note_exception"), at__gte=visit.arrived_at).order_by("seq")
    came, different = {}, ""
    for event in events:
        if event.action == "arrive":
            came = event.payload
        else:
            different = event.payload.get("exception", "")
    how = came.get("lateness", ON_TIME)
    name, words, verbs = EXCEPTIONS.get(different, ("", "", ()))
    offered = {step.name: step for _title, steps in choice.rest for step in steps}
    if choice.step:
        offered[choice.step.name] = choice.step
    return Door(
        lateness=LATENESS.get(how, ""),
        say=SAY.get(how, ""),
        minutes=came.get("late_seconds", 0) // 60,
        late=how in (LATE, VERY),
        gift=bool(came.get("gift")),
        exception=name,
        words=words,
        steps=[_done_for(offered[verb], order, different) for verb in verbs if verb in offered],
        call=order.customer.phone if different in HAVE_CALLED else "",
        complaints=order.outlet.phone if different == "doubts_us" else "",
    )


def _done_for(step: Step, order: ServiceOrder, different: str) -> Step:
    """Return the button with what the exception says already: the manager by one tap, a new time with its reason."""
    name = str(EXCEPTIONS[different][0])
    if step.name == "escalate" and different in ESCALATES:
        form = ActForm(step.name, str(step.label), step.url, tone="", icon=step.icon, target=TARGET)
        form.hidden = {"version": order.version, "escalation": ESCALATES[different].value, "reason": name}
        return replace(step, form=form)
    return replace(step, url=f"{step.url}?{urlencode({'reason': name})}") if step.name == "reschedule" else step


def different_first(choice: Choice, door: Door | None) -> Choice:
    """Put what the exception asks for under the thumb; what was there is beside it (H-E5)."""
    if door is None or not door.steps or (choice.step and choice.step.name == door.steps[0].name):
        return choice
    beside = [step for step in choice.beside if step.name != door.steps[0].name]
    return replace(choice, step=door.steps[0], beside=[*([choice.step] if choice.step else []), *beside])
