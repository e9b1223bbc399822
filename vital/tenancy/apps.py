from django.apps import AppConfig
from django.db.backends.signals import connection_created


class TenancyConfig(AppConfig):
    name = "vital.tenancy"
    verbose_name = "People and access"

    def ready(self):
        from . import checks, guard

        connection_created.connect(checks.refuse_stronger_role, dispatch_uid="vital.refuse_stronger_role")
        connection_created.connect(guard.install, dispatch_uid="vital.guard")
