"""The page on which two to six personas stand beside each other, and the one on which they are chosen."""

from contextlib import nullcontext
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.utils.http import urlencode

from personas.admin.editor.places import PARTS, PLACES
from personas.admin.imports import attached
from personas.editorial.publishing import live

from .compared_files import csv_file, markdown_file, name_of
from .comparing import FEWEST, MOST, Compared, Comparison
from .door import WORKING, find, readers, show, wants_working
from .figures.radar import radar, tier, total
from .finding import Finding
from .likeness import explained

EVERYTHING, DIFFERENCES = "all", "differences"
OFFERED = 10  # personas that a search offers
LOOKED_AT = 24  # of the personas that an address asks for
LONGEST = 1000  # letters of what is looked for
FILES = {"csv": ("text/csv; charset=utf-8", csv_file), "md": ("text/markdown; charset=utf-8", markdown_file)}


@dataclass(frozen=True)
class Asked:
    """What an address of the page says."""

    slugs: tuple[str, ...]
    show: str
    section: str
    q: str
    working: bool

    @classmethod
    def of(cls, request) -> "Asked":
        told = request.GET
        asked = cls(
            slugs=tuple(dict.fromkeys(filter(None, told.getlist("p")))),
            show=EVERYTHING if told.get("show") == EVERYTHING else DIFFERENCES,
            section=told.get("section", ""),
            q=told.get("q", "").strip()[:LONGEST],
            working=wants_working(request),
        )
        if asked.section and asked.section not in PLACES:
            raise Http404(f"A persona has no section «{asked.section}».")
        return asked

    @property
    def everything(self) -> bool:
        return self.show == EVERYTHING

    @property
    def said(self) -> list[tuple[str, str]]:
        """What an address has to say for this page, but for what stands in it anyway."""
        said = [("show", self.everything and EVERYTHING), ("section", self.section), ("copy", self.working and WORKING)]
        return [*(("p", slug) for slug in self.slugs), *((name, value) for name, value in said if value)]

    @property
    def address(self) -> str:
        return f"?{urlencode(self.said)}"

    def to(self, **changes) -> str:
        return replace(self, **changes).address

    def without(self, slug: str) -> str:
        return self.to(slugs=tuple(one for one in self.slugs if one != slug))

    @property
    def differing(self) -> str:
        return self.to(show=DIFFERENCES)

    @property
    def all(self) -> str:
        return self.to(show=EVERYTHING)

    @property
    def anywhere(self) -> str:
        return self.to(section="")

    @property
    def besides_section(self) -> list[tuple[str, str]]:
        """What the form that asks for a section has to carry along."""
        return [(name, value) for name, value in self.said if name != "section"]

    @property
    def files(self) -> list[tuple[str, str]]:
        return [("CSV", f"{self.address}&as=csv"), ("Markdown", f"{self.address}&as=md")]


@readers
def page(request) -> HttpResponse:
    asked = Asked.of(request)
    wanted = request.GET.get("as", "")
    if wanted and wanted not in FILES:
        raise Http404(f"There is no comparison as «{wanted}»; there is one as csv and as md.")
    copies = find(request, *asked.slugs) if FEWEST <= len(asked.slugs) <= MOST else []
    if len(copies) < FEWEST:
        answer = show(request, "compare_choose", "Compare personas", **choosing(asked))
        answer.status_code = 404 if wanted else 200  # there is no such file; the page says why
        return answer
    comparison = Comparison(copies)
    if wanted:
        kind, make = FILES[wanted]
        places = [comparison.places[asked.section]] if asked.section else comparison.places.values()
        text = make(comparison, places, request.tenant, everything=asked.everything)
        return attached(HttpResponse(text, content_type=kind), name_of(comparison, wanted))
    return show(request, "compare", "Compare personas", **compared(asked, comparison))


def compared(asked: Asked, comparison: Comparison) -> dict:
    copies = comparison.copies
    unknown = [slug for slug in asked.slugs if slug not in {copy.slug for copy in copies}]
    asked = replace(asked, slugs=tuple(copy.slug for copy in copies))
    one = comparison.places.get(asked.section)
    context = {
        "asked": asked,
        "copies": copies,
        "heads": [
            {
                "copy": copy,
                "role": copy.says("personas", "role"),
                "archetype": copy.says("personas", "archetype").partition(":")[0],
                "tier": tier(total(copy)),
                "out": asked.without(copy.slug),
            }
            for copy in copies
        ],
        "unknown": unknown,
        "room": MOST - len(copies),
        "offers": offers(asked) if asked.q else [],
        "parts": PARTS,
    }
    if one:
        return context | {"one": one, "groups": [one], "hidden": hidden([one])}
    return context | {
        "radar": radar(*copies),
        "likeness": comparison.likeness,
        "explained": explained(),
        "own": [place for place in comparison.own if not place.empty],
        "first": comparison.first,
        "sections": sections(asked, comparison),
        "hidden": hidden(comparison.own) | {"rows": hidden(comparison.first)["rows"]},
    }


def hidden(places: list[Compared]) -> dict[str, int]:
    """How much of some places is the same for all."""
    found = [place.hidden for place in places]
    return {"columns": sum(columns for columns, _ in found), "rows": sum(rows for _, rows in found)}


def sections(asked: Asked, comparison: Comparison) -> list[tuple[str, list[dict]]]:
    """What is shared of each section, and where to see it; by domain, without those of which nobody says anything."""
    return [
        (
            part.title,
            [
                {
                    "place": place,
                    "address": asked.to(section=place.word),
                    "all": len(place.by_all),
                    "some": len(place.by_some),
                    "one": len(place.matches) - len(place.shared),
                }
                for place in places
                if any(place.counts) and (asked.everything or not place.same)
            ],
        )
        for part, places in comparison.parts(own=False)
    ]


def choosing(asked: Asked) -> dict:
    """Of what was asked for, what is there; and what can be added."""
    slugs = asked.slugs[:LOOKED_AT]
    with reading(asked):
        names = dict(personas(asked).filter(slug__in=slugs).values_list("slug", "name"))
    return {
        "asked": asked,
        "fewest": FEWEST,
        "most": MOST,
        "chosen": [(names[slug], asked.without(slug)) for slug in slugs if slug in names],
        "unknown": [(slug, asked.without(slug)) for slug in slugs if slug not in names],
        "surplus": max(0, len(asked.slugs) - MOST),
        "room": MOST - len(asked.slugs),
        "offers": offers(asked),
    }


def offers(asked: Asked) -> list[tuple[str, str, str]]:
    """Personas that the words find, or the first by name, each with the address at which it is added."""
    with reading(asked):
        found = personas(asked, asked.q).exclude(slug__in=asked.slugs).order_by("name", "slug")
        return [
            (name, role or "", asked.to(slugs=(*asked.slugs, slug)))
            for slug, name, role in found.values_list("slug", "name", "role_name")[:OFFERED]
        ]


def reading(asked: Asked):
    """Within it, personas are those that consumers read or, where working copies are asked for, those."""
    return nullcontext() if asked.working else live()


def personas(asked: Asked, words: str = "") -> QuerySet:
    return Finding(QueryDict(urlencode({"q": words})), working=asked.working).qs
