from django.contrib import admin
from django.contrib.auth.views import PasswordResetConfirmView
from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from vital import health
from vital.tenancy import views as tenancy

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("tenant/", tenancy.switch_tenant, name="switch-tenant"),
    path(
        "password/<uidb64>/<token>/",
        PasswordResetConfirmView.as_view(
            template_name="registration/choose_password.html", success_url=reverse_lazy("admin:login")
        ),
        name="choose-password",
    ),
    path("admin/", admin.site.urls),
]
