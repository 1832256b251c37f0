"""Counting lines: what was typed, who may, and what still keeps a book from being agreed to (H-R4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as say_
from django.utils.translation import gettext_lazy as _

from dispatch.lifecycle import BadData, GuardsUnmet, Lack, NotAllowed, NotFound
from dispatch.models import BookLine
from technicians.models import Role, User

SETTLERS = (Role.CLERK, Role.MANAGER, Role.ADMIN)
CENTRE = (Role.MANAGER, Role.ADMIN)
MOST = 10**12
WORDS = 240


class NoBook(NotFound):
    """There is no such book, day or case among the person's own."""

    @property
    def detail(self) -> str:
        return say_("There is no such settlement among yours.")


@dataclass(frozen=True)
class Counted:
    """What somebody typed on one line: `counted` in minor units or pieces, None while it is not counted."""

    counted: int | None = None
    owner: int | None = None
    reason: str = ""
    remedy: str = ""


def allowed(by: User, roles: tuple[str, ...], what: Any) -> None:
    """Raise NotAllowed unless the person has one of the roles."""
    if by.role not in roles:
        said = str(_(", ")).join(str(Role(role).label) for role in roles)
        raise NotAllowed("H-R4", {"action": str(what), "roles": said})


def refuse(code: str, message: Any) -> GuardsUnmet:
    """Return a refusal by H-R4 with one thing that is missing."""
    return GuardsUnmet("H-R4", [Lack("H-R4", code, message)])


CLOSED = _("This book is closed and stays as it was agreed to. What came in later is a case.")
MOVED = _("The figures have changed since you opened this page. Look at them again, then decide.")


def write(lines: Iterable[BookLine], typed: dict[int, Counted], people: set[int]) -> list[dict]:
    """Write what was typed onto locked lines of one book; return what changed. Raises BadData with nothing kept.

    `people` are those who can answer for a difference: of the outlet, or of the centre.
    """
    lines = {line.pk: line for line in lines}
    errors: dict[str, list[Any]] = {}
    changes = []
    for pk, one in typed.items():
        line = lines.get(pk)
        if line is None:
            errors[str(pk)] = [_("This line is not in this book.")]
        elif one.counted is not None and not -MOST < one.counted < MOST:
            errors[str(pk)] = [_("This is too much to have been counted.")]
        elif one.owner is not None and one.owner not in people:
            errors[str(pk)] = [_("Choose somebody of this outlet or of the centre.")]
        elif change := _write(line, one):
            changes.append(change)
    if errors:
        raise BadData("H-R4", {"errors": errors})
    return changes


def _write(line: BookLine, one: Counted) -> dict | None:
    before = (line.counted, line.owner_id, line.reason, line.remedy)
    if not line.by_doorstep:  # what is written down is the count there
        line.counted = one.counted
    line.owner_id, line.reason, line.remedy = one.owner, one.reason.strip()[:WORDS], one.remedy.strip()[:WORDS]
    if (line.counted, line.owner_id, line.reason, line.remedy) == before:
        return None
    line.save(update_fields=["counted", "owner", "reason", "remedy"])
    return {
        "line": line.key,
        "expected": line.expected,
        "counted": line.counted,
        "owner": line.owner_id,
        "reason": line.reason,
        "remedy": line.remedy,
    }


def unsettled(lines: Iterable[BookLine]) -> Iterator[Lack]:
    """Yield what keeps lines from being agreed to: not counted yet, or different with nobody who answers for it."""
    for line in lines:
        name = " ".join(part for part in (str(line.get_kind_display()), line.about) if part)
        if line.counted is None:
            yield Lack("H-R4", f"uncounted_{line.pk}", format_lazy(_("Not counted yet: {line}."), line=name))
        elif line.differs and not line.explained:
            said = _("{line} differs: say who answers for it, and why or what is done about it.")
            yield Lack("H-R4", f"unexplained_{line.pk}", format_lazy(said, line=name))


def people_of(outlet_id: int) -> dict[int, User]:
    """Return who can answer for a difference at an outlet, by number: its people, and those of the centre."""
    rows = User.objects.filter(Q(outlet=outlet_id) | Q(outlet__isnull=True), is_active=True)
    return {user.pk: user for user in rows.order_by("role", "username")}
