"""Who may be added, renamed, demoted or closed."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from .models import Membership, Role, User


def is_managed_here(membership: Membership) -> bool:
    """Whether this tenant's admins may change the account: it is theirs, and no platform administrator's."""
    return membership.user.tenant_id == membership.tenant_id and not membership.user.is_superuser


def is_last_admin(membership: Membership, lock: bool) -> bool:
    """Whether nobody else can act as tenant admin; with a lock, so that two cannot remove each other at once."""
    admins = Membership.objects.filter(role=Role.TENANT_ADMIN, user__is_active=True)
    return [admin.pk for admin in (admins.select_for_update(of=("self",)) if lock else admins)] == [membership.pk]


class MembershipForm(forms.ModelForm):
    """A person and their role here, in one form; the account itself only where this tenant manages it."""

    email = forms.CharField(
        label="E-mail",
        max_length=254,
        validators=[EmailValidator()],
        widget=UnfoldAdminEmailInputWidget,
        help_text="Log-in name. Somebody who has an account of this tenant already keeps it.",
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
        for name in {"email", "full_name"} & self.fields.keys():
            self.fields[name].disabled = name == "email" or not is_managed_here(self.instance)

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        if self.instance._state.adding:
            self.refuse_member(email)
            self.refuse_foreign_account(email)
        return email

    def refuse_member(self, email):
        if Membership.objects.filter(user__email=email).exists():
            raise ValidationError("This person works here already. Search the list for the name.")

    def refuse_foreign_account(self, email):
        """Else one tenant's admins could make an account, keep its password, and wait until another tenant adds it."""
        user = User.objects.filter(email=email).first()
        if user and user.tenant_id != self.instance.tenant_id and not self.acting_user.is_superuser:
            raise ValidationError(
                "There is an account with this address that is managed elsewhere. Ask a platform administrator to add "
                "the person."
            )

    def clean(self):
        super().clean()
        if is_last_admin(self.instance, lock=True) and self.cleaned_data.get("role") != Role.TENANT_ADMIN:
            raise ValidationError({"role": "Nobody else is tenant admin here. Make somebody else one first."})


class AccountForm(forms.ModelForm):
    def clean(self):
        super().clean()
        others = User.objects.select_for_update().filter(is_superuser=True, is_active=True).exclude(pk=self.instance.pk)
        stays = self.cleaned_data.get("is_superuser") and self.cleaned_data.get("is_active")
        was = User.objects.filter(pk=self.instance.pk, is_superuser=True, is_active=True).exists()
        if was and not stays and not others:
            raise ValidationError("Nobody else is platform administrator. Make somebody else one first.")
