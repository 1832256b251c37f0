"""Pictures kept as proof, by their content: the same picture twice is one row."""

from django.db import models
from django.utils.translation import gettext_lazy as _


def path_of(photo: "Photo", name: str) -> str:
    """Return where the file lies under MEDIA_ROOT."""
    return f"photos/{photo.sha256[:2]}/{photo.sha256}.{photo.format}"


class Photo(models.Model):
    """One picture, as it was kept: re-encoded, without position or camera. `sha256` is of the kept file."""

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(_("file"), upload_to=path_of)
    format = models.CharField(max_length=4, choices=[("jpeg", "JPEG"), ("png", "PNG"), ("webp", "WebP")])
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    bytes = models.PositiveIntegerField(_("bytes"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"
