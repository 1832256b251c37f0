"""The board's page: a frame with its words; everything that moves comes as JSON (`data`)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page

from dispatch.models import State
from technicians.models import Role, Skill
from web.console.board.data import outlet_of, outlets_of, view_of
from web.console.board.queue import LABELS
from web.console.board.shapes import shapes, signs
from web.shared.looks import STATES

CSS = [f"console/board/{name}.css" for name in ("board", "hands", "desk")]
# What is read when it is first opened: its template, and styles that only it has.
PARTS = {"plan": ("_plan", "plans"), "map": ("_map", "map"), "away": ("_absence", "map"), "keys": ("_keys", "")}
# The addresses that the page's modules fill in; 0 and "what" are the blanks.
PLAIN = (
    "board_data", "board_orders", "board_technicians", "board_queue", "board_map", "board_print", "board_plans",
    "queue",
)  # fmt: skip
OF_ONE = ("board_panel", "board_suggest", "board_note", "board_absence", "board_sheet", "order")
OF_NAME = ("board_part",)
OF_WHAT = ("board_do", "board_absence_do", "order_act")
ASSIGNERS = (Role.DISPATCHER, Role.MANAGER, Role.ADMIN)

__all__ = ["board", "outlet_of"]


@gzip_page
def board(request: HttpRequest) -> HttpResponse:
    """The frame of the board: its data is asked for by the page itself."""
    view = view_of(request)
    context = {
        "view": view,
        "outlets": outlets_of(request.user),
        "may": request.user.role in ASSIGNERS,
        "skills": Skill.objects.filter(technicians__outlet=view.outlet).distinct(),
        "board_needs": list(LABELS.items()),
        "now": timezone.now(),
        "board_css": CSS,
        "urls": _urls(),
        "looks": _looks(),
        "shapes": shapes(),
        "signs": signs(),
    }
    with timezone.override(view.outlet.tz):
        return render(request, "console/board/board.html", context)


@gzip_page
def board_part(request: HttpRequest, name: str) -> HttpResponse:
    """A part of the board that is read when it is first opened. Raises Http404 for a name that is none."""
    if name not in PARTS:
        raise Http404
    template, style = PARTS[name]
    how = {"part": f"console/board/{template}.html", "style": style and f"console/board/{style}.css"}
    return render(request, "console/board/part.html", how)


def _urls() -> dict[str, str]:
    found = {name: reverse(name) for name in PLAIN}
    found |= {name: reverse(name, args=[0]) for name in OF_ONE}
    found |= {name: reverse(name, args=["what"]) for name in OF_NAME}
    return found | {name: reverse(name, args=[0, "what"]) for name in OF_WHAT}


def _looks() -> dict:
    """Return what bars look like: where the shapes are, and class, shape and word of each state."""
    words = {code: str(label) for code, label in State.choices}
    looks = STATES.items()
    states = {code: {"class": css, "shape": shape, "label": words.get(code, "")} for code, (css, shape) in looks}
    return {"icons": static("shared/icons.svg"), "states": states}
