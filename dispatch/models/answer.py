"""What was answered to an update, so that sending it again is answered the same (H-N3)."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from technicians.models import User


class Answer(models.Model):
    """One idempotency key of one person. `fingerprint` is a hash of what was asked; kept 30 days."""

    actor = models.ForeignKey(User, models.CASCADE, related_name="answers", verbose_name=_("who"))
    key = models.CharField(_("key"), max_length=80)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="answer_once_per_key")]

    def __str__(self) -> str:
        return self.key
