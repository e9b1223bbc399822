"""A table's files, sent and fetched as a browser does."""

import csv
import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

CSV, TSV, JSON, YAML, XLSX = "01234"


class Pages:
    """The pages of import and export of one model, for one browser."""

    def __init__(self, client, model):
        self.client, self.name = client, f"admin:{model._meta.app_label}_{model._meta.model_name}"

    def address(self, page: str) -> str:
        return reverse(f"{self.name}_{page}")

    def export(self, format_: str = CSV, columns: list[str] | None = None, query: str = ""):
        if columns is None:
            columns = [
                value for value, _ in self.client.get(self.address("export")).context["form"].fields["columns"].choices
            ]
        form = {"format": format_, "resource": "0", "columns": columns}
        return self.client.post(self.address("export") + query, form)

    def send(self, content: str | bytes, format_: str = CSV, name: str = "table.csv"):
        """Show what a file would do."""
        content = content.encode() if isinstance(content, str) else content
        form = {"import_file": SimpleUploadedFile(name, content), "format": format_, "resource": "0"}
        return self.client.post(self.address("import"), form)

    def confirm(self, shown, **changes):
        """Say yes to what was shown."""
        return self.client.post(self.address("process_import"), shown.context["confirm_form"].initial | changes)

    def bring(self, content: str | bytes, format_: str = CSV):
        return self.confirm(self.send(content, format_))


def rows(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def table(*rows: dict) -> str:
    """Rows as CSV."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())
