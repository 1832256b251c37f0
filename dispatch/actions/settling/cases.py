"""What did not add up, brought to an end by somebody other than who answers for it (H-R4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.actions.settling.counting import CENTRE, SETTLERS, NoBook, allowed, refuse
from dispatch.models import BookEntry, BookStep, CaseState, Discrepancy
from technicians.models import Role, User


@transaction.atomic
def settle_case(pk: int, by: User, now: datetime, state: str, outcome: str) -> Discrepancy:
    """Bring a case to an end: explained, made good, or, by a manager alone, written off; always in words.

    Raises NotAllowed, NoBook, GuardsUnmet.
    """
    allowed(by, SETTLERS, _("Settle a case"))
    rows = Discrepancy.objects.select_for_update(of=("self",), no_key=True)
    case = rows.filter(pk=pk, pk__in=Discrepancy.objects.for_user(by).values("pk")).first()
    if case is None:
        raise NoBook("H-R4")
    if case.state != CaseState.OPEN:
        raise refuse("settled", _("This case is settled and stays as it is."))
    if state not in (CaseState.EXPLAINED, CaseState.GOOD, CaseState.WRITTEN_OFF):
        raise refuse("state", _("Choose how it was settled."))
    if state == CaseState.WRITTEN_OFF:
        allowed(by, CENTRE, CaseState.WRITTEN_OFF.label)
    if case.owner_id == by.pk and by.role != Role.ADMIN:
        raise refuse("own", _("Who answers for it does not settle it. Let somebody else look at it."))
    if not outcome.strip():
        raise refuse("words", _("Say what came of it."))
    case.state, case.settled_at, case.settled_by, case.outcome = state, now, by, outcome.strip()[:500]
    case.save(update_fields=["state", "settled_at", "settled_by", "outcome"])
    BookEntry.objects.create(
        case=case, book_id=case.book_id, step=BookStep.CASE_SETTLED, at=now, actor=by,
        what={"state": state, "outcome": case.outcome},
    )  # fmt: skip
    return case
