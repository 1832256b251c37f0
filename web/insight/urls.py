"""Addresses of this face."""

from django.urls import path

from web.insight import views

urlpatterns = [
    path("", views.today, name="today"),
    path("orders/<slug:figure>/", views.behind, name="behind"),
]
