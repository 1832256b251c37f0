"""The schema, and a page to read and try it."""

from __future__ import annotations

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation


class Schema(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON."""

    authentication_classes = []
    permission_classes = []
    content_negotiation_class = DefaultContentNegotiation


# Swagger UI writes style attributes and shows images out of data; scripts stay our own.
@method_decorator(csp_update({"style-src": ["'self'", "'unsafe-inline'"], "img-src": ["'self'", "data:"]}), "dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The schema, browsable; its scripts and styles come from this server."""

    authentication_classes = []
    permission_classes = []
