from django.apps import AppConfig
from django.db.models.signals import class_prepared

OURS = ("vital.", "lookups.", "personas.")


def comment_like_help_text(sender, **kwargs):
    """Give each column its help text as database comment, and each table its docstring: one text, everywhere."""
    if not sender.__module__.startswith(OURS):
        return
    if not sender._meta.abstract and "db_table_comment" not in sender._meta.original_attrs:
        sender._meta.db_table_comment = sender.__doc__.split("\n")[0]
        sender._meta.original_attrs["db_table_comment"] = sender._meta.db_table_comment  # what migrations are made from
    for field in sender._meta.local_fields:
        # Django sends comments through the driver's placeholders, where a percent sign is written twice.
        field.db_comment = field.db_comment or str(field.help_text).replace("%", "%%") or None


def name_rows_by_the_tables_word(sender, **kwargs):
    """Call many rows what the table is called: «success metrics», not what Django would make of the class."""
    meta = sender._meta
    if not sender.__module__.startswith(OURS) or not meta.default_related_name:
        return
    if "verbose_name_plural" not in meta.original_attrs:
        meta.verbose_name_plural = meta.default_related_name.replace("_", " ")


class VitalConfig(AppConfig):
    name = "vital"
    verbose_name = "VITAL Personas"

    def import_models(self):
        # This app is installed first, so that the signal is heard for the models of all others.
        class_prepared.connect(comment_like_help_text, dispatch_uid="vital.comment_like_help_text")
        class_prepared.connect(name_rows_by_the_tables_word, dispatch_uid="vital.name_rows_by_the_tables_word")
        super().import_models()
