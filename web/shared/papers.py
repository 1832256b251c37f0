"""Papers as PDF for those who may see their order."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from dispatch.actions import papers
from dispatch.models import Paper, ServiceOrder


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Print a paper again, for those who may see its order (H-G1)."""
    found = get_object_or_404(Paper, pk=pk)
    order = ServiceOrder.objects.one_for(request.user, found.order_id)
    if order is None:
        raise Http404
    return as_pdf(request, found, whole=papers.needs_whole(request.user, order))


def as_pdf(request: HttpRequest, found: Paper, *, whole: bool) -> HttpResponse:
    """Return a paper as a PDF that opens in the browser; its code leads to the page that says it is ours."""
    address = request.build_absolute_uri(reverse("paper_public", args=[found.code]))
    return sent(papers.printed(found, address, whole=whole), found.snapshot["number"])


def sent(pdf: bytes, number: str) -> HttpResponse:
    """Return a PDF that opens in the browser, under its number, kept by nobody on the way."""
    headers = {
        "Content-Disposition": f'inline; filename="{number.replace("/", "-")}.pdf"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
