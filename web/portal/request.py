"""Asking for service, in five small screens that need no script (H-I1). What was said so far is kept in the session,
so that nothing is lost on the way; pictures are kept at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework import serializers

from customers import pictures
from customers.models import Photo
from dispatch.actions import requests
from dispatch.models import Link
from web.portal import door, request_draft, request_said
from web.portal.letter import plain_letter, private, speak
from web.portal.request_draft import FIELDS, STEPS, Draft
from web.shared.rows import rows_of


def stepped(view: Callable) -> Callable:
    """Give `view(request, draft, step)` what was said so far, in the outlet's zone; an unknown step is not there."""

    @door.known
    @wraps(view)
    def guarded(request: HttpRequest, step: str = STEPS[0]) -> HttpResponse:
        if step not in STEPS:
            raise Http404
        speak(request, door.customer_of(request))
        draft = Draft(request)
        if draft.outlet is None:
            return plain_letter(request, "portal/request_nowhere.html", {}, 503)
        with timezone.override(draft.outlet.tz):
            return view(request, draft, step)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@stepped
def page(request: HttpRequest, draft: Draft, step: str) -> HttpResponse:
    """Show a step, or take what was said there and lead to the next."""
    if request.method != "POST":
        ahead = draft.first_lack(STEPS[: STEPS.index(step)])
        if ahead:  # a step in between is not done yet
            return redirect("portal_request_step", ahead)
        return _shown(request, draft, step)
    errors = draft.take(step, request)
    if errors:
        return _shown(request, draft, step, errors, 422)
    if "more" in request.POST:  # another picture
        return redirect("portal_request_step", step)
    if step != STEPS[-1]:
        return redirect("portal_request_step", STEPS[STEPS.index(step) + 1])
    return _sent(request, draft)


def _sent(request: HttpRequest, draft: Draft) -> HttpResponse:
    lack = draft.first_lack(STEPS)
    if lack:
        return redirect("portal_request_step", lack)
    now = timezone.now()
    try:
        order = requests.open_request(draft.asked(), draft.key, now)
    except serializers.ValidationError as wrong:
        return _shown(request, draft, draft.step_of(wrong.detail), wrong.detail, 422)
    draft.done()
    return redirect(Link.objects.of(order, now))


def _shown(
    request: HttpRequest, draft: Draft, step: str, errors: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    asked, errors = draft.asked(), errors or {}
    typed = request.POST if request.method == "POST" and step != "send" else None
    rows = rows_of(
        request_said.form(), initial=draft.told, post=typed, errors=errors, zone=draft.outlet.tz,
        only=[name for name in FIELDS[step] if name not in draft.known()], choices=request_said.choices(step),
    )  # fmt: skip
    context = {
        "step": step,
        "number": STEPS.index(step) + 1,
        "steps": len(STEPS),
        "before": reverse("portal_request_step", args=[STEPS[STEPS.index(step) - 1]]) if step != STEPS[0] else "",
        "rows": rows,
        "of_place": [row for row in rows if row.name in requests.PLACE],
        "of_person": [row for row in rows if row.name not in requests.PLACE],
        "errors": errors,
        "wrong": errors.get("", []),
        "draft": draft,
        "outlet": draft.outlet,
        "asked": asked,
    } | request_said.of_step(step, draft, asked, timezone.now())
    return plain_letter(request, f"portal/request_{step}.html", context, status)


@require_safe
@door.known
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a picture that was just sent to the one who sent it."""
    if pk not in request_draft.pictures_of(request):
        raise Http404
    photo = Photo.objects.filter(pk=pk).first()
    if photo is None:
        raise Http404
    return private(HttpResponse(pictures.thumbnail(photo).read_bytes(), content_type=f"image/{photo.format}"))
