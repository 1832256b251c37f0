"""The checklist under a thumb: everything in order with one tap, photos by camera, limits beside values."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse

from dispatch.actions import pictures
from dispatch.actions.checks import IN_STATE, StepList, limits, lists, within
from dispatch.lifecycle import BadData
from dispatch.models import OrderPhoto, PhotoKind, State
from technicians.models import ChecklistItem, ItemKind
from web.shared.doing import Doing
from web.shared.rows import Option, Row


@dataclass
class Line:
    """One item as it is drawn: its name on the form, what was answered, its limits, a row for its photo."""

    item: ChecklistItem
    name: str
    value: object = ""
    limits: str = ""
    outside: bool = False
    row: Row | None = None


@dataclass
class Part:
    """One step with its lines."""

    title: str
    lines: list[Line] = field(default_factory=list)


def steps_of(doing: Doing) -> list[StepList]:
    """Return the lists to go through now."""
    visit = doing.order.standing_visit()
    return lists(doing.order, visit, IN_STATE.get(State(doing.order.state), ()), doing.now)


def name_of(part: StepList, item: ChecklistItem) -> str:
    """Return the name of an item's control."""
    return f"item-{int(part.step)}.{item.code}"


def read(doing: Doing) -> dict:
    """Read the form: with "all", every plain tick counts as made; a photo is kept at once. Raises BadData."""
    post = doing.request.POST = doing.request.POST.copy()
    everything, answers, wrong = "all" in post, {}, []
    for part in steps_of(doing):
        for item in part.items.values():
            name = name_of(part, item)
            if item.kind == ItemKind.PHOTO:
                wrong += _keep(doing, name)
            if item.kind == ItemKind.TICK:
                if everything:
                    post[name] = "on"
                answers[name[5:]] = name in post
            elif post.get(name, "").strip():
                answers[name[5:]] = post[name].strip()
    if wrong:
        raise BadData("H-E1", {"errors": {"answers": wrong}})
    return {"answers": answers}


def _keep(doing: Doing, name: str) -> list[str]:
    """Keep the newest photo of an item and put its number into the form; return what was wrong with it."""
    sent = doing.request.FILES.getlist(name)
    if not sent:
        return []
    try:
        kept = pictures.upload(doing.order, sent[-1], PhotoKind.CHECKLIST, doing.request.user, doing.now)
    except BadData as refusal:
        return [str(text) for text in refusal.context["errors"]["file"]]
    doing.request.POST[name] = str(kept.pk)
    return []


def check_off(doing: Doing) -> dict:
    """The page: each step with its items, as answered or as typed."""
    post = doing.request.POST if doing.request.method == "POST" else None
    parts = []
    for step in steps_of(doing):
        part = Part(str(step.step.label))
        for item in step.items.values():
            name = name_of(step, item)
            kept = step.answers.get(item.code)
            value = kept if post is None else post.get(name, "")
            line = Line(item, name, "" if value is None else value, limits(item))
            line.outside = post is None and not within(item, kept)
            if isinstance(value, float):
                line.value = f"{value:g}"
            if item.kind == ItemKind.PHOTO:
                line.row = _photo_row(doing, item, name, value)
            part.lines.append(line)
        parts.append(part)
    kinds = {line.item.kind for part in parts for line in part.lines}
    return {"body_template": "field/check_off.html", "parts": parts, "plain": kinds == {ItemKind.TICK}}


def _photo_row(doing: Doing, item: ChecklistItem, name: str, value) -> Row:
    row = Row(name, "photos", item.name, help=item.hint, required=item.mandatory, attrs={"most": 1}, id=f"f-{name}")
    number = str(value or "")
    known = number.isascii() and number.isdigit() and len(number) < 18
    if known and OrderPhoto.objects.filter(order=doing.order, pk=int(number)).exists():
        address = f"{reverse('photo', args=[doing.order.pk, int(number)])}?w=320"
        row.options = [Option(number, address, selected=True)]
    return row


BODIES = {"check_off": check_off}
READS = {"check_off": read}
