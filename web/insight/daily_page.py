"""The page of the daily e-mail: what it would say, and whether its reader wants it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from web.insight.daily import letter


@require_http_methods(["GET", "HEAD", "POST"])
def daily_mail(request: HttpRequest) -> HttpResponse:
    """Show what the daily e-mail would say now; let its reader turn it on or off."""
    user = request.user
    if request.method == "POST":
        user.daily_mail = request.POST.get("wanted") == "yes" and bool(user.email)
        user.save(update_fields=["daily_mail"])
        return redirect("daily_mail")
    found = letter(user, timezone.now())
    return render(request, "insight/daily_mail.html", {"letter": found, "shown": mark_safe(found.inside)})
