"""{% load admin_home %}: what the first page of the master data shows."""

from django import template

from web.insight import home

register = template.Library()


@register.simple_tag(takes_context=True)
def admin_home(context):
    """Return figures, groups and records for who is signed in (web.insight.home)."""
    return home.home_of(context["request"])
