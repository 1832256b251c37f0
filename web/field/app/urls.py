"""Addresses of the technician's app."""

from django.urls import path

from web.field.app import bundle, code, send, shell

urlpatterns = [
    path("", shell.shell, name="field_app"),
    path("sw.js", shell.worker, name="field_app_sw"),
    path("manifest.webmanifest", shell.manifest, name="field_app_manifest"),
    path("bundle/", bundle.Bundle.as_view(), name="field_app_bundle"),
    path("orders/<int:pk>/quote.svg", code.QuoteCode.as_view(), name="field_app_quote_code"),
    path("orders/<int:pk>/<slug:verb>/", send.Send.as_view(), name="field_app_send"),
    path("kept/<str:key>/", send.Settle.as_view(), name="field_app_settle"),
]
