"""Who may import whom: the table below is the law of the house, and this test names the line that breaks it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("vital", "lookups", "personas")

# A layer, by how its modules' names begin (the longest counts), and the layers that it may import besides itself.
LAW = {
    "vital": (),
    "vital.sql": (),
    "vital.database": ("vital", "vital.tenancy"),
    "vital.tenancy": ("vital",),
    "vital.organisation": ("vital", "vital.tenancy", "lookups"),
    "lookups": ("vital",),
    "personas": (),
    "personas.enums": (),
    "personas.models": ("personas.enums", "lookups", "vital", "vital.tenancy", "vital.organisation"),
    "personas.sections": ("personas.models",),
    "personas.documents": (
        "personas.sections",
        "personas.models",
        "personas.enums",
        "lookups",
        "vital",
        "vital.tenancy",
    ),
    "personas.editorial": (
        "personas.documents",
        "personas.sections",
        "personas.models",
        "personas.enums",
        "vital",
        "vital.tenancy",
    ),
    "personas.exchange": (
        "personas.documents",
        "personas.sections",
        "personas.models",
        "personas.enums",
        "vital",
        "vital.tenancy",
    ),
    "personas.seeding": (
        "personas.exchange",
        "personas.documents",
        "personas.sections",
        "personas.models",
        "personas.enums",
        "vital",
        "vital.database",
        "vital.tenancy",
        "vital.organisation",
    ),
}
# Doors of the house: they bring everything together, and nothing imports them but Django and their own kind.
DOORS = (
    "vital.urls", "vital.wsgi", "vital.management",
    "personas.admin", "personas.apps", "personas.checks", "personas.library", "personas.management",
    "personas.reference", "personas.tasks", "personas.templatetags",
)  # fmt: skip
MIGRATION = "vital.sql"  # all that a migration may import of ours


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(module: str, path: Path) -> Iterator[tuple[int, str]]:
    """The line and the full name of everything of ours that a module imports."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            start = ".".join(filter(None, (base, node.module)))
            names = [f"{start}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in PACKAGES)


def layer(name: str) -> str:
    return max((prefix for prefix in (*LAW, *DOORS) if f"{name}.".startswith(f"{prefix}.")), key=len)


def breaks(module: str, name: str) -> str | None:
    """Why the import is against the law; None when it is not."""
    ours, theirs = layer(module), layer(name)
    if ".migrations." in module:
        return None if f"{name}.".startswith(f"{MIGRATION}.") else f"a migration may import only {MIGRATION}"
    if ours in DOORS or ours == theirs or theirs in LAW.get(ours, ()):
        return None
    if theirs == "vital.sql" and ours.startswith("personas"):
        return None  # the enum field stands in models
    return f"{ours} may import only {', '.join(LAW[ours]) or 'nothing of ours'}"


def test_imports_keep_the_law():
    broken = [
        f"{path.relative_to(ROOT)}:{line} imports {name}: {why}"
        for module, path in modules()
        for line, name in imports(module, path)
        if (why := breaks(module, name))
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("lookups.admin", "personas.models.Persona"),
        ("vital.tenancy.models", "vital.organisation.models.Role"),
        ("personas.models.goals", "personas.sections.SECTIONS"),
        ("personas.documents.plan", "personas.exchange.workbook"),
        ("vital.organisation.migrations.0001_tables", "vital.tenancy.models"),
    ],
)
def test_the_law_would_be_enforced(module, name):
    assert breaks(module, name)


def test_only_applying_a_plan_holds_versions_back():
    holding = [path for _, path in modules() if "app.versions" in path.read_text(encoding="utf-8")]
    assert [str(path.relative_to(ROOT)) for path in holding] == ["personas/documents/apply.py"]
