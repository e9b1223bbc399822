"""The sheet and the dossier: what they show, to whom, and what they cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.admin.editor.places import PLACES
from personas.library import copies, dossier, sheet
from personas.models import Persona
from tests.factories import PersonaFactory, stand
from tests.personas.editorial.test_published import TABLES, rows
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

PAGES = ("", "everything/")


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_nothing_of_a_draft_is_shown_while_every_table_is_changed(published, analyst, pharma, page):
    address = f"/library/personas/{published.slug}/{page}"
    before = body(analyst.get(address))
    with tenant_context(pharma):
        for table in TABLES:
            if table == "personas":
                Persona.objects.filter(pk=published.pk).update(name="Another", slug="another", one_liner="Not yet said")
            else:
                rows(f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} LIMIT 1)")
    assert body(analyst.get(address)) == before
    assert "Not yet said" in text(analyst.get("/library/personas/another/?copy=working"))


def body(answer) -> str:
    return re.search(r"<article.*</article>", text(answer), re.DOTALL)[0]


@pytest.mark.parametrize("page", PAGES)
def test_the_working_copy_says_that_it_is_one(published, analyst, pharma, page):
    with tenant_context(pharma):
        Persona.objects.filter(pk=published.pk).update(tagline="Another")
    shown = text(analyst.get(f"/library/personas/{published.slug}/{page}?copy=working"))
    assert "Working copy, draft, revision" in shown
    assert "Published, revision" in text(analyst.get(f"/library/personas/{published.slug}/{page}"))


def test_each_copy_leads_to_the_other_though_the_draft_has_another_slug(published, analyst, pharma):
    with tenant_context(pharma):
        Persona.objects.filter(pk=published.pk).update(slug="another")
        never = PersonaFactory()
    assert 'href="/library/personas/another/?copy=working"' in text(analyst.get(f"/library/personas/{published.slug}/"))
    assert f'href="/library/personas/{published.slug}/"' in text(analyst.get("/library/personas/another/?copy=working"))
    assert "As published" not in text(analyst.get(f"/library/personas/{never.slug}/?copy=working"))


@pytest.mark.parametrize("page", PAGES)
def test_what_another_tenant_published_is_not_found(published, digital, join, enter, page):
    stranger = enter(join(digital, Role.ANALYST))
    assert stranger.get(f"/library/personas/{published.slug}/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_and_what_is_withdrawn_are_not_found(pharma, published, analyst, page):
    with tenant_context(pharma):
        draft = PersonaFactory()
        stand(published, "archived")
    for persona in (draft, published):
        assert analyst.get(f"/library/personas/{persona.slug}/{page}").status_code == 404


def test_who_is_not_logged_in_is_asked_to(published, client):
    answer = client.get(f"/library/personas/{published.slug}/")
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/admin/login/")


def test_a_persona_of_which_only_the_name_is_known_has_a_sheet(pharma, analyst):
    with tenant_context(pharma):
        persona = Persona.objects.create(name="Ana Silva", slug="ana-silva")
    for page in PAGES:
        shown = text(analyst.get(f"/library/personas/{persona.slug}/{page}?copy=working"))
        assert "Ana Silva" in shown
        assert "Nothing is known" in shown


def test_what_people_wrote_is_text_and_nothing_else(pharma, analyst):
    evil = '"><script>alert(1)</script>'
    with tenant_context(pharma):
        persona = PersonaFactory(complete=True, name=evil, title=evil, one_liner=evil)
        persona.goals.update(goal_text=evil)
        persona.public_research.update(url="javascript:alert(1)")
    for page in PAGES:
        shown = text(analyst.get(f"/library/personas/{persona.slug}/{page}?copy=working"))
        assert "<script>alert" not in shown
        assert 'href="javascript:' not in shown


@pytest.mark.parametrize("told", [sheet.context, dossier.context])
def test_all_of_it_takes_few_queries(published, pharma, told):
    with tenant_context(pharma), CaptureQueriesContext(connection) as queries:
        [copy] = copies.published(published.slug)
        told(copy)
    assert len(queries) <= 4, [one["sql"][:100] for one in queries]


def test_the_dossier_says_every_word_of_the_persona(published, analyst, pharma):
    with tenant_context(pharma):
        [copy] = copies.published(published.slug)
    shown = text(analyst.get(f"/library/personas/{published.slug}/everything/"))
    for word, place in PLACES.items():
        if place.section and copy.rows(word):
            assert f'id="{word}"' in shown
    for part, places in dossier.context(copy)["parts"]:
        assert f"{part.title} <small" in shown
        assert all(f'href="#{one.word}"' in shown for one in places)


def test_the_sheet_has_landmarks_and_every_picture_a_name_and_a_table(published, analyst):
    shown = body(analyst.get(f"/library/personas/{published.slug}/"))
    for figure in re.findall(r"<figure.*?</figure>", shown, re.DOTALL):
        assert re.search(r'<svg[^>]*role="(img|group|list)"[^>]*aria-label="[^"]{20}|<(ol|ul|table|div)', figure)
        assert "<table" in figure
        assert "<figcaption" in figure
    labelled = re.findall(r"<section[^>]*aria-labelledby=\"([^\"]+)\"", shown)
    assert len(labelled) > 8
    assert [one for one in labelled if f'id="{one}"' not in shown] == []


def test_what_only_sql_can_write_breaks_no_page(pharma, analyst):
    with tenant_context(pharma):
        persona = PersonaFactory(complete=True, education_level="data_driven")
        odd = PersonaFactory(name="Odd")
        Persona.objects.filter(pk=odd.pk).update(slug="a/b")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE persona_year_in_life SET annual_objectives = ARRAY[NULL, 'One']")
            cursor.execute("UPDATE persona_internal_stakeholders SET collaboration_areas = ARRAY[NULL]::text[]")
            cursor.execute(
                "UPDATE persona_typical_day SET duration_minutes = CASE sort_order WHEN 1 THEN -5 ELSE 100000 END"
            )
            cursor.execute("UPDATE persona_external_stakeholders SET stakeholder_name = '', organization = NULL")
            cursor.execute("UPDATE persona_vpanes_scoring SET pain = NULL")
    for page in (*PAGES, "time/", "stakeholders/", "files/md", "files/json"):
        assert analyst.get(f"/library/personas/{persona.slug}/{page}?copy=working").status_code == 200, page
    shown = text(analyst.get(f"/library/personas/{persona.slug}/?copy=working"))
    assert "Data driven" in shown
    assert "Not scored yet" in shown
    assert "Odd" in text(analyst.get("/library/?copy=working"))


def test_a_page_that_is_only_read_takes_no_post_and_one_that_is_not_there_says_why(published, analyst):
    assert analyst.post(f"/library/personas/{published.slug}/").status_code == 405
    assert "no persona «nobody» published" in analyst.get("/library/personas/nobody/").content.decode()
