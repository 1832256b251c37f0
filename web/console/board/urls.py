"""Addresses of the board, below /console/board/."""

from django.urls import path

from web.console.board import absences, data, doing, map, page, panel, paper, plans, queue, sheets, suggesting

urlpatterns = [
    path("", page.board, name="board"),
    path("part/<slug:name>/", page.board_part, name="board_part"),
    path("data/", data.board_data, name="board_data"),
    path("orders/", data.board_orders, name="board_orders"),
    path("technicians/", data.board_technicians, name="board_technicians"),
    path("queue/", queue.queue, name="board_queue"),
    path("orders/<int:pk>/panel/", panel.panel, name="board_panel"),
    path("orders/<int:pk>/note/", panel.note, name="board_note"),
    path("orders/<int:pk>/suggest/", suggesting.suggest, name="board_suggest"),
    path("orders/<int:pk>/<slug:verb>/", doing.BoardDo.as_view(), name="board_do"),
    path("map/", map.board_map, name="board_map"),
    path("technicians/<int:pk>/absence/", absences.BoardAbsence.as_view(), name="board_absence"),
    path("absences/<int:pk>/<slug:what>/", absences.BoardAbsenceDo.as_view(), name="board_absence_do"),
    path("plans/", plans.BoardPlans.as_view(), name="board_plans"),
    path("plans/<int:pk>/", plans.BoardPlan.as_view(), name="board_plan"),
    path("plans/<int:pk>/<slug:what>/", plans.BoardPlanDo.as_view(), name="board_plan_do"),
    path("sheet/<int:pk>/", sheets.board_sheet, name="board_sheet"),
    path("sheets/", sheets.board_sheets, name="board_sheets"),
    path("print/", paper.board_print, name="board_print"),
]
