"""The admin of personas: lists, sections, files."""

from . import exports, imports, personas, reports, sections  # noqa: F401 - registers their pages
