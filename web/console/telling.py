"""What customers were told, and whom to call because they could not be."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.phones import masked
from dispatch.actions import undelivered
from dispatch.lifecycle import BadData, NotFound
from dispatch.models import Notice, NoticeChannel, NoticeState, ServiceOrder
from dispatch.notices import wording
from dispatch.notices.facts import facts_of
from dispatch.notices.known import with_orders
from dispatch.notices.undelivered import still_to_call
from technicians.models import User

SHOWN, ON_CARD, MOST = 20, 12, 500
# Which state is shown how: the shape and colour of the states of orders
LOOKS = {NoticeState.FAILED: "late", NoticeState.DROPPED: "ready", NoticeState.DELIVERED: "closed"}


@dataclass(frozen=True)
class Told:
    """One notice as a line: to whom without telling the number, what, when."""

    notice: Notice
    to: str
    look: str
    why: str
    again: bool


def told_on(order: ServiceOrder) -> list[Told]:
    """Return what was told on an order, newest first, and what could not be."""
    rows = order.notices.exclude(channel=NoticeChannel.STAFF).select_related("called_by").order_by("-pk")[:ON_CARD]
    return [
        Told(
            row,
            hidden(row),
            LOOKS.get(row.state, "assigned"),
            _(row.last_error) if row.last_error else "",  # our own reasons are sentences, a provider's stay as they are
            row.state == NoticeState.FAILED and not row.called_at,
        )
        for row in rows
    ]


def hidden(row: Notice) -> str:
    """Return the address of a notice with its middle left out."""
    name, at, domain = row.to.partition("@")
    return f"{name[:1]}•••@{domain}" if at else masked(row.to)


def told_stamp(order: ServiceOrder) -> str:
    """Return what changes whenever a line of `told_on` would."""
    rows = order.notices.order_by("-pk").values_list("pk", "state", "called_at", "call_due_at")[:ON_CARD]
    return format(zlib.crc32(repr(list(rows)).encode()), "x")


@dataclass(frozen=True)
class ToCall:
    """Somebody to call because they could not be told, with what they should have read."""

    notice: Notice
    script: str


def to_call(user: User, now: datetime) -> dict:
    """Return what console/to_tell.html needs: whom to call, the most urgent first, and how many there are."""
    found = still_to_call(list(with_orders(Notice.objects.for_user(user).to_call())[:MOST]), now)
    shown = found[:SHOWN]
    own = wording.overrides({row.event for row in shown})
    return {"now": now, "untold": [ToCall(row, _script(row, own)) for row in shown], "untold_count": len(found)}


def _script(row: Notice, own: dict) -> str:
    """Return the words in the caller's language, without the address that nobody can say on the phone."""
    language = get_language() or "en"
    _subject, text = wording.words_for(row.event, language, "", own)
    return wording.fill(text, facts_of(row.order, row.facts, language, None))


@require_POST
def notice_tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what came of calling somebody who could not be told."""
    return _done(request, lambda: undelivered.tell(pk, request.user, timezone.now(), request.POST.get("outcome", "")))


@require_POST
def notice_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what was not delivered once more."""
    return _done(request, lambda: undelivered.send_again(pk, request.user, timezone.now()))


def _done(request: HttpRequest, work) -> HttpResponse:
    """Do it; go back where it was pressed, or let the page fetch itself anew."""
    try:
        row = work()
    except NotFound as refusal:
        raise Http404 from refusal
    except BadData as refusal:
        return HttpResponse(str(refusal), status=refusal.status)
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Trigger"] = json.dumps({"acted": {"order": row.order_id}})
        return response
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back) if safe else redirect("order", row.order_id)
