"""Addresses that customers are sent. Each is short, and its code is the only key."""

from django.urls import path

from web.portal import change, door, follow, paper, privacy, quote, rate, request, supply, warranty

urlpatterns = [
    path("o/<slug:code>/", follow.page, name="portal_order"),
    path("o/<slug:code>/who/", follow.portrait, name="portal_who"),
    path("o/<slug:code>/time/", change.time_page, name="portal_time"),
    path("o/<slug:code>/correct/", change.correct, name="portal_correct"),
    path("o/<slug:code>/supply/", supply.page, name="portal_supply"),
    path("service/", request.page, name="portal_request"),
    path("service/picture/<int:pk>/", request.picture, name="portal_request_picture"),
    path("service/<slug:step>/", request.page, name="portal_request_step"),
    path("my/", privacy.mine, name="portal_mine"),
    path("my/orders/<int:pk>/", privacy.order, name="portal_mine_order"),
    path("my/privacy/", privacy.privacy, name="portal_privacy"),
    path("my/about/", privacy.readable, name="portal_about"),
    path("my/about.json", privacy.export, name="portal_export"),
    path("my/door/", door.door, name="portal_door"),
    path("my/code/", door.code, name="portal_code"),
    path("my/leave/", door.leave, name="portal_leave"),
    path("w/<slug:code>/", warranty.page, name="portal_warranty"),
    path("q/<slug:code>/", quote.page, name="portal_quote"),
    path("q/<slug:code>.pdf", quote.pdf, name="portal_quote_pdf"),
    path("o/<slug:code>/rate/", rate.page, name="portal_rate"),
    path("o/<slug:code>/broken/", rate.broken, name="portal_broken"),
    path("p/<slug:code>/", paper.page, name="paper_public"),
    path("p/<slug:code>.pdf", paper.pdf, name="paper_public_pdf"),
]
