"""Tags: times as a person says them, states by colour, shape and word, icons that exist."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404
from django.template import Context, Template
from django.utils import timezone, translation

from dispatch.models.states import State
from dispatch.models.visit import VisitStatus
from web.shared import looks, nav, when
from web.shared.views import style_guide

NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
WEB = Path(__file__).resolve().parents[3] / "web"
SPRITE = WEB / "shared" / "static" / "shared" / "icons.svg"


def draw(text, **context):
    return Template("{% load look %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("minutes", "due", "words"),
    [
        (12, True, ("in 12 min", "soon")), (80, True, ("in 1 h 20 min", "")), (-4, True, ("late 4 min", "late")),
        (-125, False, ("2 h 5 min ago", "")), (-4, False, ("4 min ago", "")), (0, True, ("now", "soon")),
        (720, False, ("in 12 h", "")), (2900, False, ("in 2 d", "")),
    ],
)  # fmt: skip
def test_relative_time(minutes, due, words):
    assert when.relative(NOW + timedelta(minutes=minutes), NOW, due=due) == words


def test_when_is_exact_in_the_active_zone():
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        html = draw('{% when at "due" "both" %}', at=NOW - timedelta(minutes=4), now=NOW)
    assert 'datetime="2026-11-29T09:56:00+00:00"' in html and "17:56 CST" in html
    assert ">17:56 · late 4 min</time>" in html and 'class="when late"' in html


def test_no_time_says_nothing():
    assert draw("{% when at %}", at=None) == ""


def test_every_state_and_visit_of_the_trade_has_a_look():
    assert set(State.values) <= set(looks.STATES)
    assert set(VisitStatus.values) <= set(looks.VISITS)


def test_a_state_is_colour_shape_and_word():
    order = SimpleNamespace(state="en_route", get_state_display=lambda: "En <route>")
    html = draw("{% order_state order %}", order=order)
    assert 'class="badge state-enroute"' in html and "#s-arrow" in html and "En &lt;route&gt;" in html


def test_states_which_share_a_colour_differ_in_shape():
    finished = {"rejected", "cancelled"}  # both are over, for the same reader's purpose
    seen = [look for code, look in looks.STATES.items() if code not in finished]
    assert len(seen) == len(set(seen))


def test_every_icon_named_in_a_template_is_in_the_sprite():
    ids = {symbol.get("id") for symbol in ElementTree.parse(SPRITE).iter() if symbol.get("id")}
    named = {shape for _, shape in looks.STATES.values()} | {icon for _, icon in looks.VISITS.values() if icon}
    named |= set(looks.MESSAGES.values()) | {icon for links in nav.BY_ROLE.values() for _, _, icon in links}
    for page in WEB.rglob("*.html"):
        named |= set(re.findall(r"""{% icon ["']([\w-]+)["']""", page.read_text(encoding="utf-8")))
    assert named <= ids


def test_an_icon_is_silent_unless_named():
    assert 'aria-hidden="true"' in draw('{% icon "phone" %}')
    assert 'role="img" aria-label="Call"' in draw('{% icon "phone" "" "Call" %}')


def test_no_page_needs_what_the_content_policy_refuses():
    for page in WEB.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"""\sstyle=["']|<style|\son\w+=["']|<script(?![^>]*\ssrc=)|javascript:""", text), (
            page.name
        )


@pytest.mark.parametrize(("code", "tag"), [("en", "en"), ("zh-hans", "zh-Hans"), ("zh-hant", "zh-Hant-TW")])
def test_the_page_says_its_language_as_browsers_know_it(code, tag):
    with translation.override(code):
        assert draw("{% page_lang %}") == tag


@pytest.mark.parametrize("page", ["400", "403", "404", "413", "500", "403_csrf"])
def test_error_pages_need_nothing_and_lead_on(page):
    html = Template("{% include name %}").render(Context({"name": f"{page}.html"}))
    assert "<h1>" in html and 'href="/"' in html


def test_the_style_guide_is_for_builders_only(rf, settings):
    settings.DEBUG = False
    with pytest.raises(Http404):
        style_guide(rf.get("/style/"))


@pytest.mark.parametrize("face", ["", "console", "field", "nonsense"])
def test_the_style_guide_draws_every_part_in_both_themes(rf, settings, face):
    settings.DEBUG = True
    html = style_guide(rf.get("/style/", {"face": face})).content.decode()
    assert 'data-theme="light"' in html and 'data-theme="dark"' in html
    assert all(f"state-{name}" in html for name in ("ready", "enroute", "closed", "late"))
