"""Settling the day: clerk and technician, then centre and clerk; nothing silently (H-R3, H-R4)."""

from dispatch.actions.settling.books import cutoff_of, make_books, settle_due
from dispatch.actions.settling.cases import settle_case
from dispatch.actions.settling.clerk import Counted, agree, agree_instead, carry, confirm, count
from dispatch.actions.settling.making_sure import make_sure
from dispatch.actions.settling.outlet import accept_day, close_day, count_day
from dispatch.actions.settling.signs import QUESTIONS, Sign, signed_of, signs_of

__all__ = [
    "QUESTIONS",
    "Counted",
    "Sign",
    "accept_day",
    "agree",
    "agree_instead",
    "carry",
    "close_day",
    "confirm",
    "count",
    "count_day",
    "cutoff_of",
    "make_books",
    "make_sure",
    "settle_case",
    "settle_due",
    "signed_of",
    "signs_of",
]
