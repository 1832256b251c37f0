"""Addresses that every face shares: the doors, the language, and the style guide for those who build pages."""

from django.urls import path

from web.shared import doors, sso
from web.shared.films import film
from web.shared.live import ticket
from web.shared.papers import paper
from web.shared.photos import photo
from web.shared.views import style_guide

urlpatterns = [
    path("", doors.home, name="home"),
    path("sign-in/", doors.SignIn.as_view(), name="sign_in"),
    path("sign-in/sso/", sso.begin, name="sso"),
    path("sign-in/sso/callback/", sso.callback, name="sso_callback"),
    path("sign-out/", doors.SignOut.as_view(), name="sign_out"),
    path("language/", doors.set_language, name="set_language"),
    path("photos/<int:pk>/<int:photo>/", photo, name="photo"),
    path("films/<int:pk>/<int:film>/", film, name="film"),
    path("papers/<int:pk>.pdf", paper, name="paper"),
    path("live/ticket/", ticket, name="live_ticket"),
    path("style/", style_guide, name="style"),
]
