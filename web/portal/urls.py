"""Addresses that customers are sent. Each is short, and its code is the only key."""

from django.urls import path  # noqa: F401 - each page adds its own line

urlpatterns = []
