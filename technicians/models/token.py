"""Tokens for programs: of one person, for some things, until a day. Only a digest is kept (django-rest-knox)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

LONGEST = timedelta(days=366)


class Scope(models.TextChoices):
    """What a token is for. Within it its owner's role decides, as on every page."""

    READ = "read", _("Read")
    ACT = "act", _("Act on orders")
    PLAN = "plan", _("Plan and absences")
    EXPORT = "export", _("Export everything")


def all_scopes() -> list[str]:
    """Return every scope: what somebody gets who signs in and names none."""
    return [str(scope) for scope in Scope]


class ApiToken(AbstractAuthToken):
    """What a program sends as `Authorization: Token …`; shown once, when it is made."""

    name = models.CharField(_("name"), max_length=80, blank=True, help_text=_("Which program has it"))
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("for"), default=all_scopes)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created"]

    def __str__(self) -> str:
        """Name it by its first characters, as people see it; never the digest."""
        return f"{self.token_key[:8]}… {self.name}".strip()
