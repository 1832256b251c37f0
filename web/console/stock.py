"""The stock: what lies where, what runs short, and the ledger of a part. Thin: read and render."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from dispatch.actions.store import may_keep, old_parts
from dispatch.models import Requisition
from technicians import stock
from technicians.models import Balance, Move, Part, Role, User, Warehouse, WarehouseKind

PAGE, MOVES = 100, 200
DEPOT = WarehouseKind.DEPOT


def tabs(user: User) -> list[tuple[str, str, int]]:
    """Return (name of the page, address, how much waits there)."""
    asked = Requisition.objects.for_user(user).open().count()
    old = old_parts(user).count()
    return [
        ("stock", reverse("stock"), 0),
        ("requisitions", reverse("requisitions"), asked),
        ("old_parts", reverse("old_parts"), old),
    ]


def places(user: User) -> list[Warehouse]:
    """Return the warehouses a person may see: centre, outlet, vans, depots."""
    order = {"centre": 0, "outlet": 1, "van": 2, "depot": 3}
    rows = Warehouse.objects.for_user(user).filter(active=True).select_related("technician", "outlet")
    return sorted(rows, key=lambda one: (order[one.kind], one.code))


def kept_by(user: User) -> list[Warehouse]:
    """Return the warehouses a person looks after."""
    return [one for one in places(user) if may_keep(user, one)]


@dataclass
class Shown:
    """What the address asks for."""

    place: Warehouse | None
    typed: str
    short: bool

    @property
    def query(self) -> str:
        """The address's filters again, for links to other pages of the list."""
        said = {"at": self.place.code if self.place else "", "q": self.typed, "short": "1" if self.short else ""}
        return urlencode({name: value for name, value in said.items() if value})


def stock_page(request: HttpRequest) -> HttpResponse:
    """Balances by warehouse and part, with search; only what runs short, if asked."""
    seen = places(request.user)
    codes = {one.code: one for one in seen}
    shown = Shown(
        codes.get(request.GET.get("at", "")), request.GET.get("q", "").strip()[:80], bool(request.GET.get("short"))
    )
    if not shown.place and not shown.typed and not shown.short:
        shown.place = next((one for one in seen if one.kind == WarehouseKind.OUTLET), None) or next(iter(seen), None)
    rows = _balances(seen, shown)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "places": seen,
        "shown": shown,
        "page": page,
        "keeps": bool(shown.place) and may_keep(request.user, shown.place),
        "short_count": _short(Balance.objects.filter(warehouse__in=seen)).count(),
        "tabs": tabs(request.user),
        "tab": "stock",
    }
    return render(request, "console/stock.html", context)


def _balances(seen: list[Warehouse], shown: Shown) -> QuerySet[Balance]:
    rows = Balance.objects.filter(warehouse__in=[shown.place] if shown.place else seen)
    if shown.typed:
        rows = rows.filter(part__in=stock.search(shown.typed).values("pk"))
    rows = _short(rows) if shown.short else rows.filter(Q(on_hand__gt=0) | Q(minimum__gt=0))
    return rows.select_related("part", "warehouse").order_by("part__code", "warehouse__code")


def _short(rows: QuerySet[Balance]) -> QuerySet[Balance]:
    return rows.filter(minimum__gt=F("on_hand") - F("reserved")).exclude(warehouse__kind=DEPOT)


def stock_part(request: HttpRequest, code: str) -> HttpResponse:
    """One part: where it lies, which models it fits, and its ledger, newest first."""
    part = get_object_or_404(Part.objects.select_related("category"), code=code)
    seen = places(request.user)
    moves = Move.objects.filter(part=part).filter(Q(source__in=seen) | Q(target__in=seen))
    context = {
        "part": part,
        "models": stock.models_fitted(part, 40),
        "balances": Balance.objects.filter(part=part, warehouse__in=seen)
        .exclude(on_hand=0, minimum=0)
        .select_related("warehouse")
        .order_by("warehouse__code"),
        "moves": moves.select_related("source", "target", "by")[:MOVES],
        "tabs": tabs(request.user),
        "tab": "stock",
        "may_open_orders": request.user.role != Role.TECHNICIAN,
    }
    return render(request, "console/stock_part.html", context)
