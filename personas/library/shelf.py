"""The library's first page: the personas that its filters leave, as cards, a list or a table, and in the matrix."""

from contextlib import nullcontext
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse

from personas.admin.numbers import number
from personas.editorial.publishing import live

from . import facets
from .cards import ORDERS, cards
from .door import WORKING, address, readers, show, wants_working
from .figures.figure import Figure
from .figures.matrix import SCORES, Dot, Quadrant, matrix
from .finding import Finding

VIEWS = {"cards": "Cards", "list": "List", "table": "Table"}
SIZES = {"24": "24", "50": "50"}
DOTS = 400  # of more, those of nearly the same place become one
AT_ONCE, OPENED = 8, 40  # values that a facet shows before it is opened, and then
AROUND = 2  # pages that are named on either side
# What an address may say besides the filters: the first of each is what it says when it says nothing.
SHOWN = {"view": VIEWS, "order": ORDERS, "size": SIZES}


class Shelf:
    """What an address of the library asks for."""

    def __init__(self, asked: QueryDict, *, working: bool):
        self.working = working
        self.finding = Finding(asked, working=working)
        self.said = self.canonical(asked)
        self.shown = {name: self.said.get(name, [next(iter(options))])[0] for name, options in SHOWN.items()}

    def read(self) -> "Shelf":
        """All at once: what is rendered later no longer reads what is published."""
        size, page = int(self.shown["size"]), int(self.said.get("page", ["1"])[0])
        with nullcontext() if self.working else live():
            self.numbers = facets.count(self.finding)
            self.pages = max(1, -(-self.found // size))
            self.page = min(page, self.pages)
            start = (self.page - 1) * size
            self.cards = cards(self.finding, self.shown["order"], start, start + size) if self.found else []
            self.matrix = self.picture()
        return self

    def canonical(self, asked: QueryDict) -> dict[str, list[str]]:
        """What the address says that makes a difference, in one order."""
        said = {name: sorted({value.strip() for value in asked.getlist(name)} - {""}) for name in self.finding.filters}
        said["q"] = [asked.get("q", "").strip()]
        said["copy"] = [WORKING] if self.working else []
        for name, options in SHOWN.items():
            value = asked.get(name)
            said[name] = [value] if value in list(options)[1:] else []
        page = number(asked.get("page")) or 1
        said["page"] = [str(page)] if page > 1 else []
        return {name: values for name, values in said.items() if values and values != [""]}

    def address(self, **changed: list[str]) -> str:
        """The address with something else said; from its first page on."""
        kept = self.said | {"page": []} | changed
        order = [*self.finding.filters, "copy", *SHOWN, "page"]
        said = [(name, value) for name in order for value in sorted(kept.get(name, ()))]
        return f"?{urlencode(said)}" if said else reverse("library:index")

    def toggled(self, name: str, value: str) -> str:
        now = self.said.get(name, [])
        return self.address(**{name: [one for one in now if one != value] if value in now else [*now, value]})

    @property
    def found(self) -> int:
        return 0 if self.problems else self.numbers.found

    @cached_property
    def problems(self) -> list[tuple[str, str, str]]:
        """Filters that make no sense: which, why, and the address without it."""
        return [
            (self.finding.filters[name].label, " ".join(said), self.address(**{name: []}))
            for name, said in self.finding.form.errors.items()
        ]

    @property
    def clear(self) -> str:
        return self.address(**{name: [] for name in self.finding.filters})

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """What is filtered by, in words, each with the address without it."""
        words = [("Words", self.said["q"][0], self.address(q=[]))] if "q" in self.finding.asked else []
        return words + [
            (self.finding.filters[name].label, offer.name, self.toggled(name, offer.value))
            for name, offers in self.numbers.offers.items()
            for offer in offers
            if offer.chosen
        ]

    @property
    def facets(self) -> list[dict]:
        """Each with its values: those that are chosen and the first ones, then those that one has to open."""
        shown = []
        for name, offers in self.numbers.offers.items():
            seen = [one for place, one in enumerate(offers) if one.chosen or place < AT_ONCE]
            rest = [one for one in offers if one not in seen]
            if offers:
                shown.append({
                    "name": name,
                    "label": self.finding.filters[name].label,
                    "values": [(one, self.toggled(name, one.value)) for one in seen + rest[:OPENED]],
                    "at_once": len(seen),
                    "rest": len(rest),
                    "left": max(0, len(rest) - OPENED),
                })  # fmt: skip
        return shown

    @property
    def ways_out(self) -> list[tuple[str, int, str]]:
        """Where nothing is found: the filters without which something would be, the most first."""
        without = [
            (self.finding.filters[name].label, many, self.address(**{name: []}))
            for name, many in self.numbers.without.items()
            if many
        ]
        return sorted(without, key=lambda one: -one[1])

    def options(self, name: str) -> list[tuple[str, str, bool]]:
        """The ways to show it, each with its address, and whether it is so now."""
        return [
            (
                title if isinstance(title, str) else title[0],
                self.address(**{name: [value] if place else []}),
                value == self.shown[name],
            )
            for place, (value, title) in enumerate(SHOWN[name].items())
        ]

    @property
    def copies(self) -> list[tuple[str, str, bool]]:
        """What is published, and the working copies: the same filters over either."""
        return [
            (title, self.address(copy=[WORKING] if working else []), self.working == working)
            for title, working in (("Published", False), ("Working copies", True))
        ]

    @property
    def views(self):
        return self.options("view")

    @property
    def orders(self):
        return self.options("order")

    @property
    def sizes(self):
        return self.options("size")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the search says besides its words."""
        return [(name, one) for name, values in self.said.items() if name not in ("q", "page") for one in values]

    @property
    def steps(self) -> list[tuple[int, str] | None]:
        """The pages that are named, with gaps."""
        named = sorted({1, self.pages} | set(range(self.page - AROUND, self.page + AROUND + 1)))
        steps: list[tuple[int, str] | None] = []
        for page in (one for one in named if 1 <= one <= self.pages):
            if steps and steps[-1] and steps[-1][0] < page - 1:
                steps.append(None)
            steps.append((page, self.at(page)))
        return steps

    def at(self, page: int) -> str:
        return self.address(page=[str(page)] if page > 1 else [])

    @property
    def previous(self) -> str | None:
        return self.at(self.page - 1) if self.page > 1 else None

    @property
    def next(self) -> str | None:
        return self.at(self.page + 1) if self.page < self.pages else None

    @property
    def paged(self) -> bool:
        """Whether all of it could be more than one page."""
        return self.found > min(map(int, SIZES))

    @property
    def first(self) -> int:
        return (self.page - 1) * int(self.shown["size"]) + 1

    @property
    def last(self) -> int:
        return self.first + len(self.cards) - 1

    def picture(self) -> Figure:
        """What the other filters leave, so that another corner can be chosen; outside of the chosen one it is faint."""
        leads = {
            offer.value: Quadrant(self.toggled("archetype", offer.value), offer.number, offer.chosen)
            for offer in self.numbers.offers["archetype"]
        }
        cells = self.numbers.cells
        if sum(many for many, _ in cells.values()) > DOTS:
            return matrix((), cells=cells, leads=leads, title="AI maturity and complexity of work")
        return matrix(self.dots(), leads=leads, title="AI maturity and complexity of work")

    def dots(self) -> list[Dot]:
        asked, copy = self.finding.asked.get("archetype"), {"copy": WORKING} if self.working else {}
        known = self.finding.but("archetype").exclude(**{f"{SCORES[0]}": None}).exclude(**{f"{SCORES[1]}": None})
        return [
            Dot(
                name,
                float(work),
                float(maturity),
                archetype,
                address("library:sheet", slug, **copy),
                faint=bool(asked) and archetype not in asked,
            )
            for name, slug, archetype, work, maturity in known.order_by("name", "pk").values_list(
                "name", "slug", "archetype", *(F(score) for score in SCORES)
            )
        ]


@readers
def index(request):
    shelf = Shelf(request.GET, working=wants_working(request))
    asked = [(name, value) for name, values in request.GET.lists() for value in values]
    said = [(name, value) for name, values in shelf.said.items() for value in values]
    if asked != said:  # one address for one selection
        return HttpResponseRedirect(shelf.address(page=shelf.said.get("page", [])))
    return show(request, "index", "Library", shelf=shelf.read())
