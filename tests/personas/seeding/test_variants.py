from collections import Counter
from itertools import islice

import pytest

from personas.documents.apply import apply
from personas.documents.plan import plan
from personas.documents.schema import parse
from personas.documents.shape import GROUPS, SHAPES
from personas.editorial.quality import look
from personas.models import Persona
from personas.seeding import organisation, variants
from personas.seeding.sources import shares
from personas.seeding.variants import generate, kind, repeated

CLIENTS = (
    "medical_affairs_director", "market_access_director", "clinical_operations_manager", "regulatory_affairs_vp",
    "commercial_strategy_leader",
)  # fmt: skip
TEMPLATES = variants.names()


def own(document: dict) -> dict:
    return {name: value for group in GROUPS for name, value in document.get(group, {}).items()}


def test_there_are_the_clients_five_templates_and_one_for_every_function():
    assert set(CLIENTS) <= set(TEMPLATES)
    for function in organisation.functions():
        assert variants.of_function(function), function


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_makes_whole_personas_that_can_be_stored(template):
    documents = list(generate(template, 3, variation="high", seed=7))
    for document in documents:
        found = parse(document)
        assert (found.problems, found.unused) == ([], [])
        assert all(document[word] for word in SHAPES)
    assert len({document["slug"] for document in documents}) == 3


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_sentence_is_said_by_more_than_a_tenth(template):
    count = 20
    documents = list(generate(template, count, variation="low"))
    [(sentence, most)] = repeated(documents).most_common(1)
    assert most <= count // 10, sentence


def test_of_a_hundred_no_two_are_alike():
    documents = list(generate("medical_affairs_director", 100))
    [(sentence, most)] = repeated(documents).most_common(1)
    assert most <= 10, sentence
    for name in ("name", "one_liner", "background_story", "a_day_in_the_life"):
        assert len({own(document)[name] for document in documents}) == 100
    families = Counter(own(document)["name"].split()[-1] for document in documents)
    assert len(families) > 60
    assert {own(document)["archetype"] for document in documents} == {"AUTOMATOR", "ORCHESTRATOR", "LEARNER", "SKEPTIC"}


def test_the_same_seed_makes_the_same_personas():
    made = list(generate("medical_affairs_director", 3, variation="low", seed=5))
    assert made == list(generate("medical_affairs_director", 3, variation="low", seed=5))
    assert made != list(generate("medical_affairs_director", 3, variation="low", seed=6))
    assert made != list(generate("medical_affairs_director", 3, variation="high", seed=5))


def test_personas_that_are_made_otherwise_have_other_slugs():
    def slugs(**how) -> set[str]:
        return {one["slug"] for one in generate("medical_affairs_director", **({"count": 3, "variation": "low"} | how))}

    made = slugs()
    assert made == slugs()
    assert not made & (slugs(seed=2) | slugs(count=4) | slugs(variation="high"))


def test_the_less_they_vary_the_nearer_they_are():
    def spread(variation: str) -> float:
        trust = [own(one)["gen_ai_trust_score"] for one in generate("medical_affairs_director", 30, variation=variation)
                 if own(one)["archetype"] == "ORCHESTRATOR"]  # fmt: skip
        return max(trust) - min(trust)

    assert spread("low") < spread("high")


@pytest.mark.parametrize("template", CLIENTS)
def test_what_is_said_of_somebody_fits_together(template):
    for document in generate(template, 8, variation="high", seed=3):
        told = own(document)
        work, ai = told["work_complexity_score"] >= 50, told["ai_maturity_score"] >= 50
        fits = {(0, 1): "AUTOMATOR", (1, 1): "ORCHESTRATOR", (0, 0): "LEARNER", (1, 0): "SKEPTIC"}
        assert told["archetype"] == fits[work, ai]
        years = [told[name] for name in ("years_of_experience", "years_in_industry", "years_in_function",
                                         "years_in_current_role")]  # fmt: skip
        assert years == sorted(years, reverse=True)
        assert told["salary_min_usd"] < told["salary_median_usd"] < told["salary_max_usd"]
        level = kind(template).levels[told["seniority_level"]]["columns"]["years_of_experience"]
        fewest, most = map(int, level.split(".."))
        assert fewest <= years[0] <= most
        assert all(row["year_completed"] <= 2026 - years[0] for row in document["education"])


def test_everybody_can_see_that_a_machine_wrote_it():
    [document] = generate("medical_affairs_director", 1, seed=9)
    assert {"tag_name": "generated", "tag_category": "origin"} in document["tags"]
    told = {row["meta_key"]: row["meta_value"] for row in document["metadata"]}
    assert told["generated_by"] == "template medical_affairs_director, variation medium, seed 9, number 1"


def test_parts_can_be_left_out():
    [document] = generate("medical_affairs_director", 1, without=["week_in_life", "case_studies"])
    assert not {"week_in_life", "case_studies"} & document.keys()


@pytest.mark.django_db
@pytest.mark.usefixtures("tenant")
def test_a_hundred_of_all_templates_can_be_published():
    organisation.bring(organisation.missing(organisation.functions()))
    documents = [
        document for template, count in shares(TEMPLATES, 100) for document in generate(template, count, seed=11)
    ]
    planned = plan(documents)
    assert not planned.problems
    apply(planned)
    slugs = [document["slug"] for document in documents]
    assessed = look(Persona.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    assert len(assessed) == 100
    against = Counter(found.said for one in assessed.values() for found in one.blocking("publish"))
    assert not against, against.most_common(5)


class TestTemplates:
    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        monkeypatch.setattr(variants.kinds, "FOLDER", tmp_path)
        (tmp_path / "common").mkdir()
        for cached in (variants.kinds.kind, variants.kinds.read):
            cached.cache_clear()
        yield tmp_path
        for cached in (variants.kinds.kind, variants.kinds.read):
            cached.cache_clear()

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("roles: []\ncolour: red", "odd.yaml: «colour» means nothing here"),
            ("roles: []\nrows: {gaols: []}", "odd.yaml: there is no section «gaols»"),
            ("roles: []\nrows: {goals: [{goal: x}]}", "odd.yaml: goals has no column «goal»"),
            ("roles: []\npersona: {nmae: x}", "odd.yaml: a persona has no column «nmae»"),
            ("roles: [", "odd.yaml cannot be read"),
            ("- a", "odd.yaml holds no keys"),
        ],
    )
    def test_what_is_wrong_with_one_is_said_with_its_file(self, folder, written, said):
        (folder / "odd.yaml").write_text(written)
        with pytest.raises(variants.TemplateError, match=said):
            kind("odd")

    def test_one_that_there_is_not_names_those_that_there_are(self, folder):
        (folder / "good.yaml").write_text("roles: []")
        with pytest.raises(variants.TemplateError, match="There is no template «best»"):
            kind("best")


def test_texts_have_numbers_names_and_capitals():
    made = variants.Kind(
        "x", pools={"thing": ["a plan for {topic}"], "topic": ["sleep"], "who": [{"role": "Head of A"}]}
    )
    draw = variants.draw.Draw(made, "1", "high")
    assert draw.text("{Thing}, and {3..3} more") == "A plan for sleep, and 3 more"
    assert draw.text("{Who.role} asks; ask {who.role}") == "The Head of A asks; ask the Head of A"
    assert draw.text("{who.role}") == "Head of A"
    assert draw.text("each {who.role}") == "each Head of A"
    with pytest.raises(variants.TemplateError, match=r"nothing is known to fill «.wehn.» from"):
        draw.text("{wehn}")


def test_a_pool_gives_all_before_one_comes_again():
    made = variants.Kind("x", pools={"day": list("abcdefgh")})
    draw = variants.draw.Draw(made, "1", "low")
    drawn = [draw.text("{day}") for _ in range(16)]
    assert sorted(islice(drawn, 8)) == sorted(drawn[8:]) == list("abcdefgh")
