"""Sharing as people of the house see it: who has links to a persona, new ones, revoking, and who opened them."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from personas.editorial.publishing import live
from personas.models import Persona, Share

from . import sharing
from .door import EDIT, readers, show, writers

SEE, MAKE, REVOKE = "personas.view_share", "personas.add_share", "personas.change_share"
SIZE = 50


class ShareForm(forms.ModelForm):
    days = forms.TypedChoiceField(
        label="For how long",
        coerce=int,
        initial=sharing.USUAL_DAYS,
        choices=[(days, f"{days} day{'s' if days > 1 else ''}") for days in sharing.DAYS],
        help_text="Afterwards it stops working by itself. You can revoke it at any time.",
    )

    class Meta:
        model = Share
        fields = ("reader",)
        labels = {"reader": "For whom"}
        error_messages = {"reader": {"required": "Say whom the link is for: the name stands on every page."}}

    def clean_reader(self):
        return " ".join(self.cleaned_data["reader"].split())


def needs(request, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


@writers
def of_persona(request, slug: str):
    """The links to one persona; whoever may make one posts here."""
    needs(request, SEE)
    persona, is_live = found(request, slug)
    form, link = ShareForm(), None
    if request.method == "POST":
        needs(request, MAKE)
        form = ShareForm(request.POST)
        if is_live and form.is_valid():
            key = sharing.make(persona, form.cleaned_data["reader"], form.cleaned_data["days"], request.user)
            link = request.build_absolute_uri(reverse("shared", args=[key]))
    return show(
        request,
        "share",
        f"Share {persona.name}",
        persona=persona,
        slug=slug,
        is_live=is_live,
        form=ShareForm() if link else form,
        link=link,  # in this answer only: in no message, no address, no table
        reader=link and form.cleaned_data["reader"],
        shares=sharing.told(sharing.links().filter(persona_id=persona.pk)),
        **rights(request),
    )


def found(request, slug: str) -> tuple[Persona, bool]:
    """The persona as it is published; else, for those who may edit, the one that is not yet, or no longer."""
    with live():
        persona = Persona.objects.filter(slug=slug).first()
    is_live = persona is not None
    if not is_live and request.user.has_perm(EDIT):
        persona = Persona.objects.filter(slug=slug, deleted_at=None).first()
    if persona is None:
        raise Http404(f"There is no persona «{slug}» published in this tenant.")
    return persona, is_live


def rights(request) -> dict:
    may_make, may_revoke = map(request.user.has_perm, (MAKE, REVOKE))
    return {"may_make": may_make, "may_revoke": may_revoke, "latest": sharing.LATEST}


@readers
def of_tenant(request):
    needs(request, SEE)
    shown = Paginator(sharing.told(sharing.links()), SIZE).get_page(request.GET.get("page"))
    return show(request, "shares", "Shared links", page=shown, shares=shown.object_list, **rights(request))


@writers
def revoke(request, pk):
    needs(request, REVOKE)
    share = sharing.links().filter(pk=pk).first()
    if share is None:
        raise Http404("There is no such link in this tenant.")
    back = reverse("library:share", args=[share.slug]) if share.published else reverse("library:shares")
    if request.method == "POST":
        done = sharing.revoke(share, request.user)
        said = "does not work any longer." if done else "was revoked before."
        messages.success(request, f"The link for «{share.reader}» {said}")
        return redirect(back)
    question = (
        f"The link for «{share.reader}» then opens the sheet of «{share.called}» no longer. "
        "This cannot be undone; you can make a new link at any time."
    )
    return show(request, "revoke", "Revoke the link", question=question, back=back)
