"""Checklists: gone through before the door, entering, working, leaving; what is mandatory stands in the way (H-E1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import remembered
from dispatch.actions.fields import deed
from dispatch.lifecycle import Act, BadData, Lack
from dispatch.lifecycle.verb import FIELD
from dispatch.models import Check, OrderPhoto, ServiceOrder, State, Visit
from technicians.models import Checklist, ChecklistItem, CheckStep, ItemKind, Role

RULES = {
    CheckStep.APPEARANCE: "H-E1",
    CheckStep.ENTERING: "H-E6",
    CheckStep.WORKING: "H-F6",
    CheckStep.LEAVING: "H-H4",
}
# Which steps are gone through in which state; the first two before the work begins
IN_STATE = {
    State.CONTACTED: (CheckStep.APPEARANCE,),
    State.EN_ROUTE: (CheckStep.APPEARANCE,),
    State.ON_SITE: (CheckStep.APPEARANCE, CheckStep.ENTERING),
    State.DIAGNOSED: (CheckStep.WORKING,),
    State.CHARGED: (CheckStep.LEAVING,),
}
LONGEST = 500


@dataclass
class StepList:
    """What to go through at one step: its items by code, the versions they come from, and what was answered."""

    step: CheckStep
    items: dict[str, ChecklistItem] = field(default_factory=dict)
    versions: list[int] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def open_items(self) -> list[ChecklistItem]:
        """Return the mandatory items that nobody has answered, or not with yes."""
        return [one for one in self.items.values() if one.mandatory and self.answers.get(one.code) in (None, False, "")]

    def failed(self) -> list[ChecklistItem]:
        """Return the items whose measured value lies outside its limits."""
        return [one for one in self.items.values() if not within(one, self.answers.get(one.code))]


def within(item: ChecklistItem, value: Any) -> bool:
    """True unless a measured value lies outside the item's limits."""
    if item.kind != ItemKind.NUMBER or value is None:
        return True
    return (item.minimum is None or value >= item.minimum) and (item.maximum is None or value <= item.maximum)


def limits(item: ChecklistItem) -> str:
    """Return the limits of a measured value in words: "at least 2 MΩ", "0.1 to 3 A"; '' when there are none."""
    low, high = (None if end is None else number_format(f"{end:g}") for end in (item.minimum, item.maximum))
    if low and high:
        said = now_in_words("%(low)s to %(high)s") % {"low": low, "high": high}
    elif low or high:
        said = now_in_words("at least %s") % low if low else now_in_words("at most %s") % high
    else:
        return ""
    return f"{said} {item.unit}".strip()


def lists(order: ServiceOrder, visit, steps: Iterable[int], now: datetime) -> list[StepList]:
    """Return what is in force for an order at these steps, with what was answered on the visit; [] for nothing.

    What is brought to the counter has no visit and no checklists (H-I4). One query when nothing is in force.
    """
    if order.at_counter or visit is None:
        return []
    held = _in_force(order.appliance.category_id, tuple(steps), now.astimezone(order.outlet.tz).date())
    found: dict[int, StepList] = {}
    # The general list first, so that an item of the category's own list with the same code takes its place.
    for one in sorted(held, key=lambda one: (one.step, one.category_id is not None)):
        part = found.setdefault(one.step, StepList(CheckStep(one.step)))
        part.versions.append(one.pk)
        part.items |= {item.code: item for item in one.items.all()}
    if found:
        for check in answered(order, visit):
            if check.step in found:
                found[check.step].answers = check.answers
    return [found[step] for step in sorted(found)]


@remembered(lambda category, steps, day: (category, steps, day))
def _in_force(category: int | None, steps: tuple[int, ...], day: date) -> list[Checklist]:
    ours = Q(category__isnull=True) | Q(category_id=category)
    return list(Checklist.objects.holding(day).filter(ours, step__in=steps).prefetch_related("items"))


@remembered(lambda order, visit: (order.pk, visit.pk))
def answered(order: ServiceOrder, visit: Visit) -> list[Check]:
    """Return what was answered on an order's standing visit, a row for each step."""
    return list(Check.objects.filter(order=order, visit=visit))


def demands(*steps: CheckStep, when: Callable[[Act], bool] = lambda act: True) -> Callable[[Act], Iterator[Lack]]:
    """Return a guard: the mandatory items of these steps are done, and what was measured is within its limits.

    Demanded of technicians alone: they stand there. `when` tells for which acts, without a query.
    """

    def checked(act: Act) -> Iterator[Lack]:
        if not (act.by and act.by.role == Role.TECHNICIAN and when(act)):
            return
        for part in lists(act.order, act.visit, steps, act.now):
            rule = RULES[part.step]
            for item in part.open_items():
                said = format_lazy(_("Not done yet: {step}."), step=item.name)
                yield Lack(rule, f"check_{item.code}", said, "check_off")
            for item in part.failed():
                yield Lack(rule, f"limits_{item.code}", _outside(item, part.answers[item.code]), "check_off")

    return checked


def _outside(item: ChecklistItem, value: float) -> str:
    words = _("{item}: {value} {unit} measured, {limits} wanted. Put it right and measure again, or diagnose it anew.")
    said = number_format(f"{value:g}")
    return format_lazy(words, item=item.name, value=said, unit=item.unit, limits=limits(item))


# H-E1, H-E6: looked over before the door, shoe covers and pad cloth before the work
at_the_appliance = demands(
    CheckStep.APPEARANCE, CheckStep.ENTERING, when=lambda act: act.order.state == State.ON_SITE
)
# H-F6, H-F12: only after work on the appliance; a test run of what nobody touched proves nothing
after_the_work = demands(CheckStep.WORKING, when=lambda act: bool(act.repair and act.repair.worked_at))
# H-H3, H-H4
before_leaving = demands(CheckStep.LEAVING)


class AnswersField(serializers.DictField):
    """Answers by "step.code", such as "1.uniform": true for a tick, words, a number, or the number of a photo."""

    default_error_messages = {
        "number": _("%(item)s: write the measured value as a number."),
        "photo": _("%(item)s: this photo does not belong to this order. Take it again."),
        "long": _("%(item)s: that is too long."),
        "many": _("These are more answers than there are questions."),
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Read a dict of plain values; what each must be is known once the lists are read."""
        found = super().to_internal_value(data)
        if len(found) > 200:
            self.fail("many")
        return found


class CheckData(serializers.Serializer):
    """What was gone through."""

    answers = AnswersField(label=_("Answers"))


def _something_to_check(act: Act) -> Iterator[Lack]:
    """H-E1: a list is in force for this step of this job."""
    steps = act.data.get("steps")  # read already where something was sent
    if not (lists(act.order, act.visit, IN_STATE[State(act.order.state)], act.now) if steps is None else steps):
        yield Lack("H-E1", "no_list", _("There is no checklist for this step of this job."))


def _read_answers(act: Act) -> None:
    """Turn what was sent into answers by step. Raises BadData for what an item can't take."""
    errors: list[str] = []
    steps = lists(act.order, act.visit, IN_STATE[State(act.order.state)], act.now)
    read: dict[int, dict] = {}
    for part in steps:
        for code, item in part.items.items():
            key = f"{int(part.step)}.{code}"
            if key in act.data["answers"]:
                value = _value(act, item, act.data["answers"][key], errors)
                read.setdefault(part.step, {})[code] = value
    if errors:
        raise BadData("H-E1", {"errors": {"answers": errors}})
    act.data["steps"], act.data["read"] = steps, read
    act.payload.pop("answers")
    act.payload["checked"] = {str(int(step)): answers for step, answers in read.items()}


def _value(act: Act, item: ChecklistItem, sent: Any, errors: list[str]) -> Any:
    """Return one answer as it is kept: True or False, a number, words, the number of a photo; None for none."""
    says = AnswersField.default_error_messages
    if sent in (None, ""):
        return None
    if item.kind == ItemKind.TICK:
        return sent in (True, 1, "1", "true", "on", "True")
    if item.kind == ItemKind.NUMBER:
        try:
            number = float(str(sent).strip().replace(",", "."))
        except ValueError:
            number = float("nan")
        if not isfinite(number) or isinstance(sent, bool):
            errors.append(str(says["number"]) % {"item": item.name})
            return None
        return number
    if item.kind == ItemKind.PHOTO:
        if not _is_photo(act.order, sent):
            errors.append(str(says["photo"]) % {"item": item.name})
            return None
        return int(sent)
    words = str(sent).replace("\x00", "").strip()
    if len(words) > LONGEST:
        errors.append(str(says["long"]) % {"item": item.name})
    return words[:LONGEST]


def _is_photo(order: ServiceOrder, sent: Any) -> bool:
    number = str(sent)
    known = number.isascii() and number.isdigit() and len(number) < 18 and not isinstance(sent, bool)
    return known and OrderPhoto.objects.filter(order=order, pk=int(number)).exists()


def _any_answer(act: Act) -> Iterator[Lack]:
    """H-E1: something was answered."""
    if "read" in act.data and not act.data["read"]:
        yield Lack("H-E1", "nothing", _("Nothing was ticked. Go through the list and tick what is done."), "check_off")


@deed(
    "check_off",
    "H-E1",
    _("Go through the checklist"),
    FIELD,
    CheckData,
    prepare=_read_answers,
    needs=(_something_to_check,),
    checks=(_any_answer,),
)
def check_off(act: Act) -> None:
    """Keep the answers with the versions of the lists they were given to; a step may be answered in several goes.

    A value outside its limits is kept too, and named: it stands in the way of charging.
    """
    outside, photos, kept = [], [], []
    same = {"order": act.order, "visit": act.visit, "at": act.now, "by": act.by}
    for part in act.data["steps"]:
        given = act.data["read"].get(part.step)
        if given is None:
            continue
        part.answers = part.answers | given
        kept.append(Check(step=part.step, checklists=part.versions, answers=part.answers, **same))
        outside += [item.code for item in part.failed()]
        photos += [value for code, value in given.items() if value and part.items[code].kind == ItemKind.PHOTO]
    Check.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["order", "visit", "step"],
        update_fields=["checklists", "answers", "at", "by"],
    )
    if photos:
        taken = OrderPhoto.objects.filter(order=act.order, pk__in=photos, event_seq__isnull=True)
        taken.update(event_seq=act.order.log_seq + 1)
    if outside:
        act.payload["outside"] = outside
