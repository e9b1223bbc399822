from functools import partial

from axes.utils import reset as unlock
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.html import format_html
from django.utils.http import urlsafe_base64_encode
from procrastinate.contrib.django.models import ProcrastinateJob
from unfold.decorators import action

from vital.admin import ModelAdmin

from .forms import AccountForm, MembershipForm, is_last_admin, is_managed_here
from .log import record
from .models import Membership, Tenant, User

# Roles take the place of groups; jobs hold what tenants wrote, and have no page of their own.
admin.site.unregister((Group, ProcrastinateJob))


class AccountButtons:
    """What can be done for somebody who cannot log in: a new link, another try. Each asks before it acts."""

    actions_detail = ("password_link", "unlock_log_in")

    def has_manage_account_permission(self, request, object_id=None):
        row = object_id and self.get_object(request, str(object_id))
        return bool(row) and self.has_change_permission(request, row) and self.may_manage(request, row)

    @action(description="New password link", url_path="password-link", permissions=["manage_account"], icon="key")
    def password_link(self, request, object_id):
        row = self.get_object(request, object_id)
        if request.method != "POST":
            return self.confirm(request, row, "New password link", "Make a link that lets {} choose a password?")
        offer_link(request, self.account_of(row))
        self.log_change(request, row, "Offered a link to choose a password.")
        return redirect(url_name(self.opts, "change"), object_id)

    @action(description="Unlock log-in", url_path="unlock", permissions=["manage_account"], icon="lock_open")
    def unlock_log_in(self, request, object_id):
        row = self.get_object(request, object_id)
        if request.method != "POST":
            return self.confirm(request, row, "Unlock log-in", "Forget the failed log-ins of {}?")
        # By name only. Forgetting what was tried from an address would let somebody go on guessing at others from it.
        unlock(username=self.account_of(row).email)
        self.log_change(request, row, "Unlocked log-in.")
        messages.success(request, f"{row} may try to log in again.")
        return redirect(url_name(self.opts, "change"), object_id)

    def confirm(self, request, row, title, question):
        """The page between a link and what it does: looking changes nothing, so that no other site's link can."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "question": question.format(row),
            "back": reverse(url_name(self.opts, "change"), args=[row.pk]),
        }
        return render(request, "admin/confirm.html", context)


def offer_link(request, user: User) -> None:
    """Show a link that lets the person choose a password; there need be no mail server."""
    token = default_token_generator.make_token(user)
    path = reverse("choose-password", args=[urlsafe_base64_encode(force_bytes(user.pk)), token])
    messages.info(
        request,
        format_html(
            "Give {} this link; it lets them choose a password, once, within three days:<br><code>{}</code>",
            user,
            request.build_absolute_uri(path),
        ),
    )


@admin.register(Membership)
class MembershipAdmin(AccountButtons, ModelAdmin):
    intro = (
        "Who works in this tenant, and as what. An analyst writes, a reviewer validates, a publisher publishes, "
        "a tenant admin adds people."
    )
    form = MembershipForm
    fields = ("email", "full_name", "role")
    readonly_fields = ()
    list_display = ("name", "email", "role", "last_login", "is_open")
    list_display_links = ("name",)
    list_filter = ("role",)
    list_select_related = ("user",)
    search_fields = ("user__full_name", "user__email")
    actions = None

    @admin.display(ordering="user__full_name")
    def name(self, membership):
        return str(membership.user)

    @admin.display(ordering="user__email", description="e-mail")
    def email(self, membership):
        return membership.user.email

    @admin.display(ordering="user__last_login", description="last log-in", empty_value="never")
    def last_login(self, membership):
        return membership.user.last_login

    @admin.display(boolean=True, description="account open")
    def is_open(self, membership):
        return membership.user.is_active

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.acting_user = request.user
        return form

    def save_model(self, request, membership, form, change):
        email, full_name = form.cleaned_data.get("email"), form.cleaned_data.get("full_name")
        if not change:
            membership.user, is_new = User.objects.get_or_create(
                email=email, defaults={"full_name": full_name or None, "tenant": request.tenant}
            )
            if is_new:
                membership.user.set_unusable_password()
                membership.user.save()
                offer_link(request, membership.user)
            elif membership.user.tenant_id not in (None, membership.tenant_id) and not membership.user.is_superuser:
                # It opens two tenants from now on: neither's admins may give out links to it, and whoever made it may
                # have kept the password. So the person chooses a new one, and sessions and links of before end.
                membership.user.tenant = None
                membership.user.set_unusable_password()
                membership.user.save()
                offer_link(request, membership.user)
        elif is_managed_here(membership) and "full_name" in form.changed_data:
            membership.user.full_name = full_name or None
            membership.user.save(update_fields=["full_name"])
        super().save_model(request, membership, form, change)

    def has_delete_permission(self, request, membership=None):
        if not super().has_delete_permission(request, membership):
            return False
        return membership is None or not is_last_admin(membership, lock=request.method == "POST")

    def may_manage(self, request, membership):
        return is_managed_here(membership) or request.user.is_superuser

    def account_of(self, membership):
        return membership.user


@admin.register(User)
class UserAdmin(AccountButtons, ModelAdmin):
    intro = "All accounts, of all tenants. Where somebody works, and as what, is under People in that tenant."
    form = AccountForm
    list_display = ("email", "full_name", "tenant", "is_superuser", "is_active", "last_login")
    list_filter = ("tenant", "is_superuser", "is_active")
    list_select_related = ("tenant",)
    search_fields = ("email", "full_name")
    fields = (
        ("email", "full_name"),
        ("role", "tenant"),
        ("is_active", "is_superuser"),
        "avatar_url",
        "last_login",
        ("created_at", "updated_at"),
    )
    readonly_fields = ("last_login", *ModelAdmin.readonly_fields)

    def has_delete_permission(self, request, user=None):
        return False  # the logs of all tenants name the person; closing (untick «active») keeps them whole

    def lookup_allowed(self, lookup, value, request):
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def save_model(self, request, user, form, change):
        if not change:
            user.set_unusable_password()
        super().save_model(request, user, form, change)
        if not change:
            offer_link(request, user)

    def may_manage(self, request, user):
        return True

    def account_of(self, user):
        return user


@admin.register(Tenant)
class TenantAdmin(ModelAdmin):
    intro = "The organisations that work here. To see a tenant's content, switch to it at the top left."
    list_display = ("name", "slug", "status", "tier", "is_active")
    list_filter = ("status", "tier", "is_active")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def log_addition(self, request, tenant, message):
        # The log of a tenant begins with its own beginning; there may be no other tenant to write it to.
        transaction.on_commit(partial(record, request.user, tenant, ADDITION, message))

    def has_delete_permission(self, request, tenant=None):
        return False  # everything of theirs would go with it; closing (untick «active») keeps it
