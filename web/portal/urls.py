"""Addresses that customers are sent. Each is short, and its code is the only key."""

from django.urls import path

from web.portal import warranty

urlpatterns = [
    path("w/<slug:code>/", warranty.page, name="portal_warranty"),
]
