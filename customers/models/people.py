"""Customers, their addresses and appliances (H-I2). Nothing here knows of orders."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.naming import Named


class CustomerQuerySet(models.QuerySet):
    """Customers, seen through their orders: who may see an order may see whose it is."""

    def for_user(self, user) -> CustomerQuerySet:
        """Return the customers that `user` needs for their task; never more than their orders show."""
        if user.sees_everything:
            return self
        orders = self.model._meta.get_field("orders").related_model.objects.for_user(user)
        return self.filter(pk__in=orders.values("customer_id"))


class OfCustomerQuerySet(models.QuerySet):
    """Rows that belong to a customer and are seen with them."""

    def for_user(self, user) -> OfCustomerQuerySet:
        """Return the rows of the customers that `user` may see."""
        return self if user.sees_everything else self.filter(customer__in=Customer.objects.for_user(user))


class Customer(models.Model):
    """A person or household that we look after."""

    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(
        _("phone"), max_length=20, blank=True, db_index=True, help_text=_("E.164, as +886912345678")
    )
    phone_alt = models.CharField(_("second phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            # One household, one row: the import and the call centre find the customer by these two.
            models.UniqueConstraint(
                fields=["phone", "name"], condition=~Q(phone=""), name="customer_once_per_phone_and_name"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.phone


class Address(models.Model):
    """A place where an appliance stands, WGS-84 where it is known."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses", verbose_name=_("customer"))
    line = models.CharField(_("address"), max_length=240, blank=True)
    district = models.CharField(_("district"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    access_note = models.CharField(_("access note"), max_length=240, blank=True, help_text=_("Gate, floor, parking"))

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.CheckConstraint(
                name="address_on_earth",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # Named as not null: a comparison with NULL would let half a place through.
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                violation_error_message=_("Latitude is −90 to 90 and longitude −180 to 180, both or neither."),
            )
        ]

    def __str__(self) -> str:
        return self.full

    @property
    def full(self) -> str:
        """City, district and line as they are written on an envelope here."""
        return "".join(part for part in (self.city, self.district) if part not in self.line) + self.line

    @property
    def place(self) -> tuple[float, float] | None:
        """(latitude, longitude) in degrees, or None."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


class Brand(Named):
    """A maker whose appliances we look after."""

    class Meta(Named.Meta):
        verbose_name = _("brand")
        verbose_name_plural = _("brands")


class Category(Named):
    """A kind of appliance: washing machine, refrigerator …"""

    class Meta(Named.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class Appliance(models.Model):
    """One machine at one customer's. It keeps its first purchase date through replacements (H-W3)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="appliances", verbose_name=_("customer"))
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="appliances", verbose_name=_("category")
    )
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="appliances", verbose_name=_("brand")
    )
    model_no = models.CharField(_("model"), max_length=80, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    purchased_on = models.DateField(_("purchase date"), null=True, blank=True)
    installed_on = models.DateField(
        _("installed on"), null=True, blank=True, help_text=_("For help with software, H-G2")
    )
    replaced_on = models.DateField(
        _("replaced on"), null=True, blank=True, help_text=_("By another unit; the period still runs from the purchase")
    )
    note = models.CharField(_("note"), max_length=240, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("appliance")
        verbose_name_plural = _("appliances")
        # What fixed the same trouble on the same model before is looked up by it (H-A1).
        indexes = [models.Index(models.functions.Upper("model_no"), name="appliance_by_model")]

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.brand, self.category, self.model_no) if part)
