"""Outlets and the people who sign in."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.naming import Named
from technicians.models.prices import PriceTable


class Role(models.TextChoices):
    """What a person is here for; what they see and may do follows from it."""

    DISPATCHER = "dispatcher", _("Dispatcher")
    TECHNICIAN = "technician", _("Technician")
    CLERK = "clerk", _("Outlet clerk")
    AGENT = "agent", _("Call-centre agent")
    MANAGER = "manager", _("After-sales manager")
    ADMIN = "admin", _("Administrator")


def check_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in available_timezones():
        said = _("“%(zone)s” is not a time zone. Use a name such as Asia/Taipei.")
        raise ValidationError(said, params={"zone": name})


class Outlet(Named):
    """A service outlet: its zone is what its people and customers see on screen."""

    zone = models.CharField(_("time zone"), max_length=60, default="Asia/Shanghai", validators=[check_zone])
    region = models.CharField(
        _("phone region"), max_length=2, default="CN", help_text=_("For phone numbers without a country code")
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    price_table = models.ForeignKey(
        PriceTable, models.PROTECT, null=True, blank=True, related_name="outlets", verbose_name=_("fee table")
    )
    phone = models.CharField(_("public phone"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=240, blank=True)
    tax_no = models.CharField(_("our tax number"), max_length=40, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    cutoff = models.TimeField(
        _("daily cut-off"), default=time(20, 0), help_text=_("Records are due by this time, H-R3")
    )

    class Meta(Named.Meta):
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")

    @property
    def tz(self) -> ZoneInfo:
        """The outlet's time zone."""
        return ZoneInfo(self.zone)

    @property
    def place(self) -> tuple[float, float] | None:
        """(latitude, longitude) in degrees, or None."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


class User(AbstractUser):
    """Somebody who signs in. No outlet means the centre: every outlet."""

    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.DISPATCHER)
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("outlet")
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    daily_mail = models.BooleanField(
        _("daily e-mail"),
        default=False,
        help_text=_("Yesterday's figures each morning, for managers and administrators"),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(name="user_known_role", condition=models.Q(role__in=Role.values)),
            # Only the centre's roles may go without an outlet: a dispatcher of nowhere would see everywhere.
            models.CheckConstraint(
                name="user_has_an_outlet",
                condition=models.Q(outlet__isnull=False)
                | models.Q(role__in=[Role.AGENT, Role.MANAGER, Role.ADMIN]),
                violation_error_message=_("Choose an outlet: only agents, managers and administrators have none."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args, **kwargs) -> None:
        """Keep the admin's door in step with the role; a program's superuser is an administrator."""
        if self.is_superuser:
            self.role = Role.ADMIN
        self.is_staff = self.role in (Role.ADMIN, Role.MANAGER)
        super().save(*args, **kwargs)

    @property
    def sees_everything(self) -> bool:
        """True for those of the centre who look after every outlet."""
        return self.role == Role.ADMIN or (self.outlet_id is None and self.role in (Role.AGENT, Role.MANAGER))
