"""`manage.py states`: draw docs/states.svg from the machine itself."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from dispatch.lifecycle import REGISTRY
from dispatch.models import FINISHED, ServiceOrder, State

TARGET = Path("docs/states.svg")
S = State
# Where each state stands: (column, row). The spine is row 1, left to right; what branches off is above and below.
PLACES = {
    S.REQUESTED: (0, 0),
    S.NEEDS_INFO: (1, 0),
    S.REJECTED: (2, 0),
    S.READY: (0, 1),
    S.ASSIGNED: (1, 1),
    S.ACCEPTED: (2, 1),
    S.CONTACTED: (3, 1),
    S.EN_ROUTE: (4, 1),
    S.ON_SITE: (5, 1),
    S.DIAGNOSED: (6, 1),
    S.CHARGED: (7, 1),
    S.FOLLOW_UP: (8, 1),
    S.CLOSED: (9, 1),
    S.CONSULTING: (3, 2),
    S.IN_WORKSHOP: (5.5, 2),
    S.AWAITING_PARTS: (7, 2),
    S.CANCELLED: (9, 2),
}
WIDTH, HEIGHT, ACROSS, DOWN, LEFT, TOP = 128, 36, 156, 150, 24, 60
BELOW = 190  # room for lanes and words under the lowest row
# Verbs that lead from many states to one, or from end to end, are told in a line below: drawn they are a thicket.
TOLD = ("hand_back", "transfer", "callback_unhappy", "still_broken", "cancel", "reopen")
TOLD_WAYS = {(str(S.CONSULTING), str(S.CLOSED))}
# Ways back that run in a lane of their own under everything, by lane.
LANES = {(S.IN_WORKSHOP, S.ACCEPTED): 1, (S.AWAITING_PARTS, S.ACCEPTED): 2}

STYLE = """
svg{color-scheme:light dark;font:12px system-ui,"Noto Sans SC",sans-serif}
text{fill:#57606a;text-anchor:middle}
.state{fill:#8b949e26;stroke:#8b949e}
.spine{fill:#2f81f726;stroke:#2f81f7}
.end{fill:#3fb95026;stroke:#3fb950}
.name{fill:#24292f;font-weight:600}
.way{fill:none;stroke:#8b949e;stroke-width:1.3}
.main{stroke:#2f81f7;stroke-width:2}
.head{fill:#8b949e}
.told{text-anchor:start}
@media (prefers-color-scheme:dark){text{fill:#9da7b3}.name{fill:#e6edf3}}
"""


def ways() -> dict[tuple[str, str], list[str]]:
    """Return (from, to) → the verbs that lead there, as the machine says; what stays is left out."""
    found = defaultdict(list)
    for transition in ServiceOrder._meta.get_field("state").get_all_transitions(ServiceOrder):
        target = transition.target if isinstance(transition.target, str | None) else str(S.CLOSED)
        if target is not None and target != transition.source:
            found[transition.source, target].append(transition.name)
    return {way: sorted(verbs) for way, verbs in sorted(found.items())}


def draw() -> str:
    """Return the picture as SVG, in English whatever language is active."""
    with translation.override("en"):
        drawn = {
            way: left
            for way, verbs in ways().items()
            if way not in TOLD_WAYS and (left := [name for name in verbs if name not in TOLD])
        }
        wide, high = LEFT * 2 + 9 * ACROSS + WIDTH, TOP + 2 * DOWN + HEIGHT + BELOW
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img">',
            "<title>The life of a service order</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4"'
            ' markerWidth="7" markerHeight="7" orient="auto">'
            '<path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
            *(_way(S(source), S(target), verbs) for (source, target), verbs in drawn.items()),
            *(_box(state) for state in S),
            *_told(high),
            "</svg>",
        ]
    return "\n".join(parts) + "\n"


def _middle(state: State) -> tuple[float, float]:
    column, row = PLACES[state]
    return LEFT + column * ACROSS + WIDTH / 2, TOP + row * DOWN + HEIGHT / 2


def _box(state: State) -> str:
    x, y = _middle(state)
    kind = "end" if state in FINISHED else "spine" if PLACES[state][1] == 1 else "state"
    return (
        f'<rect class="state {kind}" x="{x - WIDTH / 2:g}" y="{y - HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}"'
        f' rx="8"/><text class="name" x="{x:g}" y="{y + 4:g}">{escape(str(state.label))}</text>'
    )


def _way(source: State, target: State, verbs: list[str]) -> str:
    """Draw one way with its verbs beside it."""
    (x1, y1), (x2, y2) = _middle(source), _middle(target)
    if lane := LANES.get((source, target)):
        path, at = _in_lane(x1, y1, x2, y2, lane)
    elif y1 == y2 and abs(x2 - x1) <= ACROSS:
        path, at = _to_neighbour(x1, x2, y1)
    elif y1 == y2:
        path, at = _over_others(x1, x2, y1)
    else:
        path, at = _to_other_row(x1, y1, x2, y2)
    main = " main" if y1 == y2 and any(REGISTRY[name].tone == "primary" for name in verbs) else ""
    lines = "".join(
        f'<tspan x="{at[0]:g}" dy="{13 if number else 0}">{escape(name.replace("_", " "))}</tspan>'
        for number, name in enumerate(verbs)
    )
    return (
        f'<path class="way{main}" marker-end="url(#head)" d="{path}"/>'
        f'<text x="{at[0]:g}" y="{at[1] - 13 * (len(verbs) - 1):g}">{lines}</text>'
    )


Drawn = tuple[str, tuple[float, float]]  # the path, and where its words stand


def _to_neighbour(x1: float, x2: float, y: float) -> Drawn:
    """Straight across; there and back lie side by side."""
    side = 1 if x2 > x1 else -1
    path = f"M{x1 + side * WIDTH / 2:g} {y - 6 * side:g}H{x2 - side * (WIDTH / 2 + 1):g}"
    return path, ((x1 + x2) / 2, y - HEIGHT / 2 - 6 if side > 0 else y + HEIGHT / 2 + 14)


def _over_others(x1: float, x2: float, y: float) -> Drawn:
    """An arc: over the row when it leads on, under it when it leads back."""
    away = -1 if x2 > x1 else 1
    lift = away * (14 + 18 * abs(x2 - x1) / ACROSS)
    edge = y + away * HEIGHT / 2
    path = f"M{x1:g} {edge:g}C{x1:g} {edge + lift:g} {x2:g} {edge + lift:g} {x2:g} {edge + away:g}"
    return path, ((x1 + x2) / 2, edge + 0.75 * lift - 5)


def _to_other_row(x1: float, y1: float, x2: float, y2: float) -> Drawn:
    """An S to the row above or below; there and back lie side by side."""
    down = 1 if y2 > y1 else -1
    start, end, half = y1 + down * HEIGHT / 2, y2 - down * (HEIGHT / 2 + 1), (y1 + y2) / 2
    x1, x2 = x1 + 16 * down, x2 + 16 * down
    path = f"M{x1:g} {start:g}C{x1:g} {half:g} {x2:g} {half:g} {x2:g} {end:g}"
    return path, (x2 + 40, end - 26) if down > 0 else (x1 - 44, start - 12)


def _in_lane(x1: float, y1: float, x2: float, y2: float, lane: int) -> Drawn:
    """Down, along under everything, and up again."""
    low, up = y1 + HEIGHT / 2 + 18 * lane, x2 - 24 + 16 * lane
    path = f"M{x1:g} {y1 + HEIGHT / 2:g}V{low:g}H{up:g}V{y2 + HEIGHT / 2 + 1:g}"
    return path, (x1 - 60, low - 4)


def _told(high: float) -> list[str]:
    """Tell in words where the verbs lead that are not drawn."""
    lines = []
    for name in TOLD:
        leads = [way for way, verbs in ways().items() if name in verbs]
        sources = [str(state.label) for state in S if str(state) in {source for source, _target in leads}]
        lines.append(f"{name.replace('_', ' ')}: from {', '.join(sources)} to {S(leads[0][1]).label}")
    for source, target in sorted(TOLD_WAYS):
        verbs = ", ".join(name.replace("_", " ") for name in ways()[source, target])
        lines.append(f"{verbs}: from {S(source).label} to {S(target).label} too")
    first = high - 17 * len(lines)
    return [
        f'<text class="told" x="{LEFT}" y="{first + 17 * number:g}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]


class Command(BaseCommand):
    help = "Draw the states of an order and the ways between them into docs/states.svg."

    def handle(self, *args, **options):
        path = settings.BASE_DIR / TARGET
        path.parent.mkdir(exist_ok=True)
        path.write_text(draw())
        self.stdout.write(f"{TARGET}: {len(PLACES)} states, {len(ways())} ways")
