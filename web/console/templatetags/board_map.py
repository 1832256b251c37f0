"""{% load board_map %}: what the board's map and absences need of the trade's words."""

from django import template

from dispatch.models import State
from technicians.models import AwayFor

register = template.Library()


@register.simple_tag
def order_states():
    """Return every state an order can be in as (code, label), in the order of the life."""
    return State.choices


@register.simple_tag
def away_reasons():
    """Return why somebody may be away as (code, label)."""
    return AwayFor.choices
