"""The customer's key to one order: the code in the address. What does not open says so, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dispatch.models import Link
from web.portal.letter import plain_letter, speak

ROWS = (
    "order__outlet", "order__customer", "order__address", "order__appliance__brand", "order__appliance__category",
    "order__technician__user", "order__fault",
)  # fmt: skip
SEEN_EVERY = timedelta(minutes=1)


def keyed(view: Callable) -> Callable:
    """Give `view(request, link, …)` the link whose code is in the address; answer 404 or 410 in plain words else.

    404: there is no such link. 410: it was one, and has expired or was taken back. Neither tells whose it was.
    """

    @wraps(view)
    def guarded(request: HttpRequest, code: str, *args, **kwargs) -> HttpResponse:
        now = timezone.now()
        link = Link.objects.select_related(*ROWS).filter(code=code).first()
        if link is None:
            return plain_letter(request, "portal/gone.html", {"never": True}, 404)
        if not link.opens(now):
            return plain_letter(request, "portal/gone.html", {}, 410)
        speak(request, link.order.customer)
        if not request.user.is_authenticated and (not link.seen_at or link.seen_at < now - SEEN_EVERY):
            Link.objects.filter(pk=link.pk).update(seen_at=now)
        return view(request, link, *args, **kwargs)

    return guarded
