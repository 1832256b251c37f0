"""One verb as a form: shown with what is known, sent once, and answered so that nobody is stuck.

A face describes itself by a `Face` and calls `act` from its view; everything else is the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from dispatch import actions
from dispatch.lifecycle import BadData, NotAllowed, NotFound, Outcome, Refusal, Verb, WrongState
from dispatch.models import NextAction, ServiceOrder
from web.shared import teaching
from web.shared.doing import Doing, Face
from web.shared.forms import ActForm
from web.shared.post import wanted

__all__ = ["Button", "Doing", "Face", "act", "buttons", "done_words"]


def act(request: HttpRequest, face: Face, pk: int, name: str) -> HttpResponse:
    """Answer GET with the form of a verb and POST by doing it. The view of every face."""
    doing = Doing(request, face, pk, name)
    if request.method != "POST":
        return _shown(doing)
    try:
        outcome = doing.perform()
    except NotFound as refusal:
        raise Http404 from refusal
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        doing.order = doing.fetch(pk)
        doing.__dict__.pop("open", None)
        return _refused(doing, refusal)
    return _done(doing, outcome)


def _shown(doing: Doing) -> HttpResponse:
    """The form, with what is lacking said before anything is typed."""
    found = doing.open.get(doing.verb.name)
    if found is None:
        context = {"action": doing.verb.label, "state": doing.order.get_state_display()}
        return _refused(doing, WrongState(doing.verb.rule, context))
    lines = teaching.of_lacks(found.lacks, doing.url, doing.face.target)
    panel = teaching.Panel("", lines) if lines else None
    return _panel(doing, doing.form(), panel)


def _refused(doing: Doing, refusal: Refusal) -> HttpResponse:
    """The same form with what was typed, and above it what is in the way."""
    if isinstance(refusal, BadData):
        errors = refusal.context["errors"]
        form = doing.form(errors if isinstance(errors, Mapping) else {"": errors})
        return _panel(doing, form, None, refusal.status)
    panel = teaching.of_refusal(refusal, doing.url, doing.order_url, doing.face.target)
    form = doing.form() if doing.request.method == "POST" else None
    return _panel(doing, form, panel, refusal.status)


def _panel(doing: Doing, form: ActForm | None, panel: teaching.Panel | None, status: int = 200) -> HttpResponse:
    context = {
        "act": form,
        "panel": panel,
        "order": doing.order,
        "verb": doing.verb,
        "now": doing.now,
        "body_template": "shared/act_form.html",
    }
    if form and doing.verb.name in doing.face.bodies:
        doing.drawn = form
        context |= doing.face.bodies[doing.verb.name](doing)
    with timezone.override(doing.zone):
        template = "shared/act_panel.html" if doing.request.htmx else doing.face.page
        response = render(doing.request, template, context, status=status)
    # A form may have been sent from anywhere on the page; its answer belongs where forms are shown.
    return reswap(retarget(response, doing.face.target), "innerHTML") if doing.request.method == "POST" else response


def _done(doing: Doing, outcome: Outcome) -> HttpResponse:
    """Say it is done and what comes next; lead to the order, or tell the page that asked to stay."""
    said = done_words(doing.verb, outcome.answer)
    if doing.stays:
        detail = {"order": outcome.answer["order"], "verb": doing.verb.name, "message": said}
        return trigger_client_event(HttpResponse(status=204), "acted", detail)
    messages.success(doing.request, said)
    url = _after(doing)
    return HttpResponseClientRedirect(url) if doing.request.htmx else redirect(url)


def done_words(verb: Verb, answer: dict) -> str:
    """Return 'Assign: recorded for 000123. Next: …' in the reader's language."""
    said = _("%(action)s: recorded for order %(number)s.") % {"action": verb.label, "number": answer["number"]}
    code = answer["next"]["action"]
    if code:
        said += " " + _("Next: %(next)s.") % {"next": NextAction(code).label}
    return said


def _after(doing: Doing) -> str:
    """Where to go: where the form said, the order's page, or home when the order is no longer theirs."""
    wished = doing.request.POST.get("next", "")
    if wished and url_has_allowed_host_and_scheme(wished, {doing.request.get_host()}, doing.request.is_secure()):
        return wished
    if doing.verb.name in doing.face.after and (url := doing.face.after[doing.verb.name](doing)):
        return url
    still = ServiceOrder.objects.one_for(doing.request.user, doing.order.pk) is not None
    return doing.order_url if still else reverse(doing.face.home)


@dataclass(frozen=True)
class Button:
    """A verb as a button. `form` is there when it needs no words and nothing is lacking: one press does it."""

    verb: Verb
    url: str
    lacks: list
    form: ActForm | None = None


def buttons(order: ServiceOrder, user, now: datetime, face: Face, *, stay: bool = False) -> list[Button]:
    """Return the verbs open to `user` as buttons, the spine first; with `stay` the page is told and not left."""
    found = []
    for offer in actions.open_to(order, user, now):
        url = reverse(face.act, args=[order.pk, offer.verb.name])
        form = None
        if not offer.lacks and not (offer.verb.data and wanted(offer.verb.data())):
            hidden = {"version": order.version} | ({"stay": 1} if stay else {})
            form = ActForm.of(offer.verb, url, target=face.target, hidden=hidden)
        found.append(Button(offer.verb, f"{url}?stay=1" if stay else url, offer.lacks, form))
    return found
