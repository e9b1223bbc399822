from django.apps import AppConfig
from django.db.models.signals import class_prepared


def comment_like_help_text(sender, **kwargs):
    """Give each column its help text as database comment, and each table its docstring: one text, everywhere."""
    if not sender.__module__.startswith(("vital.", "lookups.", "personas.")):
        return
    if not sender._meta.abstract and "db_table_comment" not in sender._meta.original_attrs:
        sender._meta.db_table_comment = sender.__doc__.split("\n")[0]
        sender._meta.original_attrs["db_table_comment"] = sender._meta.db_table_comment  # what migrations are made from
    for field in sender._meta.local_fields:
        field.db_comment = field.db_comment or str(field.help_text) or None


class VitalConfig(AppConfig):
    name = "vital"
    verbose_name = "VITAL Personas"

    def import_models(self):
        # This app is installed first, so that the signal is heard for the models of all others.
        class_prepared.connect(comment_like_help_text, dispatch_uid="vital.comment_like_help_text")
        super().import_models()
