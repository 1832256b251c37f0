"""Notices: the words for each event, to be changed and looked at before they go out; what was sent, to be read."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.admin import ReadOnly, RoleAdmin
from dispatch.models import (
    Notice,
    NoticeEvent,
    NoticeHook,
    NoticePolicy,
    NoticeTemplate,
    OptOut,
    ServiceOrder,
)
from dispatch.notices import wording
from dispatch.notices.catalogue import places_of
from dispatch.notices.channels.staff import is_address
from dispatch.notices.preview import preview
from dispatch.notices.words import OURS
from technicians.models import Outlet


class TemplateForm(forms.ModelForm):
    """A template that names only what is known."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    body = forms.CharField(
        label=_("Text"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
        help_text=_("Places in braces, as {link}. A part in [brackets] falls out when something in it is not known."),
    )

    def clean(self) -> dict:
        """Refuse places that nothing would fill."""
        data = super().clean()
        for name in ("subject", "body"):
            try:
                wording.check(data.get("event") or NoticeEvent.CODE, data.get(name) or "")
            except ValidationError as error:
                self.add_error(name, error)
        return data


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(RoleAdmin):
    """Words of our own in place of those that Doorstep brings; *All words* shows both, side by side."""

    form = TemplateForm
    list_display = ("event", "language", "channel", "subject", "body")
    list_filter = ("event", "language", "channel")
    search_fields = ("subject", "body")
    change_list_template = "admin/dispatch/noticetemplate/list.html"
    change_form_template = "admin/dispatch/noticetemplate/form.html"

    def get_urls(self) -> list:
        """Add the page of all words, and the preview."""
        view = self.admin_site.admin_view
        return [
            path("words/", view(self.words), name="dispatch_noticetemplate_words"),
            path("preview/", view(self.preview), name="dispatch_noticetemplate_preview"),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Begin with the words that hold now."""
        asked = super().get_changeform_initial_data(request)
        ours = OURS.get(asked.get("language", ""), {}).get(asked.get("event", ""))
        return asked if ours is None else {"subject": ours[0], "body": ours[1]} | asked

    def words(self, request: HttpRequest) -> HttpResponse:
        """Every event in every language: what holds now, whose words they are, how they read."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        own = {(row.event, row.language, row.channel): row for row in NoticeTemplate.objects.all()}
        order, now = _example_order(request), timezone.now()
        lines = []
        for event in NoticeEvent:
            for language, name in settings.LANGUAGES:
                row = own.get((event, language, ""))
                words = (row.subject, row.body) if row else OURS[language][event]
                lines.append(
                    {
                        "event": event,
                        "language": name,
                        "own": row,
                        "shown": preview(event, language, words[0] or OURS[language][event][0], words[1], order, now),
                        "address": _change(row) if row else _add(event, language),
                    }
                )
        context = self._page(request, _("All words")) | {"lines": lines, "order": order}
        return TemplateResponse(request, "admin/dispatch/noticetemplate/words.html", context)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """How what is in the form would read, for an order there is. Nothing is kept."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        said = {name: request.POST.get(name, "") for name in ("event", "language", "subject", "body")}
        order, shown, errors = _example_order(request), None, []
        try:
            if said["event"] not in NoticeEvent.values or said["language"] not in dict(settings.LANGUAGES):
                raise ValidationError(_("Choose an event and a language."))
            subject = said["subject"] or OURS[said["language"]][said["event"]][0]
            shown = preview(said["event"], said["language"], subject, said["body"], order, timezone.now())
        except ValidationError as error:
            errors = error.messages
        places = places_of(said["event"]) if said["event"] in NoticeEvent.values else ()
        context = {"shown": shown, "errors": errors, "order": order, "places": places}
        page, status = "admin/dispatch/noticetemplate/preview.html", 400 if errors else 200
        return TemplateResponse(request, page, self._page(request, _("Preview")) | context, status=status)

    def _page(self, request: HttpRequest, title: str) -> dict:
        return self.admin_site.each_context(request) | {"title": title, "opts": self.opts}


def _example_order(request: HttpRequest) -> ServiceOrder | None:
    """Return the newest order this person may see."""
    return ServiceOrder.objects.for_user(request.user).with_rows().order_by("-pk").first()


def _change(row: NoticeTemplate) -> str:
    return reverse("admin:dispatch_noticetemplate_change", args=[row.pk])


def _add(event: str, language: str) -> str:
    return f"{reverse('admin:dispatch_noticetemplate_add')}?event={event}&language={language}"


@admin.register(NoticePolicy)
class NoticePolicyAdmin(RoleAdmin):
    """Quiet hours, by outlet."""

    of_outlet = True
    list_display = ("outlet", "quiet_from", "quiet_to", "email_first")
    list_select_related = ("outlet",)

    def get_queryset(self, request):
        """Return those of the outlets this person looks after."""
        rows = super().get_queryset(request)
        return rows if request.user.sees_everything else rows.filter(outlet=request.user.outlet_id)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer one's own outlet only."""
        if db_field.name == "outlet" and not request.user.sees_everything:
            kwargs["queryset"] = Outlet.objects.filter(pk=request.user.outlet_id)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class HookForm(forms.ModelForm):
    """An address that can be sent to. It is a secret: shown to nobody once it is kept."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"size": 80, "autocomplete": "off"}),
        help_text=_("As Apprise writes it: wecombot://KEY, dingtalk://TOKEN, feishu://TOKEN. Empty: as it was."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def clean_url(self) -> str:
        """Refuse what is no address; keep the old one when none is typed."""
        url = self.cleaned_data["url"] or self.instance.url
        if not is_address(url):
            raise ValidationError(_("This is not an address that can be sent to."))
        return url


@admin.register(NoticeHook)
class NoticeHookAdmin(RoleAdmin):
    """Groups of our own people: WeCom, DingTalk, Feishu and others."""

    form = HookForm
    list_display = ("name", "outlet", "events", "language", "active")
    list_filter = ("active",)
    list_select_related = ("outlet",)

    def get_queryset(self, request):
        """Return those of the outlets this person looks after."""
        rows = super().get_queryset(request)
        return rows if request.user.sees_everything else rows.filter(outlet=request.user.outlet_id)


@admin.register(OptOut)
class OptOutAdmin(RoleAdmin):
    """Who does not want to be written to, and of what."""

    personal = True
    list_display = ("customer", "channel", "kind", "at")
    list_filter = ("channel", "kind")
    list_select_related = ("customer",)
    autocomplete_fields = ("customer",)
    search_fields = ("customer__name", "customer__phone")

    def get_queryset(self, request):
        """Return those of the customers this person may see."""
        rows = super().get_queryset(request)
        if request.user.sees_everything:
            return rows
        orders = ServiceOrder.objects.for_user(request.user)
        return rows.filter(customer__in=orders.values("customer_id"))


@admin.register(Notice)
class NoticeAdmin(ReadOnly, RoleAdmin):
    """What was told, to whom, and what became of it."""

    list_display = ("order", "event", "channel", "state", "tries", "created_at", "sent_at", "last_error")
    list_filter = ("state", "event", "channel", "language")
    list_select_related = ("order",)
    search_fields = ("order__id__exact", "provider_ref__exact")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    exclude = ("facts", "key")
