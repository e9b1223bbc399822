"""Releases in the admin: put together, looked through, published as a whole, taken back as a whole."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from personas.editorial import releases
from personas.editorial.schedule import plan_release
from personas.exchange.choosing import PersonaFilters
from personas.models import EditorialState, Release, Revision, Scheduled
from vital.admin import ModelAdmin

from .bulk import names, sent_ids
from .differences import differences
from .schedule import asked_for, attempt, listed, read_time

FOUND = 20  # personas that a search offers
BRIEFLY = "briefly"  # the header with which a script asks for the differences alone
State = Release.State


@admin.register(Release)
class ReleaseAdmin(ModelAdmin):
    intro = "Personas that are published together: all of them or none; and taken back together."

    def get_urls(self):
        def at(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=f"personas_release_{name}")

        return [
            at("collect/", require_POST(self.collect_view), "collect"),
            at("<uuid:pk>/search/", self.search_view, "search"),
            at("<uuid:pk>/publish/", self.publish_view, "publish"),
            at("<uuid:pk>/take-back/", self.take_back_view, "take_back"),
            at("<uuid:pk>/remove/", self.remove_view, "remove"),
            at("<uuid:pk>/differences/<uuid:persona>/", self.differences_view, "differences"),
            *super().get_urls(),
        ]

    # Pages

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        planned = Scheduled.objects.filter(release=OuterRef("pk"), state=Scheduled.State.WAITING).order_by("at")
        found = Release.objects.select_related("made_by").annotate(
            number=Count("items", filter=Q(items__persona__deleted_at=None)), at=Subquery(planned.values("at")[:1])
        )
        return self.show(
            request, "list", "Releases", may_add=self.has_add_permission(request), intro=self.intro,
            groups=[(state.label, [one for one in found if one.state == state]) for state in State], any=bool(found),
        )  # fmt: skip

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        refusal = []
        if request.method == "POST":
            made, refusal = attempt(
                lambda: releases.create(request.POST.get("name", ""), request.POST.get("why", ""), request.user)
            )
            if made:
                messages.success(request, f"«{made}» is there. Add the personas that are published with it.")
                return redirect(page(made.pk))
        return self.show(request, "add", "Add a release", refusal=refusal, sent=request.POST)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        release = self.find(request, object_id)
        refusal = []
        if request.method == "POST":
            said, refusal = self.act(request, release)
            if not refusal:
                messages.success(request, said)
                return redirect(page(release.pk))
            release.refresh_from_db()
        may = self.has_change_permission(request) and release.state == State.OPEN
        inside = EditorialState.objects.filter(persona__in=release.items.values("persona"))
        states = list(inside.select_related("persona").order_by("persona__name", "persona"))
        against = releases.against(states, request.user) if may and states else {}
        return self.show(
            request, "release", release.name, refusal=refusal, release=release, may=may, original=release,
            may_take_back=self.has_change_permission(request) and release.state == State.PUBLISHED,
            lines=[(state, against.get(state.persona_id, [])) for state in states],
            typed=request.POST if refusal and request.POST.get("do") == "change" else release,
            hindered=sum(map(bool, against.values())), room=releases.MOST,
            **asked_for(request), **listed(Scheduled.objects.filter(release=release), request.user),
        )  # fmt: skip

    def act(self, request, release: Release) -> tuple[str, list[str]]:
        """Do what a form of the page asks for; gives what to tell, or what stands against it."""
        sent, by = request.POST, request.user
        if not self.has_change_permission(request):
            raise PermissionDenied

        def change():
            releases.change(release.pk, sent.get("name", ""), sent.get("why", ""), by)
            return "Saved."

        def add():
            added = releases.add(release.pk, sent_ids(request), by)
            return f"Added: {names(added)}." if added else "Nothing was added: tick personas that are not in it yet."

        def remove():
            removed = releases.remove(release.pk, sent_ids(request), by)
            return f"Taken out: {names(removed)}." if removed else "Nothing was taken out."

        def plan():
            plan_release(release.pk, read_time(sent), by, sent.get("why", ""))
            return "Planned. All personas are published at that time, or none."

        acts = {"change": change, "add": add, "remove": remove, "plan": plan}
        return attempt(acts[sent["do"]]) if sent.get("do") in acts else ("", ["Choose what to do, such as «Add»."])

    def search_view(self, request, pk) -> HttpResponse:
        """Personas to add, found by the words that the list of personas is searched by."""
        release, asked = self.find(request, pk, change=True), request.GET.get("q", "").strip()
        found = []
        if asked:
            there = release.items.values("persona")
            found = PersonaFilters({"q": asked}, user=request.user.pk).found.exclude(persona__in=there)
            found = found.select_related("persona").order_by("persona__name")[:FOUND]
        return self.show(
            request, "search", f"Add to {release}", release=release, asked=asked, found=found, most=FOUND,
            address=page(pk),
        )  # fmt: skip

    def publish_view(self, request, pk) -> HttpResponse:
        release = self.find(request, pk, change=True)
        if request.method == "POST":
            return self.done(
                request, pk, lambda: releases.publish(pk, request.user),
                lambda done: f"Published: «{done}». Services read all of its personas now.",
            )  # fmt: skip
        number = release.items.count()
        return self.confirm(
            request, release, "Publish now",
            f"Publish the {number} persona{'s' * (number != 1)} of «{release}»? Services read them at once, in place "
            "of what they read now. If one of them cannot be published, none is.",
        )  # fmt: skip

    def remove_view(self, request, pk) -> HttpResponse:
        release = self.find(request, pk, change=True)
        if request.method == "POST":
            gone, refusal = attempt(lambda: releases.delete(pk, request.user))
            if not refusal:
                messages.success(request, f"«{gone}» is deleted. Its personas stay as they are.")
                return redirect(reverse(url_name(self.opts, "changelist")))
            messages.error(request, " ".join(refusal))
            return redirect(page(pk))
        question = f"Delete «{release}», with what is planned for it? Its personas stay as they are."
        return self.confirm(request, release, "Delete", question)

    def take_back_view(self, request, pk) -> HttpResponse:
        release, refusal = self.find(request, pk, change=True), []
        why = request.POST.get("why", "")
        if request.method == "POST":
            done, refusal = attempt(lambda: releases.take_back(pk, request.user, why))
            if done:
                messages.success(request, f"Taken back: «{done}». Services read again what they read before it.")
                return redirect(page(pk))
        return self.show(
            request, "take_back", "Take back", release=release, refusal=refusal, why=why, number=release.items.count(),
        )  # fmt: skip

    def differences_view(self, request, pk, persona) -> HttpResponse:
        """What a release changes for consumers of one of its personas, or has changed."""
        release = self.find(request, pk)
        item = get_object_or_404(release.items.select_related("persona"), persona=persona)
        state = EditorialState.objects.get(persona=persona)
        own = Revision.objects.filter(persona=persona)
        if release.state == State.OPEN:
            before, after = own.filter(pk=state.live_id).first(), own.filter(number=state.revision).first()
        else:
            before, after = own.filter(pk=item.live_before).first(), own.filter(pk=item.live_after).first()
        return self.show(
            request, "differences", f"{item.persona}: what changes", release=release, persona=item.persona,
            differences=differences(before, after) if after else None, brief=BRIEFLY in request.headers,
        )  # fmt: skip

    # From the list of personas

    def choose(self, request, states: list[EditorialState]) -> HttpResponse:
        """Ask into which release some personas go."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self.show(
            request, "choose", "Add to a release", personas=[state.persona for state in states],
            ids=",".join(str(state.persona_id) for state in states), named=100, most=releases.MOST,
            open=Release.objects.filter(state=State.OPEN).annotate(number=Count("items"))[:FOUND],
        )  # fmt: skip

    def collect_view(self, request) -> HttpResponse:
        """Put the personas into the release that was chosen, or into a new one."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        into = request.POST.get("release", "")
        chosen = self.find(request, into) if into else None

        def collect() -> tuple[Release, list]:
            with transaction.atomic():
                release = chosen or releases.create(request.POST.get("name", ""), "", request.user)
                return release, releases.add(release.pk, sent_ids(request), request.user)

        done, refusal = attempt(collect)
        if refusal:
            messages.error(request, " ".join(refusal))
            return redirect(reverse("admin:personas_persona_changelist"))
        release, added = done
        messages.success(request, f"Added: {names(added)}." if added else "All of them are in it already.")
        return redirect(page(release.pk))

    # What they have in common

    def find(self, request, pk, *, change: bool = False) -> Release:
        found = self.get_object(request, str(pk))
        if found is None:
            raise Http404("There is no such release in this tenant.")
        if not (self.has_change_permission if change else self.has_view_permission)(request, found):
            raise PermissionDenied
        return found

    def show(self, request, template: str, title: str, *, refusal=(), **context) -> HttpResponse:
        context = (
            self.admin_site.each_context(request) | {"opts": self.opts, "title": title, "refusal": refusal} | context
        )
        request.current_app = self.admin_site.name
        return render(request, f"admin/releases/{template}.html", context, status=409 if refusal else 200)

    def confirm(self, request, release: Release, title: str, question: str) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": title, "question": question, "back": page(release.pk),
        }  # fmt: skip
        return render(request, "admin/confirm.html", context)

    def done(self, request, pk, act: Callable, said: Callable[[Release], str]) -> HttpResponse:
        release, refusal = attempt(act)
        if release:
            messages.success(request, said(release))
            return redirect(page(pk))
        found = self.find(request, pk)
        return self.show(request, "refused", "Nothing was published", release=found, refusal=refusal)


def page(pk) -> str:
    return reverse("admin:personas_release_change", args=[pk])
