"""Where each role may go from the header. Names are those of the URL patterns; config.roles decides access."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

AGENT = ("agent_home", _("Start"), "home")
CLERK = ("clerk_home", _("Start"), "home")
BOARD = ("board", _("Board"), "calendar")
QUEUE = ("queue", _("Queue"), "list")
REVIEWS = ("reviews", _("Requests"), "user")
CALLBACKS = ("callbacks", _("Callbacks"), "phone")
MY_CALLS = ("field_callbacks", _("My callbacks"), "phone")
WORKSHOP = ("workshop", _("Workshop"), "box")
HELP = ("help", _("Help"), "message")
SETTLE = ("settle", _("Settlement"), "list")
CLAIMS = ("claims", _("Claims"), "shield")
STOCK = ("stock", _("Parts"), "box")
VAN = ("my_van", _("My van"), "box")
DAY = ("field_app", _("My day"), "calendar")
TODAY = ("today", _("Today"), "chart")
MASTER = ("admin:index", _("Master data"), "settings")

BY_ROLE = {
    "technician": (DAY, MY_CALLS, VAN, WORKSHOP, HELP),
    "dispatcher": (BOARD, QUEUE, CALLBACKS, WORKSHOP, STOCK, HELP),
    "clerk": (CLERK, QUEUE, SETTLE, TODAY, WORKSHOP, STOCK, HELP),
    "agent": (AGENT, REVIEWS, CALLBACKS, BOARD, QUEUE, HELP),
    "manager": (TODAY, BOARD, QUEUE, CALLBACKS, SETTLE, WORKSHOP, STOCK, HELP, CLAIMS, MASTER),
    "admin": (BOARD, QUEUE, CALLBACKS, TODAY, SETTLE, WORKSHOP, STOCK, HELP, CLAIMS, MASTER),
}


def links(user, path):
    """Return what the header shows `user`: dicts of url, label, icon, current. Pages not installed are left out."""
    found = []
    for name, label, icon in BY_ROLE.get(getattr(user, "role", ""), ()):
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append({"url": url, "label": label, "icon": icon, "current": False})
    here = [link for link in found if path.startswith(link["url"])]
    if here:
        max(here, key=lambda link: len(link["url"]))["current"] = True
    return found
