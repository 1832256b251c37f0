"""Where every address leads."""

from django.contrib import admin
from django.urls import include, path

from web.field import calendar

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("dispatch.api.urls")),
    path("", include("web.shared.urls")),
    path("console/", include("web.console.urls")),
    path("field/", include("web.field.urls")),
    path("insight/", include("web.insight.urls")),
    path("", include("web.portal.urls")),
    path("calendar/<slug:code>.ics", calendar.feed, name="calendar_feed"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
