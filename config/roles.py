"""Who may open which page: one table, enforced for every request before its view runs.

A name that is not in the table is refused, so that nothing is open by being forgotten. What somebody may do to an
order on a page that is open to them is another question: the verbs answer it (`dispatch.actions`).
"""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from technicians.models import Role

D, T, C, A, M, X = Role.DISPATCHER, Role.TECHNICIAN, Role.CLERK, Role.AGENT, Role.MANAGER, Role.ADMIN
DESK = frozenset({D, C, A, M, X})
SIGNED_IN = frozenset(Role)
ANYBODY = None  # also without signing in

PAGES: dict[str, frozenset[str] | None] = {
    # The doors
    "home": SIGNED_IN,
    "sign_in": ANYBODY,
    "sign_out": ANYBODY,
    "sso": ANYBODY,  # 404 unless single sign-on is set
    "sso_callback": ANYBODY,
    "set_language": ANYBODY,
    "style": ANYBODY,  # 404 unless DEBUG
    "live_ticket": SIGNED_IN,
    "photo": SIGNED_IN,  # who may see the order it belongs to, says the view
    "film": SIGNED_IN,  # likewise
    "paper": SIGNED_IN,  # likewise
    # The desk
    "queue": DESK,
    "order": DESK,
    "order_act": DESK,
    "order_new": DESK,
    "order_known": DESK,
    "help": SIGNED_IN,
    "help_answer": SIGNED_IN - {A},
    "claims": frozenset({M, X}),
    "alarms": DESK,
    "kept_settle": DESK,
    "callbacks": DESK - {C},
    "order_link": DESK - {C},  # the clerk has no say in what customers are sent
    "order_link_end": DESK - {C},
    "notice_tell": DESK,
    "notice_again": DESK,
    "board": DESK,
    "board_part": DESK,
    "board_data": DESK,
    "board_orders": DESK,
    "board_technicians": DESK,
    "board_queue": DESK,
    "board_panel": DESK,
    "board_note": DESK,
    "board_suggest": DESK,
    "board_do": DESK,  # who may do what, say the verbs
    "board_map": DESK,
    "board_sheet": DESK,
    "board_sheets": DESK,
    "board_print": DESK,
    "board_plans": DESK,
    "board_plan": DESK,
    "board_plan_do": frozenset({D, M, X}),
    "board_absence": frozenset({D, M, X}),
    "board_absence_do": frozenset({D, M, X}),
    "reviews": DESK,
    "agent_home": frozenset({A, M, X}),
    "clerk_home": frozenset({C, M, X}),
    "card": DESK,
    "settle": frozenset({C, M, X}),
    "settle_begin": frozenset({C, M, X}),
    "settle_book": frozenset({C, M, X}),
    "settle_book_do": frozenset({C, M, X}),
    "settle_day": frozenset({C, M, X}),
    "settle_day_do": frozenset({C, M, X}),
    "settle_case": frozenset({C, M, X}),
    "workshop": frozenset({D, T, C, M, X}),
    "loaners": frozenset({D, C, M, X}),
    "stock": frozenset({D, C, M, X}),
    "stock_part": frozenset({D, T, C, M, X}),
    "stock_do": frozenset({D, T, C, M, X}),
    "stock_fill_up": frozenset({D, T, C, M, X}),
    "stock_count": frozenset({D, T, C, M, X}),
    "requisitions": frozenset({D, C, M, X}),
    "requisition_do": frozenset({D, C, M, X}),
    "old_parts": frozenset({D, C, M, X}),
    # The technician's phone
    "day": frozenset({T}),
    "field_callbacks": frozenset({T}),
    "field_calendar": frozenset({T}),
    "calendar_feed": ANYBODY,  # the code in the address is the key
    "field_order": frozenset({T}),
    "field_act": frozenset({T}),
    "my_van": frozenset({T}),
    "field_settle": frozenset({T}),
    "field_settle_do": frozenset({T}),
    "field_app": ANYBODY,  # the shell has nothing of anybody in it, and has to open without a signal
    "field_app_sw": ANYBODY,
    "field_app_manifest": ANYBODY,
    "field_app_bundle": frozenset({T}),
    "field_app_send": frozenset({T}),
    "field_app_quote_code": frozenset({T}),
    "field_app_settle": frozenset({T}),
    # What customers are sent: the code in the address is the key
    "portal_order": ANYBODY,
    "portal_time": ANYBODY,
    "portal_correct": ANYBODY,
    "portal_who": ANYBODY,
    "portal_supply": ANYBODY,
    "portal_request": ANYBODY,  # a one-time code is the key, here and in its steps
    "portal_request_step": ANYBODY,
    "portal_request_picture": ANYBODY,
    "portal_door": ANYBODY,
    "portal_code": ANYBODY,
    "portal_leave": ANYBODY,
    "portal_mine_order": ANYBODY,  # a one-time code is the key, here and below
    "portal_privacy": ANYBODY,
    "portal_about": ANYBODY,
    "portal_export": ANYBODY,
    "portal_mine": ANYBODY,  # a one-time code is the key (web.portal.door)
    "portal_warranty": ANYBODY,
    "portal_quote": ANYBODY,
    "portal_rate": ANYBODY,  # the code in the address is the key, here and below
    "portal_broken": ANYBODY,
    "portal_quote_pdf": ANYBODY,
    "paper_public": ANYBODY,
    "paper_public_pdf": ANYBODY,
    # The manager's page
    "today": frozenset({C, M, X}),
    "behind": frozenset({C, M, X}),
    "daily_mail": frozenset({M, X}),
    "trends": frozenset({M, X}),
    "trends_export": frozenset({M, X}),
    "trend_orders": frozenset({M, X}),
    "behind_technician": frozenset({M, X}),
    "trend_orders_sheet": frozenset({M, X}),
    "health": frozenset({M, X}),
    "audit": frozenset({M, X}),
    "export": frozenset({M, X}),
    "export_rows": frozenset({M, X}),
    "export_file": frozenset({M, X}),  # whose it is, says the view
    "audit_export": frozenset({M, X}),
}

# Read by a script that keeps what it has until somebody signs in again.
TOLD_BY_STATUS = {"field_app_bundle", "field_app_quote_code", "field_app_send", "field_app_settle"}

# Whole trees that judge for themselves, by their own means: Django's admin, tokens and sessions in the API.
THEMSELVES = ("admin/", "api/")


class RoleGate:
    """Refuse a page to a role that the table does not name; lead who is not signed in to the sign-in page."""

    def __init__(self, get_response):
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the judging waits until the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Return a redirect to sign-in, None to go on, or raise PermissionDenied."""
        match = request.resolver_match
        if match.route.startswith(THEMSELVES):
            return None
        may = PAGES.get(match.view_name, frozenset())
        if may is ANYBODY:
            return None
        if not request.user.is_authenticated:
            if getattr(request, "htmx", False) or match.view_name in TOLD_BY_STATUS:
                return HttpResponse(status=401)  # the page says so; what was typed stays
            return redirect_to_login(request.get_full_path())
        if request.user.role not in may:
            raise PermissionDenied
        return None
