"""Addresses of the technician's app."""

from django.urls import path

from web.field.app import bundle, send

urlpatterns = [
    path("bundle/", bundle.Bundle.as_view(), name="field_app_bundle"),
    path("orders/<int:pk>/<slug:verb>/", send.Send.as_view(), name="field_app_send"),
    path("kept/<str:key>/", send.Settle.as_view(), name="field_app_settle"),
]
