"""Telling other systems what happened: signed, retried, and sent again when asked (Standard Webhooks)."""
