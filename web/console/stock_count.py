"""The count sheet of a warehouse: counted beside the books, differences shown before anything is written."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.actions import store
from technicians import stock
from technicians.models import Balance, Part, Role, Warehouse
from web.console.stock import tabs
from web.console.stock_doing import base_for, place_kept
from web.shared.stocking import attempt, whole_number


@dataclass
class SheetLine:
    """One part on a count sheet: what the books say, what was counted ("" when not), and the difference."""

    part: Part
    expected: int
    reserved: int
    counted: str = ""
    difference: int = 0
    wrong: str = ""

    @property
    def signed(self) -> str:
        """The difference as one reads it: +2, −3."""
        return f"{self.difference:+d}".replace("-", "−")


def stock_count(request: HttpRequest, code: str) -> HttpResponse:
    """The count sheet: counted beside the books; the differences are shown before anything is written."""
    place = place_kept(request, code)
    typed = request.POST if request.method == "POST" else {}
    lines = _sheet(place, typed)
    counted = [line for line in lines if line.counted != "" and not line.wrong]
    refusals, extra_wrong = [], _extra(place, typed, lines, counted)
    wrong = bool(extra_wrong) or any(line.wrong for line in lines)
    # Only what was shown is saved: a number changed after the review is reviewed again.
    reviewed = _fingerprint(counted)
    if typed.get("reviewed") == reviewed and typed.get("confirmed") and counted and not wrong:
        rows = [(line.part, line.expected, int(line.counted)) for line in counted]
        note = typed.get("note", "")[:240]
        refusals = attempt(request, "count", lambda: store.count(request.user, timezone.now(), place, rows, note))
        if not refusals:
            messages.success(request, _("Counted: %(n)s kinds of parts.") % {"n": len(rows)})
            return redirect("my_van" if request.user.role == Role.TECHNICIAN else f"{reverse('stock')}?at={place.code}")
        for line in lines:  # the books have moved on: the sheet starts from what they say now
            line.expected = _on_hand(place).get(line.part.pk, (0, 0))[0]
    context = {
        "place": place,
        "lines": lines,
        "counted": counted,
        "reviewed": reviewed,
        "review": bool(counted) and not wrong and not refusals and request.method == "POST",
        "refusals": refusals,
        "extra_wrong": extra_wrong,
        "typed": typed,
        "key": uuid.uuid4(),
        "tabs": tabs(request.user),
        "tab": "stock",
        "base": base_for(request),
    }
    return render(request, "console/stock_count.html", context, status=422 if refusals or wrong else 200)


def _fingerprint(counted: list[SheetLine]) -> str:
    said = [[line.part.pk, line.expected, line.counted] for line in counted]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _on_hand(place: Warehouse) -> dict[int, tuple[int, int]]:
    return {row.part_id: (row.on_hand, row.reserved) for row in Balance.objects.filter(warehouse=place)}


def _sheet(place: Warehouse, typed) -> list[SheetLine]:
    """Return a line for each part on the books; what was expected is what the sheet said when it was drawn."""
    rows = Balance.objects.filter(warehouse=place).exclude(on_hand=0, minimum=0)
    return [
        _line_of(row.part, row.on_hand, row.reserved, typed)
        for row in rows.select_related("part").order_by("part__code")
    ]


def _line_of(part: Part, on_hand: int, reserved: int, typed) -> SheetLine:
    line = SheetLine(part, on_hand, reserved, str(typed.get(f"counted-{part.pk}", "")).strip())
    try:
        said = whole_number(str(typed.get(f"expected-{part.pk}", "")))
        line.expected = on_hand if said is None else said
        number = whole_number(line.counted)
        line.difference = 0 if number is None else number - line.expected
    except ValueError as error:
        line.wrong = str(error)
    return line


def _extra(place: Warehouse, typed, lines: list[SheetLine], counted: list[SheetLine]) -> str:
    """Add a part that the books do not know there; return what is wrong with it."""
    text, many = typed.get("extra", "").strip(), typed.get("extra_counted", "")
    if not text:
        return ""
    try:
        part = stock.the_part(text[:160])
        number = whole_number(many)
    except stock.NoSuchPart:
        return _("There is no part “%(text)s”. Type its number or its name.") % {"text": text[:40]}
    except stock.SeveralParts as error:
        return _("Which one: %(parts)s?") % {"parts": ", ".join(one.code for one in error.parts[:3])}
    except ValueError as error:
        return str(error)
    if number is None:
        return _("Say how many there are.")
    if part.pk in {line.part.pk for line in lines}:
        return _("%(part)s is on the sheet already.") % {"part": part.code}
    line = SheetLine(part, _on_hand(place).get(part.pk, (0, 0))[0], 0, str(number))
    line.difference = number - line.expected
    lines.append(line)
    counted.append(line)
    return ""
