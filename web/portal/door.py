"""The customers' door: a code on their phone or by e-mail, no password. Apart from the staff's sign-in.

Who is inside has shown that a phone or e-mail address is theirs. What belongs to it is theirs to see; a household may
have written several names to one number. A new number becomes a customer only when something is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from string import digits
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from phonenumbers import country_code_for_region

from customers.models import Customer
from customers.phones import e164, masked
from dispatch.models import ServiceOrder
from technicians.models import Outlet
from web.portal import codes
from web.portal.letter import plain_letter
from web.shared.doors import address_of

WAITING, INSIDE = "portal_code", "portal_inside"  # in the session; staff have keys of their own
STAYS = timedelta(hours=12)
HOME_OF = {"zh-hant": "TW", "zh-hans": "CN"}


def contact_of(request: HttpRequest) -> str:
    """Return the phone (E.164) or e-mail address that this browser has shown to be its customer's, "" for none."""
    kept = request.session.get(INSIDE) or {}
    until = parse_datetime(kept.get("until", ""))
    return kept.get("to", "") if until and until > timezone.now() else ""


def customers_of(request: HttpRequest):
    """Return every customer row that the shown phone or address belongs to."""
    to = contact_of(request)
    if not to:
        return Customer.objects.none()
    return Customer.objects.filter(email__iexact=to) if "@" in to else Customer.objects.filter(phone=to)


def customer_of(request: HttpRequest) -> Customer | None:
    """Return whose phone or address was shown here, None for nobody.

    Somebody new gets a Customer that is not saved (`pk` is None), with the phone or e-mail filled in: saved only when
    they ask for service. Of several with one phone, the one who asked for something last.
    """
    to = contact_of(request)
    if not to:
        return None
    found = customers_of(request).order_by(F("orders__pk").desc(nulls_last=True), "-pk").first()
    language = get_language() or ""
    return found or (Customer(email=to, language=language) if "@" in to else Customer(phone=to, language=language))


def known(view: Callable) -> Callable:
    """Lead who has not shown a phone or e-mail address to the door, and back here afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if contact_of(request):
            response = view(request, *args, **kwargs)
            response.setdefault("Cache-Control", "private, no-store")
            return response
        back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
        return redirect(f"{reverse('portal_door')}?{urlencode({'next': back})}")

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """Ask for a phone number or e-mail address and send a code there; the same answer whoever it is."""
    onward = _onward(request)
    if contact_of(request) and request.method != "POST":
        return redirect(onward)
    if request.method != "POST":
        return _asked(request, onward)
    try:
        to = _receiver(request.POST.get("to", ""), request.POST.get("region", ""))
    except (ValueError, ValidationError):
        return _asked(request, onward, _("This is neither a phone number nor an e-mail address."), 422)
    now = timezone.now()
    try:
        pk = codes.send(to, address_of(request), get_language() or "", now)
    except codes.TooMany as pause:
        minutes = -(-int((pause.until - now).total_seconds()) // 60)
        said = _("Too many codes were asked for. Try again in %(minutes)s min, or call us.") % {"minutes": minutes}
        return _asked(request, onward, said, 429)
    request.session[WAITING] = {"row": pk, "to": to}
    return redirect(f"{reverse('portal_code')}?{urlencode({'next': onward})}")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent."""
    onward, waiting, now = _onward(request), request.session.get(WAITING), timezone.now()
    if not waiting:
        return redirect(f"{reverse('portal_door')}?{urlencode({'next': onward})}")
    context = {"onward": onward, "to": hidden(waiting["to"]), "by_mail": "@" in waiting["to"]}
    if request.method != "POST":
        return plain_letter(request, "portal/code.html", context)
    typed = "".join(sign for sign in normalize("NFKC", request.POST.get("code", "")) if sign in digits)
    if codes.opens(waiting["row"], waiting["to"], typed, now):
        _let_in(request, waiting["to"])
        return redirect(onward)
    over = codes.left(waiting["row"], now) == 0
    context |= {"over": over, "wrong": not over}
    return plain_letter(request, "portal/code.html", context, 422)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out. A member of staff who is signed in stays so."""
    forget(request)
    return redirect("portal_door")


def forget(request: HttpRequest) -> None:
    """Forget who is here."""
    for name in (INSIDE, WAITING):
        request.session.pop(name, None)


def hidden(to: str) -> str:
    """Return a phone or e-mail address of which only the ends are left."""
    if "@" not in to:
        return masked(to)
    name, _at, host = to.partition("@")
    return f"{name[:1]}•••@{host}"


def _let_in(request: HttpRequest, to: str) -> None:
    request.session.cycle_key()  # an address of before, known to somebody else, opens nothing
    request.session.pop(WAITING, None)
    request.session[INSIDE] = {"to": to, "until": (timezone.now() + STAYS).isoformat()}


def _receiver(said: str, region: str) -> str:
    """Return what was typed as E.164 or as an e-mail address. Raises ValueError or ValidationError."""
    said = said.strip()
    if "@" in said:
        validate_email(said)
        return said.lower()
    offered = [one for one, _code in _regions()]
    return e164(said, region if region in offered else next(iter(offered), "TW"))


def _regions() -> list[tuple[str, str]]:
    """Return (region, +code) for every country we have an outlet in, the reader's own first."""
    found = dict.fromkeys(Outlet.objects.order_by("pk").values_list("region", flat=True))
    own = HOME_OF.get(get_language() or "", "")
    return [(one, f"+{country_code_for_region(one)}") for one in sorted(found, key=lambda one: one != own)]


def _onward(request: HttpRequest) -> str:
    """Return where to go once inside: a page of ours that was asked for, else everything of theirs."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("portal_mine")


def _asked(request: HttpRequest, onward: str, wrong: str = "", status: int = 200) -> HttpResponse:
    context = {
        "onward": onward,
        "wrong": wrong,
        "typed": request.POST.get("to", ""),
        "region": request.POST.get("region", ""),
        "regions": _regions(),
    }
    return plain_letter(request, "portal/door.html", context, status)


def orders_of(request: HttpRequest):
    """Return every order of whom is here, newest first."""
    return ServiceOrder.objects.with_rows().filter(customer__in=customers_of(request)).order_by("-pk")
