"""The ticket to the live stream: the pages' process knows who asks, the streams' process only reads tickets."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dispatch import live


@never_cache
@require_GET
def ticket(request: HttpRequest) -> JsonResponse:
    """Return what opens one stream within a minute: {ticket, url, last, who}.

    `last`: where the wire stands, "" when it is down. `who`: the same for all who hear the same, so that the tabs of
    a browser know whether they may share a stream; it names nobody.
    """
    user = request.user
    outlet = None if user.sees_everything else user.outlet_id or 0  # 0: nobody's, hears nothing
    who = salted_hmac("doorstep.live.who", f"{user.pk} {outlet}").hexdigest()[:16]
    answer = {"ticket": live.ticket_for(user.pk, outlet), "url": settings.LIVE_URL, "last": live.last(), "who": who}
    return JsonResponse(answer)
