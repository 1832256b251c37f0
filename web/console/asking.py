"""Help for everybody: what waits for my answer, what was answered before; and an order's questions, claims, alarm."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.actions.alarm import open_incident
from dispatch.actions.help import answer_help, may_answer
from dispatch.lifecycle import REGISTRY, BadData, NotAllowed, NotFound, Refusal
from dispatch.models import HelpRequest, ServiceOrder
from dispatch.reports.answers import find_answers, open_for
from technicians.models import Role
from web.console.kept import kept_on
from web.shared.asking import claims_of
from web.shared.doing import KEY, fingerprint
from web.shared.forms import ActForm

SHOWN, FOUND = 50, 20


def base_of(request: HttpRequest) -> str:
    """Return the house of the page: the phone's for technicians, the desk's for the others."""
    return f"shared/{'field' if request.user.role == Role.TECHNICIAN else 'console'}_base.html"


def help_page(request: HttpRequest) -> HttpResponse:
    """The open questions I may answer, the most urgent first; below, the answered ones, found by words."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    answered = HelpRequest.objects.for_user(request.user).filter(answered_at__isnull=False)
    newest = answered.select_related("answered_by", "asked_by", "fault").order_by("-answered_at")
    context = {
        "now": timezone.now(),
        "base": base_of(request),
        "open": list(open_for(request.user)[:SHOWN]),
        "answerer": request.user.role != Role.AGENT,
        "typed": asked,
        "answers": find_answers(request.user, asked, most=FOUND) if asked else list(newest[:FOUND]),
        "on_phone": request.user.role == Role.TECHNICIAN,
    }
    return render(request, "console/help.html", context)


def help_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One question and its answer, by somebody who need not hold the order (H-A5)."""
    rows = HelpRequest.objects.for_user(request.user).select_related(
        "order__appliance__category", "order__appliance__brand", "asked_by", "fault", "category"
    )
    asked = get_object_or_404(rows, pk=pk)
    if not may_answer(asked, request.user):
        raise Http404
    errors, status = {}, 200
    if request.method == "POST":
        try:
            _answer(request, asked)
        except BadData as refusal:
            errors, status = refusal.context["errors"], refusal.status
        except (NotFound, NotAllowed) as refusal:
            raise Http404 from refusal
        except Refusal as refusal:
            errors, status = {"": [str(refusal.detail or refusal.title)]}, refusal.status
        else:
            messages.success(request, _("Answered. %(who)s is told.") % {"who": asked.asked_by})
            return redirect("help")
    similar = find_answers(request.user, asked.question, asked.category, asked.fault, asked.model_no)
    spoken = REGISTRY["answer_help"]
    form = ActForm.of(
        spoken,
        reverse("help_answer", args=[asked.pk]),
        tone="primary",
        post=request.POST if request.method == "POST" else None,
        errors=errors,
        cancel_url=reverse("help"),
    )
    context = {"now": timezone.now(), "base": base_of(request), "asked": asked, "answers": similar, "act": form}
    return render(request, "console/help_answer.html", context, status=status)


def _answer(request: HttpRequest, asked: HelpRequest) -> None:
    raw = {"answer": request.POST.get("answer", "")}
    key = request.POST.get("idempotency_key", "")
    answer_help(
        asked.pk,
        request.user,
        timezone.now(),
        raw,
        key=key if KEY.fullmatch(key) else "",
        fingerprint=fingerprint(asked.order_id, "answer_help", raw),
    )


def asking_card(order: ServiceOrder) -> dict:
    """Return what the desk shows of an order's questions, claims and alarm."""
    return {
        "incident": open_incident(order) if order.sos_at else None,
        "help": list(order.help.select_related("asked_by", "to", "answered_by").order_by("-pk")[:5]),
        "claims": claims_of(order),
        "kept": kept_on(order),
        "checked": list(order.checked.select_related("by", "visit").order_by("pk")),
    }
