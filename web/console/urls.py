"""Addresses of the desk."""

from django.urls import include, path

from web.console import (
    alarm,
    asking,
    calling,
    claims,
    homes,
    intake,
    kept,
    loaners,
    requisitions,
    stock,
    stock_count,
    stock_doing,
    views,
    workshop,
)

urlpatterns = [
    path("", views.queue, name="queue"),
    path("new/", intake.order_new, name="order_new"),
    path("new/known/", intake.order_known, name="order_known"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/<slug:verb>/", views.order_act, name="order_act"),
    path("help/", asking.help_page, name="help"),
    path("help/<int:pk>/", asking.help_answer, name="help_answer"),
    path("claims/", claims.claims, name="claims"),
    path("kept/<int:pk>/", kept.kept_settle, name="kept_settle"),
    path("alarms/", alarm.alarms, name="alarms"),
    path("callbacks/", calling.callbacks, name="callbacks"),
    path("board/", include("web.console.board.urls")),
    path("agent/", homes.agent_home, name="agent_home"),
    path("clerk/", homes.clerk_home, name="clerk_home"),
    path("workshop/", workshop.workshop, name="workshop"),
    path("stock/", stock.stock_page, name="stock"),
    path("stock/parts/<str:code>/", stock.stock_part, name="stock_part"),
    path("stock/do/<slug:name>/", stock_doing.stock_do, name="stock_do"),
    path("stock/<slug:code>/fill-up/", stock_doing.stock_fill_up, name="stock_fill_up"),
    path("stock/<slug:code>/count/", stock_count.stock_count, name="stock_count"),
    path("stock/requisitions/", requisitions.requisitions, name="requisitions"),
    path("stock/requisitions/<int:pk>/<slug:what>/", requisitions.requisition_do, name="requisition_do"),
    path("stock/old-parts/", requisitions.old_parts, name="old_parts"),
    path("workshop/loaners/", loaners.loaners, name="loaners"),
]
