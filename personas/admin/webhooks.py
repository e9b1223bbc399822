"""The webhook of a tenant, and what was sent to it."""

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from personas.editorial import webhooks
from personas.editorial.posting import UnreachableError
from personas.models import Delivery, Persona, Webhook
from vital.admin import ModelAdmin

LATEST = 50  # deliveries on the page
CHANGE = "personas.change_webhook"


@admin.register(Webhook)
class WebhookAdmin(ModelAdmin):
    intro = "A service of yours that is called when a persona is published or withdrawn, so that it need not ask."
    readonly_fields = ()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        def at(route, view, name):
            def allowed(request, **kwargs):
                if not request.user.has_perm(CHANGE):
                    raise PermissionDenied
                return view(request, **kwargs)

            return path(route, self.admin_site.admin_view(require_POST(allowed)), name=f"personas_webhook_{name}")

        return [
            at("set/", self.set_view, "set"),
            at("secret/", self.secret_view, "secret"),
            at("test/", self.test_view, "test"),
            at("<uuid:pk>/again/", self.again_view, "again"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.page(request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.to_page()  # the form of its fields would show the secret

    def set_view(self, request):
        url = request.POST.get("url", "").strip()
        try:
            secret = webhooks.set_webhook(url, "active" in request.POST, request.user)
        except UnreachableError as error:
            return self.page(request, problem=str(error), typed=url, status=400)
        if secret:
            return self.page(request, secret=secret)
        messages.success(request, "The webhook is kept. «Send a test» shows whether it answers.")
        return self.to_page()

    def secret_view(self, request):
        webhook = get_object_or_404(Webhook.objects.select_for_update())
        return self.page(request, secret=webhooks.renew_secret(webhook, request.user))

    def test_view(self, request):
        get_object_or_404(Webhook)
        webhooks.send_test(request.tenant)
        messages.success(request, "A test is on its way. Load this page again in a moment to see what came of it.")
        return self.to_page()

    def again_view(self, request, pk):
        delivery = get_object_or_404(Delivery, pk=pk)
        webhooks.send_again(delivery)
        messages.success(request, "It is sent again. Load this page again in a moment to see what came of it.")
        return self.to_page()

    def page(self, request, *, secret=None, problem=None, typed=None, status=200):
        """The page; the secret is on it once, in the answer to whoever made it, and in no message or address."""
        webhook = Webhook.objects.defer("secret").first()
        deliveries = list(Delivery.objects.all()[:LATEST])
        names = dict(Persona.objects.filter(pk__in=[one.persona for one in deliveries]).values_list("pk", "name"))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": "Webhook", "intro": self.intro, "webhook": webhook, "secret": secret,
            "problem": problem, "url": typed if problem else webhook and webhook.url, "latest": LATEST,
            "deliveries": [(one, names.get(one.persona) or one.payload.get("name", "")) for one in deliveries],
        }  # fmt: skip
        return render(request, "admin/webhooks/webhook.html", context, status=status)

    def to_page(self):
        return redirect(reverse(url_name(self.opts, "changelist")))
