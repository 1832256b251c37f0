"""Units lent to customers while theirs is away (H-A6, H-F4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Brand, Category, Photo
from technicians.models.people import Outlet, User


class Condition(models.TextChoices):
    """How a unit looks and works."""

    GOOD = "good", _("Good")
    WORN = "worn", _("Worn, works")
    DAMAGED = "damaged", _("Damaged")


class LoanerQuerySet(models.QuerySet):
    """Loaners, by who may see them."""

    def for_user(self, user: User) -> LoanerQuerySet:
        """Return the units of the user's outlet; the centre sees all."""
        return self if user.sees_everything else self.filter(outlet_id=user.outlet_id)

    def usable(self) -> LoanerQuerySet:
        """Return those that can be lent out at all."""
        return self.filter(retired=False).exclude(condition=Condition.DAMAGED)


class Loaner(models.Model):
    """One unit of the pool, by the number on its label."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="loaners", verbose_name=_("outlet"))
    category = models.ForeignKey(Category, models.PROTECT, related_name="loaners", verbose_name=_("category"))
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="loaners", verbose_name=_("brand")
    )
    model_no = models.CharField(_("model"), max_length=80, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    condition = models.CharField(_("condition"), max_length=8, choices=Condition, default=Condition.GOOD)
    photos = models.ManyToManyField(Photo, blank=True, related_name="loaners", verbose_name=_("photos"))
    note = models.CharField(_("note"), max_length=240, blank=True)
    retired = models.BooleanField(_("retired"), default=False)

    objects = LoanerQuerySet.as_manager()

    class Meta:
        verbose_name = _("loaner")
        verbose_name_plural = _("loaners")
        ordering = ["code"]
        constraints = [models.CheckConstraint(name="loaner_condition", condition=Q(condition__in=Condition.values))]

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.code, self.brand, self.model_no) if part)
