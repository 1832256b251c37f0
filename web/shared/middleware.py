"""Each request in the reader's own language and the outlet's own time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import JsonResponse
from django.utils import timezone, translation

from technicians.models import Outlet, User


class PersonMiddleware:
    """Activate the signed-in person's language and their outlet's zone; must stand after authentication."""

    def __init__(self, get_response):
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request):
        """Answer the request in the person's language and zone."""
        user = request.user
        meant = request.headers.get("X-Person")
        if meant and meant != str(user.pk):  # kept on a phone for somebody else, who has to sign in to send it
            return JsonResponse({"code": "other_person"}, status=401)
        if not user.is_authenticated:
            return self.get_response(request)
        if user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(zone_of(user)):
            return self.get_response(request)


def zone_of(user: User) -> ZoneInfo:
    """Return the zone a person reads times in: their outlet's; for the centre CENTRE_ZONE, else the first outlet's."""
    if user.outlet_id:
        return user.outlet.tz
    first = settings.CENTRE_ZONE or Outlet.objects.order_by("pk").values_list("zone", flat=True).first()
    return ZoneInfo(first or settings.TIME_ZONE)
