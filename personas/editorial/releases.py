"""Releases: personas that are published together, all or none, and taken back together."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime, now

from personas.enums import Status
from personas.models import EditorialState, Event, Persona, Release, ReleaseItem, Revision, Scheduled
from vital.tenancy.context import current_tenant, unhurried
from vital.tenancy.models import User

from . import webhooks
from .publishing import make_live_again, withdraw
from .workflow import BY_NAME, RefusedStepError, free_slug, hindrances, locked, perform

MOST = 200  # personas of one release
PUBLISH = BY_NAME["publish"]
TOGETHER = replace(PUBLISH, name="publish_together")
State = Release.State
Reasons = dict[UUID, list[str]]


def held(release_id: UUID, by: User, state: str, otherwise: str) -> Release:
    """A release that stands like that; nobody else changes it until the transaction ends."""
    if not by.has_perm(PUBLISH.permission):
        raise RefusedStepError(["Your role does not let you work on releases. Ask a tenant admin for the right."])
    release = Release.objects.select_for_update().filter(pk=release_id).first()
    if release is None:
        raise RefusedStepError(["There is no such release here any more."])
    if release.state != state:
        raise RefusedStepError([otherwise.format(release.get_state_display().lower())])
    return release


def opened(release_id: UUID, by: User) -> Release:
    return held(release_id, by, State.OPEN, "It is {} already, and is kept as it is. Make another release.")


# Putting it together


@transaction.atomic
def create(name: str, why: str, by: User) -> Release:
    if not by.has_perm(PUBLISH.permission):
        raise RefusedStepError(["Your role does not let you work on releases. Ask a tenant admin for the right."])
    release = Release.objects.create(name=named(name), why=why.strip() or None, made_by=by)
    note(release, "add_release", by)
    return release


@transaction.atomic
def change(release_id: UUID, name: str, why: str, by: User) -> Release:
    release = opened(release_id, by)
    before, release.name, release.why = release.name, named(name), why.strip() or None
    release.save(update_fields=["name", "why"])
    note(release, "change_release", by, **({"before": before} if before != release.name else {}))
    return release


@transaction.atomic
def delete(release_id: UUID, by: User) -> Release:
    release = opened(release_id, by)
    note(release, "delete_release", by, personas=release.items.count())
    release.delete()
    return release


@transaction.atomic
def add(release_id: UUID, personas: Iterable[UUID], by: User) -> list[Persona]:
    """Put personas into a release, but for those in the trash; gives those that were not there already."""
    release = opened(release_id, by)
    there = set(release.items.values_list("persona", flat=True))
    found = Persona.objects.filter(pk__in=list(personas), deleted_at=None).exclude(pk__in=there).order_by("name")
    if len(there) + len(added := list(found)) > MOST:
        raise RefusedStepError([f"A release has at most {MOST} personas. Make two of it."])
    ReleaseItem.objects.bulk_create(ReleaseItem(release=release, persona=persona) for persona in added)
    note_each(release, "add_to_release", by, added)
    return added


@transaction.atomic
def remove(release_id: UUID, personas: Collection[UUID], by: User) -> list[Persona]:
    """Take personas out of a release; gives those that were there."""
    release = opened(release_id, by)
    items = release.items.filter(persona__in=list(personas))
    removed = list(Persona.objects.filter(pk__in=items.values("persona")).order_by("name"))
    items.delete()
    note_each(release, "remove_from_release", by, removed)
    return removed


def named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise RefusedStepError(["Give it a name, such as «Oncology, spring 2027»."])
    if len(name) > (most := Release._meta.get_field("name").max_length):
        raise RefusedStepError([f"A name has at most {most} letters, and this one has {len(name)}."])
    return name


def note(release: Release, name: str, by: User, why: str | None = None, **detail) -> None:
    detail = {"release": str(release.pk)} | detail
    Event.objects.create(about=release.name, name=name, why=why or None, detail=detail, made_by=by)


def note_each(release: Release, name: str, by: User, personas: Iterable[Persona], **more: dict[UUID, object]) -> None:
    Event.objects.bulk_create(
        Event(
            persona=persona.pk, about=persona.name, name=name, made_by=by,
            detail={"release": str(release.pk), "name": release.name},
            **{column: values[persona.pk] for column, values in more.items()},
        )
        for persona in personas
    )  # fmt: skip


# Publishing it


def publish(release_id: UUID, by: User, comment: str = "") -> Release:
    """Publish all personas of a release, or none of them."""
    with transaction.atomic():
        unhurried()
        release = opened(release_id, by)
        items = {item.persona_id: item for item in release.items.all()}
        if not items:
            raise RefusedStepError(["There is no persona in it yet. Add some first."])
        states = locked(items)
        if reasons := said_of(states, against(list(states.values()), by)):
            raise RefusedStepError(reasons)
        why = ": ".join(filter(None, (f"Release «{release}»", comment.strip() or release.why)))
        for persona_id in order(list(states.values()), slugs_held(list(states.values()))):
            items[persona_id].live_before = states[persona_id].live_id
            try:
                items[persona_id].live_after = perform(persona_id, PUBLISH.name, by, why).live_id
            except RefusedStepError as error:
                raise RefusedStepError(said_of(states, {persona_id: error.reasons})) from error
        ReleaseItem.objects.bulk_update(items.values(), ["live_before", "live_after"])
        release.state, release.published_at = State.PUBLISHED, now()
        release.save(update_fields=["state", "published_at"])
        planned = release.scheduled.filter(state=Scheduled.State.WAITING)
        planned.update(state=Scheduled.State.CANCELLED, message=f"{by} published it before.", done_at=now())
        note(release, "publish_release", by, comment.strip(), personas=len(items))
    return release


def said_of(states: dict[UUID, EditorialState], reasons: Reasons) -> list[str]:
    return [f"«{states[id_].persona}»: {said}" for id_, those in reasons.items() for said in those]


def against(states: list[EditorialState], by: User) -> Reasons:
    """What stands against publishing each of some personas together with the others."""
    found = hindrances(states, TOGETHER, by)
    held = slugs_held(states)
    outside = [state for state in states if held.get(state.persona_id, state.persona_id) not in found]
    for persona_id, said in (free_slug(outside, by) if outside else {}).items():
        found[persona_id] += said
    try:
        order(states, held)
    except CycleError as error:
        names = {state.persona_id: f"«{state.persona}»" for state in states}
        circle = set(error.args[1])
        those = " and ".join(sorted(names[id_] for id_ in circle))
        for id_ in circle:
            found[id_].append(f"{those} exchange slugs, and services know one persona by a slug at a time. "
                              "Publish one of them under another slug first.")  # fmt: skip
    return found


def slugs_held(states: list[EditorialState]) -> dict[UUID, UUID]:
    """Of some personas, those under whose slug services read another one, and which."""
    wanted = {state.persona.slug: state.persona_id for state in states}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug, id FROM published.personas WHERE tenant_id = %s AND slug = ANY (%s)",
            [current_tenant(), list(wanted)],
        )
        return {wanted[slug]: holder for slug, holder in cursor.fetchall() if holder != wanted[slug]}


def order(states: list[EditorialState], held: dict[UUID, UUID]) -> list[UUID]:
    """Whoever gives a slug up goes before whoever gets it."""
    ids = [state.persona_id for state in states]
    return list(TopologicalSorter({id_: {held[id_]} & set(ids) if id_ in held else () for id_ in ids}).static_order())


# Taking it back


def take_back(release_id: UUID, by: User, why: str) -> Release:
    """Let services read again what they read before a release: of all of its personas, or of none."""
    with transaction.atomic():
        unhurried()
        release = held(release_id, by, State.PUBLISHED, "Only what is published is taken back, and this is {}.")
        why = why.strip()
        if not why:
            raise RefusedStepError(["Say why: the owners of the personas need to know what was wrong."])
        # The last that was published goes first: it may have the slug that another had before.
        items = {item.persona_id: item for item in release.items.order_by("-live_after")}
        states = locked(items)
        reasons = {id_: since(state) for id_, state in states.items() if state.live_id != items[id_].live_after}
        to_revise = [state for state in states.values() if state.persona.validation_status == Status.PUBLISHED]
        reasons = {id_: said for id_, said in hindrances(to_revise, BY_NAME["revise"], by).items() if said} | reasons
        if not reasons:
            reasons = {id_: said for id_, item in items.items() if (said := back(item, states[id_], release, by, why))}
        if reasons:
            raise RefusedStepError(said_of(states, reasons))
        numbers = dict(Revision.objects.filter(pk__in=[item.live_before for item in items.values()])
                       .values_list("persona", "number"))  # fmt: skip
        personas = [state.persona for state in states.values()]
        revisions = {persona.pk: numbers.get(persona.pk) for persona in personas}
        note_each(release, "take_back", by, personas, revision=revisions, why=dict.fromkeys(revisions, why))
        release.state, release.reverted_at = State.REVERTED, now()
        release.save(update_fields=["state", "reverted_at"])
        note(release, "take_back_release", by, why, personas=len(items))
        webhooks.soon(release.tenant_id)
    return release


def since(state: EditorialState) -> list[str]:
    if state.live_id is None:
        return ["Services read it no longer: it was archived since."]
    return [f"It was published again since, on {localtime(state.live_at):%-d %B %Y, %H:%M %Z}."]


def back(item: ReleaseItem, state: EditorialState, release: Release, by: User, why: str) -> list[str]:
    """Bring one persona back; gives what stands against it."""
    if state.persona.validation_status == Status.PUBLISHED:
        perform(state.persona_id, "revise", by, f"Release «{release}» is taken back: {why}")
    try:
        with transaction.atomic():
            if item.live_before:
                make_live_again(state.persona_id, item.live_before)
            else:
                withdraw(state.persona_id)
    except IntegrityError:
        return ["Services read another persona by its former slug now. Publish that one under another slug first."]
    return []
