"""Lists that people keep under a name, for themselves or for all of the tenant."""

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from personas.models import SavedList

LONGEST = SavedList._meta.get_field("name").max_length


def visible(user):
    """What a person has kept, and what others share."""
    return SavedList.objects.filter(Q(created_by=user) | Q(shared=True)).select_related("created_by")


def may_remove(user, one: SavedList) -> bool:
    """Whoever kept it; and, of what is shared, tenant admins."""
    return one.created_by_id == user.pk or (one.shared and user.has_perm("personas.purge_savedlist"))


def offered(user, here: str) -> list[dict]:
    """The lists to choose from; the one that is open is marked."""
    return [
        {"list": one, "address": f"?{one.query}", "here": f"?{one.query}" == here, "own": one.created_by_id == user.pk,
         "removable": may_remove(user, one)}
        for one in visible(user)
    ]  # fmt: skip


def urls(admin) -> list:
    def keep(request):
        from .listing import Listing

        if not request.user.has_perm("personas.add_savedlist"):
            raise PermissionDenied
        listing = Listing(QueryDict(request.POST.get("query", "")), request.user)
        address = reverse(url_name(admin.opts, "changelist")) + listing.address().rstrip("?")
        name = " ".join(request.POST.get("name", "").split())
        if not name or len(name) > LONGEST or "\0" in name:
            messages.error(request, f"Give the list a name of at most {LONGEST} letters, such as «Oncology drafts».")
            return redirect(address)
        _, new = SavedList.objects.update_or_create(
            created_by=request.user, name=name,
            defaults={"query": listing.address()[1:], "shared": "shared" in request.POST},
        )  # fmt: skip
        messages.success(request, f"{'Kept as' if new else 'Kept anew as'} «{name}».")
        return redirect(address)

    def remove(request, pk):
        one = get_object_or_404(visible(request.user), pk=pk)
        if not may_remove(request.user, one):
            raise PermissionDenied
        back = f"{reverse(url_name(admin.opts, 'changelist'))}?{one.query}"
        if request.method == "POST":
            one.delete()
            messages.success(request, f"«{one}» is kept no longer. Its personas are as they were.")
            return redirect(reverse(url_name(admin.opts, "changelist")))
        shared = "" if one.created_by_id == request.user.pk else f", which {one.created_by} shares with all"
        question = f"Remove the saved list «{one}»{shared}? No persona changes by that."
        context = admin.admin_site.each_context(request) | {
            "opts": admin.opts, "title": "Remove saved list", "question": question, "back": back,
        }  # fmt: skip
        return render(request, "admin/confirm.html", context)

    return [
        path("lists/keep/", admin.admin_site.admin_view(require_POST(keep)), name="personas_persona_keep_list"),
        path("lists/<uuid:pk>/remove/", admin.admin_site.admin_view(remove), name="personas_persona_remove_list"),
    ]
