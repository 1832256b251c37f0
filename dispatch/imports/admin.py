"""Order files in the admin: upload, see what would happen, confirm; refused rows to take away.

django-import-export leads through the steps; reading, sorting and opening are this package's. Who may import is asked
here and not by the admin's own door, because dispatchers and clerks import too.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from pathlib import Path

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from import_export.admin import ImportMixin
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.tmp_storages import TempFolderStorage

from dispatch.imports.errors import UnreadableFile
from dispatch.imports.resource import OrderFile, OrderResource
from dispatch.imports.run import MAY_IMPORT, may_import
from technicians.models import Outlet

KEPT = 24 * 3600  # seconds that a file of refused rows waits to be fetched
PREFIX = "doorstep-rejects-"
UPLOADS = "doorstep-upload-"
REJECTS = "order_rejects"  # in the session: {"path", "name"}
UPLOAD = "order_upload"  # in the session: the name of the file that was shown


class UploadStorage(TempFolderStorage):
    """Uploads under a name of ours, so that those nobody confirmed can be cleared."""

    def _open(self, mode: str = "r"):
        if self.name:
            return super()._open(mode)
        file = tempfile.NamedTemporaryFile(prefix=UPLOADS, delete=False)  # noqa: SIM115 - the caller closes it
        self.name = file.name
        return file


def outlets_for(user) -> list[Outlet]:
    """Return the outlets that `user` may import into."""
    return [outlet for outlet in Outlet.objects.order_by("code") if may_import(user, outlet)]


class UploadForm(ImportForm):
    """Which file, for which outlet."""

    outlet = forms.ModelChoiceField(queryset=Outlet.objects.all(), label=_("Outlet"))
    field_order = ["outlet", "import_file", "resource", "format"]

    def _init_formats(self, formats: list) -> None:
        """There is nothing to choose: the content says what it is."""
        super()._init_formats(formats)
        self.fields["format"].widget = forms.HiddenInput()


class ConfirmForm(ConfirmImportForm):
    """The same again, to confirm what was shown."""

    outlet = forms.ModelChoiceField(queryset=Outlet.objects.all(), widget=forms.HiddenInput)


class OrderImport(ImportMixin):
    """For the admin of orders: upload → preview → confirm, and the refused rows as a file."""

    resource_classes = [OrderResource]
    formats = [OrderFile]
    import_form_class = UploadForm
    confirm_form_class = ConfirmForm
    import_template_name = "admin/dispatch/serviceorder/import.html"
    tmp_storage_class = UploadStorage
    skip_admin_log = True  # each order's own history says who and from which file

    def has_import_permission(self, request: HttpRequest) -> bool:
        """True for those of the office who have an outlet to import into."""
        return request.user.is_active and getattr(request.user, "role", "") in MAY_IMPORT

    def get_urls(self) -> list:
        """Put the steps before the admin's own addresses; each asks for itself who may."""
        steps = {"import": self.import_action, "process_import": self.process_import, "import_rejects": self.rejects}
        name = "{}_{}_{{}}".format(*self.get_model_info())
        return [
            path(f"{step}/", login_required(view), name=name.format(step)) for step, view in steps.items()
        ] + super().get_urls()

    def create_import_form(self, request: HttpRequest) -> forms.Form:
        """Offer this person's outlets only; one is chosen already."""
        return self._of_person(super().create_import_form(request), request)

    def create_confirm_form(self, request: HttpRequest, import_form: forms.Form | None = None) -> forms.Form:
        """The same for the second step, where the outlet comes from the page and must be asked again."""
        return self._of_person(super().create_confirm_form(request, import_form=import_form), request)

    @staticmethod
    def _of_person(form: forms.Form, request: HttpRequest) -> forms.Form:
        outlets = outlets_for(request.user)
        field = form.fields["outlet"]
        field.queryset = Outlet.objects.filter(pk__in=[outlet.pk for outlet in outlets])
        if len(outlets) == 1:
            field.initial = outlets[0]
        return form

    def get_confirm_form_initial(self, request: HttpRequest, import_form: forms.Form | None) -> dict:
        """Carry the outlet over, and remember which file was shown."""
        initial = super().get_confirm_form_initial(request, import_form)
        if import_form is None:
            return initial
        request.session[UPLOAD] = Path(initial["import_file_name"]).name
        return initial | {"outlet": import_form.cleaned_data["outlet"].pk}

    def get_import_data_kwargs(self, **kwargs: object) -> dict:
        """Hand the outlet and a place for refused rows to the resource."""
        form, request = kwargs["form"], kwargs["request"]
        name = form.cleaned_data.get("original_file_name") or form.cleaned_data["import_file"].name
        return {"outlet": form.cleaned_data["outlet"], "rejects": _place_for_rejects(request, name)}

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        """Say what the reader says; it knows what to do."""
        if not isinstance(e, UnreadableFile):
            raise e
        form.add_error("import_file", str(e))

    def import_action(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        """Upload and preview; add what the page says beside the rows."""
        try:
            response = super().import_action(request, **kwargs)
        except UnreadableFile as error:  # it breaks off further down
            return self._again(request, error)
        context = getattr(response, "context_data", None)
        if context:
            context["title"] = _("Import orders")
            context["is_nav_sidebar_enabled"] = request.user.is_staff
        if context and "result" in context:
            result = context["result"]
            context["sentences"] = result.tally.words(trial=True)
            context["refused"] = result.tally.refused
        return response

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        """Do what was shown. A file that is no longer there, or breaks off, is said so on the first page."""
        gone = _("The uploaded file is gone. Choose it again.")
        if Path(request.POST.get("import_file_name", "")).name != request.session.get(UPLOAD):
            return self._again(request, gone)
        try:
            return super().process_import(request, **kwargs)
        except UnreadableFile as error:
            return self._again(request, error)
        except FileNotFoundError:
            return self._again(request, gone)

    def _again(self, request: HttpRequest, said: object) -> HttpResponse:
        """Back to the first step, with the reason."""
        messages.error(request, str(said))
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))

    def process_result(self, result, request: HttpRequest) -> HttpResponse:
        """Say what happened, with the way to the refused rows, and go where this person works."""
        messages.success(request, " ".join(result.tally.words()))
        if result.tally.refused:
            link = reverse("admin:{}_{}_import_rejects".format(*self.get_model_info()))
            messages.warning(request, format_html('<a href="{}">{}</a>', link, _("Download the refused rows")))
        if not request.user.is_staff:
            return HttpResponseRedirect(reverse("home"))
        return HttpResponseRedirect(reverse("admin:{}_{}_changelist".format(*self.get_model_info())))

    def rejects(self, request: HttpRequest) -> HttpResponse:
        """Send the refused rows of this person's last import."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        kept = request.session.get(REJECTS)
        if not kept or not Path(kept["path"]).is_file():
            raise Http404
        return FileResponse(Path(kept["path"]).open("rb"), as_attachment=True, filename=kept["name"])


def _place_for_rejects(request: HttpRequest, name: str) -> Path:
    """Return where the refused rows of this upload go; only this person's session knows. Old ones are cleared."""
    folder = Path(tempfile.gettempdir())
    for old in (*folder.glob(f"{PREFIX}*"), *folder.glob(f"{UPLOADS}*")):
        try:
            if time.time() - old.stat().st_mtime > KEPT:
                old.unlink()
        except OSError:
            continue  # somebody else's, or gone already
    stem, suffix = Path(name).stem, ".xlsx" if name.lower().endswith(".xlsx") else ".csv"
    place = folder / f"{PREFIX}{secrets.token_urlsafe(16)}{suffix}"
    request.session[REJECTS] = {"path": str(place), "name": f"{stem}.rejects{suffix}"}
    return place
