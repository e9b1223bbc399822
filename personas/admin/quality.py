"""What the rules of quality say of a persona, each line a link to its field; and the page on which they are set."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import re_path, reverse

from personas.documents.shape import GROUPS
from personas.editorial.quality import MEASURES, Assessment, Finding, InForce, Measure, Rule, in_force, look, set_rule
from personas.models import RuleSetting
from personas.sections import FORM
from vital.admin import ModelAdmin

from .editor.fields import fields_of
from .editor.pages import UUID
from .editor.places import PLACES, Place

GROUP_OF = {column: group for group, columns in GROUPS.items() for column in columns}
STANDS = (
    ("submit", "Blocks submitting", "Mend these before you ask for a review."),
    ("publish", "Blocks publishing", "Mend these before the persona can be published."),
    ("warning", "Warnings", "These stop nothing. Look at them all the same."),
)


class Line:
    """A finding as people read it: where it is, and the way there."""

    def __init__(self, finding: Finding):
        self.finding = finding
        self.said = finding.said
        self.rule = finding.rule

    @property
    def place(self) -> Place | None:
        return PLACES.get(self.finding.section or GROUP_OF.get(self.finding.column))

    @property
    def where(self) -> str:
        """`Goals`, `Narrative, Background story`."""
        if self.place is None:
            return "Overview"
        labels = {field.name: field.label for field in fields_of(self.place.shape)}
        field = labels.get(self.finding.column)
        return f"{self.place.title}, {field}" if field else self.place.title

    @property
    def address(self) -> str:
        """The page with the field on it, opened at the field."""
        if self.place is None:
            return reverse("admin:personas_persona_change", args=[self.finding.persona])
        page = reverse("admin:personas_persona_section", args=[self.finding.persona, self.place.word])
        row = self.finding.row or (None if self.finding.section else self.finding.persona)
        if row is None:
            return page
        # Of several rows one is shown, or opened, that is asked for; a form has but one.
        asked = "" if self.place.layout == FORM else f"?{urlencode({'row': row})}"
        return f"{page}{asked}#{row}-{self.finding.column}"


class Quality:
    """The part of the personas' admin that says what still stands against a persona."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.quality_view)
        return [re_path(rf"^{UUID}/quality/$", view, name="personas_persona_quality"), *super().get_urls()]

    def quality_view(self, request, pk):
        state = self.find(request, pk)
        assessment = look([state.persona_id])[state.persona_id]
        asked = next((measure for measure in MEASURES if measure.code == request.GET.get("of")), None)
        return self.page(
            request, state, "../quality/persona.html", title=f"Quality: {state.persona}", assessment=assessment,
            asked=asked, cards=list(cards(assessment)), stands=list(stands(assessment, asked)),
            submitting=len(assessment.blocking("submit")), publishing=len(assessment.blocking("publish")),
        )  # fmt: skip


def cards(assessment: Assessment) -> Iterator[tuple[Measure, int, int]]:
    """What is measured, the number, and how many lines are behind it."""
    for measure, number in assessment.numbers.told:
        yield measure, number, sum(finding.rule.group == measure.code for finding in assessment.findings)


def stands(assessment: Assessment, asked: Measure | None) -> Iterator[tuple[str, str, list[Line]]]:
    """What stands against the persona, by how seriously; of one measure, if that is asked for."""
    for severity, title, help_ in STANDS:
        lines = [
            Line(finding)
            for finding in assessment.findings
            if finding.severity == severity and asked in (None, measure_of(finding.rule))
        ]
        if lines:
            yield title, help_, lines


def measure_of(rule: Rule) -> Measure:
    return next(measure for measure in MEASURES if measure.code == rule.group)


class UnusableError(ValueError):
    """What somebody sent as a rule's setting makes none; the message says why."""


class Setting:
    """One rule on the page of rules: as it holds, and as somebody has just sent it."""

    def __init__(self, held: InForce, sent: Mapping[str, str] | None = None):
        self.held, self.rule = held, held.rule
        self.shown = f"{held.severity} {held.limit}"
        self.severity, self.limit, self.problem = str(held.severity), held.limit, ""
        if sent is not None:
            self.severity = sent.get(f"{self.rule.code}-severity", self.severity)
            self.limit = sent.get(f"{self.rule.code}-threshold", self.limit).strip()
            self.shown = sent.get(f"{self.rule.code}-shown", self.shown)
        # Only what this person changed is written: somebody else may have changed other rules meanwhile.
        self.changed = f"{self.severity} {self.limit}" != self.shown

    def threshold(self) -> Decimal | None:
        """What was sent; None: as the rule has it."""
        if self.severity not in RuleSetting.Severity.values:
            raise UnusableError("Choose how seriously the rule is taken, such as «Warning».")
        if self.rule.threshold is None or not self.limit:
            return None
        try:
            number = Decimal(self.limit)
        except InvalidOperation:
            number = Decimal("nan")
        if not (number.is_finite() and 0 <= number <= self.rule.highest and number == round(number, 2)):
            raise UnusableError(f"Give a number from 0 to {self.rule.highest}, such as «{self.rule.threshold}».")
        return number

    @property
    def by_default(self) -> str:
        """`Blocks publishing, 5 sources`."""
        limit = f", {self.rule.threshold} {self.rule.unit}" if self.rule.threshold is not None else ""
        return f"{self.rule.severity.label}{limit}"


@admin.register(RuleSetting)
class RuleSettingAdmin(ModelAdmin):
    intro = "What is asked of a persona before it is reviewed and published, and how seriously."
    readonly_fields = ()

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect(url_name(self.opts, "changelist"))

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        settings = [Setting(held) for held in in_force().values()]
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            settings = [Setting(setting.held, request.POST) for setting in settings]
            if self.save_all(request, settings):
                return redirect(url_name(self.opts, "changelist"))
        groups = [(one, [held for held in settings if held.rule.group == one.code]) for one in MEASURES]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": "Rules of quality", "intro": self.intro, "groups": groups,
            "severities": RuleSetting.Severity.choices, "may_change": self.has_change_permission(request),
        }  # fmt: skip
        request.current_app = self.admin_site.name
        return render(request, "admin/personas/quality/rules.html", context)

    def save_all(self, request, settings: list[Setting]) -> bool:
        """All that was changed, or nothing where some of it makes no sense."""
        changed = []
        for setting in settings:
            try:
                if setting.changed:
                    changed.append((setting.rule, setting.severity, setting.threshold()))
            except UnusableError as error:
                setting.problem = str(error)
        if any(setting.problem for setting in settings):
            messages.error(request, "Nothing was saved. Mend what is marked below, then save again.")
            return False
        titles = [rule.title for rule, *values in changed if set_rule(rule, *values, by=request.user)]
        said = f"Saved: {', '.join(titles)}." if titles else "Nothing to save: every rule is as it was."
        messages.success(request, said)
        return True
