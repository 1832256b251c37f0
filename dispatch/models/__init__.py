"""Orders, visits, and everything that is written down about them."""

from dispatch.models.answer import Answer
from dispatch.models.asking import Check, Claim, ClaimKind, HelpLevel, HelpRequest, Incident
from dispatch.models.audit import AuditEntry, Deed, Export, ExportState, write_down
from dispatch.models.callback import Callback, CallbackAttempt, CallbackKind, CallbackPolicy
from dispatch.models.discrepancy import BookEntry, BookStep, CaseKind, CaseState, Discrepancy
from dispatch.models.door import OneTimeCode, PrivacyKind, PrivacyRecord, Upload
from dispatch.models.event import OrderEvent
from dispatch.models.fault import Fault, StandardText
from dispatch.models.film import Film
from dispatch.models.hook import Delivery, Webhook
from dispatch.models.kept import KeptAct
from dispatch.models.kpi import KpiDay, KpiMail, KpiMonth, KpiStale
from dispatch.models.level import ServiceLevel
from dispatch.models.link import Link
from dispatch.models.money import (
    Consent,
    Paper,
    PaperKind,
    Payment,
    PayMethod,
    Quote,
    QuoteLine,
    QuoteStatus,
    Series,
    Waiver,
)
from dispatch.models.notice import (
    Notice,
    NoticeChannel,
    NoticeEvent,
    NoticeHook,
    NoticePolicy,
    NoticeState,
    NoticeTemplate,
    OptOut,
)
from dispatch.models.order import Channel, Escalation, NextAction, Priority, ServiceKind, ServiceOrder
from dispatch.models.parts import PartUse, Requisition, RequisitionState, Reservation
from dispatch.models.photo import OrderPhoto, PhotoKind
from dispatch.models.plan import Learned, MoveState, Plan, PlanMove, PlanOption, PlanState
from dispatch.models.prices import CertificateFee, DiscountPolicy, FeeKind, LabourPrice, PartPrice, PriceList
from dispatch.models.repair import Bill, Outcome, RatedHow, Repair
from dispatch.models.settle import BookLine, DayBook, LineKind, OutletDay
from dispatch.models.states import FINISHED, OPEN, State
from dispatch.models.timer import Timer, TimerKind
from dispatch.models.visit import Visit, VisitStatus
from dispatch.models.warranty import DecisionStage, WarrantyDecision
from dispatch.models.workshop import Loan, Stage, WorkshopJob

__all__ = [
    "FINISHED",
    "OPEN",
    "Answer",
    "AuditEntry",
    "Bill",
    "BookEntry",
    "BookLine",
    "BookStep",
    "Callback",
    "CallbackAttempt",
    "CallbackKind",
    "CallbackPolicy",
    "CaseKind",
    "CaseState",
    "CertificateFee",
    "Channel",
    "Check",
    "Claim",
    "ClaimKind",
    "Consent",
    "DayBook",
    "DecisionStage",
    "Deed",
    "Delivery",
    "DiscountPolicy",
    "Discrepancy",
    "Escalation",
    "Export",
    "ExportState",
    "Fault",
    "FeeKind",
    "Film",
    "HelpLevel",
    "HelpRequest",
    "Incident",
    "KeptAct",
    "KpiDay",
    "KpiMail",
    "KpiMonth",
    "KpiStale",
    "LabourPrice",
    "Learned",
    "LineKind",
    "Link",
    "Loan",
    "MoveState",
    "NextAction",
    "Notice",
    "NoticeChannel",
    "NoticeEvent",
    "NoticeHook",
    "NoticePolicy",
    "NoticeState",
    "NoticeTemplate",
    "OneTimeCode",
    "OptOut",
    "OrderEvent",
    "OrderPhoto",
    "Outcome",
    "OutletDay",
    "Paper",
    "PaperKind",
    "PartPrice",
    "PartUse",
    "PayMethod",
    "Payment",
    "PhotoKind",
    "Plan",
    "PlanMove",
    "PlanOption",
    "PlanState",
    "PriceList",
    "Priority",
    "PrivacyKind",
    "PrivacyRecord",
    "Quote",
    "QuoteLine",
    "QuoteStatus",
    "RatedHow",
    "Repair",
    "Requisition",
    "RequisitionState",
    "Reservation",
    "Series",
    "ServiceKind",
    "ServiceLevel",
    "ServiceOrder",
    "Stage",
    "StandardText",
    "State",
    "Timer",
    "TimerKind",
    "Upload",
    "Visit",
    "VisitStatus",
    "Waiver",
    "WarrantyDecision",
    "Webhook",
    "WorkshopJob",
    "write_down",
]
