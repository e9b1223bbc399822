"""Tenants, the people who work in them, and the base of every table that belongs to one."""

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import EmailValidator, RegexValidator, URLValidator
from django.db import models

from vital.fields import Line, Prose, created_at, updated_at, uuid_key

from .context import current_tenant
from .roles import Role, allows


class Tenant(models.Model):
    """An organisation that works here; every row of its content points to it."""

    class Status(models.TextChoices):
        TRIAL = "trial", "Trial"
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        CANCELLED = "cancelled", "Cancelled"
        CHURNED = "churned", "Churned"

    class Tier(models.TextChoices):
        FREE = "free", "Free"
        STARTER = "starter", "Starter"
        PROFESSIONAL = "professional", "Professional"
        ENTERPRISE = "enterprise", "Enterprise"

    id = uuid_key()
    tenant_key = Line(unique=True, help_text="Name by which reports group this tenant, such as «pharma».")
    slug = Line(
        unique=True,
        max_length=60,
        validators=[RegexValidator(r"^[a-z0-9-]+$", "Use small letters, digits and hyphens only.")],
        help_text="Name for the command line (--tenant pharma): small letters, digits and hyphens.",
    )
    name = Line(help_text="Name that people read, such as «VITAL Pharma».")
    description = Prose(null=True, blank=True, help_text="Who they are and what they work on.")
    status = Line(
        null=True,
        blank=True,
        choices=Status,
        db_default=Status.ACTIVE,
        default=Status.ACTIVE,
        help_text="Where the contract stands.",
    )
    tier = Line(
        null=True,
        blank=True,
        choices=Tier,
        db_default=Tier.FREE,
        default=Tier.FREE,
        help_text="What they subscribed to.",
    )
    is_active = models.BooleanField(
        db_default=True,
        default=True,
        help_text="Untick to close the tenant: its people keep their data but cannot enter.",
    )
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When the tenant was deleted.")
    created_at = created_at()
    updated_at = updated_at()

    class Meta:
        db_table = "tenants"
        ordering = ("name",)

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractBaseUser):
    """A person who logs in; memberships say where they may work, and as what."""

    class Kind(models.TextChoices):
        ADMIN = "admin", "Admin"
        CLINICIAN = "clinician", "Clinician"
        RESEARCHER = "researcher", "Researcher"
        MEMBER = "member", "Member"

    # Everybody with an account may open the admin; what they find there is a matter of membership.
    is_staff = True

    id = uuid_key()
    email = Line(
        "e-mail",
        max_length=254,
        unique=True,
        validators=[EmailValidator()],
        help_text="Log-in name, such as «ana@example.com».",
    )
    full_name = Line(null=True, blank=True, help_text="Name that colleagues read, such as «Ana Silva».")
    role = Line(
        "profession",
        null=True,
        blank=True,
        choices=Kind,
        db_default=Kind.MEMBER,
        default=Kind.MEMBER,
        help_text="What the person is by training. What they may do here follows from their membership.",
    )
    tenant = models.ForeignKey(
        Tenant,
        models.CASCADE,
        null=True,
        blank=True,
        db_constraint=False,  # the SQL twin makes it, with ON DELETE CASCADE
        related_name="managed_users",
        help_text="Tenant whose admins manage this account. Empty: platform administrators do.",
    )
    avatar_url = Line(null=True, blank=True, validators=[URLValidator()], help_text="Address of a picture.")
    is_active = models.BooleanField(
        db_default=True, default=True, help_text="Untick to close the account; what the person wrote stays."
    )
    is_superuser = models.BooleanField(
        "platform administrator",
        db_default=False,
        default=False,
        help_text="May enter every tenant and do everything there; each switch is recorded.",
    )
    created_at = created_at()
    updated_at = updated_at()

    objects = UserManager()
    membership = None  # the middleware sets the one that the request acts under

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ()

    class Meta:
        db_table = "users"
        verbose_name = "account"
        ordering = ("email",)

    def __str__(self):
        return self.full_name or self.email

    def clean(self):
        self.email = self.email.strip().lower()

    def get_full_name(self):
        return self.full_name or ""

    def get_short_name(self):
        return str(self).split(" ")[0]

    def has_perm(self, permission, obj=None):
        if not self.is_active:
            return False
        return self.is_superuser or (self.membership is not None and allows(self.membership.role, permission))

    def has_perms(self, permissions, obj=None):
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app_label):
        return any(
            self.has_perm(f"{app_label}.view_{model._meta.model_name}")
            for model in apps.get_app_config(app_label).get_models()
        )


class TenantField(models.ForeignKey):
    """The tenant that a row belongs to: the current one, unless given. `isolate_tenant()` makes the constraint."""

    def __init__(self, **kwargs):
        kwargs.setdefault("to", Tenant)
        kwargs.setdefault("on_delete", models.CASCADE)
        kwargs |= {"editable": False, "db_constraint": False, "db_index": False, "related_name": "+"}
        kwargs.setdefault("help_text", "Tenant that the row belongs to; set by itself.")
        super().__init__(**kwargs)

    def get_default(self):
        return current_tenant()

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


class TenantForeignKey(models.ForeignKey):
    """A reference to a row of the same tenant. `reference_tenant()` makes the constraint, on (tenant_id, column)."""

    def __init__(self, to, on_delete, **kwargs):
        super().__init__(to, on_delete, **kwargs | {"db_constraint": False, "db_index": False})

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


class TenantManager(models.Manager):
    """Says `tenant_id = …` besides the policy: the planner, and a distributed engine, need the constant."""

    def get_queryset(self):
        queryset = super().get_queryset()
        tenant = current_tenant()
        return queryset if tenant is None else queryset.filter(tenant_id=tenant)


class TenantModel(models.Model):
    """Base of every table whose rows belong to a tenant."""

    id = uuid_key()
    tenant = TenantField()

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def validate_constraints(self, exclude=None):
        # Forms leave out what they do not show; without the tenant no unique key of ours could be checked.
        super().validate_constraints(exclude=set(exclude or ()) - {"tenant"})


class Membership(TenantModel):
    """That a person works in a tenant, and as what."""

    user = models.ForeignKey(
        User, models.CASCADE, db_constraint=False, related_name="memberships", help_text="Who works here."
    )
    role = Line(choices=Role, help_text="What the person may do in this tenant.")
    created_at = created_at()
    updated_at = updated_at()

    class Meta(TenantModel.Meta):
        db_table = "memberships"
        ordering = ("user__full_name", "user__email")
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "user"),
                name="memberships_tenant_user",
                violation_error_message="This person is a member already.",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="memberships_role"),
        )

    def __str__(self):
        return str(self.user)


def as_member(user) -> User:
    """Somebody with the role that they have in this tenant now: for work in their name, without a request."""
    found = User.objects.get(pk=getattr(user, "pk", user))
    found.membership = Membership.objects.filter(user=found).first()
    return found
