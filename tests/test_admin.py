"""The admin: who may change which master data, and that nobody's orders are lost by it."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Appliance, Brand, Category
from dispatch.models import Fault, OrderEvent, ServiceOrder, State, Visit
from technicians.models import KitItem, Outlet, Role, Technician, User
from tests import factories
from tests.pictures import upload

pytestmark = pytest.mark.django_db
MODELS = sorted(
    (m for m in admin.site._registry if m._meta.app_label in ("customers", "technicians", "dispatch")),
    key=lambda m: m._meta.label,
)
READ_ONLY = {"ServiceOrder", "Visit", "OrderEvent", "Timer", "Callback", "Repair", "Bill", "Answer"}
MATTER = {  # what hangs on orders: no order of these tests has any
    "Balance", "Check", "Claim", "Consent", "Evidence", "HelpRequest", "Incident", "Loan", "Move", "OrderPhoto",
    "Paper", "PartUse", "Payment", "Photo", "Quote", "Requisition", "Reservation", "Series", "StockCount", "Waiver",
    "WarrantyDecision", "WorkshopJob",
}  # fmt: skip


@pytest.fixture
def place(db):
    return factories.make_outlet()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def form_of(page) -> dict:
    """Return what a browser would send back of a change form that nobody touched."""
    form = page.context["adminform"].form
    forms = [form] + [f for s in page.context["inline_admin_formsets"] for f in (s.formset.management_form, *s.formset)]
    data = {}
    for each in forms:
        for name in each.fields:
            value = each[name].value()
            if isinstance(value, list):
                data[each.add_prefix(name)] = [getattr(one, "pk", one) for one in value]
            elif value is not None and value is not False:
                data[each.add_prefix(name)] = "on" if value is True else value
    return data


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_list_and_row_opens_for_those_who_look_after_them(place, model):
    order, _now = factories.order_in(State.CLOSED, place)
    Brand.objects.create(code="haier", name_en="Haier")
    Fault.objects.create(code="leak", name_en="Leaks", category=place.category, skill=place.skill)
    for user in (place.admin, place.manager):
        client = signed_in(user)
        if model.__name__ in ("Answer", "Photo", "Webhook", "Delivery") and user == place.manager:
            assert client.get(url(model, "changelist")).status_code == 403
            continue
        assert client.get(url(model, "changelist")).status_code == 200
        assert client.get(url(model, "changelist"), {"q": "12"}).status_code == 200
        row = model.objects.first()
        if row:
            assert client.get(url(model, "change", row.pk)).status_code == 200
    assert order.number in signed_in(place.admin).get(url(ServiceOrder, "changelist")).content.decode()


ODD = [{"q": "abc"}, {"q": "9" * 30}, {"q": "\0"}, {"p": "x"}, {"id__exact": "x"}, {"state": "\0"}, {"o": "99.x"}]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_odd_addresses_break_nothing(place, model):
    factories.make_order(place)
    client = signed_in(place.admin)
    for asked in ODD:
        assert client.get(url(model, "changelist"), asked, follow=True).status_code < 500, asked
    assert client.get(url(model, "change", "x"), follow=True).status_code < 500


def test_filters_offer_only_what_is_ones_own(place):
    other = factories.make_outlet()
    page = signed_in(place.manager).get(url(Visit, "changelist")).content.decode()
    assert place.technician.name in page
    assert other.technician.name not in page
    page = signed_in(place.manager).get(url(ServiceOrder, "changelist")).content.decode()
    assert other.outlet.name not in page


@pytest.mark.parametrize("model", [m for m in MODELS if m.__name__ in READ_ONLY | MATTER], ids=lambda m: m.__name__)
def test_what_has_a_history_is_only_read(place, model):
    """H-N2: orders change through the actions, events never."""
    factories.order_in(State.CLOSED, place)
    client = signed_in(place.admin)
    assert client.get(url(model, "add")).status_code == 403
    row = model.objects.first()
    if row is None:
        assert model.__name__ in {"Answer", *MATTER}  # no key was sent
        return
    assert client.post(url(model, "change", row.pk), {"state": "closed"}).status_code == 403
    assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_order_leads_to_its_page(place):
    order = factories.make_order(place)
    page = signed_in(place.manager).get(url(ServiceOrder, "change", order.pk)).content.decode()
    assert reverse("order", args=[order.pk]) in page


@pytest.mark.parametrize("role", ["dispatcher", "clerk", "agent"])
def test_others_are_kept_out(place, role):
    client = signed_in(getattr(place, role))
    assert client.get(url(Outlet, "changelist")).status_code in (302, 403)
    assert client.get(url(Outlet, "changelist"), follow=True).context.get("cl") is None


def test_not_signed_in_uses_the_one_door(client):
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sign_in"))


def test_manager_sees_and_changes_the_outlets_own_rows_only(place):
    other = factories.make_outlet()
    factories.make_order(place)
    strange = factories.make_order(other, phone="0987 654 321")
    client = signed_in(place.manager)
    for row in (other.outlet, other.technician, other.dispatcher, strange, strange.customer, strange.appliance):
        page = client.get(url(type(row), "change", row.pk))
        assert page.status_code == 302, row  # the admin's way of saying that there is no such row
    page = client.get(url(Outlet, "change", place.outlet.pk))
    answer = client.post(url(Outlet, "change", place.outlet.pk), form_of(page) | {"phone": "02 1234"})
    assert answer.status_code == 302
    assert Outlet.objects.get(pk=place.outlet.pk).phone == "02 1234"
    assert client.get(url(Outlet, "add")).status_code == 403


def test_what_all_outlets_share_is_changed_by_the_centre(place):
    client = signed_in(place.manager)
    assert client.get(url(Category, "change", place.category.pk)).status_code == 200
    assert client.post(url(Category, "change", place.category.pk), {"code": "x", "name_en": "x"}).status_code == 403
    centre = signed_in(factories.make_user("manager", None))
    answer = centre.post(url(Category, "change", place.category.pk), {"code": "washing_machine", "name_en": "Washers"})
    assert answer.status_code == 302
    assert Category.objects.get().name_en == "Washers"


def new_person(**how) -> dict:
    password = "a long enough one 7"
    return {"username": "new", "usable_password": "true", "password1": password, "password2": password} | how


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_manager_makes_nobody_their_own_equal(place, role):
    client = signed_in(place.manager)
    answer = client.post(url(User, "add"), new_person(role=role, outlet=place.outlet.pk))
    assert answer.status_code == 200
    assert "role" in answer.context["adminform"].form.errors
    assert not User.objects.filter(username="new").exists()


def test_manager_makes_people_of_the_outlet_only(place):
    other = factories.make_outlet()
    client = signed_in(place.manager)
    for outlet in (other.outlet.pk, ""):
        answer = client.post(url(User, "add"), new_person(role="agent", outlet=outlet))
        assert "outlet" in answer.context["adminform"].form.errors
    assert client.post(url(User, "add"), new_person(role="agent", outlet=place.outlet.pk)).status_code == 302
    made = User.objects.get(username="new")
    assert (made.role, made.outlet, made.is_staff) == ("agent", place.outlet, False)
    assert made.check_password("a long enough one 7")


def test_manager_changes_neither_themselves_nor_an_administrator(place):
    client = signed_in(place.manager)
    for user in (place.manager, place.admin):
        assert client.get(url(User, "change", user.pk)).status_code == 200
        assert client.post(url(User, "change", user.pk), {"role": "admin"}).status_code == 403
        assert client.post(reverse("admin:auth_user_password_change", args=[user.pk]), {}).status_code == 403
    place.manager.refresh_from_db()
    assert place.manager.role == Role.MANAGER
    assert client.get(reverse("admin:auth_user_password_change", args=[place.clerk.pk])).status_code == 200


def handed_over(order) -> tuple:
    order = factories.fresh(order)
    return order.next_role, order.next_action, OrderEvent.objects.filter(order=order, action="technician_left").count()


def test_deactivated_technician_passes_the_orders_on(place):
    """H-N1: no order is left with somebody who is gone."""
    order, _now = factories.order_in(State.CONTACTED, place)
    client = signed_in(place.manager)
    page = client.get(url(type(place.technician), "change", place.technician.pk))
    data = form_of(page)
    del data["active"]
    answer = client.post(url(type(place.technician), "change", place.technician.pk), data, follow=True)
    assert "1 open order went to the dispatcher" in answer.content.decode()
    assert handed_over(order) == ("dispatcher", "reassign", 1)


@pytest.mark.parametrize("change", [{"is_active": None}, {"role": "dispatcher"}])
def test_person_who_leaves_or_changes_work_passes_the_orders_on(place, change):
    """H-N1: also when the person is closed, not the technician."""
    order, _now = factories.order_in(State.CONTACTED, place)
    client, user = signed_in(place.admin), place.technician.user
    data = form_of(client.get(url(User, "change", user.pk))) | change
    data = {name: value for name, value in data.items() if value is not None}
    assert client.post(url(User, "change", user.pk), data).status_code == 302
    place.technician.refresh_from_db()
    assert not place.technician.active
    assert handed_over(order) == ("dispatcher", "reassign", 1)


def test_saving_without_a_change_passes_nothing_on(place):
    order, _now = factories.order_in(State.CONTACTED, place)
    client, user = signed_in(place.admin), place.technician.user
    assert (
        client.post(url(User, "change", user.pk), form_of(client.get(url(User, "change", user.pk)))).status_code == 302
    )
    assert handed_over(order) == ("technician", "depart", 0)


def sheet(text: str):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("faults.csv", text.encode(), content_type="text/csv")


def test_faults_come_in_as_a_sheet(place):
    client = signed_in(place.admin)
    formats = {
        str(label): key for key, label in client.get(url(Fault, "import")).context["form"].fields["format"].choices
    }
    text = "code,category,name_en,minutes\nleak,washing_machine,Leaks,45\n"
    shown = client.post(url(Fault, "import"), {"import_file": sheet(text), "format": formats["csv"], "resource": ""})
    confirm = shown.context["confirm_form"]
    assert confirm is not None, shown.content.decode()[:2000]
    assert client.post(url(Fault, "process_import"), confirm.initial).status_code == 302
    fault = Fault.objects.get()
    assert (fault.code, fault.category, fault.minutes) == ("leak", place.category, 45)


def test_exported_words_are_no_formulas(place):
    """What a customer wrote does not run in the spreadsheet of whoever opens it."""
    factories.make_order(place, model_no="=1+1")
    client = signed_in(place.manager)
    form = client.get(url(Appliance, "export")).context["form"]
    formats = {str(label): key for key, label in form.fields["format"].choices}
    fields = {name: "on" for name in form.fields if name.startswith("appliancesheet_")}
    sheet = client.post(url(Appliance, "export"), {"format": formats["csv"], "resource": "0"} | fields).content.decode()
    assert "1+1" in sheet
    assert "=1+1" not in sheet


def test_sheets_come_in_from_the_centre_only(place):
    client = signed_in(place.manager)
    assert client.get(url(Fault, "import")).status_code == 403
    assert client.get(url(Fault, "export")).status_code == 200


def test_lists_read_a_fixed_number_of_times(place):
    client = signed_in(place.admin)
    factories.make_order(place)
    pages = [url(model, "changelist") for model in MODELS]

    def counts():
        found = {}
        for page in pages:
            with CaptureQueriesContext(connection) as caught:
                client.get(page)
            found[page] = len(caught)
        return found

    counts()
    before = counts()
    for number in range(5):
        order = factories.make_order(place, phone=f"0911 111 11{number}", model_no=f"M{number}")
        technician = factories.make_technician(place.outlet, place.skill)
        factories.do(
            order, "assign", place.dispatcher, factories.NOW + timedelta(minutes=1), {"technician": technician.pk}
        )
        KitItem.objects.create(standard=place.kit, code=f"i{number}", name_en="x")
    after = counts()
    assert {page: n for page, n in after.items() if n > before[page]} == {}


def test_h_e3_a_manager_gives_a_technician_a_face_and_takes_it_away(place):
    client, page = signed_in(place.manager), url(Technician, "change", place.technician.pk)
    form = form_of(client.get(page))
    refused = client.post(page, form | {"new_portrait": upload(b"no picture")})
    assert refused.status_code == 200 and refused.context["adminform"].form.errors["new_portrait"]
    assert client.post(page, form | {"new_portrait": upload()}).status_code == 302
    place.technician.refresh_from_db()
    assert place.technician.portrait.width and "data:image/jpeg" in client.get(page).content.decode()
    assert client.post(page, form | {"no_portrait": "on"}).status_code == 302
    place.technician.refresh_from_db()
    assert place.technician.portrait is None
