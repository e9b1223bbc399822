"""What there is, is documented: settings, commands, make targets; and what is documented, is there."""

import re

import pytest
from django.core.management import get_commands, load_command_class

from personas.editorial.workflow import TRANSITIONS
from personas.enums import Status
from tests.database import ROOT
from vital.tenancy.roles import GRANTS, Role, allows

DOCS = {
    path: path.read_text() for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
}
ALL = "\n".join(DOCS.values())
OPERATORS = DOCS[ROOT / "docs" / "operators.md"]
SETTINGS = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
COMMANDS = sorted(name for name, app in get_commands().items() if app.split(".")[0] in ("vital", "lookups", "personas"))
TARGETS = re.findall(r"^([a-z.]+):.*## ", (ROOT / "Makefile").read_text(), re.M)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_in_the_operators_guide(setting):
    assert f"`{setting}`" in OPERATORS


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_in_the_operators_guide_and_has_help(command):
    assert re.search(rf"`(manage\.py )?{command}\b", OPERATORS)
    assert load_command_class(get_commands()[command], command).help


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_is_in_the_readme(target):
    assert f"make {target}" in DOCS[ROOT / "README.md"]


def test_there_is_something_to_document():
    assert len(SETTINGS) > 10
    assert {"up", "reset", "setup_database", "migrate", "loaddata"} <= set(COMMANDS)
    assert {"up", "test", "check", "bench", "fmt", "reset"} <= set(TARGETS)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", DOCS[path]):
        if not link.startswith(("http://", "https://", "mailto:")):
            assert (path.parent / link).exists(), link


def test_every_command_that_is_named_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", ALL)) - {"help"}
    assert named <= set(get_commands())


def test_every_make_target_that_is_named_exists():
    named = set(re.findall(r"`make ([a-z]+)", ALL))
    assert named <= set(TARGETS) | {"help"}


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    decisions = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert decisions
    for name in decisions:
        assert name in index
    numbers = [name[:4] for name in decisions]
    assert len(set(numbers)) == len(numbers)


def test_the_table_of_roles_is_the_one_in_force():
    """docs/operators.md shows what vital/tenancy/roles.py grants."""
    names = {
        "lookups": "vocabularies",
        "organisation": "organisation",
        "tenancy.membership": "people of the tenant",
        "personas": "rows of personas",
        "personas.persona": "personas",
        "personas.share": "shared links",
        "personas.savedlist": "saved lists",
        "personas.batch": "imports and exports",
        "personas.exchangeprofile": "saved profiles",
        "personas.release": "releases and planned steps",
        "personas.editorialsettings": "rules, reviewers, how the tenant reviews",
        "personas.webhook": "webhook",
        "personas.batchfile": "versions and figures of personas",
    }
    assert f"| | {' | '.join(role.label.lower() for role in Role)} |" in OPERATORS
    for models, granted in GRANTS.items():
        model = models.split()[0]
        cells = (", ".join(actions.split()) for actions in granted)
        assert f"| {names[model]} | {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |") in OPERATORS


def test_the_table_of_steps_is_the_one_in_force():
    """docs/editorial.md shows the steps of personas/editorial/workflow.py, and who may take them."""
    guide = (ROOT / "docs" / "editorial.md").read_text(encoding="utf-8")
    for step in TRANSITIONS:
        before = ", ".join(Status(one).label.lower() for one in step.before)
        roles = ", ".join(role.label.lower() for role in Role if allows(role, step.permission))
        assert f"| {step.title} | {before} | {Status(step.after).label.lower()} | {roles} | {step.help} |" in guide
