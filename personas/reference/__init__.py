"""The files under docs/reference that are worked out from the models and the table of sections."""

from django.conf import settings

from . import documents, tables

FOLDER = settings.BASE_DIR / "docs" / "reference"
FILES = {
    "schema.md": tables.reference,
    "document.md": documents.reference,
    "document.schema.json": documents.schema_as_text,
}
