"""Sheets of what orders rest on: customers, appliances, people, parts, prices, policies, words."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dispatch.models import ServiceOrder
from dispatch.reports.sheets.kind import Shelf
from technicians.models import Outlet

NAMES = "name_en name_zh_hans name_zh_hant"
SHEETS = Shelf()
add = SHEETS.add


def _customers(path: str) -> Callable[[QuerySet, Outlet], QuerySet]:
    def narrowed(rows: QuerySet, outlet: Outlet) -> QuerySet:
        mine = ServiceOrder.objects.filter(outlet=outlet).order_by().values("customer_id")
        return rows.filter(**{f"{path}__in": mine})

    return narrowed


add(
    "customers", _("Customers"), "customers.Customer",
    "customer:id name phone phone_alt email language note created_at",
    by=_customers("pk"),
)  # fmt: skip
add(
    "addresses", _("Addresses"), "customers.Address",
    "address:id customer:customer_id line district city latitude longitude access_note",
    by=_customers("customer"),
)  # fmt: skip
add(
    "appliances", _("Appliances"), "customers.Appliance",
    "appliance:id customer:customer_id category:category__code brand:brand__code model_no serial purchased_on"
    " installed_on replaced_on note",
    by=_customers("customer"),
)  # fmt: skip
add(
    "outlets", _("Outlets"), "technicians.Outlet",
    f"outlet:code {NAMES} zone region currency phone address tax_no cutoff latitude longitude",
    way="pk",
)  # fmt: skip
add(
    "people", _("People"), "technicians.User",
    "person:id username first_name last_name role outlet:outlet__code language is_active date_joined last_login",
    way="outlet",
)  # fmt: skip
add(
    "technicians", _("Technicians"), "technicians.Technician",
    "technician:id username:user__username outlet:outlet__code name phone permit_code active",
    way="outlet",
)  # fmt: skip
add(
    "absences", _("Absences"), "technicians.Absence",
    "absence:id technician:technician_id starts_at ends_at reason recorded_at recorded_by:recorded_by__username",
    way="technician__outlet", at="starts_at",
)  # fmt: skip
add(
    "parts", _("Parts"), "technicians.Part",
    f"part:code {NAMES} category:category__code serialised return_old consumable",
)  # fmt: skip
add(
    "warehouses", _("Warehouses"), "technicians.Warehouse",
    f"warehouse:code {NAMES} kind outlet:outlet__code technician:technician_id active",
    way="outlet",
)  # fmt: skip
add(
    "loaners", _("Loaners"), "technicians.Loaner",
    "loaner:code outlet:outlet__code category:category__code brand:brand__code model_no serial condition retired"
    " note",
    way="outlet",
)  # fmt: skip
add(
    "faults", _("Faults"), "dispatch.Fault",
    f"fault:code {NAMES} category:category__code minutes by_phone skill:skill__code",
)  # fmt: skip
add(
    "audit", _("Audit entries"), "dispatch.AuditEntry",
    "entry:id deed at actor:actor__username role what",
    way="actor__outlet", at="at",
)  # fmt: skip
add("brands", _("Brands"), "customers.Brand", f"brand:code {NAMES}")
add("categories", _("Categories"), "customers.Category", f"category:code {NAMES}")
add(
    "models", _("Models"), "customers.ProductModel",
    f"model:number brand:brand__code category:category__code {NAMES} made_from made_to",
)  # fmt: skip
add("shops", _("Shops"), "customers.Shop", f"shop:code {NAMES} linked")
add(
    "evidence", _("Proofs of purchase"), "customers.Evidence",
    "evidence:id appliance:appliance_id documents box_matches sold_region sold_by_maker shop:shop__code proof"
    " proof_number seen_at",
    by=_customers("appliance__customer"),
)  # fmt: skip
add(
    "opt_outs", _("Opt-outs"), "dispatch.OptOut",
    "opt_out:id customer:customer_id channel kind at",
    by=_customers("customer"),
)  # fmt: skip
add(
    "privacy", _("Customers' privacy"), "dispatch.PrivacyRecord",
    "record:id customer:customer_id kind what at",
    at="at", by=_customers("customer"),
)  # fmt: skip
add(
    "warranty_policies", _("Warranty policies"), "customers.WarrantyPolicy",
    "policy:id version valid_from valid_to brand:brand__code category:category__code period_months regions documents"
    " proofs exclusions linked_shop_exempt refund_days exchange_days repairs_before_exchange"
    " repair_days_before_exchange parts_days_before_refund software_free_months software_charged_after_months"
    " software_between_free note",
)  # fmt: skip
add("price_tables", _("Fee tables"), "technicians.PriceTable", f"table:code {NAMES} currency")
add(
    "price_lists", _("Price lists"), "dispatch.PriceList",
    "price_list:id table:table__code version valid_from valid_to call_out_minor:call_out"
    " software_help_minor:software_help currency:table__currency old_part_credit_bp tax_bp tax_included note",
)  # fmt: skip
add(
    "labour_prices", _("Labour prices"), "dispatch.LabourPrice",
    "price_list:price_list_id category:category__code fault:fault__code amount_minor:amount"
    " currency:price_list__table__currency",
)  # fmt: skip
add(
    "part_prices", _("Part prices"), "dispatch.PartPrice",
    "price_list:price_list_id part:part__code amount_minor:amount currency:price_list__table__currency",
)  # fmt: skip
add(
    "certificate_fees", _("Certificate fees"), "dispatch.CertificateFee",
    "policy:policy_id kind fault:fault__code part:part__code amount_minor:amount currency",
)  # fmt: skip
add(
    "discounts", _("Discounts"), "dispatch.DiscountPolicy",
    f"discount:code {NAMES} table:table__code on share_bp amount_minor:amount currency:table__currency"
    " valid_from valid_to",
)  # fmt: skip
add("skills", _("Skills"), "technicians.Skill", f"skill:code {NAMES}")
add(
    "shifts", _("Shifts"), "technicians.Shift",
    "technician:technician_id weekday starts ends break_from break_until break_minutes",
    way="technician__outlet",
)  # fmt: skip
add(
    "holidays", _("Holidays"), "technicians.Holiday",
    "holiday:id outlet:outlet__code name starts_on ends_on",
)  # fmt: skip
add(
    "checklists", _("Checklist items"), "technicians.ChecklistItem",
    f"checklist:checklist_id step:checklist__step category:checklist__category__code version:checklist__version"
    f" valid_from:checklist__valid_from valid_to:checklist__valid_to item:code kind {NAMES} unit minimum maximum"
    " mandatory sequence",
)  # fmt: skip
add(
    "kits", _("Kit items"), "technicians.KitItem",
    f"standard:standard_id category:standard__category__code version:standard__version"
    f" valid_from:standard__valid_from valid_to:standard__valid_to item:code {NAMES} group mandatory when_charged"
    " counted sequence",
)  # fmt: skip
add(
    "standard_texts", _("Standard texts"), "dispatch.StandardText",
    "kind category:category__code text_en text_zh_hans text_zh_hant",
)  # fmt: skip
add(
    "notice_templates", _("Notice templates"), "dispatch.NoticeTemplate",
    "event language channel subject body",
)  # fmt: skip
add(
    "notice_policies", _("Notice policies"), "dispatch.NoticePolicy",
    "outlet:outlet__code quiet_from quiet_to email_first",
    way="outlet",
)  # fmt: skip
add(
    "service_levels", _("Service levels"), "dispatch.ServiceLevel",
    "priority version valid_from valid_to contact_minutes finish_hours",
)  # fmt: skip
add(
    "callback_policies", _("Callback policies"), "dispatch.CallbackPolicy",
    "kind delay_minutes role max_attempts retry_minutes",
)  # fmt: skip
