"""What people did that belongs to no one order, and the sheets that were asked for. The first is only added to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technicians.models import Outlet, User


class Deed(models.TextChoices):
    """What is written down beside the logs of the orders."""

    EXPORT_ASKED = "export_asked", _("Export asked for")
    EXPORT_MADE = "export_made", _("Export made")
    EXPORT_TAKEN = "export_taken", _("Export downloaded")
    AUDIT_READ = "audit_read", _("Audit searched")
    AUDIT_TAKEN = "audit_taken", _("Audit downloaded")
    BACKUP = "backup", _("Backup made")
    SSO_IN = "sso_in", _("Signed in by single sign-on")
    SSO_REFUSED = "sso_refused", _("Single sign-on refused")
    SSO_NEW = "sso_new", _("Person made by single sign-on")


class AuditEntry(models.Model):
    """One thing somebody did that no order's log can tell. Triggers refuse change; holds no phone and no address.

    `what`: plain data, such as filters, kinds and numbers of rows. No actor: Doorstep or whoever runs it.
    """

    deed = models.CharField(_("what"), max_length=16, choices=Deed)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="audit_entries", verbose_name=_("who")
    )
    role = models.CharField(_("role"), max_length=12, blank=True)
    what = models.JSONField(_("details"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["deed", "-at"], name="audit_by_deed"),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.at:%Y-%m-%d %H:%M}"


def write_down(deed: Deed, now, user: User | None = None, **what) -> AuditEntry:
    """Add an entry in the running transaction and return it."""
    return AuditEntry.objects.create(deed=deed, at=now, actor=user, role=getattr(user, "role", ""), what=what)


class ExportState(models.TextChoices):
    """How far an export is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    READY = "ready", _("Ready to fetch")
    FAILED = "failed", _("Did not work")
    GONE = "gone", _("Expired")


class Export(models.Model):
    """Sheets somebody asked for: which kinds of thing, of which outlet, of which days; one file, until a time.

    `first` and `last` are days in UTC, both included. `alive_at` is when its worker last said that it lives.
    """

    asked_by = models.ForeignKey(User, models.PROTECT, related_name="exports", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    outlet = models.ForeignKey(
        Outlet, models.PROTECT, null=True, blank=True, related_name="exports", verbose_name=_("outlet")
    )
    kinds = ArrayField(models.CharField(max_length=20), verbose_name=_("sheets"))
    form = models.CharField(_("form"), max_length=4, choices=[("csv", "CSV"), ("xlsx", "XLSX")], default="csv")
    first = models.DateField(_("from"), null=True, blank=True)
    last = models.DateField(_("to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=ExportState, default=ExportState.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0)
    rows = models.PositiveBigIntegerField(_("rows"), default=0)
    size = models.PositiveBigIntegerField(_("size (bytes)"), default=0)
    file = models.CharField(max_length=80, blank=True)  # Its name in the folder of exports
    error = models.CharField(_("error"), max_length=240, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="export_days_in_order", condition=~Q(last__lt=models.F("first"))),
            models.CheckConstraint(name="export_ready_has_file", condition=~Q(state="ready") | ~Q(file="")),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
