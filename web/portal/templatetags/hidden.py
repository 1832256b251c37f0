"""{% load hidden %}: what is shown to its owner only in part."""

from django import template

from customers.phones import masked
from dispatch.papers.masked import masked_name

register = template.Library()
register.filter("masked", masked)
register.filter("masked_name", masked_name)
