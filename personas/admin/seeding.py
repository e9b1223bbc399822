"""Seeding in the admin: how far functions are, files to fill in and bring, personas to make, and what was verified."""

from functools import cache

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from personas.documents.changes import Mode
from personas.exchange import batches, showing
from personas.models import Batch
from personas.seeding import capture, organisation, variants, verification
from personas.seeding.sources import Choice, fixture_of
from personas.seeding.work import SEEDS
from personas.tasks import hand_over
from vital.tenancy.context import unhurried

from .coverage import Coverage, coverage, last_seedings, seedings, taken_back
from .imports import BatchAdmin, attached, refusal

MOST = 100  # personas that are made at once
LARGEST = 1_000_000_000  # seed
EACH = 20  # seedings on a page
ALL = ""  # of the templates


class Making(forms.Form):
    """What somebody wants to be made from templates."""

    template = forms.ChoiceField(
        required=False,
        help_text="What the personas are like, such as «Director of Medical Affairs».",
        error_messages={"invalid_choice": "This function has no template «%(value)s». Choose one of the list."},
    )
    count = forms.IntegerField(
        label="How many", initial=10, min_value=1, max_value=MOST,
        help_text=f"From 1 to {MOST}, such as 10. A hundred take half a minute.",
    )  # fmt: skip
    variation = forms.ChoiceField(
        choices=[(one, one.capitalize()) for one in variants.VARIATIONS], initial="medium",
        help_text="How different they are from each other: «high» draws from all that the template knows.",
        error_messages={"invalid_choice": "«%(value)s» is no variation. Choose low, medium or high."},
    )  # fmt: skip
    seed = forms.IntegerField(
        initial=1, min_value=0, max_value=LARGEST,
        help_text="Any number, such as 7. The same one makes the same personas again, another one makes others.",
    )  # fmt: skip

    def __init__(self, sent, templates: dict[str, str]):
        super().__init__(sent, auto_id="make_%s", label_suffix="")
        several = [(ALL, "All of them, by turns")] if len(templates) > 1 else []
        self.fields["template"].choices = [*several, *templates.items()]
        self.fields["template"].required = not several
        for name in ("count", "seed"):
            said = {"invalid": "Write a whole number, such as 10.", "required": "Write a number, such as 10."}
            self.fields[name].error_messages |= said
        for one in self.fields.values():
            one.widget.attrs["class"] = "vital-select"


admin.site.unregister(Batch)


@admin.register(Batch)
class SeedingAdmin(BatchAdmin):
    """The pages of imports, and those of seeding, which is importing for a business function."""

    def get_urls(self):
        def at(route, view, name):
            return path(f"seeding/{route}", self.admin_site.admin_view(view), name=f"personas_batch_seeding{name}")

        return [
            at("", self.seeding_view, ""),
            at("<str:slug>/", self.function_view, "_function"),
            at("<str:slug>/template.zip", self.pack_view, "_template"),
            *super().get_urls(),
        ]

    # Pages

    def seeding_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        functions, none = coverage()
        last = last_seedings()
        for one in functions:
            one.last = last.get(one.slug)
        return self.show(
            request, "functions", "Seeding", functions=functions, none=none, share=verification.SHARE,
            started=sum(bool(one.numbers["personas"]) for one in functions),
            personas=sum(one.numbers["personas"] for one in functions),
            roles=sum(len(one.roles) for one in functions), covered=sum(one.covered for one in functions),
        )  # fmt: skip

    def function_view(self, request, slug):
        function, problem, found = self.function(request, slug), None, None
        templates, broken = templates_of(slug)
        form = Making(request.POST if request.POST.get("do") == "make" else None, templates)
        if request.method == "POST":
            try:
                answer = self.seed(request, function, form)
            except ValidationError as refused:
                problem = refused.messages
            else:
                if isinstance(answer, HttpResponse):
                    return answer
                found = answer
        lacking = organisation.missing([slug])
        history = Paginator(seedings(**{f"options__{SEEDS}": slug}), EACH).get_page(request.GET.get("page"))
        for one in history:
            one["said"] = Batch.State(one["state"]).label
        kept = Batch.objects.filter(verification__isnull=False, **{f"options__{SEEDS}": slug})
        return self.show(
            request, "function", f"Seeding: {function.title}", status=400 if problem else 200, function=function,
            problem=problem, form=form, templates=templates, broken=broken, shipped=shipped(slug),
            may_add=self.has_add_permission(request), may_verify=self.has_change_permission(request),
            adds=in_words(lacking), may_bring=may_bring(request.user, lacking), share=verification.SHARE,
            history=history, taken_back=taken_back(), verified_now=found is not None,
            verification=showing.verified(found or kept.values_list("verification", flat=True).first()),
        )  # fmt: skip

    def pack_view(self, request, slug):
        """Everything that is to be filled in, in all formats."""
        self.function(request, slug)
        try:
            content = capture.pack(slug)
        except variants.TemplateError as error:
            messages.error(request, str(error))
            return redirect("admin:personas_batch_seeding_function", slug)
        return attached(HttpResponse(content, content_type="application/zip"), f"{slug}_persona_templates.zip")

    # Deciding

    def seed(self, request, function: Coverage, form: Making) -> HttpResponse | dict:
        """Do what was asked for; gives where to go on, or what was verified."""
        do = request.POST.get("do")
        if do == "verify":
            return self.verify(request, function)
        if do not in ("bring", "make", "shipped"):
            raise ValidationError("Choose what to do, such as «Make the plan».")
        if not self.has_add_permission(request):
            raise PermissionDenied
        unhurried()
        if do == "bring":
            sent = request.FILES.getlist("files")
            if problem := refusal(sent):
                raise ValidationError(problem)
            return self.to_plan(request, function, [(file.name, file.read()) for file in sent])
        if do == "shipped":
            if fixture_of(function.slug) is None:
                raise ValidationError(f"No personas of {function.title} are shipped. Make some from a template.")
            return self.made(request, function, Choice())
        if not form.is_valid():
            raise ValidationError("Nothing was made. Mend what is marked below.")
        wanted = form.cleaned_data
        templates = [wanted["template"]] if wanted["template"] else variants.of_function(function.slug)
        if not templates:
            raise ValidationError(f"There is no template of {function.title}. Bring filled files instead.")
        name = f"{wanted['template'] or function.slug}-{wanted['count']}-{wanted['variation']}-seed-{wanted['seed']}"
        choice = Choice(
            count=wanted["count"], variation=wanted["variation"], seed=wanted["seed"], templates=tuple(templates)
        )
        return self.made(request, function, choice, f"{name}.jsonl")

    def made(self, request, function: Coverage, choice: Choice, name: str = "") -> HttpResponse:
        try:
            with choice.of(function.slug) as source:
                files = [(name or own, file.read()) for own, file in source.files]
        except variants.TemplateError as error:
            raise ValidationError(f"Nothing was made. {error}") from error
        return self.to_plan(request, function, files)

    def to_plan(self, request, function: Coverage, files: list[tuple[str, bytes]]) -> HttpResponse:
        """Bring what the organisation lacks, and hand the files over to be compared: all of it, or nothing."""
        try:
            with transaction.atomic():
                said = self.bring_organisation(request, function)
                options = {"mode": Mode.MERGE.value, "profile": "", SEEDS: function.slug}
                batch = batches.receive(files, options, request.user)
                hand_over(batch, request.user)
                self.log_addition(request, batch, f"Began to seed {function.title}.{said}")
        except IntegrityError as error:
            raise ValidationError(
                "The organisation has changed meanwhile: somebody has added what was to be added, or something in its "
                "place. Look at it again, then once more here."
            ) from error
        if said:
            messages.success(request, said.strip())
        return self.to(batch)

    def bring_organisation(self, request, function: Coverage) -> str:
        """What personas of the function refer to and the tenant lacks; gives what to say of it."""
        lacking = organisation.missing([function.slug])
        if not lacking:
            return ""
        adds = in_words(lacking)
        if not may_bring(request.user, lacking):
            raise ValidationError(f"Your role does not allow you to add {adds}. Ask a tenant admin to do this step.")
        if "organisation" not in request.POST:
            raise ValidationError(f"Tick that {adds} may be added to the organisation: the plan needs them.")
        organisation.bring(lacking)
        named = [one for one in lacking if isinstance(one, organisation.NAMED)]
        for model in organisation.NAMED:
            several = [one for one in named if type(one) is model]
            LogEntry.objects.log_actions(request.user.pk, several, ADDITION, f"To seed {function.title}.")
        return f" Added to the organisation: {adds}."

    def verify(self, request, function: Coverage) -> dict:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not function.numbers["personas"]:
            raise ValidationError(f"{function.title} has no personas yet, so there is nothing to verify.")
        unhurried()
        found = verification.verified_function(function.slug)
        asked = {"kind": Batch.Kind.IMPORT, "state": Batch.State.APPLIED, f"options__{SEEDS}": function.slug}
        if batch := Batch.objects.filter(**asked).first():
            self.log_change(request, batch, f"Verified all personas of {function.title}.")
        return found

    # Helping

    def function(self, request, slug) -> Coverage:
        if not self.has_view_permission(request):
            raise PermissionDenied
        functions, _ = coverage(slug)
        if not functions:
            raise Http404("There is no such business function here.")
        return functions[0]

    def show(self, request, template: str, title: str, status: int = 200, **context) -> HttpResponse:
        around = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        request.current_app = self.admin_site.name
        return render(request, f"admin/seeding/{template}.html", around | context, status=status)


def templates_of(slug: str) -> tuple[dict[str, str], str]:
    """The titles of the templates of a function by their names; and what is wrong with templates, if anything is."""
    try:
        return {name: variants.kind(name).title for name in variants.of_function(slug)}, ""
    except variants.TemplateError as error:
        return {}, str(error)


@cache
def shipped(slug: str) -> int:
    """How many personas of a function are shipped."""
    fixture = fixture_of(slug)
    if fixture is None:
        return 0
    with fixture.open("rb") as lines:
        return sum(bool(line.strip()) for line in lines)


def in_words(lacking: list[models.Model]) -> str:
    """`1 function, 2 departments and 5 roles`."""
    return " and ".join(organisation.in_words(lacking).rsplit(", ", 1))


def may_bring(user, lacking: list[models.Model]) -> bool:
    options = {type(one)._meta for one in lacking}
    return all(user.has_perm(f"{one.app_label}.add_{one.model_name}") for one in options)
