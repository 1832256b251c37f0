"""What a browser posts becomes what a serializer takes."""

from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from rest_framework import serializers

from web.shared.post import from_post

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


class Sample(serializers.Serializer):
    name = serializers.CharField()
    note = serializers.CharField(required=False, allow_blank=True, style={"textarea": True})
    count = serializers.IntegerField(required=False, allow_null=True)
    at = serializers.DateTimeField(required=False)
    amount = serializers.IntegerField(required=False, style={"money": True})
    tested = serializers.BooleanField()
    satisfied = serializers.BooleanField(required=False, allow_null=True)
    confirmed = serializers.MultipleChoiceField(choices=["address", "model"], required=False)
    faults = serializers.ListField(child=serializers.ChoiceField(choices=["F1", "F2"]), required=False)
    serials = serializers.ListField(child=serializers.CharField(), required=False)
    made = serializers.CharField(read_only=True)
    by = serializers.HiddenField(default="server")


def read(text, zone=SHANGHAI, **more):
    return from_post(Sample, QueryDict(text), zone, **more)


def test_a_full_post_is_valid_for_the_serializer():
    data = read(
        "name=Wang&note=a%0D%0Ab&count=3&at=2026-11-29T09:30&amount=1,200.50&tested=on&satisfied=true"
        "&confirmed=address&confirmed=model&faults=F1&faults=F2&serials=S1%0D%0A%0D%0A+S2+&made=x&by=x"
    )
    assert data == {
        "name": "Wang",
        "note": "a\nb",
        "count": "3",
        "at": "2026-11-29T09:30:00+08:00",
        "amount": 120050,
        "tested": True,
        "satisfied": True,
        "confirmed": ["address", "model"],
        "faults": ["F1", "F2"],
        "serials": ["S1", "S2"],
    }
    assert Sample(data=data).is_valid()


def test_empty_boxes_say_no_more_than_they_mean():
    data = read("name=&note=&count=&at=&amount=&satisfied=")
    assert data["tested"] is False and data["confirmed"] == [] and data["serials"] == []
    assert data["note"] == "" and data["count"] is None and data["satisfied"] is None
    assert not {"name", "at", "amount"} & set(data)
    judged = Sample(data=data)
    assert not judged.is_valid() and set(judged.errors) == {"name"}


def test_only_the_fields_shown_are_read():
    assert read("name=Wang", only=("name",)) == {"name": "Wang"}


def test_a_time_the_clocks_skip_is_refused_with_the_next_one():
    with pytest.raises(serializers.ValidationError) as refused:
        read("name=Wang&at=2026-03-29T02:30", BERLIN)
    assert "02:30" in str(refused.value.detail["at"]) and "03:30" in str(refused.value.detail["at"])


def test_a_time_which_comes_twice_must_say_which():
    with pytest.raises(serializers.ValidationError) as refused:
        read("at=2026-10-25T02:30", BERLIN)
    assert "twice" in str(refused.value.detail["at"])


@pytest.mark.parametrize(("fold", "offset"), [("0", "+02:00"), ("1", "+01:00")])
def test_a_time_which_comes_twice_is_taken_as_said(fold, offset):
    assert read(f"at=2026-10-25T02:30&at__fold={fold}", BERLIN)["at"] == f"2026-10-25T02:30:00{offset}"


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-40T09:30", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_no_date_and_time_is_left_to_the_serializer_or_taken(text):
    assert read(f"at={text}")["at"].startswith(text[:4])


def test_a_time_with_its_own_offset_keeps_it():
    assert read("at=2026-11-29T09:30:00Z")["at"] == "2026-11-29T09:30:00+00:00"


@pytest.mark.parametrize("text", ["12.345", "twelve", "NaN", "Infinity", "1e99", "9" * 40])
def test_an_amount_that_is_none_is_refused(text):
    with pytest.raises(serializers.ValidationError) as refused:
        read(f"amount={text}")
    assert list(refused.value.detail) == ["amount"]


def test_an_amount_in_a_currency_without_cents():
    assert read("amount=1200", currency="JPY")["amount"] == 1200


def test_every_unclear_value_is_named_at_once():
    with pytest.raises(serializers.ValidationError) as refused:
        read("at=2026-03-29T02:30&amount=x", BERLIN)
    assert set(refused.value.detail) == {"at", "amount"}
