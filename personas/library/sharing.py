"""What it means to share a published persona with somebody outside: a link is made, opened, revoked."""

import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection
from django.db.models import Case, Count, JSONField, Max, OuterRef, Prefetch, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Now
from django.utils.timezone import now

from personas.models import Event, Persona, Share, Visit
from vital.tenancy.models import User

DAYS, USUAL_DAYS = (1, 7, 30, 90), 7
LATEST = 20  # openings that stand with a link; all of them are counted
AGENT = 300  # characters of what a browser says that it is
LIVE, REVOKED, EXPIRED, WITHDRAWN = "live", "revoked", "expired", "withdrawn"


def fingerprint(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def make(persona: Persona, reader: str, days: int, by: User) -> str:
    """Let somebody read what is published of a persona; gives the key, which nobody can look up afterwards."""
    key = secrets.token_urlsafe(32)
    share = Share.objects.create(
        persona_id=persona.pk,
        key_hash=fingerprint(key),
        reader=reader,
        expires_at=now() + timedelta(days=days),
        made_by=by,
    )
    record("share", share, persona.name, by, until=share.expires_at.isoformat())
    return key


def revoke(share: Share, by: User) -> bool:
    """Make one of the `links()` stop working, for good; False: somebody did already."""
    mine = Share.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=Now(), revoked_by=by)
    if mine:
        record("revoke_share", share, share.called, by)
    return bool(mine)


def record(name: str, share: Share, about: str, by: User, **more) -> None:
    detail = {"reader": share.reader} | more  # never the key
    Event.objects.create(persona=share.persona_id, about=about, name=name, detail=detail, made_by=by)


def links() -> QuerySet[Share]:
    """The links of the tenant: `called` and `slug` are the persona's as published, `state` is how the link stands."""
    published = RawSQL(
        "SELECT jsonb_build_object('name', name, 'slug', slug) FROM published.personas AS shown"
        " WHERE shown.tenant_id = editorial_shares.tenant_id AND shown.id = editorial_shares.persona_id",
        [],
        output_field=JSONField(),
    )
    state = Case(
        When(revoked_at__isnull=False, then=Value(REVOKED)),
        When(expires_at__lte=Now(), then=Value(EXPIRED)),
        When(published__isnull=True, then=Value(WITHDRAWN)),
        default=Value(LIVE),
    )
    return Share.objects.annotate(published=published, state=state).annotate(
        **{
            called: Coalesce(KT(f"published__{name}"), f"persona__{name}", output_field=TextField())
            for called, name in (("called", "name"), ("slug", "slug"))
        }
    )


def told(shares: QuerySet[Share]) -> QuerySet[Share]:
    """Links as people look at them, those that work first: who made and revoked them, who opened them and when."""
    visits = Visit.objects.filter(share=OuterRef("pk")).order_by().values("share")
    return (
        shares.annotate(
            opened=Coalesce(Subquery(visits.annotate(number=Count("pk")).values("number")), 0),
            opened_last=Subquery(visits.annotate(last=Max("at")).values("last")),
        )
        .select_related("made_by", "revoked_by")
        .prefetch_related(Prefetch("visits", Visit.objects.order_by("-pk")[:LATEST], to_attr="latest"))
        .order_by(Case(When(state=LIVE, then=0), default=1), "-pk")
    )


def tenant_of(key: str) -> UUID | None:
    """Whose link it is, if it works; without a tenant, nothing else can be known of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_of_share(%s)", [fingerprint(key)])
        return cursor.fetchone()[0]


def find(key: str) -> Share | None:
    """The link of a key if it works, within its tenant."""
    return links().filter(key_hash=fingerprint(key), state=LIVE).select_related("tenant").first()


def enter(share: Share, revision: int, address: str, agent: str) -> None:
    """Note that a link was opened."""
    agent = agent.replace("\0", "")[:AGENT]
    Visit.objects.create(share=share, revision=revision, address=address, agent=agent)
