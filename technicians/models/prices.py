"""Which fees an outlet charges by. The prices themselves come in versions, see `dispatch.models.prices`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.naming import Named


class PriceTable(Named):
    """The fee table of a region (H-G1): outlets point to it, its versions hold the prices."""

    currency = models.CharField(_("currency"), max_length=3)

    class Meta(Named.Meta):
        verbose_name = _("fee table")
        verbose_name_plural = _("fee tables")
        constraints = [models.CheckConstraint(name="table_currency", condition=models.Q(currency__regex=r"^[A-Z]{3}$"))]
