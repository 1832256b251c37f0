"""Asking others: a colleague, the centre, headquarters; who does not answer in time is asked over (H-A5, H-F8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import of_order, remembered
from dispatch.actions.fields import deed, technician_field
from dispatch.actions.outcomes import taken, words
from dispatch.actions.pictures import PhotosField
from dispatch.lifecycle import REGISTRY, Act, BadData, Lack, NotAllowed, NotFound, Outcome, act_on, verb
from dispatch.lifecycle.act import in_one_piece
from dispatch.lifecycle.once import once
from dispatch.lifecycle.standard import HELP_WITHIN
from dispatch.lifecycle.verb import CLOCK, FIELD, OFFICE
from dispatch.models import HelpLevel, HelpRequest, ServiceOrder, TimerKind
from dispatch.models import Outcome as Diagnosis
from dispatch.reports.answers import index
from technicians.models import Role, Technician, User

ABOVE = {HelpLevel.COLLEAGUE: HelpLevel.CENTRE, HelpLevel.CENTRE: HelpLevel.HQ}


@remembered(of_order)
def waiting(order: ServiceOrder) -> HelpRequest | None:
    """Return the request that waits for an answer, None when there is none."""
    return order.help.open().select_related("to", "asked_by").first()


class AskData(serializers.Serializer):
    """What is not known, and who might know it."""

    level = serializers.ChoiceField(label=_("Ask"), choices=HelpLevel.choices, default=HelpLevel.CENTRE)
    technician = technician_field(label=_("Which colleague"), required=False, allow_null=True)
    question = words(_("Question"))
    photos = PhotosField(label=_("Photos"))

    def validate(self, data: dict) -> dict:
        """A colleague is asked by name."""
        if data["level"] == HelpLevel.COLLEAGUE and not data.get("technician"):
            raise serializers.ValidationError({"technician": _("Choose the colleague you ask.")})
        if data["level"] != HelpLevel.COLLEAGUE:
            data["technician"] = None
        return data


def _nobody_asked_yet(act: Act) -> Iterator[Lack]:
    """H-A5: one question at a time, so that one answer is waited for."""
    if act.order.help_due_at:
        yield Lack("H-A5", "asked", _("A question is open already. Wait for its answer, or answer it yourself."),
                   "answer_help")  # fmt: skip


def _somebody_else(act: Act) -> Iterator[Lack]:
    """H-A5: a colleague of the same outlet, not oneself. H-F8: a new kind of fault goes to the centre at once."""
    colleague: Technician | None = act.data.get("technician")
    if colleague and (colleague.outlet_id != act.order.outlet_id or colleague.user_id == act.by.pk):
        yield Lack("H-A5", "colleague", _("Choose a colleague of this outlet."), "ask_help")
    if colleague and act.order.outcome_step == "ask_help":
        said = _("A new kind of fault is reported to the centre or to headquarters.")
        yield Lack("H-F8", "report", said, "ask_help")


@deed(
    "ask_help",
    "H-A5",
    _("Ask for help"),
    (*FIELD, Role.CLERK, *OFFICE),
    AskData,
    needs=(_nobody_asked_yet,),
    checks=(_somebody_else,),
)
def ask_help(act: Act) -> None:
    """Ask; the answer is due while the technician waits, and goes one level up when nobody gives it."""
    data, order = act.data, act.order
    colleague = data["technician"].user if data.get("technician") else None
    due = act.now + HELP_WITHIN
    new = bool(act.repair and act.repair.outcome == Diagnosis.NEW_FAULT)
    asked = HelpRequest.objects.create(
        order=order,
        level=data["level"],
        to=colleague,
        question=data["question"],
        new_fault=new,
        category=order.appliance.category,
        fault=order.fault,
        model_no=order.appliance.model_no,
        asked_by=act.by,
        asked_at=act.now,
        due_at=due,
    )
    act.payload |= {"help": asked.pk, "new_fault": new}
    order.help_due_at, order.help_user, order.help_level = due, colleague, data["level"]
    act.start[TimerKind.HELP_DUE] = due
    taken(act, "ask_help", then="diagnose")


class AnswerData(serializers.Serializer):
    """What the one who asked should do."""

    answer = words(_("Answer"))


def may_answer(asked: HelpRequest, by: User) -> bool:
    """Tell who may answer: the office, the colleague who was asked, and who asked and has found out meanwhile."""
    return by.role in OFFICE or by.pk in (asked.to_id, asked.asked_by_id)


def _asked(act: Act) -> Iterator[Lack]:
    """H-A5: somebody waits for an answer, and it is theirs to give."""
    asked = waiting(act.order) if act.order.help_due_at else None
    if asked is None:
        yield Lack("H-A5", "no_question", _("Nobody waits for an answer here."))
    elif not may_answer(asked, act.by):
        yield Lack("H-A5", "not_asked", _("Somebody else was asked."))


@deed(
    "answer_help",
    "H-A5",
    _("Answer"),
    (*FIELD, Role.CLERK, *OFFICE),
    AnswerData,
    needs=(_asked,),
    while_frozen=True,  # the colleague who answers is not the one in trouble
)
def answer(act: Act) -> None:
    """Answer; the technician goes on, and whoever meets the same next time finds it (H-F8)."""
    asked = waiting(act.order)
    asked.answer, asked.answered_by, asked.answered_at = act.data["answer"], act.by, act.now
    asked.save(update_fields=["answer", "answered_by", "answered_at"])
    index(asked)
    act.payload["help"] = asked.pk
    act.order.help_due_at = act.order.help_user = None
    act.order.help_level = ""
    act.stop.add(TimerKind.HELP_DUE)


def answer_help(help_id: int, by: User, now: datetime, raw: Any, *, key: str = "", fingerprint: str = "") -> Outcome:
    """Let somebody answer who need not hold the order: a colleague, or the office.

    Raises NotFound when the request is not of their outlet, NotAllowed when somebody else was asked, and what `act`
    raises. The order is locked as in any act.
    """
    spoken = REGISTRY["answer_help"]
    asked = HelpRequest.objects.for_user(by).filter(pk=help_id).first()
    if asked is None:
        raise NotFound("H-A5")
    if not may_answer(asked, by):
        raise NotAllowed("H-A5", {"action": spoken.label, "roles": str(asked.to or asked.get_level_display())})

    def work() -> dict:
        order = ServiceOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=asked.order_id)
        newest = waiting(order)
        if newest is None or newest.pk != asked.pk:
            raise BadData("H-A5", {"errors": {"answer": [_("This has been answered already.")]}})
        return act_on(Act(spoken, order, by, now), raw)

    return in_one_piece(lambda: once(by, key, fingerprint, work) if key else (work(), False))


@verb("help_due", "H-A5", _("No answer yet"), CLOCK)
def help_due(act: Act) -> None:
    """Nobody answered in time: the question goes one level up, a colleague's to the centre, the centre's further."""
    asked, order = waiting(act.order), act.order
    if asked is None:
        return
    above = ABOVE.get(HelpLevel(asked.level))
    if above is None:  # nobody is above headquarters: it stays overdue in the manager's queue
        return
    due = act.now + HELP_WITHIN
    HelpRequest.objects.filter(pk=asked.pk).update(level=above, due_at=due, raised=asked.raised + 1)
    changes = {"help_due_at": due, "help_user": None, "help_level": str(above)}
    for name, value in changes.items():
        setattr(order, name, value)
    # The clock saves only the next step of many orders at once; this is written on its own.
    ServiceOrder.objects.filter(pk=order.pk).update(**changes)
    act.start[TimerKind.HELP_DUE] = due
    act.payload["level"] = str(above)
