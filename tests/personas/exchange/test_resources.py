"""The tables of personas as flat files: what is exported comes back unchanged, and a file does what its plan says."""

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tablib import Dataset

from personas.documents.apply import apply
from personas.documents.changes import Mode, PersonaPlan, Plan
from personas.documents.plan import plan
from personas.documents.undo import undo
from personas.exchange import resources
from personas.exchange.formats import CSV, JSON, TSV, XLSX, YAML
from personas.exchange.resources import resource_for
from personas.exchange.tables import TABLES
from personas.models import Batch, Goal, Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.flat.resources import ABSENT
from vital.tenancy.context import tenant_context

ALL_FORMATS = pytest.mark.parametrize("format_", [CSV, TSV, JSON, YAML], ids=lambda format_: format_.title)
SOME = ("personas", "goals", "vpanes_scoring", "week_in_life", "case_studies", "case_studies.results")
HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1", "＋1", "－1", "＠x", "'=1", "''@", "'", "(clear)", " (clear) ",
    "'(clear)", '"x",;', "a\nb", "[1]", "yes", "null", "1e3", "2026-01-02",
)  # fmt: skip


@pytest.fixture
def personas(tenant):
    return [PersonaFactory(complete=True), PersonaFactory(complete="most")]


def exported(name: str, format_=CSV) -> bytes:
    return format_().export_data(resource_for(name)().export())


def brought(name: str, content: bytes, format_=CSV, *, user=None, dry_run: bool = False):
    return resource_for(name)().import_data(format_().create_dataset(content), dry_run=dry_run, user=user)


def sent(name: str, *rows: dict, **options):
    """What rows do to a table."""
    headers = list(dict.fromkeys(key for row in rows for key in row))
    dataset = Dataset(headers=headers)
    for row in rows:
        dataset.append([row.get(key, ABSENT) for key in headers])
    return resource_for(name)().import_data(dataset, **options)


def assert_unchanged(outcome) -> None:
    assert (outcome.refusals, [row.problems for row in outcome.wrong], outcome.notes) == ([], [], [])
    assert outcome.changing == []
    assert outcome.counts["skip"] > 0


class TestRoundTrip:
    def test_every_table_comes_back_unchanged(self, personas):
        for name in TABLES:
            assert_unchanged(brought(name, exported(name)))

    @ALL_FORMATS
    def test_every_format_comes_back_unchanged(self, personas, format_):
        for name in SOME:
            assert_unchanged(brought(name, exported(name, format_), format_))

    @ALL_FORMATS
    def test_what_looks_like_something_else_stays_text(self, tenant, format_):
        persona = PersonaFactory(slug="ana")
        for number, text in enumerate(HOSTILE):
            FACTORIES["quotes"](persona=persona, quote_text=f"{number}", context=text)
            FACTORIES["goals"](persona=persona, goal_text=text)
        FACTORIES["week_in_life"](persona=persona, typical_activities=list(HOSTILE))
        for name in ("quotes", "goals", "week_in_life"):
            assert_unchanged(brought(name, exported(name, format_), format_))

    @ALL_FORMATS
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1).filter(str.strip)
    )
    def test_any_text_comes_back_unchanged(self, tenant, format_, text):
        Persona.objects.all()._raw_delete("default")
        FACTORIES["quotes"](persona=PersonaFactory(slug="ana"), quote_text=text)
        assert_unchanged(brought("quotes", exported("quotes", format_), format_))

    def test_no_cell_of_a_spreadsheet_is_a_formula(self, tenant):
        persona = PersonaFactory()
        for text in HOSTILE:
            FACTORIES["goals"](persona=persona, goal_text=text)
        lines = exported("goals").decode("utf-8-sig")
        assert not [
            cell for line in lines.splitlines() for cell in line.split(",") if cell.startswith(("=", "+", "@", "＝"))
        ]
        sheet = openpyxl.load_workbook(io.BytesIO(exported("goals", XLSX))).active
        assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}
        assert "=1+1" in {cell.value for row in sheet for cell in row}

    def test_rows_of_deleted_personas_are_in_no_file(self, personas):
        Persona.objects.filter(pk=personas[0].pk).update(deleted_at=personas[0].created_at)
        assert personas[0].slug not in exported("goals").decode()
        assert personas[1].slug in exported("goals").decode()


class TestPlan:
    @pytest.fixture
    def ana(self, tenant):
        return PersonaFactory(slug="ana")

    @pytest.fixture
    def goal(self, ana):
        return FACTORIES["goals"](persona=ana, goal_text="Sleep well", goal_type_id="efficiency", priority_id="high")

    def test_says_what_each_row_would_do_and_writes_nothing(self, goal):
        outcome = sent(
            "goals",
            {"persona": "ana", "goal_text": "Sleep well", "priority": "low"},
            {"persona": "ana", "goal_text": "Eat well"},
            dry_run=True,
        )
        assert [(row.number, row.import_type) for row in outcome.rows] == [(1, "update"), (2, "new")]
        assert Goal.objects.get() == goal

    def test_tells_a_change_field_by_field(self, goal):
        [row] = sent("goals", {"persona": "ana", "goal_text": "Sleep well", "priority": "low"}, dry_run=True).rows
        assert (row.import_type, row.object_repr, row.diff) == (
            "update",
            "ana: Sleep well",
            [("priority", "high", "low")],
        )

    def test_confirmed_is_written(self, goal, ana):
        outcome = sent(
            "goals",
            {"persona": "ana", "goal_text": "Sleep well", "priority": "low"},
            {"persona": "ana", "goal_text": "Eat well"},
        )
        assert outcome.counts == {"new": 1, "update": 1, "delete": 0, "skip": 0}
        assert dict(ana.goals.values_list("goal_text", "priority")) == {"Sleep well": "low", "Eat well": "medium"}
        assert [row.instance.goal_text for row in outcome.rows] == ["Sleep well", "Eat well"]

    def test_what_a_file_does_not_mention_stays(self, goal, ana):
        sent("goals", {"persona": "ana", "goal_text": "Eat well"})
        assert ana.goals.count() == 2

    def test_a_blank_cell_leaves_and_the_word_clears(self, goal):
        brought("goals", f"persona,id,priority,goal_type\nana,{goal.pk},(clear),\n".encode())
        goal.refresh_from_db()
        assert (goal.priority_id, goal.goal_type_id) == (None, "efficiency")

    def test_null_clears_and_what_is_left_out_stays(self, goal):
        brought("goals", f'[{{"persona": "ana", "id": "{goal.pk}", "priority": null}}]'.encode(), JSON)
        goal.refresh_from_db()
        assert (goal.priority_id, goal.goal_type_id) == (None, "efficiency")

    def test_never_publishes(self, ana):
        outcome = sent(
            "personas", {"slug": "ana", "tagline": "New", "validation_status": "published", "deleted_at": "2026-01-01"}
        )
        assert outcome.notes == ["Left out, because no column here is called so: deleted_at, validation_status."]
        ana.refresh_from_db()
        assert (ana.tagline, ana.validation_status, ana.deleted_at) == ("New", "draft", None)

    def test_a_detail_finds_the_row_that_it_belongs_to(self, ana):
        study = FACTORIES["case_studies"](persona=ana)
        sent("case_studies.results", {"persona": "ana", "belongs to": str(study.pk), "metric_name": "Sleep"})
        assert study.results.get().metric_name == "Sleep"

    WRONG = {
        "a code": (
            "goals", {"goal_text": "x", "priority": "hgih"}, "priority", "«hgih» is no value here; did you mean high?",
        ),
        "a needed value": ("goals", {"priority": "high"}, "goal_text", "«goal text» is needed"),
        "nobody's row": (
            "goals", {"persona": "", "goal_text": "x"}, "persona", "is needed: it says whose row this is",
        ),
        "an unknown persona": (
            "goals", {"persona": "anna", "goal_text": "x"}, "persona",
            "there is no persona «anna» here; did you mean ana?",
        ),
        "an unknown parent": (
            "case_studies.results", {"belongs to": "7", "metric_name": "x"}, "belongs to",
            "«ana» has no row of «case_studies» with the id «7»; an export tells its ids",
        ),
        "a persona without a slug": (
            "personas", {"slug": "", "name": "x"}, "slug", "is needed: by it the persona is found",
        ),
        "a role": ("personas", {"slug": "ana", "role": "nobody"}, "role", "there is no «nobody» here"),
    }  # fmt: skip

    @pytest.mark.parametrize("case", WRONG)
    def test_what_is_wrong_is_said_with_row_and_column(self, ana, case):
        name, row, column, said = self.WRONG[case]
        outcome = sent(name, ({} if name == "personas" else {"persona": "ana"}) | row, dry_run=True)
        assert [problem for row in outcome.wrong for problem in row.problems] == [(column, said)]

    def test_a_file_without_the_column_that_says_whose_rows_they_are_is_refused(self, ana):
        said = "The file has no column «persona», so nobody knows whose rows these are. Add it."
        assert sent("goals", {"goal_text": "x"}).refusals == [said]

    def test_one_wrong_row_keeps_all_from_being_written(self, ana):
        sent("goals", {"persona": "ana", "goal_text": "Fine"}, {"persona": "anna", "goal_text": "Not"})
        assert not ana.goals.exists()

    def test_rows_of_another_tenant_are_not_found(self, pharma, digital):
        with tenant_context(digital):
            theirs = FACTORIES["goals"](persona=PersonaFactory(slug="theirs"))
        with tenant_context(pharma):
            PersonaFactory(slug="ana")
            assert (
                "there is no persona «theirs»"
                in sent("goals", {"persona": "theirs", "goal_text": "x"}).wrong[0].problems[0][1]
            )
            outcome = sent("goals", {"persona": "ana", "id": str(theirs.pk), "goal_text": "Mine"})
            assert outcome.counts["new"] == 1
        with tenant_context(digital):
            assert Goal.objects.get().pk == theirs.pk

    def test_too_many_personas_are_for_the_import_page(self, ana, monkeypatch):
        monkeypatch.setattr(resources, "MOST", 1)
        PersonaFactory(slug="ben")
        outcome = sent("goals", *({"persona": slug, "goal_text": "x"} for slug in ("ana", "ben")))
        assert outcome.refusals[0].startswith("The file speaks of 2 personas; this page takes 1 at once.")

    def test_what_was_written_is_an_import_that_can_be_undone(self, ana, goal):
        sent(
            "goals",
            {"persona": "ana", "goal_text": "Sleep well", "priority": "low"},
            {"persona": "ana", "goal_text": "x"},
        )
        batch = Batch.objects.get()
        assert (batch.state, batch.title, batch.counts["written"]) == ("applied", "goals", 2)
        [(back, kept)] = undo([PersonaPlan.unpacked(item.plan) for item in batch.items.filter(state="applied")])
        apply(Plan([back]))
        assert (kept, dict(ana.goals.values_list("goal_text", "priority"))) == ([], {"Sleep well": "high"})

    def test_what_changes_nothing_is_no_import(self, goal):
        sent("goals", {"persona": "ana", "goal_text": "Sleep well"})
        assert not Batch.objects.exists()


class TestRights:
    @pytest.fixture
    def may(self, tenant, join, monkeypatch):
        """Somebody who may do all but one thing."""
        user = join(tenant)

        def but(permission: str):
            monkeypatch.setattr(user, "has_perm", lambda asked: asked != permission)
            return user

        return but

    @pytest.mark.parametrize(
        ("missing", "said"),
        [
            ("personas.add_goal", "This file would add 2 goals; you may not add goals."),
            ("personas.change_goal", "This file would change 1 goal; you may not change goals."),
        ],
    )
    def test_an_import_needs_those_that_its_plan_uses(self, tenant, may, missing, said):
        persona = PersonaFactory(slug="ana")
        FACTORIES["goals"](persona=persona, goal_text="Old", priority_id="high")
        rows = [{"persona": "ana", "goal_text": text, "priority": "low"} for text in ("Old", "New", "Newer")]
        assert sent("goals", *rows, user=may(missing)).refusals == [said]
        assert persona.goals.count() == 1
        assert sent("goals", *rows, user=may("personas.delete_goal")).refusals == []
        assert persona.goals.count() == 3

    def test_a_plan_that_deletes_needs_that_right(self, tenant, may, monkeypatch):
        persona = PersonaFactory(slug="ana")
        FACTORIES["goals"](persona=persona, goal_text="Old")
        monkeypatch.setattr(resources, "plan", lambda documents: plan(documents, Mode.REPLACE))
        outcome = sent("goals", {"persona": "ana", "goal_text": "New"}, user=may("personas.delete_goal"))
        assert outcome.refusals == ["This file would delete 1 goal; you may not delete goals."]
        assert [row.import_type for row in outcome.rows] == ["new", "delete"]
