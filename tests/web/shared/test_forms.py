"""A serializer's fields become rows a person can fill in, and keep what was typed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import escape
from rest_framework import serializers

from dispatch.lifecycle import REGISTRY
from web.shared.forms import ActForm, rows_of
from web.shared.post import from_post, wanted

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


class Part:
    pk = 7

    def __str__(self):
        return "Drain pump"


class PartField(serializers.PrimaryKeyRelatedField):
    """A related field over a list, so that no database is needed."""

    def __init__(self, **kwargs):
        super().__init__(read_only=False, queryset=[Part()], **kwargs)

    def get_queryset(self):
        return [Part()]

    def use_pk_only_optimization(self):
        return False


class Sample(serializers.Serializer):
    phone = serializers.CharField(max_length=20, style={"input_type": "tel"}, help_text="With the area code.")
    outcome = serializers.ChoiceField(choices=[("fixed", "Repaired"), ("part", "Needs a part")])
    symptom = serializers.ChoiceField(choices=[str(n) for n in range(9)], required=False)
    confirmed = serializers.MultipleChoiceField(choices=[("a", "Address"), ("m", "Model")], required=False)
    at = serializers.DateTimeField()
    bought_on = serializers.DateField(required=False)
    count = serializers.IntegerField(min_value=1, max_value=9, required=False)
    amount = serializers.IntegerField(style={"money": True, "currency": "TWD"}, required=False)
    tested = serializers.BooleanField(default=True)
    satisfied = serializers.BooleanField(allow_null=True, required=False)
    note = serializers.CharField(style={"base_template": "textarea.html"}, required=False)
    serials = serializers.ListField(child=serializers.CharField(), required=False)
    part = PartField(required=False)
    version = serializers.IntegerField(style={"input_type": "hidden"})
    made = serializers.CharField(read_only=True)


def rows(**more):
    return {row.name: row for row in rows_of(Sample(), zone=SHANGHAI, **more)}


def test_each_kind_of_field_gets_its_control():
    kinds = {name: row.kind for name, row in rows().items()}
    assert kinds == {
        "phone": "input", "outcome": "radios", "symptom": "select", "confirmed": "checks", "at": "input",
        "bought_on": "input", "count": "input", "amount": "input", "tested": "check", "satisfied": "select",
        "note": "textarea", "serials": "textarea", "part": "select", "version": "hidden",
    }  # fmt: skip


def test_input_types_and_limits():
    found = rows()
    assert found["phone"].attrs["type"] == "tel" and found["phone"].attrs["maxlength"] == 20
    assert found["at"].attrs["type"] == "datetime-local" and found["at"].attrs["required"] is True
    assert (found["count"].attrs["min"], found["count"].attrs["max"]) == (1, 9)
    assert found["amount"].attrs["inputmode"] == "decimal" and found["amount"].unit == "TWD"
    assert found["tested"].value == "on"


def test_initial_values_are_shown_in_the_outlets_zone_and_in_whole_units():
    begun = {
        "at": datetime(2026, 11, 29, 1, 30, tzinfo=UTC), "amount": 12050, "bought_on": date(2025, 1, 2),
        "confirmed": ["m"], "serials": ["S1", "S2"], "satisfied": False, "part": Part(), "outcome": "part",
    }  # fmt: skip
    found = rows(initial=begun)
    assert found["at"].value == "2026-11-29T09:30"
    assert found["amount"].value == "120.50" and found["bought_on"].value == "2025-01-02"
    assert found["serials"].value == "S1\nS2"
    taken = {name: [option.value for option in row.options if option.selected] for name, row in found.items()}
    assert taken["confirmed"] == ["m"] and taken["satisfied"] == ["false"] and taken["outcome"] == ["part"]
    assert taken["part"] == ["7"] and taken["symptom"] == [""]


def test_what_was_typed_comes_back_after_a_refusal():
    typed = QueryDict("phone=12&outcome=part&confirmed=a&at=yesterday&amount=1.234&note=%3Cb%3E&part=7")
    found = rows(post=typed, initial={"phone": "999"}, errors={"phone": ["Too short."]})
    assert (found["phone"].value, found["at"].value, found["amount"].value) == ("12", "yesterday", "1.234")
    assert found["tested"].value == "" and found["phone"].errors == ["Too short."]
    assert [option.value for option in found["confirmed"].options if option.selected] == ["a"]


def test_a_time_which_comes_twice_offers_both():
    typed = QueryDict("at=2026-10-25T02:30&at__fold=1")
    row = next(row for row in rows_of(Sample(), post=typed, zone=BERLIN, only=("at",)))
    assert [(turn.value, turn.selected) for turn in row.turns] == [("0", False), ("1", True)]
    assert "+0200" in row.turns[0].label


def test_the_drawn_form_ties_help_and_errors_to_the_control():
    errors = {"phone": ["Too short."], "non_field_errors": ["Too far."]}
    typed = QueryDict("note=<b>")
    act = ActForm.build(
        "contact", "Agree", "/act/", Sample(), post=typed, zone=SHANGHAI, errors=errors, hidden={"version": 3}
    )
    html = render_to_string("shared/act_form.html", {"act": act})
    assert 'aria-describedby="contact-phone-help contact-phone-error"' in html
    assert 'id="contact-phone-error"' in html and 'aria-invalid="true"' in html
    assert 'for="contact-phone"' in html and "Too far." in html
    assert f'name="idempotency_key" value="{act.key}"' in html and 'name="version" value="3"' in html
    assert "<b>" not in html and "&lt;b&gt;" in html
    assert 'style="' not in html and "onclick" not in html


def test_with_a_target_the_form_goes_by_htmx():
    act = ActForm.build("accept", "Accept", "/act/", target="#order")
    html = render_to_string("shared/act_form.html", {"act": act})
    assert 'hx-post="/act/"' in html and 'hx-target="#order"' in html and 'action="/act/"' in html


def test_nested_errors_are_said_flat():
    act = ActForm.build("a", "A", "/", Sample(), errors={"serials": {0: ["Empty."], 1: ["Empty."]}, "detail": "No."})
    assert next(row for row in act.rows if row.name == "serials").errors == ["Empty."]
    assert act.errors == ["No."]


def test_two_forms_never_share_a_key():
    assert ActForm("a", "A", "/").key != ActForm("a", "A", "/").key


@pytest.mark.parametrize("moment", ["2026-11-29T09:30", "2026-06-01T00:00"])
def test_drawn_and_posted_again_a_time_is_the_same(moment):
    data = from_post(Sample, QueryDict(f"at={moment}"), BERLIN, only=("at",))
    row = rows_of(Sample(), initial=data, zone=BERLIN, only=("at",))[0]
    assert row.value == moment


def test_the_page_may_say_what_there_is_to_choose_from():
    kit = {"serials": [("pump", "Drain pump"), ("cloth", "Pad cloth")]}
    row = rows_of(Sample(), initial={"serials": ["cloth"]}, choices=kit, only=("serials",))[0]
    assert row.kind == "checks" and [option.value for option in row.options if option.selected] == ["cloth"]
    data = from_post(Sample, QueryDict("serials=pump&serials=cloth"), SHANGHAI, only=("serials",))
    assert data == {"serials": ["pump", "cloth"]}
    again = rows_of(Sample(), post=QueryDict("serials=pump"), choices=kit, only=("serials",))[0]
    assert [option.value for option in again.options if option.selected] == ["pump"]


def test_an_error_of_a_hidden_field_is_said_above_the_form():
    act = ActForm.build("a", "A", "/", Sample(), errors={"version": ["Too old."]})
    assert act.errors == ["Too old."]


@pytest.mark.parametrize("verb", [verb for verb in REGISTRY.values() if not verb.by_clock], ids=lambda verb: verb.name)
def test_every_verb_of_the_trade_can_be_drawn_and_read_back(verb, db):
    act = ActForm.of(verb, "/act/", post=QueryDict(), zone=SHANGHAI)
    html = render_to_string("shared/act_form.html", {"act": act})
    assert str(escape(verb.label)) in html
    if verb.data:
        assert {row.name for row in act.rows} == set(wanted(verb.data()))
        assert all(
            not isinstance(value, str) or value == "" for value in from_post(verb.data, QueryDict(), SHANGHAI).values()
        )


class Rating(serializers.Serializer):
    repair = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    why = serializers.CharField(required=False)


def test_a_short_scale_is_tapped_and_can_be_let_go_of():
    row = rows_of(Rating(), initial={"repair": 4}, only=("repair",))[0]
    assert [(option.value, option.selected) for option in row.options][3:] == [("4", True), ("5", False), ("", False)]
    assert from_post(Rating, QueryDict("repair="), SHANGHAI, only=("repair",)) == {"repair": None}


def test_folded_rows_open_when_one_is_wrong():
    calm = ActForm.build("a", "A", "/", Rating(), folded=("why",))
    wrong = ActForm.build("a", "A", "/", Rating(), folded=("why",), errors={"why": ["Say why."]})
    assert [row.name for row in calm.open_rows] == ["repair"] and not calm.unfold
    html = render_to_string("shared/act_form.html", {"act": wrong})
    assert '<details class="more" open>' in html and "Say why." in html
