"""Addresses of the board, below /console/board/."""

from django.urls import path

from web.console.board import panel, queue, suggesting

urlpatterns = [
    path("queue/", queue.queue, name="board_queue"),
    path("orders/<int:pk>/panel/", panel.panel, name="board_panel"),
    path("orders/<int:pk>/note/", panel.note, name="board_note"),
    path("orders/<int:pk>/suggest/", suggesting.suggest, name="board_suggest"),
]
