"""A persona's history: every change is kept once, any two revisions are told apart, and any of them comes back."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personas.documents.apply import RefusedError, apply
from personas.documents.changes import Mode, Op
from personas.documents.dump import dump, load
from personas.documents.plan import plan
from personas.documents.shape import SHAPES
from personas.editorial.revisions import (
    NotKeptError,
    compare,
    content,
    differing,
    grouped,
    restore,
    way_back,
)
from personas.models import Content, EditorialState, Event, Goal, Persona, Revision
from personas.sections import TABLES
from personas.tasks import thin_history
from tests import database
from tests.environment import DATABASE
from tests.factories import FACTORIES, PersonaFactory
from tests.personas.editorial.capturing import capture
from vital.organisation.models import Role
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

Kind = Revision.Kind


def latest(persona) -> Revision:
    capture()
    return Revision.objects.filter(persona=persona).first()


def bring(persona, mode: Mode = Mode.MERGE, **document) -> Revision:
    """Change it as an import or a page does."""
    apply(plan([{"id": str(persona.pk)} | document], mode))
    return latest(persona)


def go_back(persona, revision, *place) -> Revision:
    state = EditorialState.objects.get(persona=persona)
    restore(state, way_back(state, revision, *place), "It was better")
    return latest(persona)


def ids(persona) -> dict[str, set]:
    found = {}
    for table in TABLES:
        whose = "persona" if table.word in SHAPES else f"{table.model.parent}__persona"
        found[table.word] = set(table.model.objects.filter(**{whose: persona}).values_list("pk", flat=True))
    return found


@pytest.fixture
def ann(tenant) -> Persona:
    made = PersonaFactory(slug="ann", name="Ann")
    for place, text in enumerate("ABCD", 1):
        FACTORIES["goals"](persona=made, goal_text=text, sequence_order=place)
    return made


@pytest.fixture
def full(tenant) -> Persona:
    return PersonaFactory(slug="full", complete="most")


class TestReading:
    def test_the_latest_revision_says_what_the_tables_say(self, full):
        told, there = content(latest(full)), load([full.pk])[full.pk]
        assert told["columns"] == there["columns"]
        for word in SHAPES:
            for one, other in zip(told["rows"][word], there["rows"][word], strict=True):
                assert one == other, word

    def test_any_revision_is_read_in_few_queries(self, full, django_assert_max_num_queries):
        revision = latest(full)
        with django_assert_max_num_queries(6):
            content(revision)

    def test_the_same_content_is_kept_once(self, ann):
        first = latest(ann)
        second = bring(ann, pain_points=[{"pain_point": "Too many systems"}])
        assert second.number == first.number + 1
        assert second.sections["persona_goals"] == first.sections["persona_goals"]
        assert Content.objects.filter(persona=ann, section="persona_goals").count() == 1


class TestComparing:
    def test_two_revisions_that_show_the_same_differ_nowhere(self, full):
        assert compare(latest(full), latest(full)) == []

    def test_rows_are_added_changed_and_removed_and_a_row_moves(self, ann):
        first = latest(ann)
        by_text = {goal.goal_text: str(goal.pk) for goal in ann.goals.all()}
        wanted = [
            {"id": by_text["D"]},
            {"id": by_text["A"]},
            {"id": by_text["B"], "goal_text": "B2"},
            {"goal_text": "E"},
        ]
        second = bring(ann, Mode.REPLACE, goals=wanted)
        found = {(change.op, change.title, change.place_before, change.place) for change in compare(first, second)}
        assert found == {
            (Op.CHANGE, "D", 4, 1), (Op.CHANGE, "B", None, None), (Op.CREATE, "E", None, None),
            (Op.DELETE, "C", None, None),
        }  # fmt: skip

    def test_a_row_that_was_written_anew_is_another_row(self, ann):
        first = latest(ann)
        Goal.objects.filter(persona=ann, goal_text="A").delete()
        FACTORIES["goals"](persona=ann, goal_text="A", sequence_order=1)
        assert {change.op for change in compare(first, latest(ann))} >= {Op.CREATE, Op.DELETE}

    def test_the_directions_mirror_each_other(self, full):
        first = latest(full)
        goal, case = full.goals.first(), full.case_studies.first()
        second = bring(
            full, Mode.REPLACE, tagline="Another",
            goals=[{"goal_text": "New"}, {"id": str(goal.pk), "goal_text": "Other"}],
            case_studies=[{"id": str(case.pk), "results": []}],
        )  # fmt: skip

        def told(changes, turned=False):
            ops = (
                {Op.CREATE: Op.DELETE, Op.DELETE: Op.CREATE, Op.CHANGE: Op.CHANGE} if turned else {op: op for op in Op}
            )
            return sorted(
                (ops[change.op], change.word, str(change.id), str(sides[0]), str(sides[1]))
                for change in changes
                if change.after or change.op != Op.CHANGE
                for sides in [(change.after, change.before) if turned else (change.before, change.after)]
            )

        there, back = compare(first, second), compare(second, first)
        assert {change.op for change in there} == set(Op)
        assert told(there) == told(back, turned=True)
        assert {change.id for change in there if change.place} == {change.id for change in back if change.place}

    def test_unchanged_sections_are_not_read(self, full):
        first = latest(full)
        second = bring(full, goals=[{"goal_text": "One more"}])
        assert differing(first, second) == ["goals"]

    def test_changes_stand_where_people_see_them(self, full):
        first = latest(full)
        result = full.case_studies.filter(results__isnull=False).first().results.first()
        type(result).objects.filter(pk=result.pk).update(metric_name="Another")
        Persona.objects.filter(pk=full.pk).update(tagline="New", background_story="Other")
        assert list(grouped(compare(first, latest(full)))) == ["core_profile", "narrative", "case_studies"]


class TestRestoring:
    def test_all_of_it_with_the_ids_of_before(self, full):
        first, there = latest(full), ids(full)
        before = list(dump([full.pk], with_ids=True))
        full.goals.all().delete()
        full.case_studies.all().delete()
        bring(full, tagline="Another", pain_points=[{"pain_point": "New"}])
        third = go_back(full, first)
        assert (ids(full), list(dump([full.pk], with_ids=True))) == (there, before)
        assert compare(first, third) == []
        assert (third.kind, third.reason) == (Kind.RESTORE, "It was better")
        event = Event.objects.first()
        assert (event.name, event.revision, event.why) == ("restore", third.number, "It was better")

    def test_a_section_leaves_the_others(self, ann):
        first = latest(ann)
        ann.goals.all().delete()
        bring(ann, tagline="Another", pain_points=[{"pain_point": "New"}])
        go_back(ann, first, "goals")
        assert [goal.goal_text for goal in ann.goals.all()] == list("ABCD")
        ann.refresh_from_db()
        assert (ann.tagline, ann.pain_points.count()) == ("Another", 1)

    def test_a_group_of_columns_leaves_the_others(self, ann):
        first = latest(ann)
        bring(ann, tagline="Another", background_story="Other")
        told = ann.background_story
        go_back(ann, first, "narrative")
        ann.refresh_from_db()
        assert (ann.tagline, ann.background_story) == ("Another", told)

    def test_a_deleted_row_comes_back_with_its_id_where_it_stood(self, ann):
        first, gone = latest(ann), Goal.objects.get(persona=ann, goal_text="B")
        Goal.objects.filter(pk=gone.pk).delete()
        bring(ann, goals=[{"goal_text": "E"}])
        capture()
        go_back(ann, first, "goals", gone.pk)
        assert [goal.goal_text for goal in ann.goals.all()] == list("ABCDE")
        assert Goal.objects.get(persona=ann, goal_text="B").pk == gone.pk

    def test_a_row_comes_back_with_its_details_and_leaves_the_other_rows(self, full):
        first = latest(full)
        one, other = full.case_studies.filter(results__isnull=False).distinct()[:2]
        had = set(one.results.values_list("pk", flat=True))
        bring(full, case_studies=[{"id": str(one.pk), "results": [{"metric_name": "New"}]}])
        type(one.results.first()).objects.filter(pk__in=had).delete()
        type(other).objects.filter(pk=other.pk).update(case_study_title="Changed")
        go_back(full, first, "case_studies", one.pk)
        assert set(one.results.values_list("pk", flat=True)) == had
        other.refresh_from_db()
        assert other.case_study_title == "Changed"

    def test_a_row_that_the_revision_has_not_is_refused(self, ann):
        first = latest(ann)
        new = FACTORIES["goals"](persona=ann)
        with pytest.raises(NotKeptError):
            way_back(EditorialState.objects.get(persona=ann), first, "goals", new.pk)

    def test_the_summary_of_the_evidence_stays_and_says_what_it_said(self, ann):
        first = latest(ann)
        FACTORIES["evidence_sources"](persona=ann)
        bring(ann, evidence_summary={"overall_confidence_level": "high"})
        there = ann.evidence_summary.get().pk
        assert compare(first, go_back(ann, first)) == []
        assert ann.evidence_summary.get().pk == there

    def test_nothing_is_restored_over_what_somebody_saved_meanwhile(self, ann):
        first = latest(ann)
        bring(ann, tagline="Another")
        state = EditorialState.objects.get(persona=ann)
        one = way_back(state, first)
        bring(ann, tagline="A third")
        with pytest.raises(RefusedError, match="changed since this was planned"):
            restore(state, one, "")

    def test_a_slug_that_another_has_by_now_is_said(self, ann):
        first = latest(ann)
        bring(ann, slug="ann-lee")
        PersonaFactory(slug="ann")
        one = way_back(EditorialState.objects.get(persona=ann), first)
        assert ["«ann» is another persona's slug by now" in str(problem) for problem in one.problems] == [True]
        assert not way_back(EditorialState.objects.get(persona=ann), first, "goals").problems

    def test_a_role_that_is_gone_is_said_and_left(self, ann):
        role = Role.objects.create(name="Gone soon", slug="gone-soon", function=ann.function, department=ann.department)
        there = ann.role
        Persona.objects.filter(pk=ann.pk).update(role=role, tagline="Then")
        first = latest(ann)
        Persona.objects.filter(pk=ann.pk).update(role=there, tagline="Now")
        capture()
        role.delete()
        state = EditorialState.objects.get(persona=ann)
        one = way_back(state, first)
        assert one.lost == ["The role that it had then is there no longer, so the role stays as it is."]
        restore(state, one, "")
        ann.refresh_from_db()
        assert (ann.role, ann.tagline) == (there, "Then")

    @pytest.mark.parametrize("status", [["pending_review", "validated"], ["pending_review", "validated", "published"]])
    def test_what_was_approved_is_a_draft_again(self, ann, status):
        first = latest(ann)
        bring(ann, tagline="Another")
        for step in status:
            Persona.objects.filter(pk=ann.pk).update(validation_status=step)
        go_back(ann, first)
        ann.refresh_from_db()
        assert ann.validation_status == "draft"


WORDS = (
    "goals",
    "pain_points",
    "case_studies",
    "tools",
    "vpanes_scoring",
    "weekly_meetings",
    "jtbd",
    "evidence_sources",
)
WORDS = [word for word in WORDS if word in SHAPES]
EDIT = st.tuples(
    st.sampled_from(WORDS), st.sampled_from(["add", "change", "delete", "move", "raw"]), st.integers(0, 20)
)


def edit(persona, word: str, what: str, number: int) -> None:
    shape = SHAPES[word]
    rows = next(dump([persona.pk], with_ids=True)).get(word, [])
    rows = [rows] if isinstance(rows, dict) else rows
    at = number % len(rows) if rows else 0
    if what == "add" and not shape.single:
        new = FACTORIES[word].build(persona=None)
        told = {
            name: getattr(new, shape.columns[name].attname) for name in shape.columns if name not in shape.references
        }
        if any(name not in told for name in shape.needed):
            return
        title = shape.identity[0]
        rows.insert(at, {k: v for k, v in told.items() if v is not None} | {title: f"New {number}"})
    elif not rows:
        return
    elif what == "raw":
        shape.model.objects.filter(persona=persona).order_by("?").first().delete()
        return
    elif what == "change":
        name = next((n for n, c in shape.columns.items() if c.null and c.get_internal_type() == "TextField"), None)
        rows[at] = rows[at] | ({name: None} if name else {})
    elif what == "delete":
        del rows[at]
    else:
        rows.append(rows.pop(at))
    document = {word: rows[0] if shape.single and rows else None if shape.single else rows}
    done = plan([{"id": str(persona.pk)} | document], Mode.REPLACE)
    if not done.problems:
        apply(done)


@pytest.fixture
def edited(full) -> Persona:
    latest(full)
    return full


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EDIT, min_size=1, max_size=6))
def test_whatever_was_edited_the_first_revision_comes_back_whole(edited, edits):
    before = transaction.savepoint()
    try:
        first, there = latest(edited), ids(edited)
        for one in edits:
            edit(edited, *one)
        capture()
        last = go_back(edited, first)
        assert compare(first, last) == compare(last, first) == []
        assert ids(edited) == there
    finally:
        transaction.savepoint_rollback(before)


def aged(revision, days: int, published_at: str = "published_at") -> None:
    """Make a revision older than it is, as only a superuser can: the application writes no history."""
    with database.connect("postgres", DATABASE) as superuser:
        superuser.execute(
            f"UPDATE editorial_revisions SET made_at = now() - %s * interval '1 day', published_at = {published_at} "
            "WHERE id = %s",
            [days, revision],
        )


class TestCommitted:
    @pytest.fixture
    def pharma(self, committed) -> Tenant:
        return Tenant.objects.get(slug="pharma")

    @pytest.fixture
    def bea(self, pharma) -> Persona:
        with tenant_context(pharma):
            return PersonaFactory(slug="bea", complete=True)

    def test_raw_changes_are_captured_once_for_each_transaction(self, pharma, bea):
        with tenant_context(pharma), connection.cursor() as cursor:
            before = Revision.objects.filter(persona=bea).count()
            cursor.execute("UPDATE personas SET tagline = 'Raw' WHERE id = %s", [bea.pk])
            cursor.execute("UPDATE persona_goals SET goal_text = goal_text || '!' WHERE persona_id = %s", [bea.pk])
        with tenant_context(pharma):
            first, second = Revision.objects.filter(persona=bea)[:2]
            assert Revision.objects.filter(persona=bea).count() == before + 1
            assert (first.kind, first.made_by, first.made_by_login) == (Kind.OUTSIDE, None, "vital_app")
            assert list(grouped(compare(second, first))) == ["core_profile", "goals"]

    def test_thinning_keeps_what_counts(self, pharma, bea):
        days = {}
        for tagline, day in (("a", 200), ("b", 200), ("c", 200), ("d", 199), ("e", 10), ("f", 10), ("g", 0)):
            with tenant_context(pharma):
                Persona.objects.filter(pk=bea.pk).update(tagline=tagline)
            with tenant_context(pharma):
                made = Revision.objects.filter(persona=bea).first()
                days[made.number] = tagline
                aged(made.pk, day)
        with tenant_context(pharma):
            aged(Revision.objects.get(persona=bea, number=1).pk, 300)
            published = next(number for number, tagline in days.items() if tagline == "a")
            aged(Revision.objects.get(persona=bea, number=published).pk, 200, published_at="now()")
            before = Content.objects.filter(persona=bea).count()
        thin_history(0)
        with tenant_context(pharma):
            kept = Revision.objects.filter(persona=bea).order_by("number")
            assert [days.get(one.number, "first") for one in kept] == ["first", "a", "c", "d", "e", "f", "g"]
            assert Content.objects.filter(persona=bea).count() == before - 1
            for one in kept:
                assert content(one)["columns"]["id"] == bea.pk

    def test_steps_of_review_are_never_thinned(self, pharma, bea):
        for status in ("pending_review", "validated", "draft"):
            with tenant_context(pharma):
                Persona.objects.filter(pk=bea.pk).update(validation_status=status)
        with tenant_context(pharma):
            steps = Revision.objects.filter(persona=bea, kind=Kind.TRANSITION)
            before = steps.count()
            for kept in Revision.objects.filter(persona=bea):
                aged(kept.pk, 300)
        thin_history(0)
        with tenant_context(pharma):
            assert steps.count() == before == 3
