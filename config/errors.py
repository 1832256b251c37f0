"""Errors that no view had a chance to answer: problem documents under /api/, pages elsewhere."""

from django.utils.translation import gettext as _
from django.views import defaults

from dispatch.api.problems import of_surprise, problem


def _is_api(request) -> bool:
    return request.path.startswith("/api/")


def bad_request(request, exception=None):
    """Answer what is damaged or addressed to a host we are not (400)."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    detail = _("The request is damaged, or meant for another host.")
    return problem(400, "unreadable", _("This can't be read"), detail, instance=request.path)


def not_found(request, exception=None):
    """Answer for addresses that lead nowhere (404)."""
    if not _is_api(request):
        return defaults.page_not_found(request, exception)
    return problem(404, "not_found", _("Not found"), instance=request.path)


def forbidden(request, exception=None):
    """Answer who may not (403)."""
    if not _is_api(request):
        return defaults.permission_denied(request, exception)
    return problem(403, "not_allowed", _("Not yours to do"), instance=request.path)


def server_error(request):
    """Answer when something broke outside of every view (500). Django has logged it already."""
    return of_surprise(None, request.path) if _is_api(request) else defaults.server_error(request)
