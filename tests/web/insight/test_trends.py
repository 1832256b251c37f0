"""The page of trends, its lists, sheets and the daily e-mail: who sees what, and what is done with bad filters."""

import csv
import io
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from customers.money import say
from dispatch.models import AuditEntry, Bill, KpiMail, Payment, State
from dispatch.reports.kpi import counting
from dispatch.reports.kpi.behind import BEHIND
from dispatch.reports.kpi.figures import FIGURES
from tests import factories
from tests.factories import NOW
from web.field.app import me
from web.insight import mail as mails
from web.insight.daily import letter
from web.insight.export import safe

pytestmark = pytest.mark.django_db
PAGES = [
    ("trends", []), ("daily_mail", []), ("trends_export", ["csv"]), ("trend_orders", ["first-fix"]),
    ("trend_orders_sheet", ["first-fix", "csv"]),
]


@pytest.fixture
def place(db):
    return factories.make_outlet()


@pytest.fixture
def later(monkeypatch):
    """Stop the server's clock four days after the tests' Monday, in the morning."""
    moment = NOW + timedelta(days=4)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(place, later):
    """Return the manager's browser, after an order closed, one waiting for a part, and another outlet's."""
    factories.order_in(State.CLOSED, place)
    factories.order_in(State.AWAITING_PARTS, _with_other(place), phone="0912 345 111")
    factories.order_in(State.CLOSED, factories.make_outlet(), phone="0912 345 222")
    counting.recount()
    return signed_in(place.manager)


def _with_other(place):
    place.technician, place.other = place.other, place.technician
    return place


@pytest.mark.parametrize(("page", "args"), PAGES)
def test_managers_and_administrators_alone(place, page, args):
    url = reverse(page, args=args)
    for role in ("dispatcher", "clerk", "agent"):
        assert signed_in(getattr(place, role)).get(url).status_code == 403
    assert signed_in(place.technician.user).get(url).status_code == 403
    assert Client().get(url).status_code == 302
    for role in ("manager", "admin"):
        assert signed_in(getattr(place, role)).get(url).status_code == 200


def test_figures_are_those_of_ones_own_outlet(desk, place):
    page = desk.get(reverse("trends"), {"period": "week"})
    cards = {card.figure.code: card for card in page.context["cards"]}
    assert (cards["first-fix"].now.over, cards["first-fix"].now.under) == (1, 2)
    assert cards["first-fix"].now.small
    assert page.context["asked"].outlets == []
    centre = signed_in(place.admin).get(reverse("trends"), {"period": "week"})
    assert {card.figure.code: card.now.under for card in centre.context["cards"]}["first-fix"] == 3
    theirs = signed_in(place.admin).get(reverse("trends"), {"period": "week", "outlet": place.outlet.pk})
    assert {card.figure.code: card.now.under for card in theirs.context["cards"]}["first-fix"] == 2


def test_another_outlet_is_not_to_be_had_by_its_number(desk):
    other = factories.make_outlet()
    page = desk.get(reverse("trends"), {"period": "week", "outlet": other.outlet.pk})
    assert {card.figure.code: card.now.under for card in page.context["cards"]}["first-fix"] == 2


def test_why_leads_to_the_very_orders(desk, place):
    page = desk.get(reverse("trends"), {"period": "week"})
    (name, cells) = page.context["why"][0].rows[0]
    assert (str(name), cells[0].text) == ("A part was missing", "1")
    rows = desk.get(cells[0].url).context["rows"]
    assert [order.state for order in (row.order for row in rows)] == ["awaiting_parts"]
    technicians = page.context["technicians"].rows
    assert {who for who, _cells in technicians} == {place.technician, place.other}


def test_a_list_says_its_figure_why_and_by_how_much(desk, place):
    """The manager need not open each order to know what was wrong with it."""
    page = desk.get(reverse("trend_orders", args=["first-fix"]), {"period": "week", "side": "missed"})
    assert page.context["told"] == "50\u00a0% · 1 of 2"
    assert [row.beside for row in page.context["rows"]] == ["A part was missing"]
    assert {row.technician for row in page.context["rows"]} <= {place.technician, place.other}
    checks = desk.get(reverse("trend_orders", args=["checks"]), {"period": "week", "side": "missed"}).context
    assert checks["head"] == "Steps left out"
    late = desk.get(reverse("trend_orders", args=["on-time"]), {"period": "week"}).context
    assert late["rows"] and {row.beside for row in late["rows"]} == {"in time"}
    done = desk.get(reverse("trend_orders", args=["done"]), {"period": "week"}).context["rows"]
    assert done and all(row.technician for row in done)  # nobody's by itself: whose visit it was
    unripe = desk.get(reverse("trend_orders", args=["first-fix-held"]), {"period": "week"}).context
    assert (unripe["rows"], unripe["told"]) == ([], "–")


def test_money_is_told_order_by_order_and_together(desk, place):
    for phone, amount in (("0912 345 901", 90_000), ("0912 345 902", 121_000)):
        order, now = factories.order_in(State.FOLLOW_UP, place, phone=phone)
        bill = Bill.objects.create(order=order, amount=amount, currency="TWD", method="cash", charged_at=now)
        Payment.objects.create(bill=bill, method="cash", amount=amount, at=now)
    counting.recount()
    page = desk.get(reverse("trend_orders", args=["taken"]), {"period": "week", "by": "currency", "key": "TWD"})
    assert {row.beside for row in page.context["rows"]} == {say(90_000, "TWD"), say(121_000, "TWD")}
    assert page.context["told"] == say(211_000, "TWD")


def test_the_technicians_own_page_has_the_managers_figures(desk, place, later):
    """Nobody argues about two numbers of one name."""
    rows = dict(desk.get(reverse("trends")).context["technicians"].rows)
    for technician in (place.technician, place.other):
        cells = dict(zip(("visits", "on_time"), rows[technician], strict=False)) | {"first_time": rows[technician][3]}
        mine = me.figures(technician, later)
        assert mine["visits"] == cells["visits"].plain > 0
        for name in ("on_time", "first_time"):
            assert " of ".join(str(one) for one in mine[name]) == cells[name].of


def test_a_list_goes_into_a_sheet(desk):
    url = reverse("trend_orders_sheet", args=["first-fix", "csv"])
    answer = desk.get(url, {"period": "week", "side": "missed"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][-1] == "Why not" and rows[2][-1] == "A part was missing" and len(rows) == 4
    assert desk.get(reverse("trend_orders_sheet", args=["first-fix", "exe"])).status_code == 404
    assert AuditEntry.objects.get().what["rows"] == 1  # customers' names left the house: that is written down


def test_who_is_called_what_they_are_called_where_nobody_missed(desk, place):
    page = desk.get(
        reverse("trend_orders", args=["departure"]),
        {"period": "week", "side": "missed", "by": "technician", "key": place.other.pk},
    )
    assert page.context["narrowed"] == str(place.other)
    if not page.context["rows"]:
        assert "None missed it" in page.content.decode()


@pytest.mark.parametrize("code", BEHIND)
def test_every_list_opens_or_is_no_page(desk, code):
    for side in ("", "missed"):
        answer = desk.get(reverse("trend_orders", args=[code]), {"period": "week", "side": side})
        assert answer.status_code == (404 if code.startswith("utilisation") else 200)
    for odd in ("²", "9" * 30, "-1", ""):
        for by in ("technician", "fault", "part"):
            asked = {"period": "week", "by": by, "key": odd}
            assert desk.get(reverse("trend_orders", args=[code]), asked).status_code in (200, 404)
    for who in ({"by": "technician", "key": "x\x00"}, {"by": "nothing", "key": "1"}):
        assert desk.get(reverse("trend_orders", args=[code]), who).status_code == 404


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"period": "custom", "from": "2001-01-01", "to": "2026-01-01"}, "ten years"),
        ({"period": "custom", "from": "soon", "to": "later"}, "year, month and day"),
        ({"period": "century"}, "no such period"),
        ({"period": "century", "brand": "999999"}, "no such brand"),
    ],
)
def test_a_filter_nobody_can_answer_is_answered_in_words(desk, asked, said):
    for page in ("trends", "trend_orders"):
        answer = desk.get(reverse(page, args=["first-fix"] if page == "trend_orders" else []), asked)
        assert answer.status_code == 200
        assert answer.context["asked"].period.code == "month"
    assert said in desk.get(reverse("trends"), asked).content.decode()
    junk = {"outlet": "9" * 30, "brand": "１", "period": "week"}
    assert desk.get(reverse("trends"), junk).status_code == 200


def test_as_many_queries_for_many_orders_as_for_few(desk, place):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("trends"), {"period": "year"}).status_code == 200
        return len(queries)

    few = asked()
    for number in range(3):
        factories.make_order(place, phone=f"0912 345 33{number}")
    counting.recount()
    assert asked() == few <= 45


def test_a_sheet_has_what_the_page_shows(desk):
    answer = desk.get(reverse("trends_export", args=["csv"]), {"period": "week"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    fixed = next(row for row in rows if row and row[0] == "First-time fix" and len(row) > 5)
    assert fixed[1:5] == ["50.0", "%", "1", "2"]
    book = load_workbook(io.BytesIO(desk.get(reverse("trends_export", args=["xlsx"]), {"period": "week"}).content))
    assert book.sheetnames[0] == "Figures" and len(book.sheetnames) > 10
    assert desk.get(reverse("trends_export", args=["exe"])).status_code == 404


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_words_never_run_as_a_formula(said):
    assert not str(safe(said)).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe(-1.5) == -1.5


def test_the_printable_page_has_everything_open(desk):
    page = desk.get(reverse("trends"), {"period": "week", "view": "paper"}).content.decode()
    assert "<details open" in page.replace(' class="small"', "") and "on-paper" in page


def test_each_figure_says_what_it_means(desk):
    page = desk.get(reverse("trends")).content.decode()
    for card in desk.get(reverse("trends")).context["cards"]:
        assert f'id="tip-{card.figure.code}"' in page and str(card.figure.definition) in page
    assert set(FIGURES) >= {card.figure.code for card in desk.get(reverse("trends")).context["cards"]}


def test_the_daily_mail_goes_once_in_the_morning_to_who_asked(place, settings, monkeypatch):
    settings.EMAIL_HOST = "mail.example"
    place.manager.email, place.manager.daily_mail, place.manager.language = "m@example.org", True, "en"
    place.manager.save()
    place.clerk.email, place.clerk.daily_mail = "c@example.org", True  # not for clerks
    place.clerk.save()
    six = NOW.replace(hour=22) - timedelta(days=1)  # 06:00 in Taipei
    assert mails.send_due(six) == 0
    assert mails.send_due(six + timedelta(hours=2)) == 1
    assert mails.send_due(six + timedelta(hours=3)) == 0
    (sent,) = mail.outbox
    assert sent.to == ["m@example.org"] and "orders done" in sent.subject
    assert "First-time fix" in sent.body and "<table" in sent.alternatives[0].content
    assert mails.send_due(six + timedelta(days=1, hours=2)) == 1


def test_a_mail_server_that_fails_is_tried_five_times(place, settings, monkeypatch):
    settings.EMAIL_HOST = "mail.example"
    place.manager.email, place.manager.daily_mail = "m@example.org", True
    place.manager.save()
    settings.EMAIL_BACKEND = "tests.web.insight.test_trends.Broken"
    for _time in range(7):
        assert mails.send_due(NOW) == 0
    assert KpiMail.objects.get().tries == mails.TRIES


class Broken:
    """A mail server that is away."""

    def __init__(self, **how):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_it_can_be_looked_at_and_turned_on_and_off(place, desk):
    url = reverse("daily_mail")
    assert "Send it to me" not in desk.get(url).content.decode()  # no address yet
    place.manager.email = "m@example.org"
    place.manager.save()
    assert desk.post(url, {"wanted": "yes"}).status_code == 302
    place.manager.refresh_from_db()
    assert place.manager.daily_mail
    desk.post(url, {"wanted": "no"})
    place.manager.refresh_from_db()
    assert not place.manager.daily_mail


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_letter_is_in_its_readers_language(place, language):
    place.manager.language = language
    found = letter(place.manager, NOW)
    assert f'lang="{ {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant-TW"}[language] }"' in found.html
    assert "\n" not in found.subject and "insight/trends" in found.text
