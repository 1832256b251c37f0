"""The style guide's address. It exists for those who build the pages, not for those who use them."""

from django.urls import path

from web.shared.views import style_guide

urlpatterns = [path("style/", style_guide, name="style")]
