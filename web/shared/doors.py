"""In and out: signing in, signing out, the start page of each role, the language."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import views as auth
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from technicians.models import Role, Technician

START = {
    Role.TECHNICIAN: "field_app",
    Role.DISPATCHER: "board",
    Role.CLERK: "clerk_home",
    Role.AGENT: "agent_home",
    Role.MANAGER: "today",
    Role.ADMIN: "board",
}


def address_of(request: HttpRequest) -> str:
    """Return whose address a wrong password counts against: the one our own proxies saw, never one merely claimed."""
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.NUM_PROXIES and seen:
        return seen[-min(settings.NUM_PROXIES, len(seen))]
    return request.META.get("REMOTE_ADDR", "")


class SignIn(auth.LoginView):
    """Sign in; somebody signed in already goes to their start page, unless they come to change who they are."""

    template_name = "shared/sign_in.html"

    def get_context_data(self, **kwargs) -> dict:
        """Name the company's own door, where there is one."""
        return super().get_context_data(**kwargs) | {"sso_name": settings.OIDC.get("name", "")}

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show the form."""
        if request.user.is_authenticated and "next" not in request.GET:
            return redirect("home")
        return super().get(request, *args, **kwargs)


class SignOut(auth.LogoutView):
    """Sign out, by POST only."""


def locked_out(request: HttpRequest, response=None, credentials=None, *args, **kwargs) -> HttpResponse:
    """Say that there were too many tries and in how long to try again (429)."""
    pause = get_cool_off(request)
    tries = AccessAttempt.objects.filter(ip_address=get_client_ip_address(request))
    last = tries.filter(username=(credentials or {}).get("username")).aggregate(last=Max("attempt_time"))["last"]
    if last and pause:
        # To the next full minute, so that nobody comes back a moment too early.
        left = (last + pause - timezone.now()).total_seconds()
        pause = timedelta(minutes=max(1, ceil(left / 60)))
    answer = render(request, "shared/locked_out.html", {"cooloff_timedelta": pause}, status=429)
    if pause:
        answer["Retry-After"] = str(int(pause.total_seconds()))
    return answer


def home(request: HttpRequest) -> HttpResponse:
    """Lead each role to where its work is; who is a technician by role alone is told what is missing."""
    if request.user.role == Role.TECHNICIAN and not Technician.objects.filter(user=request.user).exists():
        return render(request, "shared/no_technician.html", status=403)
    for name in (START.get(request.user.role, "queue"), "queue"):
        try:
            return redirect(reverse(name))
        except NoReverseMatch:
            continue
    return redirect("admin:index")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language for this device, and for the person who is signed in."""
    wished, code = request.POST.get("next", ""), request.POST.get("language", "")
    safe = url_has_allowed_host_and_scheme(wished, {request.get_host()}, request.is_secure())
    answer = redirect(wished if safe else "home")
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        if request.user.is_authenticated:
            request.user.language = code
            request.user.save(update_fields=["language"])
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 86400, samesite="Lax")
    return answer
