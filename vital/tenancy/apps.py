from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.backends.signals import connection_created


class TenancyConfig(AppConfig):
    name = "vital.tenancy"
    verbose_name = "People and access"

    def ready(self):
        from vital.security import forget_failures

        from . import checks, guard, middleware

        user_logged_in.connect(forget_failures, dispatch_uid="vital.forget_failures")
        user_logged_in.connect(middleware.choose_on_log_in, dispatch_uid="vital.choose_on_log_in")

        connection_created.connect(checks.refuse_stronger_role, dispatch_uid="vital.refuse_stronger_role")
        connection_created.connect(guard.install, dispatch_uid="vital.guard")
