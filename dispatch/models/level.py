"""What the company promises by priority: how soon a customer is spoken to, and the work is done."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.versions import Versioned, versioned
from dispatch.models.order import Priority


class ServiceLevel(Versioned):
    """The promise for one priority, in versions: an order is held to the one of the day it was opened.

    A priority without a row is held to what `dispatch.reports.kpi.promises` says.
    """

    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority)
    contact_minutes = models.PositiveIntegerField(
        _("spoken to within (minutes)"), validators=[MinValueValidator(1), MaxValueValidator(14 * 24 * 60)]
    )
    finish_hours = models.PositiveIntegerField(
        _("done within (hours)"), validators=[MinValueValidator(1), MaxValueValidator(366 * 24)]
    )

    class Meta:
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")
        ordering = ["priority", "-version"]
        constraints = [
            *versioned("service_level", "priority"),
            models.CheckConstraint(
                name="service_level_sane", condition=Q(contact_minutes__gte=1, finish_hours__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_priority_display()} · {self.version}"
