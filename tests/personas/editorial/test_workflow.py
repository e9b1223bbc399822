"""The steps of review: one table in Python, the same in the database, and one door for people."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from django.db import IntegrityError, connection, connections, transaction

from personas.documents.apply import apply
from personas.documents.plan import plan
from personas.editorial.quality import RULES
from personas.editorial.workflow import BY_NAME, TRANSITIONS, RefusedStepError, perform, possible
from personas.enums import Status
from personas.models import Comment, EditorialSettings, EditorialState, Event, Notice, Persona, Revision, RuleSetting
from personas.sections import SECTIONS
from tests.factories import FACTORIES, PersonaFactory, stand
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, Tenant, User
from vital.tenancy.roles import Role

EDGES = {(before, transition.after) for transition in TRANSITIONS for before in transition.before}


def rows(statement: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def moved(persona: Persona, after: str) -> bool:
    """Whether the application's role may bring it there by a plain statement."""
    try:
        with transaction.atomic():
            Persona.objects.filter(pk=persona.pk).update(validation_status=after)
    except IntegrityError:
        return False
    persona.refresh_from_db()
    return persona.validation_status == after


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_the_database_and_the_table_of_steps_hold_the_same_edges(tenant, before, after):
    persona = PersonaFactory(validation_status=before)
    assert moved(persona, after) == ((before, after) in EDGES or before == after)
    [(name,)] = rows("SELECT step_between(%s, %s)", before, after)
    assert name == next((one.name for one in TRANSITIONS if before in one.before and one.after == after), None)


@pytest.mark.parametrize("status", Status)
def test_a_persona_begins_as_a_draft_whatever_it_says_of_itself(tenant, status):
    persona = Persona.objects.create(name="Ada", slug="ada", validation_status=status)
    persona.refresh_from_db()
    assert (persona.validation_status, persona.validated_at) == (Status.DRAFT, None)


def test_nobody_leaves_a_persona_without_a_status(tenant):
    persona = PersonaFactory()
    assert not moved(persona, None)


class People:
    """Three who work in a tenant, each acting in a context of their own."""

    def __init__(self, tenant, join):
        self.tenant = tenant
        self.ana = self.member(join(tenant, Role.ANALYST, email="ana@pharma.example", full_name="Ana Silva"))
        self.rui = self.member(join(tenant, Role.REVIEWER, email="rui@pharma.example", full_name="Rui Costa"))
        self.eva = self.member(join(tenant, Role.PUBLISHER, email="eva@pharma.example", full_name="Eva Maria"))

    def member(self, user):
        with tenant_context(self.tenant):
            user.membership = Membership.objects.get(user=user)
        return user

    def does(self, user, name, persona, why="", **more):
        with tenant_context(self.tenant, user):
            return perform(persona.pk, name, user, why, **more)


@pytest.fixture
def people(pharma, join) -> People:
    return People(pharma, join)


@pytest.fixture
def persona(pharma, people) -> Persona:
    with tenant_context(pharma, people.ana):
        return PersonaFactory(name="Dr Ada", complete=True)


@pytest.fixture
def no_rules(pharma):
    """Every rule of quality is switched off."""
    with tenant_context(pharma):
        RuleSetting.objects.bulk_create(
            RuleSetting(code=rule.code, severity=RuleSetting.Severity.OFF) for rule in RULES
        )


@pytest.fixture
def in_review(people, persona, no_rules) -> Persona:
    people.does(people.ana, "submit", persona, "For the spring release")
    return persona


def refused(people, *step, **more) -> list[str]:
    with pytest.raises(RefusedStepError) as error:
        people.does(*step, **more)
    return error.value.reasons


@pytest.mark.usefixtures("no_rules")
class TestADoor:
    def test_leads_from_draft_to_published_with_stamps_revisions_and_events(self, people, persona, pharma):
        people.does(people.ana, "submit", persona, "For spring")
        people.does(people.rui, "validate", persona, "Well backed")
        state = people.does(people.eva, "publish", persona)
        assert state.persona.validation_status == Status.PUBLISHED
        assert state.persona.validated_by == people.rui
        with tenant_context(pharma):
            assert state.live == Revision.objects.filter(persona=persona).first()
            steps = Event.objects.filter(persona=persona.pk, name__in=BY_NAME).order_by("pk")
            assert [(one.name, one.before, one.after, one.why, one.made_by) for one in steps] == [
                ("submit", "draft", "pending_review", "For spring", people.ana),
                ("validate", "pending_review", "validated", "Well backed", people.rui),
                ("publish", "validated", "published", None, people.eva),
            ]
            kinds = Revision.objects.filter(persona=persona, kind=Revision.Kind.TRANSITION).order_by("number")
            assert [(one.status, one.reason, one.made_by) for one in kinds] == [
                ("pending_review", "For spring", people.ana),
                ("validated", "Well backed", people.rui),
                ("published", None, people.eva),
            ]

    def test_is_closed_to_whoever_submitted_or_edited_last(self, people, in_review, pharma):
        assert refused(people, people.ana, "validate", in_review)[0].startswith("Your role does not let you")
        with tenant_context(pharma):
            Membership.objects.filter(user=people.ana).update(role=Role.REVIEWER)
        ana = people.member(people.ana)
        said = "You submitted it, so somebody else has to validate it."
        assert refused(people, ana, "validate", in_review) == [said]
        with tenant_context(pharma, people.rui):
            apply(plan([{"slug": in_review.slug, "core_profile": {"tagline": "Better"}}]))
        said = "You edited it last, so somebody else has to validate it."
        assert refused(people, people.rui, "validate", in_review) == [said]
        people.does(people.eva, "validate", in_review)

    def test_is_open_to_them_where_the_tenant_has_decided_so(self, people, in_review, pharma):
        with tenant_context(pharma):
            Membership.objects.filter(user=people.ana).update(role=Role.REVIEWER)
            EditorialSettings.objects.create(four_eyes=False)
        people.does(people.member(people.ana), "validate", in_review)

    def test_wants_a_reason_where_something_is_sent_back(self, people, in_review):
        assert refused(people, people.rui, "request_changes", in_review, " ")[0].startswith("Say why")
        state = people.does(people.rui, "request_changes", in_review, "Goals are thin")
        assert (state.sent_back_to, state.submitted_at) == (people.ana, None)
        state = people.does(people.ana, "submit", in_review)
        assert (state.sent_back_to, state.submitted_by) == (None, people.ana)

    def test_is_closed_when_the_persona_changed_since_one_looked(self, people, in_review, pharma):
        with tenant_context(pharma):
            seen = EditorialState.objects.get(persona=in_review).version
            FACTORIES["goals"](persona=in_review)
        assert refused(people, people.rui, "validate", in_review, seen=seen)[0].startswith("It was changed since")

    def test_is_closed_while_a_comment_blocks(self, people, in_review, pharma):
        people.does(people.rui, "validate", in_review)
        with tenant_context(pharma, people.rui):
            comment = Comment.objects.create(persona=in_review, text="Which study?", blocks=True, made_by=people.rui)
        assert refused(people, people.eva, "publish", in_review) == [
            "A comment is to be resolved first: «Which study?»"
        ]
        with tenant_context(pharma, people.rui):
            Comment.objects.filter(pk=comment.pk).update(resolved_at=comment.made_at, resolved_by=people.rui)
        people.does(people.eva, "publish", in_review)

    def test_is_closed_while_consumers_read_another_persona_under_the_slug(self, people, in_review, pharma):
        people.does(people.rui, "validate", in_review)
        with tenant_context(pharma):
            other = PersonaFactory(slug="other", validation_status=Status.PUBLISHED)
            Persona.objects.filter(pk=other.pk).update(slug="renamed")
            Persona.objects.filter(pk=in_review.pk).update(slug="other")
            stand(in_review, Status.VALIDATED)
        [said] = refused(people, people.eva, "publish", in_review)
        assert said.startswith("Services read another persona as «other».")

    @pytest.mark.parametrize("before", Status)
    @pytest.mark.parametrize("role", Role.values)
    def test_is_open_to_roles_and_states_as_the_table_says(self, tenant, join, before, role):
        user = join(tenant, role, email="one@pharma.example")
        user.membership = Membership.objects.get(user=user)
        persona = PersonaFactory(validation_status=before)
        state = EditorialState.objects.select_related("persona").get(persona=persona)
        for step in TRANSITIONS:
            should = before in step.before and user.has_perm(step.permission)
            assert (step in possible(state, user)) == should
            point = transaction.savepoint()
            try:
                perform(persona.pk, step.name, user, "Because")
            except RefusedStepError:
                assert not should, step
            else:
                assert should, step
            transaction.savepoint_rollback(point)

    def test_tells_those_who_wait(self, people, in_review, pharma):
        with tenant_context(pharma):
            assert set(Notice.objects.values_list("user", flat=True)) >= {people.rui.pk}


def test_what_lacks_is_told_all_at_once(people, pharma):
    with tenant_context(pharma, people.ana):
        empty = PersonaFactory(name="Nobody", title=None, one_liner=None, archetype=None)
    assert len(refused(people, people.ana, "submit", empty)) > 1


class TestWhatWasApproved:
    """It is approved as it stood; any change makes it a draft."""

    def test_is_a_draft_again_when_any_section_is_added_to(self, tenant):
        persona = PersonaFactory(validation_status=Status.PUBLISHED)
        for section in SECTIONS:
            if section.word == "evidence_summary":
                continue  # the database has made that row by itself
            point = transaction.savepoint()
            FACTORIES[section.word](persona=persona)
            persona.refresh_from_db()
            assert persona.validation_status == Status.DRAFT, section.word
            transaction.savepoint_rollback(point)

    def test_stays_so_when_only_stamps_and_computed_columns_are_written(self, tenant):
        persona = PersonaFactory(complete=True, validation_status=Status.PUBLISHED)
        rows("UPDATE persona_goals SET goal_text = goal_text RETURNING id")
        rows("UPDATE personas SET role_name = 'Renamed', updated_at = now() RETURNING id")
        rows("SELECT recompute_evidence_summary(%s)", tenant.pk)
        rows("UPDATE persona_evidence_summary SET total_sources = 99 RETURNING id")
        persona.refresh_from_db()
        assert persona.validation_status == Status.PUBLISHED

    def test_columns_that_count_as_no_content_are_those_that_nobody_can_edit(self, tenant):
        for section in SECTIONS:
            for model in (section.model, *(detail.model for detail in section.details)):
                ours = {field.column for field in model._meta.local_concrete_fields if not field.editable}
                generated = {field.column for field in model._meta.local_concrete_fields if field.generated}
                [(said,)] = rows("SELECT no_content(%s)", model._meta.db_table)
                keys = {"id", "tenant_id", "persona_id", f"{getattr(model, 'parent', 'persona')}_id"}
                order = {"sequence_order", "sort_order"}
                assert ours - keys - generated - order <= set(said) | {"created_by", "updated_by"}, model
                assert set(said) - ours <= {"created_at", "updated_at", "created_by", "updated_by"}, model

    def test_is_told_to_whoever_validated_it(self, people, in_review, pharma):
        people.does(people.rui, "validate", in_review)
        with tenant_context(pharma, people.ana):
            apply(plan([{"slug": in_review.slug, "core_profile": {"tagline": "Better"}}]))
            [notice] = Notice.objects.filter(user=people.rui, text__contains="draft again")
            assert "Ana Silva changed its content" in notice.text
            assert Event.objects.filter(persona=in_review.pk, name="return").count() == 1


def test_of_twenty_who_take_a_step_at_once_one_takes_it(committed):
    tenant = Tenant.objects.get(slug="pharma")
    with tenant_context(tenant):
        persona = PersonaFactory(complete=True)
        stand(persona, Status.PENDING_REVIEW)
        eva = User.objects.create_superuser("eva@example.com", "x")
        RuleSetting.objects.bulk_create(RuleSetting(code=rule.code, severity="off") for rule in RULES)

    def attempt(_) -> bool:
        try:
            with tenant_context(tenant, eva):
                perform(persona.pk, "validate", eva)
        except RefusedStepError:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(attempt, range(20))) == 1
    with tenant_context(tenant):
        assert Event.objects.filter(persona=persona.pk, name="validate").count() == 1
