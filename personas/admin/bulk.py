"""What can be done with many personas at once. Each asks first, and says what will not happen, and why."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from personas.enums import Status
from personas.exchange.choosing import personas_in_use
from personas.models import EditorialState, Export, Persona

MOST = 5_000  # personas at once
NAMED = 100  # that are named on the page that asks
EXPORT = "export_whole"
REVIEWED = {Status.VALIDATED: "validated", Status.PUBLISHED: "published"}


@dataclass(frozen=True)
class Action:
    """Something to do with personas: why not with one of them, and how with the rest."""

    title: str  # on the list, and on the button
    will: str  # on the page that asks, before the names
    done: str
    hinders: Callable[[EditorialState, str], str | None]
    carry_out: Callable[[list[UUID], str], None]
    permission: str = "change"


def hinders_trash(state: EditorialState, to: str = "") -> str | None:
    if said := REVIEWED.get(state.persona.validation_status):
        return f"It is {said}: archive it first."
    return None


def put_in_trash(ids: list[UUID], to: str = "") -> None:
    Persona.objects.filter(pk__in=ids).update(deleted_at=timezone.now())


def activation(active: bool, word: str) -> Action:
    return Action(
        f"Set {word}", f"will be {word}", f"Set {word}",
        lambda state, to: f"It is {word} already." if state.persona.is_active == active else None,
        lambda ids, to: Persona.objects.filter(pk__in=ids).update(is_active=active),
    )  # fmt: skip


ACTIONS = {
    "trash": Action(
        "Move to the trash", "will be moved to the trash, from where they can be restored", "Moved to the trash",
        hinders_trash, put_in_trash, permission="delete",
    ),
    "activate": activation(True, "active"),
    "deactivate": activation(False, "inactive"),
    "hand_over": Action(
        "Hand over", "will be handed over", "Handed over",
        lambda state, to: "It is theirs already." if str(state.owner_id) == to else None,
        lambda ids, to: EditorialState.objects.filter(persona_id__in=ids).update(owner=to),
    ),
}  # fmt: skip


def offered(admin, request, listing) -> list[tuple[str, list[tuple[str, str]]]]:
    """What this person may do, in groups."""
    here = [(EXPORT, "Export, with all sections")]
    here += [
        (name, action.title)
        for name, action in ACTIONS.items()
        if name != "hand_over" and allowed(admin, request, action)
    ]
    groups = [("", here)]
    if allowed(admin, request, ACTIONS["hand_over"]):
        groups.append(("Hand over to", [(f"hand_over:{pk}", name) for pk, name in listing.people.items()]))
    return groups


def allowed(admin, request, action: Action) -> bool:
    return getattr(admin, f"has_{action.permission}_permission")(request)


def act(admin, request, listing) -> HttpResponse:
    """Ask, or do, what was chosen for the personas that are ticked, or for all that the filters find."""
    name, _, to = request.POST.get("action", "").partition(":")
    back = reverse(url_name(admin.opts, "changelist")) + listing.address().rstrip("?")
    everything = "all" in request.POST
    if name == EXPORT and everything:
        return redirect(f"{reverse('admin:personas_export_add')}?{listing.export}")
    states = ticked(request) if not everything else list(listing.found.select_related("persona")[: MOST + 1])
    action = ACTIONS.get(name)
    if name != EXPORT and (action is None or not allowed(admin, request, action)):
        messages.error(request, "Choose what to do with the personas, such as «Move to the trash».")
    elif name == "hand_over" and to not in listing.people:
        messages.error(request, "Choose somebody who works here to hand the personas over to.")
    elif not states:
        messages.error(request, "Tick some personas first. Those that were ticked may be gone by now.")
    elif len(states) > MOST:
        messages.error(request, f"More than {MOST:,} personas at once. Narrow them down by filters, part by part.")
    elif name == EXPORT:
        chosen = {"ids": [str(state.persona_id) for state in states]}
        return admin.admin_site.get_model_admin(Export).choose(request, chosen)
    else:
        return ask_or_do(admin, request, listing, states, back)
    return redirect(back)


def sent_ids(request) -> set[UUID]:
    """The ids that a form sent, as far as they are some."""
    ids = set()
    for sent in (*request.POST.getlist("_selected_action"), *request.POST.get("ids", "").split(",")):
        try:
            ids.add(UUID(sent))
        except ValueError:
            continue
    return ids


def ticked(request) -> list[EditorialState]:
    """Those that are ticked, as far as they are the tenant's and in use."""
    found = personas_in_use().filter(persona_id__in=sent_ids(request)).select_related("persona")
    return list(found.order_by("persona__name")[: MOST + 1])


def ask_or_do(admin, request, listing, states: list[EditorialState], back: str) -> HttpResponse:
    name, _, to = request.POST["action"].partition(":")
    action, whom = ACTIONS[name], listing.people.get(to)
    kept, refused = [], defaultdict(list)
    for state in states:
        if why := action.hinders(state, to):
            refused[why].append(state.persona)
        else:
            kept.append(state.persona)
    if "confirmed" not in request.POST:
        context = admin.admin_site.each_context(request) | {
            "title": f"{action.title} to {whom}" if whom else action.title, "opts": admin.opts,
            "action": action, "chosen": request.POST["action"], "back": back, "kept": kept, "named": NAMED,
            "refused": sorted(refused.items()), "ids": ",".join(str(persona.pk) for persona in kept),
        }  # fmt: skip
        return render(request, "admin/personas/persona_list_confirm.html", context)
    if kept:
        action.carry_out([persona.pk for persona in kept], to)
        LogEntry.objects.log_actions(request.user.pk, kept, CHANGE, f"{action.done}.")
        told(request, action, kept)
    for why, those in sorted(refused.items()):
        messages.warning(request, f"Left as they are: {names(those)}. {why}")
    return redirect(back)


def told(request, action: Action, kept: list[Persona]) -> None:
    said = f"{action.done}: {names(kept)}."
    if action is ACTIONS["trash"]:
        address = reverse("admin:personas_persona_trash")
        said = format_html('{} <a class="vital-link" href="{}">Open the trash</a>', said, address)
    messages.success(request, said)


def names(those: list, most: int = 5) -> str:
    more = f" and {len(those) - most:,} more" if len(those) > most else ""
    return ", ".join(map(str, those[:most])) + more
