"""Addresses of this face."""

urlpatterns: list = []
