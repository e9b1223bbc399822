from functools import partial

from axes.utils import reset as unlock
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.html import format_html
from django.utils.http import urlsafe_base64_encode
from procrastinate.contrib.django.models import ProcrastinateJob
from unfold.decorators import action
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from vital.admin import ModelAdmin

from .log import record
from .models import Membership, Role, Tenant, User

# Roles take the place of groups; jobs hold what tenants wrote, and have no page of their own.
admin.site.unregister((Group, ProcrastinateJob))


class MembershipForm(forms.ModelForm):
    """A person and their role here, in one form; the account itself only where this tenant manages it."""

    email = forms.CharField(
        label="E-mail",
        validators=[EmailValidator()],
        widget=UnfoldAdminEmailInputWidget,
        help_text="Log-in name. Somebody who has an account already, here or elsewhere, keeps it.",
    )
    full_name = forms.CharField(
        label="Name", required=False, widget=UnfoldAdminTextInputWidget, help_text="As colleagues read it: «Ana Silva»."
    )

    class Meta:
        model = Membership
        fields = ("role",)
        widgets = {"role": UnfoldAdminSelectWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            return
        user = self.instance.user
        self.initial |= {"email": user.email, "full_name": user.full_name}
        for name in ("email", "full_name"):
            if name in self.fields:
                self.fields[name].disabled = not is_managed_here(self.instance) or name == "email"

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()

    def clean(self):
        super().clean()
        email = self.cleaned_data.get("email")
        if self.instance._state.adding and email and Membership.objects.filter(user__email=email).exists():
            raise ValidationError({"email": "This person works here already. Search the list for the name."})
        if is_last_admin(self.instance, lock=True) and self.cleaned_data.get("role") != Role.TENANT_ADMIN:
            raise ValidationError({"role": "Nobody else is tenant admin here. Make somebody else one first."})


def is_managed_here(membership: Membership) -> bool:
    """Whether this tenant's admins may change the account: it is theirs, and no platform administrator's."""
    return membership.user.tenant_id == membership.tenant_id and not membership.user.is_superuser


def is_last_admin(membership: Membership, lock: bool) -> bool:
    """Whether nobody else is tenant admin; with a lock, so that two cannot remove each other at once."""
    admins = Membership.objects.filter(role=Role.TENANT_ADMIN)
    return [admin.pk for admin in (admins.select_for_update(of=("self",)) if lock else admins)] == [membership.pk]


@admin.register(Membership)
class MembershipAdmin(ModelAdmin):
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
    actions_detail = ("password_link", "unlock_log_in")

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

    def save_model(self, request, membership, form, change):
        email, full_name = form.cleaned_data.get("email"), form.cleaned_data.get("full_name")
        if not change:
            membership.user, is_new = User.objects.get_or_create(
                email=email, defaults={"full_name": full_name or None, "tenant": request.tenant}
            )
            if is_new:
                membership.user.set_unusable_password()
                membership.user.save()
                self.offer_link(request, membership.user)
        elif is_managed_here(membership) and "full_name" in form.changed_data:
            membership.user.full_name = full_name or None
            membership.user.save(update_fields=["full_name"])
        super().save_model(request, membership, form, change)

    def offer_link(self, request, user):
        address = request.build_absolute_uri(
            reverse(
                "choose-password",
                args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
            )
        )
        messages.info(
            request,
            format_html(
                "Give {} this link; it lets them choose a password, once, within three days:<br><code>{}</code>",
                user,
                address,
            ),
        )

    def has_delete_permission(self, request, membership=None):
        if not super().has_delete_permission(request, membership):
            return False
        return membership is None or not is_last_admin(membership, lock=request.method == "POST")

    @action(description="New password link", url_path="password-link", permissions=["change"], icon="key")
    def password_link(self, request, object_id):
        membership = self.own_account(request, object_id)
        if request.method != "POST":
            return self.confirm(
                request, membership, "New password link", "Links offered before keep working until used."
            )
        self.offer_link(request, membership.user)
        self.log_change(request, membership, "Offered a link to choose a password.")
        return redirect("admin:tenancy_membership_change", object_id)

    @action(description="Unlock log-in", url_path="unlock", permissions=["change"], icon="lock_open")
    def unlock_log_in(self, request, object_id):
        membership = self.own_account(request, object_id)
        if request.method != "POST":
            return self.confirm(request, membership, "Unlock log-in", "Failed attempts on this account are forgotten.")
        # By name only. Forgetting what was tried from an address would let somebody go on guessing at others from it.
        unlock(username=membership.user.email)
        self.log_change(request, membership, "Unlocked log-in.")
        messages.success(request, f"{membership.user} may try to log in again.")
        return redirect("admin:tenancy_membership_change", object_id)

    def confirm(self, request, membership, title, question):
        """The page between a link and what it does: looking changes nothing, so that no other site's link can."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "question": f"{membership.user}: {question}",
            "back": reverse("admin:tenancy_membership_change", args=[membership.pk]),
        }
        return render(request, "admin/confirm.html", context)

    def own_account(self, request, object_id) -> Membership:
        membership = self.get_object(request, object_id)
        if membership is None or not (is_managed_here(membership) or request.user.is_superuser):
            raise PermissionDenied("This account is managed elsewhere.")
        return membership


@admin.register(User)
class UserAdmin(ModelAdmin):
    intro = "All accounts, of all tenants. Where somebody works, and as what, is under People in that tenant."
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

    def save_model(self, request, user, form, change):
        if not change:
            user.set_unusable_password()
        super().save_model(request, user, form, change)
        if not change:
            MembershipAdmin.offer_link(self, request, user)


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
