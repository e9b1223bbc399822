"""Who else is on a persona, and whether what a page shows is still what there is."""

from django.db.models.functions import Now

from personas.documents.edit import digest
from personas.models import Presence

from .places import PLACES

OVERVIEW = "overview"


def signed(persona, user, place: str) -> str:
    """Note that somebody is here; gives what to tell them of others."""
    Presence.objects.bulk_create(
        [Presence(persona=persona, tenant_id=persona.tenant_id, user=user, place=place, seen_at=Now())],
        update_conflicts=True, unique_fields=["tenant", "persona", "user"], update_fields=["place", "seen_at"],
    )  # fmt: skip
    others = Presence.fresh().filter(persona=persona).exclude(user=user).select_related("user").order_by("seen_at")
    said = [f"{one.user} is {'here' if one.place == place else f'in {title(one.place)}'}" for one in others]
    return ", ".join(said) + "." if said else ""


def title(place: str) -> str:
    return f"«{PLACES[place].title}»" if place in PLACES else "the overview"


def newer(persona, place: str, shown: str) -> str:
    """What to say where somebody has saved the place that a page shows."""
    if place not in PLACES or not shown or digest(PLACES[place].shape, PLACES[place].rows(persona)) == shown:
        return ""
    return " Somebody has saved this section since you opened it: reload to see it; what you typed is kept."
