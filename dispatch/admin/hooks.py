"""Webhooks: who hears of what, what was sent, and having it sent again."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.admin import ReadOnly, RoleAdmin
from dispatch.hooks.send import pass_over, send_again
from dispatch.lifecycle import REGISTRY
from dispatch.models import Delivery, Webhook


class WebhookForm(forms.ModelForm):
    """A receiver, with the acts to choose from."""

    events = forms.MultipleChoiceField(
        label=_("events"), required=False, help_text=_("None chosen: every act"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs) -> None:
        """Offer every act there is, and the opening of an order."""
        super().__init__(*args, **kwargs)
        acts = [(name, verb.label) for name, verb in sorted(REGISTRY.items())]
        self.fields["events"].choices = [("created", _("Order opened")), *acts]


@admin.register(Webhook)
class WebhookAdmin(RoleAdmin):
    """Receivers. Set by who looks after all outlets: an address here hears of everything it asks for."""

    form = WebhookForm
    list_display = ("name", "url", "outlet", "active", "failing_since", "rests_until")
    list_select_related = ("outlet",)
    readonly_fields = ("secret", "failing_since", "rests_until")
    fields = ("name", "url", "outlet", "active", "secret", "failing_since", "rests_until", "events")

    def has_view_permission(self, request, obj=None) -> bool:
        """The secret is for administrators and the centre's managers."""
        return self.may_change(request)

    def save_model(self, request, obj, form, change) -> None:
        """Remember who asked for it; what was switched off and is on again starts afresh."""
        if not change:
            obj.made_by = request.user
        if obj.active:
            obj.failing_since = obj.rests_until = None
        super().save_model(request, obj, form, change)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, RoleAdmin):
    """What was sent to whom, and what they answered."""

    list_display = ("webhook", "order", "seq", "action", "made_at", "state", "tries", "answered", "error", "sent_at")
    list_filter = ("state", "webhook", "action")
    list_select_related = ("webhook", "order")
    search_fields = ("=order__pk",)
    date_hierarchy = "made_at"
    actions = ("again", "over")

    def has_view_permission(self, request, obj=None) -> bool:
        """As for the receivers themselves."""
        return self.may_change(request)

    @admin.action(description=_("Send again"))
    def again(self, request, queryset) -> None:
        """Have the chosen ones sent once more; the receiver knows them by their ids."""
        count = send_again(queryset)
        said = ngettext("%(count)d delivery is sent again.", "%(count)d deliveries are sent again.", count)
        messages.success(request, said % {"count": count})

    @admin.action(description=_("Pass over: what waits behind it goes"))
    def over(self, request, queryset) -> None:
        """Give up what a receiver never takes; the others of this receiver are tried at once."""
        count = pass_over(queryset)
        said = ngettext("%(count)d delivery is passed over.", "%(count)d deliveries are passed over.", count)
        messages.success(request, said % {"count": count})
