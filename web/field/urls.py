"""Addresses of the technician's phone."""

from django.urls import include, path

from web.field import calendar, settle, van, views

urlpatterns = [
    path("", views.day, name="day"),
    path("app/", include("web.field.app.urls")),
    path("calendar/", calendar.page, name="field_calendar"),
    path("callbacks/", views.callbacks, name="field_callbacks"),
    path("van/", van.my_van, name="my_van"),
    path("settle/", settle.field_settle, name="field_settle"),
    path("settle/<int:pk>/", settle.field_settle_do, name="field_settle_do"),
    path("orders/<int:pk>/", views.order, name="field_order"),
    path("orders/<int:pk>/<slug:verb>/", views.act, name="field_act"),
]
