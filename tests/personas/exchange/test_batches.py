"""An import from its file to its undoing: shown first, applied as a whole, taken back on demand."""

import json
from contextlib import contextmanager
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection

from personas.documents.changes import PersonaPlan
from personas.documents.dump import dump
from personas.exchange import batches, showing
from personas.exchange.batches import NotNowError, decide, receive, settle, stop, take_back, try_again
from personas.exchange.direct import Direct
from personas.exchange.work import StoppedError, Work
from personas.models import Batch, EditorialState, ExchangeProfile, Goal, Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import TenantSwitchError
from vital.tenancy.models import Role, User

pytestmark = pytest.mark.django_db
State = Batch.State
NEW = {"slug": "new", "name": "New", "goals": [{"goal_text": "Grow"}]}


@pytest.fixture
def ana(tenant, join):
    join(tenant, Role.TENANT_ADMIN)
    user = join(tenant, Role.ANALYST)
    user.membership = user.memberships.get()
    return user


@pytest.fixture
def bring(tenant, ana):
    """Bring documents as a file, and let the worker read it."""

    def make(*documents: dict, name: str = "file.json", content: bytes | None = None, **options) -> Batch:
        content = content or json.dumps({"personas": documents}, ensure_ascii=False).encode()
        return worked(receive([(name, content)], {"mode": "merge"} | options, ana))

    return make


def worked(batch: Batch) -> Batch:
    """The batch, after a worker has dealt with it."""
    Work(batch.tenant_id, batch.created_by_id, batch.pk).run()
    batch.refresh_from_db()
    return batch


def applied(batch: Batch, user, **options) -> Batch:
    decide(batch, user, batch.counts["plan"], **options)
    return worked(batch)


def dumped(slug: str) -> dict:
    [document] = dump(Persona.objects.filter(slug=slug).values_list("pk", flat=True), with_ids=True)
    return document


def errors(batch: Batch) -> list[str]:
    return [f"{one.where}: {one.message}" for one in showing.findings(batch) if one.kind == "error"]


def test_a_file_is_read_and_shown_and_applied_when_somebody_says_so(bring, ana):
    PersonaFactory(slug="old", name="Old", title="Lead")
    batch = bring(NEW, {"slug": "old", "title": "Head"}, {"slug": "old2", "name": "Old 2"} | {"goals": []})
    assert batch.state == State.CHECKED
    assert not Persona.objects.filter(slug="new").exists()
    figures = {name: number for _, number, name in showing.Batch(batch).figures}
    assert figures == {"new": 2, "changed": 1, "unchanged": 0, "in_error": 0}
    applied(batch, ana)
    assert (batch.state, batch.counts["written"]) == (State.APPLIED, 4)
    assert Persona.objects.get(slug="old").title == "Head"
    assert Goal.objects.get(persona__slug="new").goal_text == "Grow"


def test_to_look_is_to_touch_nothing(bring):
    PersonaFactory(slug="old", complete=True)
    document = dumped("old")
    document["core_profile"]["name"] = "Another"
    document["goals"] = None
    touched = """
        SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
        WHERE relname NOT LIKE 'exchange%' ORDER BY 1
    """
    with connection.cursor() as cursor:
        cursor.execute(touched)
        before = cursor.fetchall()
        batch = bring(json.loads(json.dumps(document, default=str)), NEW)
        assert batch.counts["personas_changed"] == batch.counts["personas_new"] == 1
        cursor.execute(touched)
        assert cursor.fetchall() == before


def test_the_same_file_again_changes_nothing_and_says_that_it_was_here(bring, ana):
    first = applied(bring(NEW), ana)
    again = bring(NEW)
    assert batches.earlier(again) == first
    assert again.counts["personas_unchanged"] == 1
    assert EditorialState.objects.get(persona__slug="new").version == 1


def test_a_persona_that_changed_meanwhile_stops_the_whole_until_it_is_read_again(bring, ana):
    PersonaFactory(slug="old", title="Lead")
    batch = bring(NEW, {"slug": "old", "title": "Head"})
    Persona.objects.filter(slug="old").update(tagline="By hand")
    applied(batch, ana)
    assert batch.state == State.FAILED
    assert batch.message == "old: it was changed since this was planned; plan again"
    assert not Persona.objects.filter(slug="new").exists()
    try_again(batch)
    applied(worked(batch), ana)
    assert Persona.objects.get(slug="old").title == "Head"


def test_only_what_was_seen_can_be_applied(bring, ana):
    batch = bring(NEW)
    with pytest.raises(NotNowError, match="read again"):
        decide(batch, ana, "another")
    applied(batch, ana)
    with pytest.raises(NotNowError, match="It is applied"):
        decide(batch, ana, batch.counts["plan"])


def test_errors_keep_everything_back_unless_only_the_valid_are_wanted(bring, ana):
    batch = bring(NEW, {"slug": "bad", "name": "Bad", "archetype": "ROBOT"})
    with pytest.raises(NotNowError, match="There are errors"):
        decide(batch, ana, batch.counts["plan"])
    applied(batch, ana, valid_only=True)
    assert batch.state == State.APPLIED
    assert list(Persona.objects.values_list("slug", flat=True)) == ["new"]
    assert dict(batch.items.values_list("slug", "state")) == {"new": "applied", "bad": "left_out"}


def test_of_the_valid_one_that_fails_does_not_hold_up_the_others(bring, ana):
    PersonaFactory(slug="old", title="Lead")
    batch = bring(NEW, {"slug": "old", "title": "Head"}, {"slug": "bad", "archetype": "ROBOT"})
    Persona.objects.filter(slug="old").update(tagline="By hand")
    applied(batch, ana, valid_only=True)
    assert dict(batch.items.values_list("slug", "state")) == {"new": "applied", "old": "left_out", "bad": "left_out"}
    assert Persona.objects.get(slug="old").title == "Lead"


def test_who_may_not_do_all_that_a_plan_does_may_not_apply_it(bring):
    batch = bring(NEW)
    stranger = User.objects.create_user("somebody@example.com")
    assert batches.missing_rights(batch, stranger) == ["add goals", "add personas"]
    with pytest.raises(NotNowError, match="You may not add goals, add personas"):
        decide(batch, stranger, batch.counts["plan"])


def test_a_value_is_asked_once_and_the_answer_holds_for_all_rows(bring, ana):
    pains = [{"pain_point": text, "severity": "Very High"} for text in "AB"]
    document = NEW | {"pain_points": pains, "goals": [{"goal_text": "Grow", "priority": "Very High"}]}
    batch = bring(document)
    asked = {(one.table, one.column, one.said): len(one.findings) for one in showing.Batch(batch).questions}
    assert asked == {("pain_points", "severity", "Very High"): 2, ("goals", "priority", "Very High"): 1}
    answers = [{"table": "pain_points", "column": "severity", "from": "Very High", "to": "critical"},
               {"table": "goals", "column": "priority", "from": "Very High", "to": None}]  # fmt: skip
    showing.save_profile(batch, "Agency", answers, ana)
    settle(batch, answers)
    assert errors(worked(batch)) == []
    applied(batch, ana)
    assert {row["severity"] for row in dumped("new")["pain_points"]} == {"critical"}
    assert dumped("new")["goals"][0]["priority"] == "medium"  # as where nothing is said
    saved = ExchangeProfile.objects.get(name="Agency")
    assert errors(bring(document | {"slug": "other"}, profile=f"saved:{saved.pk}")) == []


def test_what_an_import_did_is_taken_back_but_for_what_people_changed_since(bring, ana):
    PersonaFactory(slug="old", name="Old", title="Lead", complete=True)
    before = dumped("old")
    batch = applied(bring(NEW, {"slug": "old", "title": "Head", "goals": [{"goal_text": "Grow"}], "fears": None}), ana)
    Goal.objects.filter(persona__slug="old", goal_text="Grow").update(goal_type="quality")
    undoing = worked(take_back(batch, ana))
    assert undoing.state == State.CHECKED
    assert Persona.objects.filter(slug="new").exists()
    assert [one.message for one in showing.findings(undoing)] == ["«Grow» stays as it is: edited since"]
    applied(undoing, ana)
    assert not Persona.objects.filter(slug="new").exists()
    after = dumped("old")
    assert after["core_profile"] == before["core_profile"]
    assert after["fears"] == before["fears"]
    assert [goal["goal_text"] for goal in after["goals"]][-1] == "Grow"
    nothing_left = worked(take_back(batch, ana))
    assert nothing_left.counts.get("personas_changed", 0) == nothing_left.counts.get("personas_deleted", 0) == 0
    again = applied(worked(take_back(undoing, ana)), ana)
    assert again.state == State.APPLIED
    assert Persona.objects.filter(slug="new").exists()


def test_only_what_was_applied_can_be_taken_back(bring, ana):
    with pytest.raises(NotNowError):
        take_back(bring(NEW), ana)


def test_what_was_stopped_or_failed_can_be_tried_again(bring, ana, tenant):
    batch = receive([("file.json", json.dumps(NEW).encode())], {"mode": "merge"}, ana)
    stop(batch)
    batch.refresh_from_db()
    assert batch.state == State.CANCELLED
    assert worked(batch).state == State.CANCELLED
    try_again(batch)
    assert worked(batch).state == State.CHECKED
    broken = bring(content=b"{", name="broken.json")
    assert broken.state == State.FAILED
    assert "This is no JSON" in broken.message


def test_what_is_wished_to_stop_in_the_middle_leaves_nothing(bring, ana, monkeypatch):
    batch = bring(NEW)
    decide(batch, ana, batch.counts["plan"])

    @contextmanager
    def beside(work):
        def tell(done, before, **more):
            if done:
                assert Persona.objects.filter(slug="new").exists()
                raise StoppedError

        yield tell

    monkeypatch.setattr(Work, "beside", beside)
    assert worked(batch).state == State.CANCELLED
    assert not Persona.objects.filter(slug="new").exists()


def test_a_batch_of_another_tenant_does_not_exist(bring, digital):
    batch = bring(NEW)
    with pytest.raises(TenantSwitchError):
        Work(digital.pk, None, batch.pk).run()


def test_several_csv_files_tell_of_the_same_personas(tenant, ana):
    batch = worked(receive([("personas.csv", b"slug,name\nnew,New\n"), ("goals.csv", b"persona,goal_text\nnew,Grow\n")],
                           {"mode": "merge"}, ana))  # fmt: skip
    assert errors(batch) == []
    applied(batch, ana)
    assert dumped("new")["goals"][0]["goal_text"] == "Grow"


def test_garbled_letters_are_told_and_mended_when_somebody_asks(bring, ana):
    garbled = "naïve – café".encode().decode("cp1252")
    batch = bring(NEW | {"title": garbled})
    assert showing.Batch(batch).garbled
    settle(batch, [], mend=True)
    applied(worked(batch), ana)
    assert Persona.objects.get(slug="new").title == "naïve – café"


def test_a_form_that_nobody_filled_in_is_refused_with_a_sentence(bring):
    form = {"slug": "<<SLUG>>", "name": "[Full Name]", "title": "<<TITLE>>", "goals": [{"goal_text": "<<GOAL>>"}]}
    batch = bring(NEW, form)
    assert batch.counts["errors"] == 1
    assert "a form that nobody has filled in" in errors(batch)[0]


def test_the_report_is_one_that_other_programs_read(bring):
    batch = bring(NEW | {"archetype": "ROBOT", "colour": "red"})
    report = showing.frictionless(batch)
    assert report["valid"] is False
    [error] = report["tasks"][0]["errors"]
    assert (error["type"], error["cell"], error["path"]) == ("choice", "ROBOT", "personas[1].archetype")
    assert [one for one in report["warnings"] if "colour" in one]


def test_every_field_is_shown_before_and_after(bring):
    PersonaFactory(slug="old", title="Lead")
    FACTORIES["tags"](persona=Persona.objects.get(slug="old"), tag_name="once")
    batch = bring({"slug": "old", "title": "Head", "tags": None})
    shown = showing.sections(PersonaPlan.unpacked(batch.items.get().plan))
    assert [(name, [(row.op, row.title) for row in rows]) for name, _, rows in shown] == [
        ("personas", [("change", "old")]), ("tags", [("delete", "once")]),
    ]  # fmt: skip
    assert shown[0][2][0].fields[0][1:] == ("Lead", "Head")


def test_work_that_nobody_has_told_of_for_long_is_called_interrupted(bring):
    batch = bring(NEW)
    Batch.objects.filter(pk=batch.pk).update(state=State.APPLYING, told_at="2026-01-01T00:00Z")
    batch.refresh_from_db()
    assert batch.is_interrupted
    try_again(batch)
    assert worked(batch).state == State.CHECKED


def test_nobody_works_on_what_is_not_there(tenant):
    with pytest.raises(Batch.DoesNotExist):
        Work(tenant.pk, None, uuid4()).run()


def test_details_alone_find_the_rows_that_they_belong_to(bring, ana, tenant):
    persona = PersonaFactory(slug="old")
    study = FACTORIES["case_studies"](persona=persona, case_study_title="Case")
    rows = f"persona,belongs to,metric_name,numeric_value\nold,{study.pk},Hours,5\n".encode()
    batch = bring(content=rows, name="case_studies.results.csv")
    assert errors(batch) == []
    applied(batch, ana)
    assert study.results.get().metric_name == "Hours"


def test_a_batch_that_somebody_put_away_is_not_applied_by_a_worker_that_still_lives(bring, ana, monkeypatch):
    batch = bring(NEW)
    decide(batch, ana, batch.counts["plan"])
    some = Work.apply_some

    def slow(work, *args):
        Batch.objects.filter(pk=batch.pk).update(told_at="2026-01-01T00:00Z")
        batch.refresh_from_db()
        assert batch.is_interrupted
        stop(batch)
        return some(work, *args)

    monkeypatch.setattr(Work, "apply_some", slow)
    assert worked(batch).state == State.CANCELLED
    assert not Persona.objects.filter(slug="new").exists()


def test_what_is_applied_can_no_longer_be_stopped_or_read_again(bring, ana):
    batch = bring(NEW)
    decide(batch, ana, batch.counts["plan"])
    before = Batch.objects.get(pk=batch.pk)  # as a page that was opened earlier has it
    worked(batch)
    for late in (stop, try_again, lambda one: settle(one, [])):
        with pytest.raises(NotNowError, match="It is applied"):
            late(before)
    assert worked(batch).state == State.APPLIED
    assert worked(take_back(batch, ana)).counts["personas_deleted"] == 1


def test_who_lost_the_right_after_deciding_applies_nothing(bring, ana):
    batch = bring(NEW)
    decide(batch, ana, batch.counts["plan"])
    ana.memberships.all().delete()
    worked(batch)
    assert (batch.state, batch.message.split(".")[0]) == (State.FAILED, "Your role does not allow all of this")
    assert not Persona.objects.exists()


def test_a_plan_that_is_not_the_one_that_was_seen_is_not_applied(bring, ana):
    batch = bring(NEW, {"slug": "other", "name": "Other"})
    decide(batch, ana, batch.counts["plan"])
    batch.items.get(slug="other").delete()
    assert worked(batch).state == State.FAILED
    assert not Persona.objects.exists()


def test_a_profile_that_can_no_longer_be_read_spoils_no_other_import(bring, ana):
    ExchangeProfile.objects.create(direction="import", name="Old", content={"base": "vital", "values": [
        {"table": "nowhere", "column": "y", "from": "a", "to": "x"}]})  # fmt: skip
    assert errors(bring(NEW)) == []


def test_a_profile_is_one_of_those_that_there_are_and_no_file_of_the_machine(bring):
    batch = bring(NEW, profile="/etc/hostname")
    assert batch.state == State.FAILED
    assert "There is no profile «/etc/hostname»" in batch.message


def test_a_colleagues_profile_is_not_overwritten(bring, ana):
    batch = bring(NEW)
    showing.save_profile(batch, "Agency", [], ana)
    with pytest.raises(NotNowError, match="already"):
        showing.save_profile(batch, "Agency", [], ana)


def test_files_that_were_forgotten_are_asked_for_again(bring):
    batch = bring(NEW)
    batch.files.all().delete()
    try_again(batch)
    assert "Bring them again" in worked(batch).message


@pytest.mark.parametrize("slug", [["a"], {"a": 1}, 3])
def test_a_slug_that_is_no_text_is_an_error_of_its_document_alone(bring, slug):
    batch = bring(NEW, {"slug": slug, "name": "Odd"}, {"core_profile": {"slug": slug}, "name": "Odd"})
    assert batch.state == State.CHECKED
    assert batch.counts["personas_new"] >= 1


def test_a_hundred_questions_are_asked_at_once_the_most_frequent_first(bring):
    pains = [{"pain_point": str(n), "severity": f"odd {n}"} for n in range(120)]
    batch = bring(NEW | {"pain_points": [*pains, {"pain_point": "x", "severity": "odd 119"}]})
    asked = showing.Batch(batch).questions
    assert (len(asked), asked[0].said) == (100, "odd 119")


def test_an_import_may_take_longer_than_a_page(tenant):
    # Reading a large workbook leaves the transaction idle for minutes, and another import keeps its rows as long.
    work = Direct([("file.json", BytesIO(json.dumps(NEW).encode()))], {"mode": "merge", "profile": ""})
    for _ in work.run():
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            assert cursor.fetchone() == ("0",)
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("15min",)
