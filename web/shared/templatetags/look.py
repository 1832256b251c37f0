"""{% load look %}: icons, state badges, times, form rows."""

from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import format_html, json_script
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from customers.money import say
from web.shared import looks, nav, when
from web.shared.wishes import wished

register = template.Library()
register.filter("wished", wished)

LANG = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant-TW"}
WORDS = {
    "offline": _("No connection. Nothing you typed is lost; press again when you are back online."),
    "failed": _("The server could not answer. Nothing you typed is lost; please try again."),
    "slow_down": _("Too many tries just now. Please wait a moment and try again."),
    "signed_out": _("You have been signed out. Sign in in another tab, then press again."),
    "refused": _("This is not open to you now. Load the page again to see where the order stands."),
    "too_large": _("The pictures are too large together. Take some out and send them in a second step."),
    "photo_remove": _("Remove"),
    "photos_many": _("{most} photos at most. The others were left out."),
    "sending": _("Sending the pictures: {percent} %"),
    "close": _("Close"),
}


@register.filter
def lang_tag(code):
    """Turn Django's language code into the one browsers choose glyphs by."""
    return LANG.get(code, code)


@register.simple_tag
def page_lang():
    """Return the active language for <html lang>."""
    return lang_tag(translation.get_language() or "en")


@register.simple_tag
def icon(name, size="", label=""):
    """Draw an icon of the sprite. It is silent unless `label` is given; `size` is a class: sixteen or large."""
    use = format_html('<use href="{}#{}"></use>', static("shared/icons.svg"), name)
    classes = f"icon {size}".strip()
    if label:
        return format_html(
            '<svg class="{}" width="20" height="20" role="img" aria-label="{}">{}</svg>', classes, label, use
        )
    return format_html('<svg class="{}" width="20" height="20" aria-hidden="true">{}</svg>', classes, use)


@register.simple_tag(takes_context=True)
def sheets_within(context, *names):
    """Return the style sheets themselves, as <style>; the content security policy knows it by its nonce."""
    return format_html('<style nonce="{}">{}</style>', context["request"].csp_nonce, mark_safe(_texts_of(names)))


@cache
def _texts_of(names):
    return "".join(Path(finders.find(name)).read_text() for name in names)


@register.simple_tag
def library(name):
    """Return the address of a file of a browser library, '' where it was not fetched (config/npm.sh)."""
    try:
        return static(f"lib/{name}") if finders.find(f"lib/{name}") else ""
    except ValueError:  # not among the collected files
        return ""


@register.simple_tag
def shape(state):
    """Draw the small shape of a state alone, coloured by the nearest state-… class."""
    name = looks.STATES.get(str(state), looks.PLAIN)[1]
    return format_html(
        '<svg class="shape" width="12" height="12" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("shared/icons.svg"),
        name,
    )


@register.filter
def state_class(state):
    """Return the CSS class which gives a state's colours."""
    return looks.STATES.get(str(state), looks.PLAIN)[0]


@register.simple_tag(name="state")
def state_badge(code, label=""):
    """Draw a state as colour, shape and word. `label` is the model's own (order.get_state_display)."""
    words = label or getattr(code, "label", "") or code
    return format_html('<span class="badge {}">{}{}</span>', state_class(code), shape(code), words)


@register.simple_tag
def order_state(order):
    """Draw the badge of an order's state."""
    return state_badge(order.state, order.get_state_display())


@register.filter
def visit_class(status):
    """Return the CSS classes of a visit's shape, for use beside a state-… class."""
    return f"visit {looks.VISITS.get(str(status), ('visit-agreed', None))[0]}"


@register.simple_tag
def visit_mark(status):
    """Draw the small icon which belongs to a visit's shape, if it has one."""
    name = looks.VISITS.get(str(status), ("", None))[1]
    return icon(name, "sixteen") if name else ""


@register.simple_tag(name="when", takes_context=True)
def when_tag(context, moment, mode="", show="relative"):
    """Say an aware moment relative to now; the exact time is in the title and in the datetime attribute.

    mode: "due" where a passed moment is late. show: "relative", "clock" (14:30), or "both" (14:30 · in 12 min).
    The template's `now` is used if there is one, so that a page speaks of one instant.
    """
    if not moment:
        return ""
    now = context.get("now") or timezone.now()
    words, tone = when.relative(moment, now, due=mode == "due")
    clock = when.clock(moment, now)
    text = {"clock": clock, "both": f"{clock} · {words}"}.get(show, words)
    return format_html(
        '<time class="when {}" datetime="{}" title="{}" data-when="{}" data-show="{}" data-clock="{}">{}</time>',
        tone,
        moment.isoformat(),
        when.exact(moment),
        mode or "plain",
        show,
        clock,
        text,
    )


@register.simple_tag
def wait_for(length):
    """Say a timedelta: '15 min', '1 h'."""
    return when.span(length.total_seconds())


@register.simple_tag
def money(minor, currency):
    """Say integer minor units with their currency: NT$120.50."""
    return say(minor, currency)


@register.simple_tag
def client_words():
    """Hand the page's language to the scripts: the patterns of `when` and the sentences of `act`."""
    words = {name: str(text) for name, text in {**when.WORDS, **WORDS}.items()}
    return json_script(words, "client-words")


@register.simple_tag(takes_context=True)
def nav_links(context):
    """Return the header's links for who is signed in, as dicts of url, label, icon, current."""
    request = context.get("request")
    user = getattr(request, "user", None)
    return nav.links(user, request.path) if user and user.is_authenticated else []


@register.filter
def things(refusals):
    """Count what is missing: a refusal may tell of several things at once."""
    return sum(len(one.get("many") or [1]) if isinstance(one, dict) else 1 for one in refusals)


@register.filter
def message_icon(message):
    """Return the icon of a Django message by its level."""
    return looks.MESSAGES.get(message.level_tag, "info")


@register.simple_tag
def attributes(pairs):
    """Write a dict as HTML attributes; True stands alone, None and False are left out."""
    parts = [
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        for name, value in pairs.items()
        if value is not None and value is not False
    ]
    return mark_safe("".join(parts))  # every part was escaped by format_html


@register.inclusion_tag("shared/row.html")
def field_row(row):
    """Draw one row of a form made by `web.shared.forms.rows_of`."""
    return {"row": row}
