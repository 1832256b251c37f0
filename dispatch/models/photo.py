"""Pictures of an order: what they show, who took them and when. Seen by those who may see the order."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Photo
from dispatch.models.order import ServiceOrder
from technicians.models import User


class PhotoKind(models.TextChoices):
    """What a picture is for."""

    SYMPTOM = "symptom", _("Symptom")
    EVIDENCE = "evidence", _("Evidence for the warranty")  # H-W5
    OUTSIDE = "outside", _("Outside of the appliance")  # H-F4
    DAMAGE = "damage", _("Damage")  # H-F6
    NOTE = "note", _("Note on the door")  # H-C7
    PART = "part", _("Part")  # H-F7
    LOANER_OUT = "loaner_out", _("Loaner handed out")  # H-F4
    LOANER_BACK = "loaner_back", _("Loaner taken back")
    CHECKLIST = "checklist", _("Checklist")
    SIGNATURE = "signature", _("Signature")  # H-H1
    OTHER = "other", _("Other")


class OrderPhoto(models.Model):
    """One picture on an order."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="photos", verbose_name=_("order"))
    photo = models.ForeignKey(Photo, models.PROTECT, related_name="on_orders", verbose_name=_("photo"))
    kind = models.CharField(_("kind"), max_length=12, choices=PhotoKind, default=PhotoKind.OTHER)
    note = models.CharField(_("note"), max_length=240, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name=_("who"))
    at = models.DateTimeField(_("at"))
    event_seq = models.PositiveIntegerField(_("event"), null=True, blank=True)
    strokes = models.JSONField(_("strokes"), null=True, blank=True)  # of a signature: [[[x, y, ms, pressure]…]…] (H-R4)

    class Meta:
        verbose_name = _("photo of an order")
        verbose_name_plural = _("photos of orders")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["order", "photo", "kind"], name="order_photo_once")]

    def __str__(self) -> str:
        return f"{self.order} {self.get_kind_display()}"
