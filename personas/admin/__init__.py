"""The admin of personas: lists, sections, files."""

from . import (  # noqa: F401 - registers their pages
    audit,
    editorial_settings,
    exports,
    imports,
    notices,
    personas,
    releases,
    reports,
    schedule,
    sections,
    seeding,
    webhooks,
)
