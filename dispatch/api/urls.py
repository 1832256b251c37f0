"""Addresses of the API."""

from django.urls import include, path, re_path

from dispatch.api import (
    actions,
    asking,
    callbacks,
    catalogue,
    customers,
    docs,
    money,
    order_parts,
    orders,
    papers,
    people,
    photos,
    queue,
    stock,
    token,
    visits,
    warranty,
    workshop,
)
from dispatch.api.base import nothing_here

app_name = "api"

v1 = [
    path("token/", token.Tokens.as_view(), name="token"),
    path("me/", people.Me.as_view(), name="me"),
    path("queue/", queue.Queue.as_view(), name="queue"),
    path("orders/", orders.Orders.as_view(), name="orders"),
    path("orders/<int:pk>/", orders.Order.as_view(), name="order"),
    path("orders/<int:pk>/events/", orders.Events.as_view(), name="events"),
    path("orders/<int:pk>/warranty/", warranty.Warranty.as_view(), name="warranty"),
    path("orders/<int:pk>/money/", money.Money.as_view(), name="money"),
    path("orders/<int:pk>/papers/", papers.Papers.as_view(), name="papers"),
    path("papers/<int:pk>/", papers.OnePaper.as_view(), name="paper"),
    path("orders/<int:pk>/actions/", actions.OpenActions.as_view(), name="actions"),
    path("orders/<int:pk>/photos/", photos.Photos.as_view(), name="photos"),
    path("orders/<int:pk>/photos/<int:photo>/", photos.OnePhoto.as_view(), name="photo"),
    path("orders/<int:pk>/parts/", order_parts.OrderParts.as_view(), name="order_parts"),
    *actions.urlpatterns,
    path("orders/<int:pk>/<str:action>/", actions.UnknownActionView.as_view(), name="unknown_action"),
    path("help/", asking.Help.as_view(), name="help"),
    path("help/<int:pk>/answer/", asking.AnswerHelp.as_view(), name="help_answer"),
    path("claims/", asking.Claims.as_view(), name="claims"),
    path("alarms/", asking.Alarms.as_view(), name="alarms"),
    path("visits/", visits.Visits.as_view(), name="visits"),
    path("visits/<int:pk>/", visits.OneVisit.as_view(), name="visit"),
    path("callbacks/", callbacks.Callbacks.as_view(), name="callbacks"),
    path("callbacks/<int:pk>/", callbacks.OneCallback.as_view(), name="callback"),
    path("customers/", customers.Customers.as_view(), name="customers"),
    path("customers/<int:pk>/", customers.OneCustomer.as_view(), name="customer"),
    path("appliances/", customers.Appliances.as_view(), name="appliances"),
    path("appliances/<int:pk>/", customers.OneAppliance.as_view(), name="appliance"),
    path("technicians/", people.Technicians.as_view(), name="technicians"),
    path("technicians/<int:pk>/", people.OneTechnician.as_view(), name="technician"),
    path("faults/", catalogue.Faults.as_view(), name="faults"),
    path("faults/<slug:code>/", catalogue.OneFault.as_view(), name="fault"),
    path("parts/", stock.Parts.as_view(), name="parts"),
    path("warehouses/", stock.Warehouses.as_view(), name="warehouses"),
    path("balances/", stock.Balances.as_view(), name="balances"),
    path("moves/", stock.Moves.as_view(), name="moves"),
    path("requisitions/", stock.Requisitions.as_view(), name="requisitions"),
    path("old-parts/", order_parts.OldParts.as_view(), name="old_parts"),
    path("workshop/", workshop.Workshop.as_view(), name="workshop"),
    path("loaners/", workshop.Loaners.as_view(), name="loaners"),
    path("catalogue/", catalogue.Catalogue.as_view(), name="catalogue"),
]

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", docs.Schema.as_view(), name="schema"),
    path("docs/", docs.Docs.as_view(url_name="api:schema"), name="docs"),
    re_path("", nothing_here),
]
