"""However full a persona is, its pages stay light: few queries, few fields, little to send."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from personas.admin.editor.places import PLACES
from personas.sections import CARDS
from vital.tenancy.context import tenant_context

from .browser import Opened, address

QUERIES = 25
FIELDS = 300
NAMED = re.compile(r"<(?:input|select|textarea)\b[^>]*\bname=")


def posted(html: str) -> int:
    """The fields that a browser would post: those of the form, without what is only there to be copied."""
    form = html.split('<form id="edit"')[1].split("</form>")[0]
    return len(NAMED.findall(re.sub(r"<template>.*?</template>", "", form, flags=re.DOTALL)))


@pytest.fixture
def warm(work, full):
    """What Django reads once in its life is read."""
    ContentType.objects.clear_cache()
    work.get(address(full, "goals"))


def test_every_place_takes_few_queries_and_posts_few_fields(warm, work, full, django_assert_max_num_queries):
    for word, place in PLACES.items():
        with django_assert_max_num_queries(QUERIES, info=word):
            page = Opened(work, full, word)
        assert posted(page.response.content.decode()) <= FIELDS, word
        if place.layout == CARDS:
            with django_assert_max_num_queries(QUERIES, info=f"{word}, one open"):
                page = Opened(work, full, word, row=page.keys[0])
            assert 5 < posted(page.response.content.decode()) <= FIELDS, word


def test_saving_takes_few_queries(warm, work, full, django_assert_max_num_queries):
    page = Opened(work, full, "goals")
    with django_assert_max_num_queries(50):
        page.send(
            changed={page.keys[0]: {"goal_text": "Sleep"}}, added={"new": {"goal_text": "Eat"}}, gone=page.keys[1:2]
        )


def test_the_overview_takes_few_queries(warm, work, full, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        work.get(reverse("admin:personas_persona_change", args=[full.pk]))


def test_a_grid_that_grew_out_of_bounds_is_paged(work, pharma, empty):
    with tenant_context(pharma):
        empty.goals.bulk_create(
            empty.goals.model(persona=empty, tenant_id=pharma.pk, goal_text=f"Goal {n}", sequence_order=n)
            for n in range(1, 101)
        )
    first, last = Opened(work, empty, "goals"), Opened(work, empty, "goals", page=3)
    assert posted(first.response.content.decode()) <= FIELDS
    assert first.sheet.page.paginator.num_pages == 3
    assert last.rows[-1].title == "Goal 100"
    assert Opened(work, empty, "goals", row=last.keys[-1]).keys == last.keys
