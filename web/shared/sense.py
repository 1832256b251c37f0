"""Which verbs are worth a button: some are open by the state alone and mean nothing for this very order."""

from collections.abc import Iterable

from dispatch.lifecycle import Lack

# What a person can't do anything about here: nothing lent, nothing in the workshop, somebody else's counter or door.
POINTLESS = {
    "no_job",
    "no_loan",
    "has_loan",
    "at_counter",
    "not_at_counter",
    "visited",
    "stage",
    "no_question",
    "no_claim",
    "no_alarm",
    "no_list",
    "nothing_to_load",
    "nothing_reserved",
    "nothing_requested",
    "nothing_put_in",
    "no_table",
    "no_offer",
    "agreed_already",
    "nothing_to_pay",
    "asked",
    "not_asked",
    "paid",
    "nothing_paid",
    "nothing_charged",
    "invoiced",
    "undo_too_late",
    "undo_of_others",
    "pinned",
    "not_pinned",
}


def worth_offering(lacks: Iterable[Lack]) -> bool:
    """Tell whether a verb with these lacks is worth a button; told beforehand, they'd only be in the way."""
    return not any(lack.code in POINTLESS for lack in lacks)
