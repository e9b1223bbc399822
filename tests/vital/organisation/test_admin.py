"""The pages of functions, departments, roles and jobs: what people do there, and what stays hidden."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.urls import reverse

from vital.organisation.models import Department, Function, JobToBeDone, Role, RoleKPI, RoleResponsibility, RoleSkill
from vital.tenancy import roles
from vital.tenancy.context import tenant_context

MODELS = {"function": Function, "department": Department, "role": Role, "jobtobedone": JobToBeDone}
IN_FIXTURE = {"function": 12, "department": 41, "role": 107, "jobtobedone": 15}
each_model = pytest.mark.parametrize("name", MODELS)
INLINES = {
    "responsibility": ("roleresponsibility_set", RoleResponsibility),
    "skill_name": ("roleskill_set", RoleSkill),
    "kpi_name": ("rolekpi_set", RoleKPI),
}


@pytest.fixture
def work(pharma, join, enter):
    """The browser of a tenant admin of pharma."""
    return enter(join(pharma, roles.Role.TENANT_ADMIN))


def address(name: str, page: str, row=None) -> str:
    return reverse(f"admin:organisation_{name}_{page}", args=row and [row.pk])


def key(name: str) -> str:
    return "code" if name == "jobtobedone" else "slug"


def new(name: str, value: str, **fields):
    """A row of the current tenant."""
    return MODELS[name].objects.create(**{"name": value, key(name): value} | fields)


def posted(response) -> dict:
    """What a browser sends that saves the page as it came."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {bound.html_name: bound.value() for form in forms for bound in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def save(client, url: str, **changes):
    return client.post(url, posted(client.get(url)) | changes)


def errors(response) -> str:
    """Every message beside or above the fields; fails where the page was saved."""
    return " ".join(message for messages in response.context["errors"] for message in messages)


def text(response) -> str:
    return response.content.decode()


@each_model
class TestRows:
    def test_the_list_shows_every_row_of_the_tenant(self, work, name):
        assert work.get(address(name, "changelist")).context["cl"].result_count == IN_FIXTURE[name]

    def test_a_search_finds_a_row_by_its_name_or_its_key(self, work, pharma, name):
        with tenant_context(pharma):
            row = new(name, "Zebulon", **{key(name): "zed-9"})
        for typed in ("zebul", "zed-9"):
            assert list(work.get(address(name, "changelist"), {"q": typed}).context["cl"].result_list) == [row]

    def test_a_row_is_added_to_the_tenant(self, work, pharma, name):
        assert save(work, address(name, "add"), name="Zebulon", **{key(name): "zed-9"}).status_code == 302
        with tenant_context(pharma):
            assert MODELS[name].objects.get(**{key(name): "zed-9"}).tenant == pharma

    def test_a_page_saved_as_it_came_changes_nothing(self, work, pharma, name):
        with tenant_context(pharma):
            row = MODELS[name].objects.first()
            before = MODELS[name].objects.filter(pk=row.pk).values().get()
        assert save(work, address(name, "change", row)).status_code == 302
        with tenant_context(pharma):
            after = MODELS[name].objects.filter(pk=row.pk).values().get()
        assert after | {"updated_at": before["updated_at"]} == before

    def test_a_row_is_changed(self, work, pharma, name):
        with tenant_context(pharma):
            row = new(name, "before")
        save(work, address(name, "change", row), name="After")
        with tenant_context(pharma):
            row.refresh_from_db()
        assert row.name == "After"

    def test_a_row_is_deleted(self, work, pharma, name):
        with tenant_context(pharma):
            row = new(name, "gone")
        work.post(address(name, "delete", row), {"post": "yes"})
        with tenant_context(pharma):
            assert not MODELS[name].objects.filter(pk=row.pk).exists()

    def test_a_key_of_the_other_tenant_is_free_here(self, work, pharma, digital, name):
        with tenant_context(digital):
            new(name, "theirs", **{key(name): "zed-9"})
        assert save(work, address(name, "add"), name="Ours", **{key(name): "zed-9"}).status_code == 302
        with tenant_context(pharma):
            assert MODELS[name].objects.get(**{key(name): "zed-9"}).name == "Ours"

    def test_a_key_used_twice_is_a_form_error(self, work, pharma, name):
        with tenant_context(pharma):
            new(name, "first", **{key(name): "zed-9"})
        response = save(work, address(name, "add"), name="Second", **{key(name): "zed-9"})
        assert errors(response) == f"Another row has this {key(name)} already. Choose another, or edit that row."


@pytest.mark.parametrize("slug", ["two words", "é", "a/b"])
def test_a_slug_that_no_address_could_hold_is_a_form_error(work, slug):
    assert "“slug”" in errors(save(work, address("function", "add"), name="Zebulon", slug=slug))


PERCENT = [
    ("function", "strategic_priority"),
    ("department", "field_vs_office_mix"),
    ("role", "travel_percentage_min"),
    ("role", "travel_percentage_max"),
]
RANGES = [
    ("department", "typical_team_size_min", "typical_team_size_max"),
    ("role", "team_size_min", "team_size_max"),
    ("role", "direct_reports_min", "direct_reports_max"),
    ("role", "travel_percentage_min", "travel_percentage_max"),
    ("role", "years_experience_min", "years_experience_max"),
    ("role", "budget_min_usd", "budget_max_usd"),
]


def label(field: str) -> str:
    return field.replace("_", " ").capitalize()


@pytest.mark.parametrize("value", [-1, 101])
@pytest.mark.parametrize(("name", "field"), PERCENT)
def test_a_percentage_outside_0_to_100_is_a_form_error(work, name, field, value):
    response = save(work, address(name, "add"), name="Zebulon", slug="zed-9", **{field: value})
    assert errors(response) == f"«{label(field)}» is a number from 0 to 100."


@pytest.mark.parametrize(("name", "low", "high"), RANGES)
def test_a_maximum_below_the_minimum_is_a_form_error(work, name, low, high):
    response = save(work, address(name, "add"), name="Zebulon", slug="zed-9", **{low: 9, high: 8})
    assert errors(response) == f"«{label(high)}» is below the minimum."


@pytest.mark.parametrize("field", INLINES)
class TestWhatARoleBrings:
    @pytest.fixture
    def role(self, pharma) -> Role:
        with tenant_context(pharma):
            return new("role", "zebulon")

    @pytest.fixture
    def detail(self, role, pharma, field):
        with tenant_context(pharma):
            return INLINES[field][1].objects.create(role=role, **{field: "Before"})

    def test_is_added_on_the_role_s_page(self, work, pharma, role, field):
        prefix, model = INLINES[field]
        rows = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-0-{field}": "New", f"{prefix}-0-role": role.pk}
        assert save(work, address("role", "change", role), **rows).status_code == 302
        with tenant_context(pharma):
            assert [getattr(row, field) for row in model.objects.filter(role=role, tenant=pharma)] == ["New"]

    def test_is_changed_there(self, work, pharma, role, detail, field):
        save(work, address("role", "change", role), **{f"{INLINES[field][0]}-0-{field}": "After"})
        with tenant_context(pharma):
            detail.refresh_from_db()
        assert getattr(detail, field) == "After"

    def test_is_deleted_there(self, work, pharma, role, detail, field):
        save(work, address("role", "change", role), **{f"{INLINES[field][0]}-0-DELETE": "on"})
        with tenant_context(pharma):
            assert not type(detail).objects.filter(pk=detail.pk).exists()

    def test_is_not_reached_with_the_id_of_another_tenant_s(self, work, pharma, digital, role, detail, field):
        with tenant_context(digital):
            theirs = type(detail).objects.first()
        prefix = INLINES[field][0]
        forged = {f"{prefix}-0-id": theirs.pk, f"{prefix}-0-{field}": "After"}
        assert save(work, address("role", "change", role), **forged).status_code == 200
        with tenant_context(digital):
            assert getattr(type(detail).objects.get(pk=theirs.pk), field) == getattr(theirs, field)


REFERENCES = [
    ("function", "parent", "function"),
    ("department", "function", "function"),
    ("role", "function", "function"),
    ("role", "department", "department"),
    ("role", "reports_to_role", "role"),
]
each_reference = pytest.mark.parametrize(("name", "field", "to"), REFERENCES)
PAGES = {
    # page of a row, and what is sent there where it may do harm
    "change": {"name": "Taken over", "slug": "taken-over", "code": "taken-over"},
    "delete": {"post": "yes"},
    "history": None,
}


class TestTheOtherTenant:
    """Its rows are not there, whatever is asked."""

    @pytest.fixture
    def theirs(self, digital, name):
        with tenant_context(digital):
            return new(name, "Zebulon")

    @pytest.fixture
    def ours(self, pharma, name):
        with tenant_context(pharma):
            return new(name, "Methuselah")

    @pytest.fixture
    def untouched(self, digital, theirs, name):
        """Whether their row is as it was."""

        def values():
            with tenant_context(digital):
                return MODELS[name].objects.filter(pk=theirs.pk).values().first()

        before = values()
        return lambda: values() == before

    @each_model
    @pytest.mark.parametrize("page", PAGES)
    def test_our_row_has_its_pages(self, work, ours, name, page):
        assert "Methuselah" in text(work.get(address(name, page, ours)))

    @each_model
    @pytest.mark.parametrize("page", PAGES)
    def test_their_row_has_none(self, work, theirs, name, page):
        response = work.get(address(name, page, theirs), follow=True)
        assert response.redirect_chain == [(reverse("admin:index"), 302)]
        assert "Zebulon" not in text(response)

    @each_model
    @pytest.mark.parametrize("page", ["change", "delete"])
    def test_nothing_sent_to_a_page_of_their_row_reaches_it(self, work, theirs, untouched, name, page):
        form = posted(work.get(address(name, "add")))
        work.post(address(name, page, theirs), form | PAGES[page])
        assert untouched()

    @each_model
    def test_an_action_on_our_list_works(self, work, pharma, ours, name):
        self.delete_through_the_list(work, ours, name)
        with tenant_context(pharma):
            assert not MODELS[name].objects.filter(pk=ours.pk).exists()

    @each_model
    def test_an_action_on_our_list_does_not_reach_their_row(self, work, theirs, untouched, name):
        response = self.delete_through_the_list(work, theirs, name)
        assert "Zebulon" not in text(response)
        assert untouched()

    @staticmethod
    def delete_through_the_list(client, row, name):
        chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        return client.post(address(name, "changelist"), chosen, follow=True)

    @each_model
    def test_the_shortcut_to_their_row_leads_nowhere(self, work, theirs, name):
        kind = ContentType.objects.get_for_model(theirs)
        response = work.get(reverse("admin:view_on_site", args=[kind.pk, theirs.pk]), follow=True)
        assert response.status_code == 404
        assert "Zebulon" not in text(response)

    @each_model
    def test_their_row_is_neither_listed_nor_found(self, work, theirs, name):
        for query in ({}, {"q": "zebulon"}, {"id__exact": theirs.pk}):
            response = work.get(address(name, "changelist"), query)
            assert theirs.pk not in [row.pk for row in response.context["cl"].result_list]
            assert "Zebulon" not in text(response)

    @each_reference
    def test_their_row_is_no_value_of_a_reference(self, work, pharma, digital, name, field, to):
        with tenant_context(digital):
            theirs = new(to, "Zebulon")
        response = save(work, address(name, "add"), name="Ours", slug="ours", **{field: theirs.pk})
        assert errors(response) == "Select a valid choice. That choice is not one of the available choices."
        assert "Zebulon" not in text(response)

    @each_reference
    def test_our_row_is(self, work, pharma, name, field, to):
        with tenant_context(pharma):
            ours = new(to, "Methuselah")
        assert save(work, address(name, "add"), name="Ours", slug="ours", **{field: ours.pk}).status_code == 302
        with tenant_context(pharma):
            assert getattr(MODELS[name].objects.get(slug="ours"), field) == ours

    @each_reference
    def test_choices_are_our_rows(self, work, pharma, digital, name, field, to):
        with tenant_context(digital):
            theirs = new(to, "Zebulon")
        with tenant_context(pharma):
            ours = {str(pk) for pk in MODELS[to].objects.values_list("pk", flat=True)} - {str(theirs.pk)}
        assert ours
        assert self.offered(work, name, field) == ours

    @each_reference
    def test_their_row_is_no_choice_even_by_name(self, work, digital, name, field, to):
        with tenant_context(digital):
            new(to, "Zebulon")
        assert self.offered(work, name, field, "zebulon") == set()

    @staticmethod
    def offered(client, name, field, term="") -> set[str]:
        """What the field's box offers, page after page."""
        asked = {"app_label": "organisation", "model_name": name, "field_name": field, "term": term}
        offered, page, more = set(), 1, True
        while more:
            answer = client.get(reverse("admin:autocomplete"), asked | {"page": page}).json()
            offered |= {choice["id"] for choice in answer["results"]}
            page, more = page + 1, answer["pagination"]["more"]
        return offered

    @pytest.mark.parametrize(("name", "parameter"), [("department", "function"), ("role", "department")])
    def test_filters_offer_our_rows_only(self, work, pharma, digital, name, parameter):
        with tenant_context(digital):
            new(parameter, "Zebulon")
        with tenant_context(pharma):
            ours = set(MODELS[parameter].objects.values_list("name", flat=True)) - {"Zebulon"}
        filters = work.get(address(name, "changelist")).context["cl"].filter_specs
        (offered,) = (each.lookup_choices for each in filters if each.field_path == parameter)
        assert {title for _, title in offered} == ours


# Queries that a page may take, with what stands around it; one counts the imports that wait for the person. Raise a
# number only knowing what the new query is for.
BUDGET = {
    ("function", "changelist"): 18,
    ("function", "add"): 16,
    ("function", "change"): 17,
    ("department", "changelist"): 19,
    ("department", "add"): 16,
    ("department", "change"): 18,
    ("role", "changelist"): 21,
    ("role", "add"): 21,
    ("role", "change"): 25,
    ("role", "delete"): 19,
    ("role", "history"): 18,
    ("jobtobedone", "changelist"): 18,
    ("jobtobedone", "add"): 16,
    ("jobtobedone", "change"): 17,
}


@pytest.mark.parametrize(("name", "page"), BUDGET)
def test_a_page_takes_no_more_queries_than_its_budget(work, pharma, django_assert_max_num_queries, name, page):
    with tenant_context(pharma):
        row = MODELS[name].objects.first()
    url = address(name, page, row if page in PAGES else None)
    ContentType.objects.clear_cache()
    with django_assert_max_num_queries(BUDGET[name, page]):
        assert work.get(url).status_code == 200


@pytest.mark.parametrize("page", ["function", "department", "role", "jobtobedone"])
def test_a_row_that_is_yet_to_be_added_shows_nothing_of_the_machine(pharma, join, enter, page):
    text = enter(join(pharma, "tenant_admin")).get(reverse(f"admin:organisation_{page}_add")).content.decode()
    assert "object at 0x" not in text
    assert "Created" not in text


def test_a_role_does_not_report_to_itself(tenant):
    role = Role.objects.first()
    role.reports_to_role = role
    with pytest.raises(ValidationError, match="A role does not report to itself"):
        role.full_clean()
