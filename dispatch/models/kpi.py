"""Roll-ups behind the manager's figures: additive counts by day and month, and what has to be counted again.

They hold nothing that is not in the event log and the rows it speaks of: `manage.py recount` makes them anew.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from technicians.models import User


class Counted(models.Model):
    """Sums of one kind of fact over a day or month, an outlet and a brand, and at most one thing more.

    `kind` and the meaning of each place in `sums` are in `dispatch.reports.kpi.kinds`; `by` names the thing more
    ("" for none, else "technician", "fault", "model" …) and `key` says which one. Everything adds up over rows of
    one kind and one `by`. No foreign keys: what is counted again by the hundred thousand is right by construction.
    """

    day = models.DateField(_("day"), help_text=_("In the outlet's zone; of a month its first day"))
    outlet_id = models.BigIntegerField(_("outlet"))
    brand_id = models.BigIntegerField(_("brand"), null=True)
    kind = models.CharField(_("kind"), max_length=12)
    by = models.CharField(_("by"), max_length=12, blank=True)
    key = models.CharField(_("which"), max_length=120, blank=True)
    sums = ArrayField(models.BigIntegerField(), verbose_name=_("sums"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.by} {self.key}".strip()


class KpiDay(Counted):
    """The sums of one day."""

    class Meta(Counted.Meta):
        verbose_name = _("figures of a day")
        verbose_name_plural = _("figures by day")
        indexes = [models.Index(fields=["by", "day"], name="kpi_day")]


class KpiMonth(Counted):
    """The sums of one month, from those of its days."""

    class Meta(Counted.Meta):
        verbose_name = _("figures of a month")
        verbose_name_plural = _("figures by month")
        indexes = [models.Index(fields=["by", "day"], name="kpi_month")]


class KpiStale(models.Model):
    """An order to which something happened since it was last counted; a trigger of the event log writes it.

    So it commits with the event, however late that is, and no event is ever missed.
    """

    order_id = models.BigIntegerField(_("order"))

    class Meta:
        verbose_name = _("to be counted again")
        verbose_name_plural = _("to be counted again")

    def __str__(self) -> str:
        return str(self.order_id)


class KpiMail(models.Model):
    """The daily e-mail of one person for one day: written before it is sent, so that it is sent once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("who"))
    day = models.DateField(_("day"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    class Meta:
        verbose_name = _("daily e-mail")
        verbose_name_plural = _("daily e-mails")
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="kpi_mail_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"
