"""Data that is decided upon in versions: each holds from one day to another, and what was decided under it stays."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class VersionedQuerySet(models.QuerySet):
    """Versions by validity."""

    def holding(self, on: date) -> VersionedQuerySet:
        """Return the versions in force on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


class Versioned(models.Model):
    """One version. Both days are inclusive; without `valid_to` it holds until a later one is made."""

    version = models.PositiveIntegerField(_("version"), default=1)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        """True when this version is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def versioned(name: str, *same: str) -> list[models.BaseConstraint]:
    """Return the constraints of a versioned table: each version once, days in order, no two in force at a time.

    `same` are the foreign keys that make a series of versions; no row counts as one of its own.
    """
    keys = [Coalesce(F(key), Value(0), output_field=models.BigIntegerField()) for key in same]
    one_at_a_time = [
        (Func(key, key, Value("[]"), function="int8range"), RangeOperators.OVERLAPS) for key in keys
    ]
    days = Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange")
    return [
        models.UniqueConstraint(fields=[*same, "version"], name=f"{name}_version_once", nulls_distinct=False),
        models.CheckConstraint(
            name=f"{name}_days_in_order",
            condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            violation_error_message=_("A version ends on or after the day it begins."),
        ),
        ExclusionConstraint(
            name=f"{name}_one_in_force",
            index_type="GIST",
            expressions=[*one_at_a_time, (days, RangeOperators.OVERLAPS)],
            violation_error_message=_("Another version holds on some of these days. End it the day before."),
        ),
    ]
