"""The shell of the app: one page for everybody of a language, its service worker, its manifest. Nothing of anybody."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from web.field.app.words import words

FOLDER = "field/app"
STYLES = (
    "shared/tokens.css", "shared/base.css", "shared/parts.css",
    "field/app/app.css", "field/app/guide.css", "field/app/capture.css",
)  # fmt: skip
ICONS = ("shared/icons.svg", "shared/mark.svg", "field/app/icon-192.png", "field/app/icon-512.png")
# (file, side in pixels, purpose): what a phone cuts to its own shape leaves more room around the mark
HOME = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-mask", 512, "maskable"))
FIRST = (
    "app", "router", "store", "db", "outbox", "sync", "ask", "lead", "predict", "clock", "header", "worker", "notices",
    "signing", "day", "flow", "items", "build",
)  # fmt: skip
OTHERS = ("shared/live.js", "shared/live_stream.js", "shared/theme.js")


@cache
def modules() -> dict[str, str]:
    """Return the app's own modules by name, "screens/kit" → "field/app/screens/kit.js"."""
    folder = Path(finders.find(f"{FOLDER}/app.js")).parent
    found = sorted(path.relative_to(folder) for path in folder.rglob("*.js"))
    return {str(path.with_suffix("")): f"{FOLDER}/{path.as_posix()}" for path in found}


def files() -> list[str]:
    """Return the addresses of everything the app is made of: what the service worker keeps.

    Modules name each other, so they are asked for by their plain names; the worker's version says which they are.
    """
    there = [name for name in (*STYLES, *ICONS) if finders.find(name)]
    return [*(static(name) for name in there), *(plain(name) for name in (*OTHERS, *modules().values()))]


def plain(name: str) -> str:
    """Return the address of a static file under its own name, which stays the same when its content changes."""
    return f"{settings.STATIC_URL}{name}"


def version() -> str:
    """Return a hash that changes with any file, word or template of the app."""
    hashed = [static(name) for name in (*STYLES, *ICONS, *OTHERS, *modules().values()) if finders.find(name)]
    text = json.dumps([hashed, words(), _page()], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _page() -> str:
    return (Path(__file__).parents[1] / "templates/field/app/shell.html").read_text()


def addresses() -> dict[str, str]:
    """Return where the app finds the server; numbers and names stand as 0, VERB and KEY."""
    return {
        "bundle": reverse("field_app_bundle"),
        "send": reverse("field_app_send", args=[0, "VERB"]),
        "settle": reverse("field_app_settle", args=["KEY"]),
        "photos": reverse("api:photos", args=[0]),
        "positions": reverse("api:positions"),
        "sign_in": f"{reverse('sign_in')}?next={reverse('field_app')}",
        "sign_out": reverse("sign_out"),
        "order": reverse("field_order", args=[0]),
        "act": reverse("field_act", args=[0, "VERB"]),
        "van": reverse("my_van"),
        "calendar": reverse("field_calendar"),
        "books": reverse("field_settle"),
        "language": reverse("set_language"),
        "worker": reverse("field_app_sw"),
    }


@gzip_page
def shell(request: HttpRequest) -> HttpResponse:
    """The page. It may be kept by anybody: there is nobody in it."""
    styles = [static(name) for name in STYLES if finders.find(name)]
    first = [plain(modules()[name]) for name in FIRST if name in modules()]
    context = {
        "words": words(),
        "addresses": addresses(),
        "styles": styles,
        "first": first,
        "start": plain(modules()["app"]),
    }
    response = render(request, "field/app/shell.html", context)
    response["Cache-Control"] = "no-cache"
    return response


@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the reader's language, with what it keeps written into it."""
    context = {"version": f"{get_language()}-{version()}", "files": files(), "page": reverse("field_app")}
    return render(request, "field/app/sw.js", context, content_type="text/javascript")


def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the app on its home screen."""
    icons: list[dict[str, Any]] = [
        {"src": static(f"{FOLDER}/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
        for name, size, use in HOME
        if finders.find(f"{FOLDER}/{name}.png")
    ]
    page = reverse("field_app")
    found = {
        "id": page,
        "name": "Doorstep",
        "short_name": "Doorstep",
        "description": _("My day, with or without a signal"),
        "lang": get_language(),
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "orientation": "any",
        "background_color": "#f6f7f9",
        "theme_color": "#0b5568",
        "icons": icons,
    }
    return JsonResponse(found, content_type="application/manifest+json")
