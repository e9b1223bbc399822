"""What can be done with many personas at once. Each asks first, and says what will not happen, and why."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from personas.editorial.workflow import TRANSITIONS, RefusedStepError, Transition, hindrances, locked, perform
from personas.enums import Status
from personas.exchange.choosing import personas_in_use
from personas.models import EditorialState, Event, Export, Persona, Release
from vital.tenancy.models import User

from .numbers import number

MOST = 5_000  # personas at once
NAMED = 100  # that are named on the page that asks
EXPORT, RELEASE = "export_whole", "add_to_release"  # which lead to pages of their own
STEPS_AT_ONCE = 500  # each is checked, kept and told for itself
BLOCKED = {  # by which nobody puts a persona aside
    Status.PENDING_REVIEW: "It is in review: it has to be sent back first.",
    Status.VALIDATED: "It is validated: archive it first.",
    Status.PUBLISHED: "It is published: archive it first.",
}
Reasons = dict[UUID, list[str]]


@dataclass(frozen=True)
class Order:
    """Who wants it done, for whom, and why."""

    by: User
    to: str = ""
    why: str = ""
    seen: dict[UUID, int] = field(default_factory=dict)  # the version of each persona when the page asked


@dataclass(frozen=True)
class Action:
    """Something to do with personas: why not with some of them, and how with the rest; which it may refuse, too."""

    title: str  # on the list, and on the button
    will: str  # on the page that asks, before the names
    done: str
    hinders: Callable[[list[EditorialState], Order], Reasons]
    carry_out: Callable[[list[UUID], Order], Reasons | None]
    permission: str = "change"
    step: Transition | None = None
    most: int | None = None  # at once; None: as many as of any


def each(hinders: Callable[[EditorialState, Order], str | None]) -> Callable[[list[EditorialState], Order], Reasons]:
    """What hinders one persona, said of many."""
    return lambda states, order: {
        state.persona_id: [said] for state in states if (said := hinders(state, order)) is not None
    }


def hinders_trash(state: EditorialState, order: Order | None = None) -> str | None:
    if said := BLOCKED.get(state.persona.validation_status):
        return said
    return "Services read a version of it that was published: archive it first." if state.live_id else None


def put_in_trash(ids: list[UUID], order: Order | None = None) -> None:
    Persona.objects.filter(pk__in=ids).update(deleted_at=timezone.now())


def activation(active: bool, word: str) -> Action:
    return Action(
        f"Set {word}", f"will be {word}", f"Set {word}",
        each(lambda state, order: f"It is {word} already." if state.persona.is_active == active else None),
        lambda ids, order: Persona.objects.filter(pk__in=ids).update(is_active=active) and None,
    )  # fmt: skip


def hand_over(ids: list[UUID], order: Order) -> None:
    EditorialState.objects.filter(persona_id__in=ids).update(owner=order.to)
    whom = str(User.objects.get(pk=order.to))
    Event.objects.bulk_create(
        Event(persona=id_, about=name, name="hand_over", made_by=order.by, detail={"to": whom})
        for id_, name in Persona.objects.filter(pk__in=ids).values_list("pk", "name")
    )


def stepping(step: Transition) -> Action:
    """A step of review, taken for each persona by itself."""

    def take(ids: list[UUID], order: Order) -> Reasons:
        refused = {}
        for id_ in sorted(ids):
            try:
                perform(id_, step.name, order.by, order.why, seen=order.seen.get(id_, 0))
            except RefusedStepError as refusal:
                refused[id_] = refusal.reasons
        return refused

    return Action(
        step.title, f"will be moved on: {step.title}", step.done,
        lambda states, order: {id_: said for id_, said in hindrances(states, step, order.by).items() if said},
        take, permission=step.right, step=step, most=STEPS_AT_ONCE,
    )  # fmt: skip


ACTIONS = {
    **{step.name: stepping(step) for step in TRANSITIONS},
    "trash": Action(
        "Move to the trash", "will be moved to the trash, from where they can be restored", "Moved to the trash",
        each(hinders_trash), put_in_trash, permission="delete",
    ),
    "activate": activation(True, "active"),
    "deactivate": activation(False, "inactive"),
    "hand_over": Action(
        "Hand over", "will be handed over", "Handed over",
        each(lambda state, order: "It is theirs already." if str(state.owner_id) == order.to else None),
        hand_over,
    ),
}  # fmt: skip


def offered(admin, request, listing) -> list[tuple[str, list[tuple[str, str]]]]:
    """What this person may do, in groups."""
    here, steps = [(EXPORT, "Export, with all sections")], []
    for name, action in ACTIONS.items():
        if name != "hand_over" and allowed(admin, request, action):
            (steps if action.step else here).append((name, action.title))
    if request.user.has_perm("personas.change_release"):
        steps.append((RELEASE, "Add to a release"))
    groups = [("", here), *([("Review", steps)] if steps else [])]
    if allowed(admin, request, ACTIONS["hand_over"]):
        groups.append(("Hand over to", [(f"hand_over:{pk}", name) for pk, name in listing.people.items()]))
    return groups


def allowed(admin, request, action: Action) -> bool:
    return request.user.has_perm(f"{admin.opts.app_label}.{action.permission}_{admin.opts.model_name}")


def act(admin, request, listing) -> HttpResponse:
    """Ask, or do, what was chosen for the personas that are ticked, or for all that the filters find."""
    name, _, to = request.POST.get("action", "").partition(":")
    back = reverse(url_name(admin.opts, "changelist")) + listing.address().rstrip("?")
    everything = "all" in request.POST
    if name == EXPORT and everything:
        return redirect(f"{reverse('admin:personas_export_add')}?{listing.export}")
    states = ticked(request) if not everything else list(listing.found.select_related("persona")[: MOST + 1])
    action = ACTIONS.get(name)
    if name not in (EXPORT, RELEASE) and (action is None or not allowed(admin, request, action)):
        messages.error(request, "Choose what to do with the personas, such as «Move to the trash».")
    elif name == "hand_over" and to not in listing.people:
        messages.error(request, "Choose somebody who works here to hand the personas over to.")
    elif not states:
        messages.error(request, "Tick some personas first. Those that were ticked may be gone by now.")
    elif len(states) > (most := (action and action.most) or MOST):
        messages.error(request, f"More than {most:,} personas at once. Narrow them down by filters, part by part.")
    elif name == EXPORT:
        chosen = {"ids": [str(state.persona_id) for state in states]}
        return admin.admin_site.get_model_admin(Export).choose(request, chosen)
    elif name == RELEASE:
        return admin.admin_site.get_model_admin(Release).choose(request, states)
    else:
        return ask_or_do(admin, request, listing, states, back)
    return redirect(back)


def sent_ids(request) -> set[UUID]:
    """The ids that a form sent, as far as they are some."""
    ids = set()
    for sent in (*request.POST.getlist("_selected_action"), *request.POST.get("ids", "").split(",")):
        try:
            ids.add(UUID(sent.partition(":")[0]))
        except ValueError:
            continue
    return ids


def sent_versions(request) -> dict[UUID, int]:
    """At which version the page that asks has shown each persona."""
    pairs = (sent.split(":") for sent in request.POST.get("ids", "").split(",") if sent.count(":") == 1)
    return {UUID(id_): number(version) or 0 for id_, version in pairs}


def ticked(request) -> list[EditorialState]:
    """Those that are ticked, as far as they are the tenant's and in use."""
    found = personas_in_use().filter(persona_id__in=sent_ids(request)).select_related("persona")
    return list(found.order_by("persona__name")[: MOST + 1])


def ask_or_do(admin, request, listing, states: list[EditorialState], back: str) -> HttpResponse:
    name, _, to = request.POST["action"].partition(":")
    action, whom = ACTIONS[name], listing.people.get(to)
    confirmed = "confirmed" in request.POST
    order = Order(request.user, to, request.POST.get("why", "").strip(), sent_versions(request) if confirmed else {})
    versions = {state.persona_id: state.version for state in states}
    found, personas = action.hinders(states, order), {state.persona_id: state.persona for state in states}
    kept = [persona for id_, persona in personas.items() if id_ not in found]
    unsaid = bool(action.step and action.step.reasoned and not order.why)
    if not confirmed or (kept and unsaid):
        context = admin.admin_site.each_context(request) | {
            "title": f"{action.title} to {whom}" if whom else action.title, "opts": admin.opts,
            "action": action, "chosen": request.POST["action"], "back": back, "kept": kept, "named": NAMED,
            "ids": ",".join(f"{persona.pk}:{versions[persona.pk]}" for persona in kept),
            "refused": by_reason(found, personas),
            "unsaid": confirmed,
        }  # fmt: skip
        return render(request, "admin/personas/persona_list_confirm.html", context)
    if kept:
        try:
            with transaction.atomic():
                # In the order in which everybody locks: two who change the same personas wait, and do not block.
                locked([persona.pk for persona in kept])
                refused = action.carry_out([persona.pk for persona in kept], order) or {}
        except OperationalError:
            messages.error(request, "Somebody else is busy with some of these personas. Try again in a few seconds.")
            return redirect(back)
        found |= refused
        if done := [persona for persona in kept if persona.pk not in refused]:
            LogEntry.objects.log_actions(request.user.pk, done, CHANGE, f"{action.done}.")
            told(request, action, done)
    left = by_reason(found, personas)
    for why, those in left[:NAMED]:
        messages.warning(request, f"Left as they are: {names(those)}. {why}")
    if len(left) > NAMED:
        messages.warning(request, f"Others were left as they are, for {len(left) - NAMED:,} more reasons.")
    return redirect(back)


def by_reason(found: Reasons, personas: dict[UUID, Persona]) -> list[tuple[str, list[Persona]]]:
    """Those that stay as they are, together where it is for the same reasons."""
    refused = defaultdict(list)
    for id_, reasons in found.items():
        refused[" ".join(reasons)].append(personas[id_])
    return sorted(refused.items(), key=lambda one: one[0])


def told(request, action: Action, kept: list[Persona]) -> None:
    said = f"{action.done}: {names(kept)}."
    if action is ACTIONS["trash"]:
        address = reverse("admin:personas_persona_trash")
        said = format_html('{} <a class="vital-link" href="{}">Open the trash</a>', said, address)
    messages.success(request, said)


def names(those: list, most: int = 5) -> str:
    more = f" and {len(those) - most:,} more" if len(those) > most else ""
    return ", ".join(map(str, those[:most])) + more
