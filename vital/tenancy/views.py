from functools import partial

from django.contrib import admin
from django.contrib.admin.models import CHANGE
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse_lazy
from unfold.widgets import UnfoldAdminPasswordWidget

from .log import record
from .middleware import enter


@login_required
def switch_tenant(request):
    """Act in another tenant from the next request on; recorded in that tenant's log. A mere link does nothing."""
    if request.method == "POST":
        tenant = next((tenant for tenant in request.tenants if str(tenant.pk) == request.POST.get("tenant")), None)
        if tenant is None:
            raise Http404("No such tenant among yours.")
        enter(request, tenant)
        transaction.on_commit(partial(record, request.user, tenant, CHANGE, "Came to act in this tenant."))
    return redirect("admin:index")


class ChoosePassword(PasswordResetConfirmView):
    """What the link opens that a tenant admin hands to a colleague."""

    template_name = "registration/choose_password.html"
    success_url = reverse_lazy("admin:login")

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        for field in form.fields.values():
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
        return form

    def get_context_data(self, **kwargs):
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs)
