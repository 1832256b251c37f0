"""How customers come in without a password, and what they did with what we know of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class OneTimeCode(models.Model):
    """One code that was sent to a phone or an e-mail address. Nothing in it can be read back: hashes alone are kept.

    `to_hash` and `from_hash` count who was sent codes and from where they were asked for.
    """

    to_hash = models.CharField(max_length=64)
    from_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [
            models.Index(fields=["to_hash", "made_at"], name="code_by_receiver"),
            models.Index(fields=["from_hash", "made_at"], name="code_by_asker"),
        ]
        constraints = [models.CheckConstraint(name="code_expires_later", condition=Q(expires_at__gt=F("made_at")))]

    def __str__(self) -> str:
        return str(self.pk)


class PrivacyKind(models.TextChoices):
    """What a customer did with what is kept about them."""

    SEEN = "seen", _("Looked at")
    EXPORTED = "exported", _("Taken along")
    ERASED = "erased", _("Deleted")
    REVOKED = "revoked", _("Link taken back")


class PrivacyRecord(models.Model):
    """One thing a customer did with what is kept about them. Only added to; holds no name, phone or address.

    `what`: plain data, numbers of rows and what stays and why.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="privacy_records", verbose_name=_("customer"))
    kind = models.CharField(_("what"), max_length=8, choices=PrivacyKind)
    what = models.JSONField(_("in detail"), default=dict, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("privacy record")
        verbose_name_plural = _("privacy records")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class Upload(models.Model):
    """A file that a customer sent us, counted: whose (a hash), how large, when. Nobody fills the disk from a phone."""

    to_hash = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes = [models.Index(fields=["to_hash", "at"], name="upload_by_sender")]

    def __str__(self) -> str:
        return f"{self.bytes} B"
