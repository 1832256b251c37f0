"""The pages' own scripts in a real browser: one press is one act, nothing typed is lost, times stay true.

The pages are drawn by Django and handed to Chromium request by request; /act/ answers as each test wants.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.template import engines
from django.utils import timezone
from rest_framework import serializers

from web.shared.forms import ActForm
from web.shared.views import style_guide

HOME = "http://doorstep.test/"
PAGE = """{% extends "shared/base.html" %}{% load look %}{% block title %}Try{% endblock %}{% block content %}
<h1>Try</h1><p id="at">{% when at "due" %}</p>
<div id="box">{% include "shared/act_form.html" %}</div>
<button type="button" class="button" data-opens="d">Open</button>
<dialog id="d" class="dialog" aria-label="D"><input class="input" aria-label="Why">
<button data-closes type="button">Close</button></dialog>
{% endblock %}"""
KEY = "() => document.querySelector('[name=idempotency_key]').value"


class Reason(serializers.Serializer):
    reason = serializers.CharField()


@pytest.fixture
def browser(chromium):
    return chromium


class Site:
    """One page of a browser, its server, and what was posted."""

    def __init__(self, browser, html, **options):
        self.html, self.posted, self.answer = html, [], None
        self.page = browser.new_context(**options).new_page()
        self.page.route("**/*", self.serve)
        self.page.goto(HOME)

    def serve(self, route):
        url = route.request.url
        if "/static/" in url:
            path = finders.find(url.split("/static/")[1].split("?")[0])
            types = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
            route.fulfill(body=Path(path).read_bytes(), content_type=types[Path(path).suffix])
        elif url.endswith("/act/"):
            self.posted.append(route.request.post_data)
            route.abort() if self.answer is None else route.fulfill(**self.answer)
        else:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")

    def press(self, reason="No part"):
        self.page.fill("[name=reason]", reason)
        self.page.click("form[data-act] button")


def draw(rf, **context):
    act = ActForm.build("cancel", "Cancel", "/act/", Reason(), target="#box form")
    context = {"act": act, "at": timezone.now() + timedelta(minutes=12, seconds=30), **context}
    return engines["django"].from_string(PAGE).render(context, rf.get("/"))


@pytest.fixture
def site(browser, rf):
    site = Site(browser, draw(rf))
    yield site
    site.page.context.close()


def test_without_an_answer_the_key_and_the_words_stay(site):
    key = site.page.evaluate(KEY)
    site.press("Customer moved")
    site.page.wait_for_function("document.querySelector('.form-status').textContent.includes('No connection')")
    assert site.page.evaluate(KEY) == key
    assert site.page.input_value("[name=reason]") == "Customer moved"
    site.answer = {"status": 503, "body": "", "content_type": "text/plain"}
    site.press()
    site.page.wait_for_function("document.querySelector('.form-status').textContent.includes('could not answer')")
    assert site.page.evaluate(KEY) == key and len(site.posted) == 2
    assert site.page.is_enabled("form[data-act] button")


def test_after_a_refusal_the_next_press_is_a_new_act(site):
    key = site.page.evaluate(KEY)
    site.answer = {
        "status": 409,
        "body": '{"detail": "Chen Wei has it now."}',
        "content_type": "application/problem+json",
    }
    site.press()
    site.page.wait_for_function("document.querySelector('.form-status').textContent === 'Chen Wei has it now.'")
    assert site.page.evaluate(KEY) != key


def test_a_refusal_as_a_page_takes_the_forms_place_and_the_focus(site):
    body = '<form id="new"><section tabindex="-1" data-focus>The kit is not checked</section></form>'
    site.answer = {"status": 422, "body": body, "content_type": "text/html"}
    site.press()
    site.page.wait_for_selector("#new")
    site.page.wait_for_function("document.activeElement.textContent === 'The kit is not checked'")


def test_two_presses_are_one_act(site):
    site.page.evaluate("""() => { const b = document.querySelector('form[data-act] button');
        document.querySelector('[name=reason]').value = 'x'; b.click(); b.click(); }""")
    site.page.wait_for_function("document.querySelector('.form-status').textContent !== ''")
    assert len(site.posted) == 1


def test_times_move_on_by_themselves(browser, rf):
    site = Site(browser, draw(rf))
    site.page.clock.install()
    site.page.goto(HOME)
    assert site.page.inner_text("#at") == "in 12 min"
    site.page.clock.fast_forward(17 * 60 * 1000)
    assert site.page.inner_text("#at") == "late 4 min"
    assert "late" in site.page.get_attribute("#at time", "class")
    site.page.context.close()


def test_the_theme_is_kept(site):
    site.page.click(".menu summary")
    site.page.click("[data-theme-choice=dark]")
    site.page.goto(HOME)
    assert site.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_dialog_with_words_in_it_is_not_lost_by_a_click_beside_it(site):
    site.page.click("[data-opens=d]")
    site.page.fill("#d input", "moved house")
    site.page.mouse.click(5, 5)
    assert site.page.is_visible("#d")
    site.page.click("#d [data-closes]")
    assert not site.page.is_visible("#d")


@pytest.mark.parametrize("face", ["", "console", "field"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1440, "light")])
def test_every_part_is_accessible_and_fits(browser, rf, settings, face, width, scheme):
    settings.DEBUG = True
    html = style_guide(rf.get("/style/", {"face": face})).content.decode()
    site = Site(browser, html, viewport={"width": width, "height": 900}, color_scheme=scheme)
    # What sticks would hide half of whatever target happens to be under it.
    site.page.add_style_tag(content=".top, .thumb { position: static !important }")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(site.page, options={"resultTypes": ["violations"], "runOnly": tags})
    assert found.violations_count == 0, found.generate_report()
    assert site.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    site.page.context.close()
