"""Where the provider of text messages says what became of one. No token: each report is signed."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dispatch.notices.report import is_signed, take

MOST = 10_000  # bytes


@csrf_exempt
@require_POST
def delivery(request: HttpRequest) -> HttpResponse:
    """Take one report: 204 written down, 401 unsigned or too old, 400 not readable, 404 of nothing of ours.

    Headers X-Timestamp (Unix seconds) and X-Signature, see `dispatch.notices.report.signature`.
    """
    at, said = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    body = request.body[: MOST + 1]
    if not is_signed(settings.NOTICE_REPORT_SECRET, at, body, said, timezone.now()):
        return HttpResponse(status=401)
    try:
        report = json.loads(body)
    except ValueError:
        report = None
    if not isinstance(report, dict) or len(body) > MOST:
        return HttpResponse(status=400)
    return HttpResponse(status=204 if take(report, timezone.now()) else 404)
