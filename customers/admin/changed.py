"""From what to what a row of master data was changed, for the log that the audit reads (H-N2)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils import translation
from django.utils.text import capfirst

UNSAID = re.compile(r"password|secret|digest|token", re.I)
LONGEST = 200  # signs of one value


def with_values(told: list[dict], form: forms.ModelForm, formsets: Any) -> list[dict]:
    """Add to Django's message of a change its values: {"values": {label in English: [before, after]}}.

    Django's own words of the message stay as they are: it does not look at what it does not know.
    """
    rows = {str(row.instance): row for each in formsets or () for row in each.initial_forms if row.has_changed()}
    for one in told:
        changed = one.get("changed")
        if changed is not None:
            row = rows.get(changed["object"]) if "object" in changed else form
            changed["values"] = values_of(row) if row else {}
    return told


def values_of(form: forms.ModelForm) -> dict[str, list[str]]:
    """Return what a form changed; secrets are left out. What was typed in another unit is told as it was typed."""
    typed = form.cleaned_data | getattr(form, "typed", {})
    with translation.override(None):
        return {
            _label(form, name): [_said(form.fields[name], one) for one in (before, typed.get(name))]
            for name in form.changed_data
            if name in form.fields and not UNSAID.search(name)
            if not isinstance(form.fields[name].widget, forms.PasswordInput)
            for before in [form.initial.get(name)]
        }


def _label(form: forms.ModelForm, name: str) -> str:
    """Return what a field is called, as it can be translated: forms write the first letter large."""
    label = str(form.fields[name].label or name)
    column = {field.name: str(field.verbose_name) for field in form._meta.model._meta.fields}.get(name, label)
    return column if capfirst(column) == label else label


def _said(field: forms.Field, value: Any) -> str:
    """Say a value in few words: rows by their names, nothing as a dash."""
    names = getattr(field, "queryset", None)
    told = []
    for one in value if isinstance(value, list | tuple | QuerySet) else [value]:
        if names is not None and one not in (None, "") and not isinstance(one, Model):
            one = names.model._default_manager.filter(pk=one).first()
        told.append("–" if one in (None, "") else str(one))
    return ", ".join(told)[:LONGEST] or "–"
