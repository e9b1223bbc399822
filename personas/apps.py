from django.apps import AppConfig


class PersonasConfig(AppConfig):
    name = "personas"

    def ready(self):
        from . import checks  # noqa: F401  (registers them; and brings the table of sections)
