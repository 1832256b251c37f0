"""At the door: what to say about the hour, and what comes next when something is different (H-E4, H-E5)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from dispatch.actions.arrive import EARLY, EXCEPTIONS, LATE, LATENESS, ON_TIME, VERY
from dispatch.models import ServiceOrder, State, Visit
from web.field.steps import Choice, Step

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
        steps=[offered[verb] for verb in verbs if verb in offered],
    )
