"""Orders, visits, and everything that is written down about them."""

from dispatch.models.answer import Answer
from dispatch.models.callback import Callback, CallbackAttempt, CallbackKind, CallbackPolicy
from dispatch.models.event import OrderEvent
from dispatch.models.fault import Fault
from dispatch.models.order import Channel, Escalation, NextAction, Priority, ServiceKind, ServiceOrder
from dispatch.models.repair import Bill, Outcome, Repair
from dispatch.models.states import FINISHED, OPEN, State
from dispatch.models.timer import Timer, TimerKind
from dispatch.models.visit import Visit, VisitStatus

__all__ = [
    "FINISHED",
    "OPEN",
    "Answer",
    "Bill",
    "Callback",
    "CallbackAttempt",
    "CallbackKind",
    "CallbackPolicy",
    "Channel",
    "Escalation",
    "Fault",
    "NextAction",
    "OrderEvent",
    "Outcome",
    "Priority",
    "Repair",
    "ServiceKind",
    "ServiceOrder",
    "State",
    "Timer",
    "TimerKind",
    "Visit",
    "VisitStatus",
]
