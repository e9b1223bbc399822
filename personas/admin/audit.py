"""The audit: who did what, to which persona, when and why; to be looked through and taken along, never changed."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from io import StringIO
from urllib.parse import urlencode
from uuid import UUID

import django_filters as filters
from django import forms
from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from personas.exchange.tables import csv_cell
from personas.models import Event, Persona
from vital.admin import ModelAdmin
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context, unhurried
from vital.tenancy.models import Membership

from .events import DONE, Told, stands
from .imports import attached

SIZE = 50
AT_ONCE = 2000  # events that an export reads at once
NAMES = 200  # personas that a name may mean
PROGRAMS = "programs"
HEADINGS = ("When", "Who", "What", "Persona", "Id of the persona", "Where", "Stood as", "Stands as", "Why", "Revision")
DAY = forms.DateInput({"type": "date"}, "%Y-%m-%d")


def beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def lowest_id(moment: datetime) -> UUID:
    """The least id of what was done from a moment on: ids begin with the time, and are what the index knows."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


class EventFilters(filters.FilterSet):
    """What the address of the audit may name."""

    who = filters.ChoiceFilter(label="Who", method="by_whom", empty_label="anybody")
    what = filters.ChoiceFilter(label="What", method="of_kind", empty_label="anything")
    persona = filters.CharFilter(label="Persona, by name or id", method="of_persona", max_length=200)
    function = filters.ChoiceFilter(label="Function", method="of_function", empty_label="any")
    start = filters.DateFilter(label="From", method="since", widget=DAY)
    end = filters.DateFilter(label="To", method="until", widget=DAY)
    why = filters.CharFilter(label="Words in the reason", field_name="why", lookup_expr="icontains", max_length=200)

    def __init__(self, data):
        super().__init__(data, Event.objects.all())
        people = Membership.objects.annotate(said=Coalesce("user__full_name", "user__email")).order_by("said")
        self.filters["who"].extra["choices"] = [
            (PROGRAMS, "Programs, and people outside of VITAL Personas"), *people.values_list("user_id", "said")
        ]  # fmt: skip
        by_words: dict[str, list[str]] = {}
        for name, said in DONE.items():
            by_words.setdefault(said, []).append(name)
        listed = sorted((said, ",".join(names)) for said, names in by_words.items())
        self.filters["what"].extra["choices"] = [(names, said) for said, names in listed]
        self.filters["function"].extra["choices"] = Function.objects.order_by("name").values_list("pk", "name")
        for field in self.form.fields.values():
            field.widget.attrs["class"] = "vital-select"

    def by_whom(self, events, name, value):
        return events.filter(made_by=None if value == PROGRAMS else value)

    def of_kind(self, events, name, value):
        return events.filter(name__in=value.split(","))

    def of_persona(self, events, name, value):
        """By id; by name, those that have it now and those that had it then and are gone."""
        try:
            return events.filter(persona=UUID(value))
        except ValueError:
            named = Persona.objects.filter(Q(name__icontains=value) | Q(slug__icontains=value)).order_by("name")
            ids = list(named.values_list("pk", flat=True)[:NAMES])
            return events.filter(persona__in=ids) if ids else events.filter(about__icontains=value)

    def of_function(self, events, name, value):
        return events.filter(persona__in=Persona.objects.filter(function=value).values("pk"))

    def since(self, events, name, value):
        return events.filter(pk__gte=lowest_id(beginning(value)))

    def until(self, events, name, value):
        return events.filter(pk__lt=lowest_id(beginning(value + timedelta(days=1))))

    @property
    def found(self) -> QuerySet:
        return self.qs if self.is_valid() else Event.objects.none()


@dataclass
class Audit:
    """A page of the audit: what its address asks for."""

    asked: dict[str, str]

    @cached_property
    def filters(self) -> EventFilters:
        return EventFilters(self.asked)

    @cached_property
    def filtered(self) -> dict[str, str]:
        return {name: self.asked[name] for name in self.filters.filters if self.asked.get(name)}

    @cached_property
    def _rows(self) -> tuple[list[Event], bool]:
        """The events of the page, and whether there are more that way."""
        events = self.filters.found.select_related("made_by")
        if self.backwards:
            found = list(events.filter(pk__gt=self.place).order_by("pk")[: SIZE + 1])
            return found[:SIZE][::-1], len(found) > SIZE
        if self.place:
            events = events.filter(pk__lt=self.place)
        found = list(events.order_by("-pk")[: SIZE + 1])
        return found[:SIZE], len(found) > SIZE

    @property
    def backwards(self) -> bool:
        return bool(self.asked.get("before") and self.place)

    @cached_property
    def place(self) -> UUID | None:
        try:
            return UUID(self.asked.get("before") or self.asked.get("after") or "")
        except ValueError:
            return None

    @cached_property
    def rows(self) -> list[Told]:
        return told(self._rows[0])

    @property
    def previous(self) -> str:
        events, more = self._rows
        there = events and (more if self.backwards else self.place)
        return f"?{urlencode(self.filtered | {'before': events[0].pk})}" if there else ""

    @property
    def next(self) -> str:
        events, more = self._rows
        there = events and (more or self.backwards)
        return f"?{urlencode(self.filtered | {'after': events[-1].pk})}" if there else ""


def told(events: list[Event]) -> list[Told]:
    ids = {event.persona for event in events} - {None}
    there = set(Persona.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else ()
    return [Told(event, event.persona in there) for event in events]


def sheet(tenant, user, asked: dict[str, str]) -> Iterator[str]:
    """All that the filters find, newest first, as CSV. What is sent after the answer has begun has its own context."""
    with tenant_context(tenant, user, read_only=True):
        unhurried()
        events = EventFilters(asked).found.select_related("made_by").order_by("-pk")
        yield "\ufeff" + lines([HEADINGS])
        block: list[list] = []
        for event in events.iterator(AT_ONCE):
            block.append(line(Told(event)))
            if len(block) == AT_ONCE:
                yield lines(block)
                block = []
        yield lines(block)


def line(one: Told) -> list:
    event = one.event
    return [
        timezone.localtime(event.made_at).isoformat(" ", "seconds"), who(event), one.done, event.about, event.persona,
        one.on, stands(event.before), stands(event.after), event.why, event.revision,
    ]  # fmt: skip


def who(event: Event) -> str:
    """A person; where none is known, the log-in of the database."""
    return str(event.made_by or event.made_by_login or "VITAL Personas")


def lines(rows: Iterable[Iterable]) -> str:
    """As CSV; no cell is taken for a formula."""
    file = StringIO()
    csv.writer(file).writerows([csv_cell(value) for value in row] for row in rows)
    return file.getvalue()


@admin.register(Event)
class EventAdmin(ModelAdmin):
    intro = "Who did what, when and why. Nothing here can be changed or deleted, by anybody."
    readonly_fields = ()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export.csv", view, name="personas_event_export"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        audit = Audit({name: value.strip() for name, value in request.GET.items()})
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": "Audit", "intro": self.intro, "audit": audit, "form": audit.filters.form,
            "query": urlencode(audit.filtered),
        }  # fmt: skip
        request.current_app = self.admin_site.name
        return render(request, "admin/audit/list.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect(url_name(self.opts, "changelist"))

    def history_view(self, request, object_id, extra_context=None):
        return redirect(url_name(self.opts, "changelist"))

    def export_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = {name: value.strip() for name, value in request.GET.items()}
        sending = StreamingHttpResponse(
            sheet(request.tenant, request.user, asked), content_type="text/csv; charset=utf-8"
        )
        return attached(sending, f"audit-{timezone.localdate():%Y-%m-%d}.csv")
