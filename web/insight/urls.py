"""Addresses of this face."""

from django.urls import path

from web.insight import audit, audit_sheet, daily_page, sheets, trend_orders, trends, views
from web.insight.health import page as health

urlpatterns = [
    path("", views.today, name="today"),
    path("orders/<slug:figure>/", views.behind, name="behind"),
    path("technicians/<int:pk>/<slug:figure>/", views.behind_technician, name="behind_technician"),
    path("mail/", daily_page.daily_mail, name="daily_mail"),
    path("audit/", audit.audit, name="audit"),
    path("audit/doorstep-audit.<slug:form>", audit_sheet.audit_export, name="audit_export"),
    path("export/", sheets.export, name="export"),
    path("export/rows/", sheets.export_rows, name="export_rows"),
    path("export/<int:pk>/", sheets.export_file, name="export_file"),
    path("health/", health.health, name="health"),
    path("trends/", trends.trends, name="trends"),
    path("trends/<slug:form>/", trends.export, name="trends_export"),
    path("trends/orders/<slug:figure>/", trend_orders.trend_orders, name="trend_orders"),
    path("trends/orders/<slug:figure>/<slug:form>/", trend_orders.trend_orders_sheet, name="trend_orders_sheet"),
]
