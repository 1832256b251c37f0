"""{% load figures %}: amounts in a figure's own unit."""

from django import template

from web.insight import saying

register = template.Library()


@register.simple_tag
def amount(figure, how_much):
    """Say an amount in the unit of a figure."""
    return saying.said(figure, how_much)
