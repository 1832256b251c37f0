"""What every view of the API shares: who is asking, in which language, with readable parameters."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.permissions import IsAuthenticated
from rest_framework.views import APIView

from dispatch.api.credentials import check_scope
from dispatch.api.lists import Keyset
from dispatch.api.problems import problem
from technicians.models import Scope

LANGUAGES = dict(settings.LANGUAGES)


class ApiView(APIView):
    """A view for somebody who is signed in."""

    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "head", "post"]
    writes = Scope.ACT  # what a token must be for, to change something here

    def initial(self, request, *args, **kwargs) -> None:
        """Refuse unreadable parameters, let the person in, and speak their language."""
        for name, values in request.query_params.lists():
            if any("\x00" in text for text in (name, *values)):
                raise exceptions.ParseError(_("The character NUL can't be kept. Leave it out."))
        super().initial(request, *args, **kwargs)
        check_scope(request, self.writes)
        self.now = timezone.now()
        language = getattr(request.user, "language", "")
        if language in LANGUAGES and "Accept-Language" not in request.headers:
            translation.activate(language)

    def params(self, serializer_class) -> dict:
        """Return the query's parameters as the serializer reads them. Raises ValidationError."""
        form = serializer_class(data=self.request.query_params)
        form.is_valid(raise_exception=True)
        return form.validated_data

    def one(self, rows, pk: int):
        """Return the row with that number among `rows`, which are the asker's own. Raises NotFound."""
        row = rows.filter(pk=pk).first()
        if row is None:
            raise exceptions.NotFound
        return row


class ListView(ApiView):
    """A list read page by page."""

    pagination_class = Keyset


@csrf_exempt  # an unknown address is 404 whoever asks, and does nothing
def nothing_here(request, *args, **kwargs):
    """Answer for every address under /api/ that leads nowhere."""
    detail = _("There is nothing at this address. /api/docs/ shows what there is; addresses end with a slash.")
    return problem(404, "not_found", _("Not found"), detail, instance=request.path)
