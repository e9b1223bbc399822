"""What published personas cover, and what not: roles, archetypes, readiness, pains, evidence."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable

from django.core.paginator import Paginator
from django.db.models import Count, F, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce, ExtractYear
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst

from personas.documents.shape import SHAPES
from personas.editorial.publishing import live
from personas.editorial.quality.facts import DATES
from personas.exchange.choosing import choices
from personas.models import ArchetypeShare, PainPoint
from vital.organisation.models import Function, Role

from .asking import address, matching, picked, picker, query
from .door import readers, show
from .figures.figure import Figure
from .figures.heat import ALL, bars, heat
from .finding import Finding

YEARS = 5  # of evidence that are told apart
AT_ONCE = 50  # pain points on a page
NOT_GIVEN = "Not given"
NOTHING = "No persona is published here yet. Publish one, and it counts."
KINDS = dict(choices("archetype"))
SPREADS = ("readiness", "layer", "tier")  # filters of the library whose values are drawn as bars
AVERAGES = {"AI maturity": "avg_ai_maturity", "complexity": "avg_work_complexity", "VPANES": "avg_vpanes_score"}
VOCABULARIES = {name: PainPoint._meta.get_field(name).related_model for name in ("category", "severity")}


@readers
def page(request):
    functions = all_functions()
    function = picked(request, "function", functions)
    with live():
        figures = covered(request.tenant.tenant_key, functions, function)
    title = "Coverage" if function == ALL else f"Coverage of {functions[function]}"
    return show(request, "coverage", title, pickers=[picker("function", functions, function)], **figures)


@readers
def pains(request):
    """The pain points behind a cell, or behind all of them."""
    offered = {"function": all_functions()}
    for name, model in VOCABULARIES.items():
        offered[name] = dict(model.objects.values_list("code", "display_name")) | {None: NOT_GIVEN}
    asked = {name: picked(request, name, labels) for name, labels in offered.items()}
    function, *_ = asked.values()
    with live():
        shown = Paginator(pains_with_personas(**asked), AT_ONCE).get_page(request.GET.get("page"))
        shown.object_list = list(shown.object_list)
    return show(
        request,
        "coverage_pains",
        "Pain points",
        pickers=[picker(name, labels, asked[name]) for name, labels in offered.items()],
        shown=shown,
        counted=f"{shown.paginator.count:,}",
        rows=[(row, facts(row)) for row in shown],
        here=address("library:coverage-pains", **asked, page=""),
        back=address("library:coverage", function=function),
    )


def all_functions() -> dict:
    return dict(Function.objects.order_by("name").values_list("pk", "name"))


def covered(tenant_key: str, functions: dict, function: Hashable) -> dict:
    """All that is told of a function, or of all of them: in the same number of queries, however many personas."""
    found = Finding(QueryDict(query(function=function))).found.order_by()
    placed = list(
        found.values("function_id", "function_name", "role_id", "role_name", "archetype").annotate(number=Count("pk"))
    )
    roles = lacks(function, {row["role_id"] for row in placed})
    there, lacking = sum(number for number, _ in roles.values()), sum(len(names) for _, names in roles.values())
    kinds = {row["archetype"] for row in placed}
    return {
        "personas": (number := sum(row["number"] for row in placed)),
        "counted": f"{number:,}",
        "roles": there,
        "filled": there - lacking,
        "lacking": [(functions.get(owner, "No function"), names) for owner, (_, names) in roles.items() if names],
        "without": ", ".join(name for kind, name in KINDS.items() if kind not in kinds),
        "matrix": by_function(placed, functions, roles) if function == ALL else by_role(placed, function),
        "spreads": [archetypes(tenant_key, found, function), *spreads(found, function)],
        "pains": pains_by_severity(function),
        "evidence": evidence(function),
    }


def spreads(found: QuerySet, function: Hashable) -> list[Figure]:
    """How many personas have each value of some filters, all from one query."""
    facets = {name: Finding.base_filters[name] for name in SPREADS}
    rows = list(found.values(*(facet.field_name for facet in facets.values())).annotate(number=Count("pk")))
    return [
        bars(
            facet.label,
            facet.label,
            known(facet.names(), numbers := summed(rows, facet.field_name)),
            numbers,
            of="personas",
            link=lambda value, name=name: address("library:index", function=function, **{name: value}),
            key=name,
            empty=NOTHING,
        )
        for name, facet in facets.items()
    ]


def summed(rows: Iterable[dict], *columns: str) -> Counter:
    """The numbers of some rows by the values of a column, or of several."""
    sums = Counter()
    for row in rows:
        values = tuple(row[column] for column in columns)
        sums[values if len(columns) > 1 else values[0]] += row["number"]
    return sums


def known(labels: dict, used: Iterable[Hashable]) -> dict:
    """What people read for values, with one more for those personas that have none."""
    return labels | ({None: NOT_GIVEN} if None in used else {})


def lacks(function: Hashable, filled: set) -> dict[Hashable, tuple[int, list[str]]]:
    """For each function how many roles it has, and the names of those that nobody stands for."""
    roles = defaultdict(list)
    listed = Role.objects.filter(matching(function=function), is_active=True, deleted_at=None).order_by("name")
    for pk, name, owner in listed.values_list("pk", "name", "function_id"):
        roles[owner].append((pk, name))
    return {owner: (len(own), [name for pk, name in own if pk not in filled]) for owner, own in roles.items()}


def by_function(placed: list[dict], functions: dict, roles: dict) -> Figure:
    names = {row["function_id"]: row["function_name"] or "No function" for row in placed} | functions
    return matrix(
        placed,
        "function",
        names,
        link=lambda one, kind: address("library:index", function=one, archetype=kind),
        lead=lambda one: address("library:coverage", function=one) if one in functions else "",
        notes={one: f"{there - len(names)} of {there} roles" for one, (there, names) in roles.items()},
    )


def by_role(placed: list[dict], function: Hashable) -> Figure:
    return matrix(
        placed,
        "role",
        {row["role_id"]: row["role_name"] or "No role" for row in placed},
        link=lambda one, kind: address("library:index", function=function, role=one, archetype=kind),
    )


def matrix(placed: list[dict], by: str, names: dict, **options) -> Figure:
    numbers = summed(placed, f"{by}_id", "archetype")
    return heat(
        f"Personas by {by} and archetype",
        capfirst(by),
        dict(sorted(names.items(), key=lambda one: (one[0] is None, one[1].casefold()))),
        known(KINDS, {kind for _, kind in numbers}),
        numbers,
        of="personas",
        key=by,
        empty=NOTHING,
        **options,
    )


def archetypes(tenant_key: str, found: QuerySet, function: Hashable) -> Figure:
    """From the client's view, which knows functions by the names that they were published with."""
    shares = ArchetypeShare.objects.filter(tenant=tenant_key).order_by()
    if function != ALL:
        shares = shares.filter(function_name__in=found.values("function_name"))
    rows = list(shares.values("archetype", *AVERAGES.values(), number=F("persona_count")))
    numbers = summed(rows, "archetype")
    return bars(
        "Archetypes, with their averages",
        "Archetype",
        known(KINDS, numbers),
        numbers,
        of="personas",
        link=lambda kind: address("library:index", function=function, archetype=kind),
        more={
            name: {kind: average([row for row in rows if row["archetype"] == kind], column) for kind in numbers}
            for name, column in AVERAGES.items()
        },
        key="archetype",
        empty=NOTHING,
    )


def average(rows: list[dict], column: str) -> str:
    """Of the averages of functions, each counting as much as it has personas."""
    told = [(row[column], row["number"]) for row in rows if row[column] is not None]
    return f"{sum(value * number for value, number in told) / sum(number for _, number in told):.1f}" if told else ""


def pains_by_severity(function: Hashable) -> Figure:
    rows = PainPoint.objects.filter(matching(persona__function=function)).order_by()
    numbers = summed(rows.values(*VOCABULARIES).annotate(number=Count("pk")), *VOCABULARIES)
    categories, severities = (
        labels_in_use(model, {pair[place] for pair in numbers}) for place, model in enumerate(VOCABULARIES.values())
    )
    return heat(
        "Pain points by category and severity",
        "Category",
        categories,
        severities,
        numbers,
        of="pain points",
        link=lambda category, severity: address(
            "library:coverage-pains", function=function, category=category, severity=severity
        ),
        key="pains",
        empty="No pain point is published here yet. Add some to a persona and publish it.",
    )


def labels_in_use(model, used: set) -> dict:
    """What a vocabulary offers, and what is no longer offered as far as it is used."""
    offered = model.objects.values_list("code", "display_name", "is_active")
    return known({code: name for code, name, active in offered if active or code in used}, used)


def evidence(function: Hashable) -> Figure:
    """How old evidence is, by the same columns as the rules of quality tell it."""
    newest = timezone.localdate().year
    oldest = newest - YEARS + 1
    kinds = (
        SHAPES[word].model.objects.filter(matching(persona__function=function)).order_by()
        .values(kind=Value(word), year=year_of(columns)).annotate(number=Count("pk"))
        for word, columns in DATES.items()
    )  # fmt: skip
    first, *others = kinds
    numbers = Counter()
    for row in first.union(*others, all=True):
        year = min(max(row["year"], oldest - 1), newest) if row["year"] else None
        numbers[row["kind"], year] += row["number"]
    years = {oldest - 1: f"Before {oldest}"} | {year: str(year) for year in range(oldest, newest)}
    return heat(
        "Evidence by kind and year",
        "Kind",
        {word: capfirst(SHAPES[word].model._meta.verbose_name_plural) for word in DATES},
        years | {newest: f"{newest} on", None: "No date"},
        numbers,
        of="pieces of evidence",
        key="evidence",
        empty="No evidence is published here yet. Add some to a persona and publish it.",
    )


def year_of(columns: dict[str, str]) -> Coalesce:
    told = [kind(columns[name]) for name, kind in (("day", ExtractYear), ("year", F)) if name in columns]
    return Coalesce(*told, None, output_field=IntegerField())


def pains_with_personas(function: Hashable, **asked) -> QuerySet:
    rows = PainPoint.objects.filter(matching(persona__function=function, **asked))
    return rows.order_by("persona__name", "persona_id", "sequence_order", "id").values(
        "pain_point",
        "impact_description",
        "is_ai_addressable",
        **{f"{name}_said": F(f"{name}__display_name") for name in (*VOCABULARIES, "frequency")},
        **{f"persona_{name}": F(f"persona__{name}") for name in ("name", "slug", "role_name")},
    )


def facts(pain: dict) -> str:
    """`Process, severity high, often, AI could help`."""
    severity, often = pain["severity_said"], pain["frequency_said"]
    told = (pain["category_said"], severity and f"severity {severity.lower()}", often and often.lower())
    return ", ".join(filter(None, (*told, pain["is_ai_addressable"] and "AI could help")))
