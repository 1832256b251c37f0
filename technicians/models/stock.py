"""Parts and where they lie (H-A3): a ledger of moves that only grows, and the balances that follow from it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Category, ProductModel
from customers.naming import Named
from technicians.models.people import Outlet, Role, User
from technicians.models.technician import Technician


class Part(Named):
    """A spare part by its number, and the models it fits. Prices are in the fee tables."""

    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("category")
    )
    fits = models.ManyToManyField(ProductModel, blank=True, related_name="parts", verbose_name=_("fits"))
    serialised = models.BooleanField(
        _("has a serial number"), default=False, help_text=_("It is written down when it goes in, H-F7")
    )
    return_old = models.BooleanField(
        _("the old one goes back"),
        default=True,
        help_text=_("Under warranty the old part stays with the company, H-W4"),
    )
    consumable = models.BooleanField(_("wears out"), default=False)

    class Meta(Named.Meta):
        verbose_name = _("part")
        verbose_name_plural = _("parts")


class WarehouseKind(models.TextChoices):
    """Where parts lie."""

    CENTRE = "centre", _("Centre")
    OUTLET = "outlet", _("Outlet")
    VAN = "van", _("Van")
    DEPOT = "depot", _("Depot for old parts")


class WarehouseQuerySet(models.QuerySet):
    """Warehouses, by who may see them."""

    def for_user(self, user: User) -> WarehouseQuerySet:
        """Return the centre's and those of the user's outlet; of the vans a technician sees their own."""
        if user.sees_everything:
            return self
        mine = Q(outlet__isnull=True) | Q(outlet_id=user.outlet_id)
        if user.role == Role.TECHNICIAN:
            mine &= ~Q(kind=WarehouseKind.VAN) | Q(technician__user=user)
        return self.filter(mine)


class Warehouse(Named):
    """A place that holds parts. A van belongs to its technician, the centre's own to no outlet."""

    kind = models.CharField(_("kind"), max_length=8, choices=WarehouseKind)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="warehouses", verbose_name=_("outlet")
    )
    technician = models.OneToOneField(
        Technician, models.PROTECT, null=True, blank=True, related_name="van", verbose_name=_("technician")
    )
    active = models.BooleanField(_("active"), default=True)

    objects = WarehouseQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        constraints = [
            models.CheckConstraint(
                name="warehouse_van_has_technician",
                condition=Q(kind="van", technician__isnull=False, outlet__isnull=False)
                | (~Q(kind="van") & Q(technician__isnull=True)),
                violation_error_message=_("A van has a technician and an outlet; nothing else has a technician."),
            )
        ]


class Balance(models.Model):
    """How many of a part lie in a warehouse, and how many of them are promised to orders. Never below zero."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="balances", verbose_name=_("warehouse"))
    part = models.ForeignKey(Part, models.PROTECT, related_name="balances", verbose_name=_("part"))
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    minimum = models.PositiveIntegerField(_("keep at least"), default=0)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "part"], name="balance_once"),
            models.CheckConstraint(
                name="balance_never_below_zero",
                condition=Q(on_hand__gte=0, reserved__gte=0, reserved__lte=F("on_hand")),
                violation_error_message=_("There are not that many."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.on_hand}"

    @property
    def free(self) -> int:
        """How many may still be taken."""
        return self.on_hand - self.reserved


class MoveKind(models.TextChoices):
    """Why parts moved."""

    RECEIVED = "received", _("Received")
    TRANSFER = "transfer", _("Stock transfer")
    USED = "used", _("Used on an order")
    GIVEN_BACK = "given_back", _("Not used after all")
    OLD_PART = "old_part", _("Old part came back")
    COUNT = "count", _("Difference found by counting")
    SCRAPPED = "scrapped", _("Scrapped")


class Move(models.Model):
    """One line of the ledger; triggers refuse update and delete. No source: from outside; no target: gone."""

    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=10, choices=MoveKind)
    part = models.ForeignKey(Part, models.PROTECT, related_name="moves", verbose_name=_("part"))
    quantity = models.PositiveIntegerField(_("quantity"))
    source = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="moves_out", verbose_name=_("from")
    )
    target = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="moves_in", verbose_name=_("to")
    )
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    order_number = models.PositiveBigIntegerField(_("order"), null=True, blank=True, db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="moves", verbose_name=_("who"))
    note = models.CharField(_("note"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="move_of_something", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="move_from_or_to",
                condition=(Q(source__isnull=False) | Q(target__isnull=False))
                & (Q(source__isnull=True) | Q(target__isnull=True) | ~Q(source=F("target"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} × {self.quantity}"


class StockCount(models.Model):
    """One count of a warehouse; the differences became moves."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="counts", verbose_name=_("warehouse"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="counts", verbose_name=_("who"))
    lines = models.JSONField(_("lines"), default=list, help_text=_("Part, expected, counted"))
    note = models.CharField(_("note"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.warehouse} {self.at:%Y-%m-%d}"
