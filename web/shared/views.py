"""The style guide: every component in both themes, only while DEBUG is on."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from rest_framework import serializers

from web.shared import looks
from web.shared.forms import ActForm

TEXTS = (
    ("en", "Ms Wang is at home after 14:30. The washing machine stops before it spins and leaks."),
    ("zh-Hans", "王女士 14:30 以后在家。洗衣机脱水前停转，并且漏水；请先打电话确认门牌、直角与骨架。"),
    ("zh-Hant-TW", "王女士 14:30 以後在家。洗衣機脫水前停轉，並且漏水；請先打電話確認門牌、直角與骨架。"),
)


class Sample(serializers.Serializer):
    """One field of each kind."""

    phone = serializers.CharField(style={"input_type": "tel"}, help_text="With the area code.")
    outcome = serializers.ChoiceField(
        choices=[("repaired", "Repaired"), ("workshop", "To the workshop"), ("part", "Needs a part")]
    )
    symptom = serializers.ChoiceField(choices=[(str(n), f"Symptom {n}") for n in range(9)], required=False)
    confirmed = serializers.MultipleChoiceField(choices=[("address", "Address"), ("model", "Model"), ("time", "Time")])
    arrives_at = serializers.DateTimeField(help_text="In the outlet's time.")
    amount = serializers.IntegerField(style={"money": True}, min_value=0)
    tested = serializers.BooleanField(label="Test run done, no other fault found")
    note = serializers.CharField(style={"textarea": True}, required=False)


class Event:
    """A line of a sample history."""

    def __init__(self, at, to_state, title, actor, note=""):
        """Keep what the timeline draws."""
        self.at, self.to_state, self.title, self.actor, self.note = at, to_state, title, actor, note


def style_guide(request):
    """Show every component in light and dark. 404 unless DEBUG. ?face=console|field shows that density."""
    if not settings.DEBUG:
        raise Http404
    now = timezone.now()
    minutes = {
        name: now + timedelta(minutes=n) for name, n in (("soon", 12), ("late", -4), ("past", -125), ("far", 2000))
    }
    face = request.GET.get("face")
    context = {
        "now": now,
        "times": minutes,
        "base": f"shared/{face}_base.html" if face in ("console", "field") else "shared/base.html",
        "states": [(code, code.replace("_", " ").capitalize()) for code in looks.STATES],
        "visits": list(looks.VISITS),
        "icons": _icons(),
        "texts": TEXTS,
        "events": _history(now),
        "panes": [_pane(theme) for theme in ("light", "dark")],
        "tokens": ["ground", "surface", "raised", "line", "line-strong", "accent", "accent-tint", "danger"],
    }
    return render(request, "shared/style.html", context)


def _icons():
    """Return the names of the icons on show."""
    names = (
        "phone map-pin clock check x alert info depart arrive wrench receipt message user users calendar list search"
    )
    more = (
        "globe moon sun screen log-out arrow-right arrow-left undo plus upload download filter star shield history home"
    )
    return f"{names} {more} chart chevron-down chevron-right lock box settings edit offline".split()


def _history(now):
    """Return a short made-up history."""
    hours = [timedelta(hours=h) for h in (1, 3, 26)]
    return [
        Event(now - hours[0], "en_route", "Departed", "Chen Wei", "Leave by 13:40 for 14:30"),
        Event(now - hours[1], "contacted", "Appointment agreed", "Chen Wei"),
        Event(now - hours[2], "ready", "Imported", "Order file"),
    ]


def _pane(theme):
    """Return what differs between the two panes: ids, and forms whose ids must not clash."""
    fine = ActForm.build(
        "charge", "Charge", "#", Sample(), prefix=theme, icon="receipt", initial={"amount": 12050, "tested": True}
    )
    wrong = {"phone": ["Enter 8 to 11 figures."], "confirmed": ["Confirm the address too."]}
    bad = ActForm.build(
        "contact",
        "Agree the appointment",
        "#",
        Sample(),
        prefix=f"{theme}-bad",
        errors=wrong,
        only=("phone", "confirmed"),
    )
    refusals = [
        {
            "missing": "The kit is not checked",
            "why": "Leaving without a part means a second visit.",
            "rule": "H-D1",
            "fix_url": "#",
            "fix_label": "Check the kit",
        },
        {
            "missing": "The model is not confirmed",
            "why": "Skill, parts and warranty hang on it.",
            "rule": "H-C1",
            "fix": ActForm.build("confirm", "Confirm the model", "#", tone=""),
        },
    ]
    return {"theme": theme, "fine": fine, "bad": bad, "refusals": refusals}
