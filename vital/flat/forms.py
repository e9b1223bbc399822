"""The forms of an export, of an import, and of its confirmation."""

from django import forms
from django.utils.text import get_text_list
from import_export.forms import ConfirmImportForm
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

LARGEST = 10 * 1024 * 1024  # bytes of a file


class ChooseForm(ExportForm):
    """Which columns, and in which format."""

    columns = forms.MultipleChoiceField(widget=UnfoldAdminCheckboxSelectMultipleWidget)

    def __init__(self, formats, resources, **kwargs):
        super().__init__(formats, resources, **kwargs)
        names = list(resources[0].fields)
        self.fields["columns"].choices = [(name, name) for name in names]
        finders = get_text_list(resources[0].finders, "and")
        self.fields["columns"].help_text = f"A file that is to come back needs {finders}, by which its rows are found."
        self.initial["columns"] = names


class UploadForm(ImportForm):
    """A file, and its format."""

    def clean_import_file(self):
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                f"A file for this page has at most {LARGEST // 1024**2} MB; this one has {file.size / 1024**2:.1f}. "
                "Split it."
            )
        return file


class ConfirmForm(ConfirmImportForm):
    """What was shown, and the word to do it."""

    shown = forms.CharField(widget=forms.HiddenInput)
