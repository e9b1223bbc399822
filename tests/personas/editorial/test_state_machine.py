"""Whatever people do, and in whatever order: what is live changes only when something is published or withdrawn."""

import json
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from personas.documents.apply import RefusedError, apply
from personas.documents.changes import Mode, Plan
from personas.documents.plan import plan
from personas.documents.undo import undo
from personas.editorial import publishing, revisions
from personas.editorial.quality import RULES
from personas.editorial.workflow import BY_NAME, TRANSITIONS, RefusedStepError, perform
from personas.models import EditorialSettings, EditorialState, Goal, Revision, RuleSetting
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant, User

SECTIONS = ("goals", "pain_points", "public_research", "week_in_life", "vpanes_scoring")
few = st.integers(0, 3)


def rows(statement: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


class Life(RuleBasedStateMachine):
    """One persona, with what was published of it last as its only memory."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.tenant = tenant_context(Tenant.objects.get(slug="pharma"))
        self.tenant.__enter__()

    @initialize()
    def begin(self):
        self.user = User.objects.create_superuser("root@life.example", "x")
        RuleSetting.objects.bulk_create(RuleSetting(code=one.code, severity="off") for one in RULES)
        EditorialSettings.objects.create(four_eyes=False)
        self.persona = PersonaFactory(slug="ada", complete=False)
        FACTORIES["goals"](persona=self.persona)
        self.imported = None
        self.published: dict[str, str] | None = None
        rows("SET CONSTRAINTS ALL IMMEDIATE")  # as at the end of a transaction
        rows("SET CONSTRAINTS ALL DEFERRED")

    def teardown(self):
        transaction.set_rollback(True)
        self.tenant.__exit__(None, None, None)
        self.transaction.__exit__(None, None, None)

    def state(self) -> EditorialState:
        return EditorialState.objects.select_related("persona", "live").get(persona=self.persona)

    def content(self, schema: str = "public") -> dict[str, str] | None:
        """What a schema has of the persona: the fingerprint of each table."""
        [(found,)] = rows(
            "SELECT jsonb_object_agg(section, fingerprint(rows))::text FROM contents_of(%s, %s, "
            "ARRAY(SELECT name FROM persona_tables()), %s)",
            self.persona.tenant_id, [self.persona.pk], schema,
        )  # fmt: skip
        return found and json.loads(found)

    def attempt(self, what: Callable) -> bool:
        try:
            with transaction.atomic():
                what()
        except (RefusedStepError, RefusedError):
            return False
        return True

    @rule(name=st.sampled_from(sorted(BY_NAME)))
    def take_a_step(self, name):
        before = self.state().persona.validation_status
        done = self.attempt(lambda: perform(self.persona.pk, name, self.user, "Because"))
        assert done == (before in BY_NAME[name].before)
        if done and name == "publish":
            self.published = self.content()
        if done and name == "archive":
            self.published = None

    @rule(section=st.sampled_from(SECTIONS))
    def add_a_row_by_orm(self, section):
        try:
            with transaction.atomic():
                FACTORIES[section](persona=self.persona)
        except IntegrityError:
            pass  # a row that a persona has once is there already

    @rule(word=st.sampled_from(["one", "two", "three"]))
    def edit_past_the_application(self, word):
        rows("UPDATE persona_goals SET goal_text = %s WHERE persona_id = %s", word, self.persona.pk)

    @rule(place=few)
    def delete_past_the_application(self, place):
        ids = list(Goal.objects.filter(persona=self.persona).values_list("pk", flat=True))
        if place < len(ids):
            rows("DELETE FROM persona_goals WHERE id = %s", ids[place])

    @rule(
        tagline=st.sampled_from(["a", "b"]),
        texts=st.lists(st.sampled_from("xyz"), max_size=3),
        mode=st.sampled_from(Mode),
    )
    def import_a_file(self, tagline, texts, mode):
        document = {"slug": "ada", "core_profile": {"tagline": tagline}, "goals": [{"goal_text": one} for one in texts]}
        planned = plan([document], mode)
        if self.attempt(lambda: apply(planned)):
            self.imported = planned.personas

    @precondition(lambda self: getattr(self, "imported", None))
    @rule()
    def undo_the_import(self):
        back = [one for one, _ in undo(self.imported)]
        self.imported = None
        self.attempt(lambda: apply(Plan(back)))

    @rule(which=few)
    def restore_a_revision(self, which):
        rows("SELECT capture_revisions(%s, %s)", self.persona.tenant_id, [self.persona.pk])
        kept = list(Revision.objects.filter(persona=self.persona).order_by("number"))
        revision = kept[which % len(kept)]
        one = revisions.way_back(self.state(), revision)
        if self.attempt(lambda: revisions.restore(self.state(), one, "As it was")):
            latest = Revision.objects.filter(persona=self.persona).first()
            assert revisions.compare(revision, latest) == []

    @rule()
    def rebuild(self):
        assert publishing.rebuild() == (self.published is not None)

    @precondition(lambda self: getattr(self, "published", None) is not None)
    @rule()
    def withdraw_what_is_not_published_any_more(self):
        if self.state().persona.validation_status != "published":
            publishing.withdraw(self.persona.pk)
            self.published = None

    @invariant()
    def what_is_live_is_what_was_published_last_and_what_its_revision_shows(self):
        if not hasattr(self, "persona"):
            return
        state = self.state()
        assert self.content("published") == self.published
        assert (state.live and state.live.sections) == self.published
        if state.persona.validation_status == "published":
            assert self.content() == self.published


@pytest.mark.usefixtures("db")
def test_what_is_live_changes_only_when_it_is_published_or_withdrawn():
    assert {one.name for one in TRANSITIONS} == set(BY_NAME)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
