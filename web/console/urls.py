"""Addresses of the desk."""

from django.urls import path

from web.console import calling, homes, intake, loaners, views, workshop

urlpatterns = [
    path("", views.queue, name="queue"),
    path("new/", intake.order_new, name="order_new"),
    path("new/known/", intake.order_known, name="order_known"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/<slug:verb>/", views.order_act, name="order_act"),
    path("callbacks/", calling.callbacks, name="callbacks"),
    path("agent/", homes.agent_home, name="agent_home"),
    path("clerk/", homes.clerk_home, name="clerk_home"),
    path("workshop/", workshop.workshop, name="workshop"),
    path("workshop/loaners/", loaners.loaners, name="loaners"),
]
