"""The first page of the master data: today at a glance, then everything to look after, grouped as the trade thinks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dispatch.reports import today as report
from web.insight.views import cards_of, zone_of

GLANCE = ("overdue", "late", "unassigned", "escalated", "calls-overdue", "open")


@dataclass
class Entry:
    """One line of a group: where it leads, where one is added ('' where nobody here may), whether it is to be read."""

    name: str
    url: str
    add: str = ""
    read_only: bool = False


@dataclass
class Group:
    """A heading of the trade with what belongs under it."""

    code: str
    name: Any
    meaning: Any
    models: tuple[str, ...] = ()
    pages: tuple[tuple[str, Any], ...] = ()
    entries: list[Entry] = field(default_factory=list)


def groups() -> list[Group]:
    """Return the groups in their order, still empty. Models by their labels, pages by the names of their addresses."""
    return [
        Group(
            "people", _("Outlets and people"), _("Who works where, and what they have learned"),
            (
                "technicians.Outlet", "technicians.User", "technicians.Technician", "technicians.Skill",
                "technicians.Holiday",
            ),
        ),
        Group(
            "policies", _("Policies and thresholds"), _("What is promised, decided and asked for"),
            (
                "customers.WarrantyPolicy", "dispatch.ServiceLevel", "dispatch.CallbackPolicy", "dispatch.Fault",
                "dispatch.StandardText", "technicians.Checklist", "technicians.ChecklistItem",
            ),
        ),
        Group(
            "prices", _("Prices"), _("Fee tables in versions, discounts"),
            (
                "technicians.PriceTable", "dispatch.PriceList", "dispatch.PartPrice", "dispatch.LabourPrice",
                "dispatch.CertificateFee", "dispatch.DiscountPolicy",
            ),
        ),
        Group(
            "parts", _("Parts and kits"), _("What there is, where it lies, what must be in the bag"),
            (
                "technicians.Part", "technicians.Warehouse", "technicians.KitStandard", "technicians.KitItem",
                "technicians.Loaner", "technicians.Balance", "technicians.Move", "technicians.StockCount",
            ),
        ),
        Group(
            "notices", _("Notices"), _("What customers are told, in which words, and when not"),
            (
                "dispatch.NoticeTemplate", "dispatch.NoticePolicy", "dispatch.NoticeHook", "dispatch.OptOut",
                "dispatch.Notice",
            ),
        ),
        Group(
            "customers", _("Customers and appliances"), _("To find and to put right"),
            (
                "customers.Customer", "customers.Address", "customers.Appliance", "customers.Brand",
                "customers.Category", "customers.ProductModel", "customers.Shop",
            ),
        ),
        Group(
            "integrations", _("Integrations"), _("Other programs that hear of us and ask us"),
            ("dispatch.Webhook", "dispatch.Delivery", "technicians.ApiToken", "socialaccount.SocialAccount"),
            (("api:docs", _("API description")), ("export", _("Export"))),
        ),
        Group(
            "watch", _("Audit and health"), _("Who did what, and whether everything runs"),
            ("dispatch.AuditEntry", "axes.AccessLog", "axes.AccessAttempt", "axes.AccessFailureLog"),
            (("health", _("Health")), ("audit", _("Audit")), ("daily_mail", _("Daily e-mail"))),
        ),
    ]  # fmt: skip


def home_of(request: HttpRequest) -> dict:
    """Return what the page shows: figures, groups, the records that are only read, and when it was."""
    now = timezone.now()
    found = report.figures(request.user, now, zone_of(request))
    cards = {card["code"]: card for card in cards_of(found)}
    filled, rest = arranged(request)
    return {"now": now, "cards": [cards[code] for code in GLANCE], "groups": filled, "records": rest}


def arranged(request: HttpRequest) -> tuple[list[Group], list[Entry]]:
    """Return the groups with what this person may open, and what belongs to none of them: the records."""
    models = {model["model"]._meta.label: model for app in admin.site.get_app_list(request) for model in app["models"]}
    filled = []
    for group in groups():
        pages = [Entry(str(name), url) for code, name in group.pages if (url := _address(code))]
        rows = [_entry(models.pop(label)) for label in group.models if label in models]
        group.entries = pages + rows
        if group.entries:
            filled.append(group)
    return filled, sorted((_entry(model) for model in models.values()), key=lambda entry: entry.name)


def _entry(model: dict) -> Entry:
    name = capfirst(str(model["name"]))
    return Entry(name, model["admin_url"] or "", model["add_url"] or "", bool(model.get("view_only")))


def _address(code: str) -> str:
    try:
        return reverse(code)
    except NoReverseMatch:
        return ""
