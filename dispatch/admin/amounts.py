"""Money and shares as people type and read them: 350 for NT$350, 5 for 5 %. Columns keep minor units and 1/100 %."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.money import digits, plain, say
from dispatch.models.prices import MOST

NAMES = {  # what a column is called once its unit is the people's
    "amount": _("amount"),
    "tax_bp": _("tax (%)"),
    "share_bp": _("share (%)"),
    "old_part_credit_bp": _("credit for an old part (%)"),
}


def is_amount(field: Any) -> bool:
    """True for a column of money in minor units."""
    return isinstance(field, models.PositiveBigIntegerField)


def is_share(field: Any) -> bool:
    """True for a column of a share in hundredths of a per cent."""
    return field.name.endswith("_bp")


def currency_of(row: models.Model) -> str:
    """Return the currency of a row's amounts, by its own column, its fee table or its price list; "" when not known."""
    if getattr(row, "currency", ""):
        return row.currency
    if getattr(row, "price_list_id", None):
        return row.price_list.table.currency
    return row.table.currency if getattr(row, "table_id", None) else ""


def said(model: type[models.Model], name: str) -> Callable:
    """Return a column of a list that says an amount with its currency, or a share in per cent."""
    field = model._meta.get_field(name)

    @admin.display(description=NAMES.get(name, field.verbose_name), ordering=name)
    def column(row: models.Model) -> str:
        value = getattr(row, name)
        if value is None:
            return "–"
        return f"{Decimal(value) / 100:f} %" if is_share(field) else say(value, currency_of(row))

    column.__name__ = f"said_{name}"
    return column


class AmountsForm(forms.ModelForm):
    """A form whose amounts and shares are typed as people say them. Refuses more digits than the currency has."""

    def __init__(self, *args, **kwargs) -> None:
        """Show what the row has in its own currency."""
        super().__init__(*args, **kwargs)
        currency = currency_of(self.instance)
        self.units: dict[str, bool] = {}
        self.typed: dict[str, Decimal] = {}  # as the log of changes tells it
        for field in self._meta.model._meta.fields:
            if field.name not in self.fields or not (is_amount(field) or is_share(field)):
                continue
            share, old = is_share(field), self.fields[field.name]
            self.units[field.name] = share
            most = Decimal(100) if share else Decimal(MOST)
            name = NAMES.get(field.name, field.verbose_name)
            hint = currency or _("In the currency of the fee table, as 350 or 12.50")
            self.fields[field.name] = forms.DecimalField(
                label=name, required=old.required, min_value=0, max_value=most,
                help_text=old.help_text or ("" if share else hint),
                decimal_places=2 if share else 3,
            )  # fmt: skip
            value = self.initial.get(field.name, field.default if field.has_default() else None)
            if value is not None:
                text = str(Decimal(value) / 100) if share else plain(value, currency or "CNY")
                self.initial[field.name] = Decimal(text)

    def clean(self) -> dict:
        """Turn what was typed into minor units and hundredths of a per cent."""
        data = super().clean() or self.cleaned_data
        currency = self._currency(data)
        for name, share in self.units.items():
            typed = data.get(name)
            if typed is None:
                continue
            minor = typed.scaleb(2 if share else digits(currency))
            if minor != minor.to_integral_value():
                self.add_error(name, _("There is no smaller coin than this currency's. Leave out the last digits."))
                continue
            self.typed[name], data[name] = typed, int(minor)
        return data

    def _currency(self, data: dict) -> str:
        chosen = data.get("price_list") or data.get("table")
        chosen = chosen.table if hasattr(chosen, "table") else chosen
        return data.get("currency") or getattr(chosen, "currency", "") or currency_of(self.instance)
