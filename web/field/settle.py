"""The technician's own books: what the clerk counted, and their word to it (H-R4)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.money import say
from dispatch.actions import settling
from dispatch.models import BookLine, DayBook
from web.shared.stocking import attempt

CLOSED = 7  # books shown after they are closed


def field_settle(request: HttpRequest, refused: tuple[int, list[dict]] | None = None) -> HttpResponse:
    """Books that wait for the technician, and the last that are closed."""
    mine = DayBook.objects.for_user(request.user).select_related("outlet", "clerk").prefetch_related("lines__order")
    books = [*mine.open().order_by("-day"), *mine.filter(closed_at__isnull=False).order_by("-day")[:CLOSED]]
    for book in books:
        lines = sorted(book.lines.all(), key=lambda line: (not line.is_money, line.by_doorstep and not line.differs))
        book.shown = [(line, _said(line.expected, line), _said(line.counted, line), _gap(line)) for line in lines]
        book.ready = all(line.counted is not None and (line.explained or not line.differs) for line in lines)
        book.refusals = refused[1] if refused and refused[0] == book.pk else []
    context = {"now": timezone.now(), "books": books, "key": uuid.uuid4()}
    return render(request, "field/settle.html", context, status=422 if refused else 200)


@require_POST
def field_settle_do(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to one's own book as it stands on the page."""
    get_object_or_404(DayBook.objects.for_user(request.user), pk=pk)
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    now = timezone.now()
    if refusals := attempt(request, f"confirm {pk}", lambda: settling.confirm(pk, request.user, now, version)):
        return field_settle(request, (pk, refusals))
    messages.success(request, _("Agreed."))
    return redirect("field_settle")


def _said(amount: int | None, line: BookLine) -> str:
    if amount is None:
        return "–"
    return say(amount, line.currency) if line.currency else f"{amount}"


def _gap(line: BookLine) -> str:
    return _said(line.difference, line).replace("-", "−") if line.differs else ""
