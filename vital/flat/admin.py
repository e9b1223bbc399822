"""Import and export on the page of a table: choose, look at what would happen, confirm."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.text import get_text_list
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import Format
from tablib import Dataset

from . import uploads
from .forms import LARGEST, ChooseForm, ConfirmForm, UploadForm
from .natural import resource_for
from .resources import SHOWN, FlatResource, Outcome

WORKBOOKS = "admin:personas_batch_add"  # the page that takes workbooks


class FlatFiles(ImportExportMixin):
    """An admin page whose rows can be fetched and brought as a file."""

    import_form_class = UploadForm
    export_form_class = ChooseForm
    confirm_form_class = ConfirmForm

    @cached_property
    def resource(self) -> type[FlatResource]:
        return resource_for(self.model)

    @property
    def formats(self) -> list[type[Format]]:
        return [import_string(path) for path in settings.FLAT_FORMATS]

    def get_resource_classes(self, request):
        return [self.resource]

    def has_import_permission(self, request) -> bool:
        return self.has_add_permission(request) or self.has_change_permission(request)

    def has_export_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def get_export_resource_fields_from_form(self, form):
        return form.cleaned_data["columns"]

    def get_export_filename(self, request, queryset, file_format) -> str:
        return f"{self.resource.file_name}.{file_format.get_extension()}"

    def import_action(self, request, **kwargs):
        """The page that takes a file and shows what it would do."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form, outcome, confirm = self.create_import_form(request), None, None
        if request.method == "POST" and form.is_valid():
            file, format_ = form.cleaned_data["import_file"], form.cleaned_data["format"]
            content = file.read()
            try:
                dataset = self.dataset(content, format_)
            except ValueError as error:  # the formats say in a sentence why a file cannot be read
                form.add_error("import_file", str(error))
            else:
                about = {"user": request.user, "file_name": file.name, "content": content}
                outcome = self.resource().import_data(dataset, dry_run=True, **about)
                confirm = self.question(request, outcome, content, file.name, format_)
        return self.import_page(request, form, outcome, confirm)

    def process_import(self, request, **kwargs):
        """Do what was shown; where it would be something else by now, show that."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = ConfirmForm(request.POST)
        content = uploads.read(request, form.cleaned_data["import_file_name"]) if form.is_valid() else None
        if content is None:
            messages.error(request, "The file is no longer here. Send it again.")
            return redirect(self.address("import"))
        chosen = form.cleaned_data
        about = {"user": request.user, "file_name": chosen["original_file_name"], "content": content}
        try:
            dataset = self.dataset(content, chosen["format"])
        except ValueError as error:  # a form that is not the one that was shown
            form = self.create_import_form(request)
            form.errors.clear()  # such as that this request brought no file
            form.add_error("import_file", str(error))
            return self.import_page(request, form, None, None)
        with transaction.atomic():
            outcome = self.resource().import_data(dataset, **about)
            same = outcome.fingerprint == chosen["shown"]
            if not (outcome.may_go_on and same):
                transaction.set_rollback(True)
        uploads.remove(request, chosen["import_file_name"])
        if outcome.may_go_on and same:
            return self.process_result(outcome, request)
        if outcome.may_go_on:
            outcome.notes.insert(0, "Somebody was faster: the file would now do what is shown here. Look again.")
        confirm = self.question(request, outcome, content, chosen["original_file_name"], chosen["format"])
        return self.import_page(request, self.get_import_form_class(request)(
            self.get_import_formats(), self.get_import_resource_classes(request)), outcome, confirm)  # fmt: skip

    def dataset(self, content: bytes, chosen: str) -> Dataset:
        formats = {str(number): format_ for number, format_ in enumerate(self.get_import_formats())}
        if chosen not in formats:
            raise ValueError("This page knows no such format. Choose the file and its format again.")
        return formats[chosen]().create_dataset(content)

    def question(self, request, outcome: Outcome, content: bytes, name: str, format_: str) -> ConfirmForm | None:
        """The form that confirms, where there is something to confirm."""
        if not (outcome.may_go_on and outcome.changing):
            return None
        initial = {
            "import_file_name": uploads.keep(request, content),
            "original_file_name": name,
            "format": format_,
            "shown": outcome.fingerprint,
        }
        return ConfirmForm(initial=initial)

    def import_page(self, request, form, outcome, confirm):
        try:
            workbooks = reverse(WORKBOOKS)
        except NoReverseMatch:
            workbooks = None
        context = {
            **self.admin_site.each_context(request),
            "title": f"Import {self.opts.verbose_name_plural}",
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "confirm_form": confirm,
            "result": outcome,
            "shown": SHOWN,
            "columns": list(self.resource.fields),
            "formats": get_text_list([format_.title for format_ in self.get_import_formats()], "or"),
            "largest": LARGEST // 1024**2,
            "workbooks": workbooks,
            "process_url": self.address("process_import"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/import_export/import.html", context)

    def address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")

    def add_success_message(self, result, request):
        counts = result.counts
        messages.success(
            request,
            f"Imported {self.opts.verbose_name_plural}: {counts['new']:,} new, {counts['update']:,} changed, "
            f"{counts['delete']:,} deleted, {counts['skip']:,} unchanged.",
        )

    def init_request_context_data(self, request, form):
        return super().init_request_context_data(request, form) | {"title": f"Export {self.opts.verbose_name_plural}"}
