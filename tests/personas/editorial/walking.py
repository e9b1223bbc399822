"""People with their role, and personas that stand somewhere in review."""

from personas.editorial.quality import RULES
from personas.models import Persona, RuleSetting
from tests.factories import PersonaFactory, stand
from vital.tenancy.context import tenant_context
from vital.tenancy.models import User, as_member


def member(tenant, join, role, name: str) -> User:
    user = join(tenant, role, email=f"{name}@{tenant.slug}.example".lower(), full_name=name)
    with tenant_context(tenant):
        return as_member(user)


def validated(*slugs: str) -> list[Persona]:
    """Personas that are validated; no rule of quality stands in their way."""
    RuleSetting.objects.bulk_create(RuleSetting(code=rule.code, severity="off") for rule in RULES)
    made = [PersonaFactory(slug=slug, name=slug.title()) for slug in slugs]
    for persona in made:
        stand(persona, "validated")
    return made
