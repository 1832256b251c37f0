"""People in the admin. Here and not in `technicians`, because who leaves work passes their orders on (H-N1)."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers import pictures
from customers.admin import ByRole, RoleAdmin
from dispatch.actions import deactivate
from technicians.holidays import keep_coming
from technicians.models import Absence, Outlet, Role, Shift, Technician, User

# Whom a manager looks after; a manager makes no managers, and nobody but an administrator an administrator.
BELOW_MANAGER = (Role.DISPATCHER, Role.TECHNICIAN, Role.CLERK, Role.AGENT)


def take_out_of_work(request, technician: Technician) -> None:
    """Deactivate a technician through the action, and say how many orders went to the dispatcher (H-N1)."""
    count = deactivate(technician, timezone.now())
    said = ngettext(
        "%(name)s takes no more work. %(count)d open order went to the dispatcher.",
        "%(name)s takes no more work. %(count)d open orders went to the dispatcher.",
        count,
    )
    messages.warning(request, said % {"name": technician.name, "count": count})


def outlets_of(request):
    """Return the outlets that this person may put somebody into."""
    everywhere = request.user.sees_everything
    return Outlet.objects.all() if everywhere else Outlet.objects.filter(pk=request.user.outlet_id)


class OfOutlet:
    """Limits the choice of an outlet to those the person looks after, and insists on one for outlet managers."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Narrow the outlets, and the people, that may be chosen."""
        if db_field.name == "outlet":
            kwargs["queryset"] = outlets_of(request)
            kwargs.setdefault("required", not db_field.blank or not request.user.sees_everything)
        if db_field.name == "user":
            kwargs["queryset"] = people_of(request).filter(role=Role.TECHNICIAN)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def people_of(request):
    """Return the people this person may see: all, or those of the outlet."""
    everywhere = request.user.sees_everything
    return User.objects.all() if everywhere else User.objects.filter(outlet_id=request.user.outlet_id)


class NewPersonForm(AdminUserCreationForm):
    """A new person needs a role and, but for the centre, an outlet."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name", "email", "role", "outlet", "language")


@admin.register(User)
class PersonAdmin(OfOutlet, RoleAdmin, UserAdmin):
    """People who sign in: role, outlet, language, password. Rights follow from the role alone."""

    of_outlet = True
    may_delete = False  # what they did stays theirs: deactivate instead
    add_form = NewPersonForm
    add_form_template = None
    list_display = ("username", "first_name", "last_name", "role", "outlet", "language", "is_active", "last_login")
    list_filter = ("role", "outlet", "is_active")
    list_select_related = ("outlet",)
    search_fields = ("username", "first_name", "last_name")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Work"), {"fields": ("role", "outlet", "language")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "usable_password", "password1", "password2")}), *fieldsets[1:3])

    def get_queryset(self, request):
        """Return the people this person may see."""
        return super().get_queryset(request).filter(pk__in=people_of(request))

    def has_change_permission(self, request, obj=None) -> bool:
        """Nobody changes who has as many rights as they have; only administrators change managers."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or request.user.role == Role.ADMIN or obj.role in BELOW_MANAGER

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Offer only roles below one's own."""
        if db_field.name == "role" and request.user.role != Role.ADMIN:
            kwargs["choices"] = [choice for choice in Role.choices if choice[0] in BELOW_MANAGER]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Offer the languages that there are."""
        if db_field.name == "language":
            from django.conf import settings

            return forms.ChoiceField(
                label=db_field.verbose_name, choices=[("", "–"), *settings.LANGUAGES], required=False
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def user_change_password(self, request, id, form_url=""):
        """Set a password, and let in at once who rests after too many wrong ones: the sign-in page promises it."""
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            reset(username=User.objects.get(pk=id).username)
        return answer

    def response_add(self, request, obj, post_url_continue=None):
        """Lead from a technician's sign-in to what makes them one: without it the app has nothing to show them."""
        if obj.role != Role.TECHNICIAN or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        said = _("%(name)s can sign in. Now the work permit, skills and weekly hours: without them nobody is sent.")
        messages.success(request, said % {"name": obj})
        told = urlencode({"user": obj.pk, "outlet": obj.outlet_id or "", "name": obj.get_full_name()})
        return redirect(f"{reverse('admin:technicians_technician_add')}?{told}")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """Say when somebody is a technician by role alone."""
        if obj and obj.role == Role.TECHNICIAN and request.method == "GET" and not hasattr(obj, "technician"):
            said = _("There is no technician for this person yet, so nobody can send them. Add one under Technicians.")
            messages.warning(request, said)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        """Save; whoever stops being able to do a technician's work passes their orders on first."""
        super().save_model(request, obj, form, change)
        technician = Technician.objects.filter(user=obj, active=True).first() if change else None
        if technician and (not obj.is_active or obj.role != Role.TECHNICIAN):
            take_out_of_work(request, technician)


class ShiftInline(ByRole, admin.TabularInline):
    """Weekly working hours, in the outlet's time."""

    model = Shift
    of_outlet = True
    extra = 0

    def has_delete_permission(self, request, obj=None) -> bool:
        """Hours may go as they came."""
        return self.may_change(request)


class AbsenceInline(ShiftInline):
    """Leave, sickness, training. Holidays have a page of their own."""

    model = Absence

    def get_queryset(self, request):
        """Return what was written down for this person alone."""
        return super().get_queryset(request).filter(holiday=None)


class TechnicianForm(forms.ModelForm):
    """A technician, with the picture customers know them by at the door (H-E3)."""

    new_portrait = forms.FileField(
        label=_("portrait"), required=False, help_text=_("Customers see it before they open the door")
    )
    no_portrait = forms.BooleanField(label=_("Take the portrait away"), required=False)

    def clean_new_portrait(self):
        """Return the picture as it will be kept; it must be one."""
        sent = self.cleaned_data["new_portrait"]
        try:
            return pictures.read(sent) if sent else None
        except pictures.NotAPicture as error:
            raise forms.ValidationError(str(error)) from error

    def save(self, commit=True):
        """Keep the picture with the technician."""
        if self.cleaned_data["new_portrait"]:
            self.instance.portrait = pictures.store(self.cleaned_data["new_portrait"], timezone.now())
        elif self.cleaned_data["no_portrait"]:
            self.instance.portrait = None
        return super().save(commit)


@admin.register(Technician)
class TechnicianAdmin(OfOutlet, RoleAdmin):
    """Technicians with their skills, hours and absences."""

    form = TechnicianForm
    of_outlet = True
    may_delete = False
    list_display = ("name", "outlet", "phone", "permit_code", "trained", "active")
    list_filter = ("active", "outlet", "skills")
    list_select_related = ("outlet",)
    search_fields = ("name", "phone", "permit_code", "user__username")
    filter_horizontal = ("skills",)
    fieldsets = (
        (None, {"fields": ("user", "name", "outlet", "phone", "permit_code", "active")}),
        (_("Portrait"), {"fields": ("shown_portrait", "new_portrait", "no_portrait")}),
        (_("Skills"), {"fields": ("skills",)}),
        (_("Where the day starts"), {"fields": (("home_latitude", "home_longitude"),)}),
    )
    readonly_fields = ("shown_portrait",)
    inlines = (ShiftInline, AbsenceInline)

    @admin.display(description=_("as customers see it"))
    def shown_portrait(self, technician: Technician) -> str:
        """The picture itself, small enough to be a part of the page."""
        if technician.portrait is None:
            return "–"
        shown = base64.b64encode(pictures.thumbnail(technician.portrait).read_bytes()).decode()
        return format_html('<img src="data:image/jpeg;base64,{}" alt="{}" height="120">', shown, technician.name)

    def get_queryset(self, request):
        """Read the skills of all rows at once."""
        return super().get_queryset(request).prefetch_related("skills")

    @admin.display(description=_("skills"))
    def trained(self, technician: Technician) -> str:
        """The skills in one line."""
        return ", ".join(skill.name for skill in technician.skills.all())

    def save_model(self, request, obj, form, change) -> None:
        """Save; taking somebody out of work goes through the action, so that no order is left behind (H-N1)."""
        leaves = change and "active" in form.changed_data and not obj.active
        if leaves:  # first, while nothing of theirs is locked: orders are locked before technicians
            take_out_of_work(request, obj)
        super().save_model(request, obj, form, change)
        keep_coming(timezone.now())  # who is new, or at another outlet now, has its holidays
