from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from personas.library import shared
from vital import health
from vital.tenancy import views as tenancy

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("tenant/", tenancy.switch_tenant, name="switch-tenant"),
    path("password/<uidb64>/<token>/", tenancy.ChoosePassword.as_view(), name="choose-password"),
    path("admin/", admin.site.urls),
    path("library/", include("personas.library.urls")),
    path("shared/<str:key>/", shared.page, name="shared"),
]
