"""The library's search knows the words of what consumers read, and never those of a draft."""

import pytest
from django.db import connection

from personas.models import LiveWords, Persona
from tests.factories import PersonaFactory, stand
from tests.personas.test_words import asked
from vital.tenancy.context import current_tenant, tenant_context

pytestmark = pytest.mark.database


def found(query: str) -> list[str]:
    return [str(row[0]) for row in asked("SELECT find_published(%s)", query)]


@pytest.fixture
def published(tenant) -> Persona:
    persona = PersonaFactory(name="Ana Silva", tagline="Reads about zymosterol")
    persona.goals.create(goal_text="Brief the team on lanosterol")
    return stand(persona, "published")


def edit(persona: Persona, **columns) -> None:
    Persona.objects.filter(pk=persona.pk).update(**columns)


def test_what_is_published_is_found_by_a_word_of_any_section(published):
    assert found("zymosterol") == found("lanosterol team") == [str(published.pk)]
    assert found("squalene") == found("") == []


def test_a_draft_is_not_found_and_its_words_find_nothing(published):
    PersonaFactory(tagline="Squalene")
    edit(published, tagline="Squalene")
    published.goals.update(goal_text="Squalene")
    assert found("squalene") == []
    assert found("zymosterol") == [str(published.pk)]


def test_publishing_anew_brings_the_new_words_and_withdrawing_takes_all(published):
    edit(published, tagline="Squalene")
    published.refresh_from_db()
    stand(published, "published")
    assert (found("squalene"), found("zymosterol")) == ([str(published.pk)], [])
    stand(published, "archived")
    assert found("squalene") == []
    assert not LiveWords.objects.exists()


def test_the_place_is_shown_with_the_words_marked(published):
    [row] = asked("SELECT * FROM find_published_places(%s, %s, %s)", current_tenant(), [published.pk], "lanosterol")
    assert row == (published.pk, "goals", "Brief the team on ⟦lanosterol⟧")
    [row] = asked("SELECT * FROM find_published_places(%s, %s, %s)", current_tenant(), [published.pk], "zymost")
    assert row == (published.pk, "personas", "Reads about ⟦zymosterol⟧")


def test_reading_anew_changes_nothing(tenant):
    """Neither after the first publishing, nor after the next, which reads the sections that were changed."""

    def kept():
        return asked("SELECT persona_id, section, strip(words)::text FROM editorial_live_words ORDER BY 1, 2")

    persona = stand(PersonaFactory(complete=True), "published")
    persona.goals.update(goal_text="Brief the team on lanosterol")
    persona.case_studies.all().delete()
    edit(persona, tagline="Squalene")
    persona.refresh_from_db()
    stand(persona, "published")
    assert found("squalene lanosterol") == [str(persona.pk)]
    before = kept()
    asked("SELECT recompute_live_words(%s)", current_tenant())
    assert kept() == before != []


def test_another_tenant_finds_nothing_of_it(pharma, digital):
    with tenant_context(pharma):
        stand(PersonaFactory(tagline="Zymosterol"), "published")
        assert found("zymosterol")
    with tenant_context(digital):
        assert found("zymosterol") == []
    with tenant_context(None):
        assert found("zymosterol") == []


def test_the_application_cannot_write_them(published):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('editorial_live_words', 'INSERT, UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)
