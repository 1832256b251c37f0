"""Addresses that customers are sent. Each is short, and its code is the only key."""

from django.urls import path

from web.portal import paper, quote, rate, warranty

urlpatterns = [
    path("w/<slug:code>/", warranty.page, name="portal_warranty"),
    path("q/<slug:code>/", quote.page, name="portal_quote"),
    path("q/<slug:code>.pdf", quote.pdf, name="portal_quote_pdf"),
    path("o/<slug:code>/rate/", rate.page, name="portal_rate"),
    path("o/<slug:code>/broken/", rate.broken, name="portal_broken"),
    path("p/<slug:code>/", paper.page, name="paper_public"),
    path("p/<slug:code>.pdf", paper.pdf, name="paper_public_pdf"),
]
