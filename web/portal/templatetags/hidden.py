"""{% load hidden %}: what is shown to its owner only in part."""

from django import template

from customers.phones import masked

register = template.Library()
register.filter("masked", masked)
