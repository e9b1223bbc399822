"""The list of personas: found by words and filters, in pages, with the columns that one chooses."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from personas.exchange.choosing import ME, PersonaFilters
from personas.models import EditorialState, Persona

from . import bulk, columns, places, saved
from .paging import SEARCHED, SIZE, page, sources

COUNTED = 5_000  # of more it is said that they are more: counting is no reason to wait
SORTED = ("name", *(name for name, column in columns.COLUMNS.items() if column.sorted))
FIRST_DOWN = ("completeness", "evidence", "changed")  # sorted from the greatest on, at first
STEPS = ("after", "before")


@dataclass(frozen=True)
class Heading:
    """The head of a column: its title, and the address that sorts by it."""

    name: str
    title: str
    address: str | None
    sorted: str | None  # ascending, descending


@dataclass(frozen=True)
class Shown:
    """A line of the list."""

    state: EditorialState
    cells: list[tuple[str, str, object]]  # name and title of the column, and what it shows
    place: places.Place | None


class Listing:
    """What the address of a list asks for."""

    def __init__(self, asked: QueryDict, user):
        self.asked = {name: value.strip() for name, value in asked.items() if value.strip()}
        self.user = user
        self.filters = PersonaFilters(self.asked, user=user.pk)
        for field in self.filters.form.fields.values():
            field.widget.attrs["class"] = "vital-select"
        self.columns = columns.chosen(",".join(asked.getlist("columns")))
        order = self.asked.get("order", "name")
        self.order = order if order.removeprefix("-") in SORTED else "name"

    @cached_property
    def found(self) -> QuerySet:
        return self.filters.found

    @property
    def people(self) -> dict[str, str]:
        """Those who work here."""
        return dict(self.filters.options["owner"])

    @cached_property
    def filtered(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: self.asked[name] for name in self.filters.filters if name in self.asked}

    @property
    def query(self) -> dict[str, str]:
        """What the address says, but for the page."""
        said = dict(self.filtered)
        if self.order != "name":
            said["order"] = self.order
        if self.columns != columns.DEFAULT:
            said["columns"] = ",".join(self.columns)
        return said

    def address(self, without: tuple[str, ...] = (), **changed: str) -> str:
        kept = {name: value for name, value in self.query.items() if name not in without}
        return "?" + urlencode({name: value for name, value in (kept | changed).items() if value})

    @property
    def export(self) -> str:
        """What tells the page of exports which personas are meant; whoever it comes from."""
        me = {"owner": str(self.user.pk)} if self.filtered.get("owner") == ME else {}
        return urlencode({"list": urlencode(self.filtered | me)})

    @cached_property
    def number(self) -> int:
        """How many there are; counted up to one more than is told."""
        return self.found.order_by()[: COUNTED + 1].count()

    @property
    def unread(self) -> int:
        """How many personas the search does not know as they are now."""
        if "q" not in self.asked:
            return 0
        return EditorialState.objects.exclude(words_version=F("version")).count()

    @cached_property
    def page(self):
        states = self.found.select_related(*columns.READ).only(*columns.FIELDS)
        if "evidence" in self.columns:
            states = states.annotate(evidence=sources())
        size = SEARCHED if "q" in self.asked else SIZE
        return page(states, self.order, size=size, **{step: self.asked.get(step, "") for step in STEPS})

    @property
    def previous(self) -> str | None:
        return self.page.previous and self.address(before=self.page.previous)

    @property
    def next(self) -> str | None:
        return self.page.next and self.address(after=self.page.next)

    @cached_property
    def rows(self) -> list[Shown]:
        words, states = self.asked.get("q"), self.page.rows
        wanted = [(name, columns.COLUMNS[name]) for name in self.columns]
        found = places.find(words, [state.persona_id for state in states]) if words and states else {}
        return [
            Shown(
                state,
                [(name, column.title, column.shows(state)) for name, column in wanted],
                found.get(state.persona_id),
            )
            for state in states
        ]

    @property
    def headings(self) -> list[Heading]:
        titles = {"name": "Name"} | {name: columns.COLUMNS[name].title for name in self.columns}
        return [self.heading(name, title) for name, title in titles.items()]

    def heading(self, name: str, title: str) -> Heading:
        if name not in SORTED:
            return Heading(name, title, None, None)
        now = self.order.removeprefix("-") == name
        down = not self.order.startswith("-") if now else name in FIRST_DOWN
        other = f"-{name}" if down else name
        # The order by name is the one without a word.
        address = self.address(without=("order",), order="" if other == "name" else other)
        return Heading(name, title, address, ("ascending" if down else "descending") if now else None)

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """What is filtered by, in words, each with the address of the list without it."""
        fields, valid = self.filters.form.fields, self.filters.form
        said = []
        for name, value in self.filtered.items():
            cleaned = valid.cleaned_data.get(name)
            known = dict(getattr(fields[name], "choices", ())) if not hasattr(cleaned, "pk") else {}
            said.append((fields[name].label, str(known.get(value, cleaned or value)), self.address(without=(name,))))
        return said

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Filters that make no sense: which, why, and the address of the list without it."""
        errors = self.filters.form.errors
        return [
            (self.filters.form.fields[name].label, f"«{self.asked[name]}»: {' '.join(said)}", self.address((name,)))
            for name, said in errors.items()
        ]


class PersonaList:
    """The part of the personas' admin that lists them, and acts on many."""

    def get_urls(self):
        return [*saved.urls(self), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        listing = Listing(request.GET, request.user)
        if request.method == "POST":
            return bulk.act(self, request, listing)
        return TemplateResponse(request, "admin/personas/persona_list.html", self.list_context(request, listing))

    def list_context(self, request, listing: Listing) -> dict:
        empty = not listing.rows and not listing.filtered and not Persona.objects.filter(deleted_at=None).exists()
        return {
            **self.admin_site.each_context(request),
            "title": "Personas",
            "opts": self.opts,
            "intro": self.intro,
            "listing": listing,
            "form": listing.filters.form,
            "counted": COUNTED,
            "every_column": columns.COLUMNS,
            "unread": listing.unread,
            "none_at_all": empty,
            "saved": saved.offered(request.user, listing.address()),
            "actions": bulk.offered(self, request, listing),
            "may_add": self.has_add_permission(request),
            "may_import": request.user.has_perm("personas.add_batch"),
            "address": reverse(url_name(self.opts, "changelist")),
            "export": f"{reverse('admin:personas_export_add')}?{listing.export}",
        }

    def get_export_queryset(self, request):
        """The file of the table holds what the list shows."""
        listing = Listing(request.GET, request.user)
        return self.get_queryset(request).filter(pk__in=listing.found.values("persona")).order_by("name")
