"""The pages of the vocabularies."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.urls import reverse

from lookups.models import BudgetRange, GoalType, Industry, SeniorityLevel, SeverityLevel
from lookups.uses import FILTERS, columns, uses
from personas.exchange.choosing import PersonaFilters
from personas.models import Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.organisation.models import Role
from vital.tenancy import roles
from vital.tenancy.context import tenant_context

VOCABULARIES = list(apps.get_app_config("lookups").get_models())
ADVICE = "Untick «active» to take it out of choices instead."


@pytest.fixture
def work(pharma, platform_admin, enter):
    """The browser of a platform administrator who acts in pharma."""
    client = enter(platform_admin)
    client.post(reverse("switch-tenant"), {"tenant": pharma.pk})
    return client


@pytest.fixture
def value(db) -> SeniorityLevel:
    return SeniorityLevel.objects.create(code="zed-9", display_name="Zebulon", sort_order=1)


def page(name: str, row=None, model=SeniorityLevel) -> str:
    return reverse(f"admin:lookups_{model._meta.model_name}_{name}", args=row and [row.pk])


def employ(tenant, value, count: int) -> None:
    """Let some roles have the value."""
    with tenant_context(tenant):
        for number in range(count):
            Role.objects.create(name=f"Role {number}", slug=f"role-{number}", seniority_level=value)


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def is_there(row) -> bool:
    return type(row).objects.filter(pk=row.pk).exists()


def act(client, action: str, *values):
    return client.post(page("changelist"), {"action": action, "_selected_action": [value.pk for value in values]})


def form(row, **changes) -> dict:
    """What a browser sends that saves the row's page."""
    shown = {"code": row.code, "display_name": row.display_name, "sort_order": row.sort_order}
    return {name: value for name, value in (shown | {"is_active": "on"} | changes).items() if value is not None}


class TestWriting:
    def test_a_platform_administrator_adds_a_value(self, work):
        work.post(page("add"), {"code": "new", "display_name": "New", "sort_order": 10, "is_active": "on"})
        assert SeniorityLevel.objects.filter(code="new", is_active=True).exists()

    def test_a_code_used_twice_is_a_form_error(self, work, value):
        response = work.post(page("add"), form(value))
        assert list(response.context["adminform"].form.errors) == ["code"]

    def test_a_value_is_renamed(self, work, value):
        work.post(page("change", value), form(value, display_name="Zeb"))
        value.refresh_from_db()
        assert value.display_name == "Zeb"

    def test_the_code_stays_once_it_is_there(self, work, value):
        work.post(page("change", value), form(value, code="other", display_name="Zeb"))
        value.refresh_from_db()
        assert (value.code, value.display_name) == ("zed-9", "Zeb")

    @pytest.mark.parametrize("model", VOCABULARIES, ids=lambda model: model.__name__)
    def test_every_vocabulary_takes_a_value(self, work, model):
        assert work.post(page("add", model=model), {"code": "new", "display_name": "New"}).status_code == 302
        assert model.objects.filter(code="new").exists()


class TestDeleting:
    def test_an_unused_value_is_deleted(self, work, value):
        work.post(page("delete", value), {"post": "yes"})
        assert not is_there(value)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_value_in_use_is_kept_and_the_message_says_where(self, work, pharma, value, method):
        employ(pharma, value, 3)
        response = getattr(work, method)(page("delete", value), {"post": "yes"})
        assert said(response) == [f"«Zebulon» cannot be deleted. It is used in 3 roles. {ADVICE}"]
        assert response["Location"] == page("change", value)
        assert is_there(value)

    def test_uses_in_the_other_tenant_are_not_counted(self, work, pharma, digital, value):
        employ(pharma, value, 2)
        employ(digital, value, 3)
        assert "It is used in 2 roles." in said(work.post(page("delete", value), {"post": "yes"}))[0]

    def test_a_value_that_another_value_refers_to_is_kept(self, work):
        whole = Industry.objects.create(code="whole", display_name="Whole")
        for code in ("part", "piece"):
            Industry.objects.create(code=code, display_name=code, parent=whole)
        response = work.post(page("delete", whole, Industry), {"post": "yes"})
        assert "It is used in 2 industries." in said(response)[0]
        assert is_there(whole)

    def test_a_value_that_only_another_tenant_uses_is_kept(self, work, digital, value):
        employ(digital, value, 1)
        response = work.post(page("delete", value), {"post": "yes"})
        assert response["Location"] == page("change", value)
        assert is_there(value)

    def test_the_message_does_not_say_which_other_tenant_uses_it(self, work, digital, value):
        employ(digital, value, 1)
        message = said(work.post(page("delete", value), {"post": "yes"}))[-1]
        assert message == f"«Zebulon» cannot be deleted. Another tenant uses it. {ADVICE}"

    def test_the_list_has_no_action_that_deletes(self, work, value):
        actions = dict(work.get(page("changelist")).context["action_form"].fields["action"].choices)
        assert actions.keys() - {""} == {"activate", "deactivate"}

    def test_a_forged_action_deletes_nothing(self, work, value):
        work.post(page("changelist"), {"action": "delete_selected", "_selected_action": value.pk, "post": "yes"})
        assert is_there(value)


class TestDeactivating:
    @pytest.mark.parametrize(
        ("count", "kept"), [(0, "Nothing here uses it."), (2, "It stays where it is: 2 roles.")], ids=["unused", "used"]
    )
    def test_on_the_value_s_page_tells_where_it_stays(self, work, pharma, value, count, kept):
        employ(pharma, value, count)
        response = work.post(page("change", value), form(value, is_active=None))
        assert f"«Zebulon» is no longer offered. {kept}" in said(response)

    def test_by_action_takes_the_chosen_values_out(self, work, value):
        other = SeniorityLevel.objects.create(code="other", display_name="Other")
        act(work, "deactivate", value)
        assert list(SeniorityLevel.objects.filter(is_active=False)) == [value]
        assert SeniorityLevel.objects.get(pk=other.pk).is_active

    def test_by_action_tells_where_they_stay(self, work, pharma, value):
        employ(pharma, value, 2)
        assert said(act(work, "deactivate", value)) == [
            "«Zebulon» is no longer offered. It stays where it is: 2 roles."
        ]

    def test_by_action_is_recorded(self, work, value):
        act(work, "deactivate", value)
        assert "Taken out of choices." in work.get(page("history", value)).content.decode()

    def test_is_undone_by_the_other_action(self, work, value):
        act(work, "deactivate", value)
        act(work, "activate", value)
        value.refresh_from_db()
        assert value.is_active


class TestWhereItIsUsed:
    @pytest.fixture
    def reader(self, pharma, join, enter):
        return enter(join(pharma))

    @staticmethod
    def cell(client, value) -> str:
        """What the list says in the column «used» of a value."""
        html = client.get(page("changelist", model=type(value))).content.decode()
        row = next(row for row in html.split("<tr")[1:] if f">{value.code}<" in row)
        return row.split('data-label="used">')[1].split("</td>")[0]

    @staticmethod
    def section(client, value) -> str:
        return client.get(page("change", value, type(value))).content.decode().split('id="uses"')[1]

    @pytest.fixture
    def used(self, pharma, digital, value):
        """A value that two roles have here, and three elsewhere."""
        employ(pharma, value, 2)
        employ(digital, value, 3)
        return value

    def test_the_list_counts_the_rows_of_the_tenant(self, reader, used):
        link = f"{reverse('admin:organisation_role_changelist')}?seniority_level=zed-9"
        assert self.cell(reader, used) == f'<a class="vital-link" href="{link}">2 rows</a>'

    def test_the_count_of_one_table_leads_to_its_rows(self, reader, used):
        link = self.cell(reader, used).split('"')[3]
        assert reader.get(link).context["cl"].result_count == 2

    def test_the_count_of_several_tables_leads_to_the_value_which_lists_them(self, reader, pharma):
        with tenant_context(pharma):
            persona, low = PersonaFactory(), SeverityLevel.objects.get(code="low")
            FACTORIES["pain_points"].create_batch(2, persona=persona, severity_id=low.code)
            FACTORIES["goals"](persona=persona, priority_id=low.code)
        assert (
            self.cell(reader, low)
            == f'<a class="vital-link" href="{page("change", low, SeverityLevel)}#uses">3 rows</a>'
        )
        shown = self.section(reader, low)
        assert ">2 pain points</a>, as severity" in shown
        assert ">1 goal</a>, as priority" in shown

    def test_a_value_that_nothing_uses_says_so(self, reader, value):
        assert self.cell(reader, value) == "not used"
        assert "Nothing in this tenant uses it." in self.section(reader, value)

    def test_a_vocabulary_to_which_no_table_refers_has_no_such_column(self, reader):
        value = BudgetRange.objects.first()
        assert 'data-label="used"' not in reader.get(page("changelist", model=BudgetRange)).content.decode()
        assert "No table refers to this vocabulary." in self.section(reader, value)

    def test_rows_of_views_are_not_counted_beside_those_of_their_tables(self, reader, pharma, value):
        with tenant_context(pharma):
            PersonaFactory(seniority_level_id=value.code)
        assert ">1 row</a>" in self.cell(reader, value)
        assert ">1 persona</a>" in self.section(reader, value)

    def test_a_value_that_is_part_of_another_is_a_use_of_it(self, reader):
        whole = Industry.objects.create(code="whole", display_name="Whole")
        Industry.objects.create(code="part", display_name="Part", parent=whole)
        assert ">1 row</a>" in self.cell(reader, whole)

    @pytest.mark.parametrize("model", [model for model in VOCABULARIES if columns(model)], ids=lambda one: one.__name__)
    def test_the_list_that_a_use_leads_to_shows_its_rows(self, reader, pharma, model):
        with tenant_context(pharma):
            PersonaFactory(complete="most")
            found = [use for uses_of_one in uses(model.objects.all()).values() for use in uses_of_one]
        assert found or model is Industry
        for use in found:
            if use.link:
                shown = reader.get(use.link).context
                rows = shown["listing"].number if "listing" in shown else shown["cl"].result_count
                assert rows == use.count, use

    def test_the_lists_with_filters_of_their_own_are_asked_by_them(self):
        filters = {one.field_name.removeprefix("persona__"): name for name, one in PersonaFilters.base_filters.items()}
        of_personas = {field.name for model in VOCABULARIES for field in columns(model) if field.model is Persona}
        assert {"personas.persona": {name: filters[name] for name in of_personas & set(filters)}} == FILTERS

    def test_all_values_are_counted_in_one_query(self, reader, pharma, django_assert_num_queries):
        with tenant_context(pharma):
            values = list(SeverityLevel.objects.all())
            with django_assert_num_queries(1):
                uses(values)

    @pytest.mark.parametrize("name", ["changelist", "change"])
    def test_pages_take_no_more_queries_than_their_budget(self, reader, pharma, django_assert_max_num_queries, name):
        with tenant_context(pharma):
            PersonaFactory(complete="most")
        value = SeverityLevel.objects.first()
        ContentType.objects.clear_cache()
        with django_assert_max_num_queries(25):
            assert reader.get(page(name, value if name == "change" else None, SeverityLevel)).status_code == 200


@pytest.mark.parametrize("role", roles.Role)
class TestPeopleOfATenant:
    """They look at the vocabularies, and edit nothing."""

    @pytest.fixture
    def reader(self, pharma, join, enter, role):
        return enter(join(pharma, role))

    def test_see_the_values(self, reader, value):
        assert "Zebulon" in reader.get(page("changelist")).content.decode()

    def test_see_a_value_s_page_without_a_field_to_type_in(self, reader, value):
        response = reader.get(page("change", value))
        assert "Zebulon" in response.content.decode()
        assert not response.context["adminform"].form.fields

    @pytest.mark.parametrize("name", ["add", "change", "delete"])
    def test_send_nothing(self, reader, value, name):
        row = None if name == "add" else value
        assert reader.post(page(name, row), form(value, code="new", display_name="Zeb", post="yes")).status_code == 403
        assert SeniorityLevel.objects.get(pk=value.pk).display_name == "Zebulon"

    def test_have_no_actions(self, reader, value):
        act(reader, "deactivate", value)
        value.refresh_from_db()
        assert value.is_active


class TestTheListOfVocabularies:
    @pytest.fixture
    def reader(self, pharma, join, enter):
        return enter(join(pharma))

    def cards(self, client) -> dict[str, str]:
        """The text of each card, by the page it leads to."""
        html = client.get(reverse("admin:app_list", args=["lookups"])).content.decode()
        cards = [card.split("</a>")[0] for card in html.split('<a class="vital-card" href="')[1:]]
        return dict(card.split('">', 1) for card in cards)

    def test_has_a_card_for_each(self, reader):
        assert set(self.cards(reader)) == {page("changelist", model=model) for model in VOCABULARIES}

    def test_says_what_each_is_for_and_how_many_values_it_has(self, reader):
        cards = self.cards(reader)
        for model in VOCABULARIES:
            card = cards[page("changelist", model=model)]
            assert f"<span>{model.__doc__}</span>" in card
            assert f"<small>{model.objects.count()} values</small>" in card

    def test_counts_values_that_are_no_longer_offered_apart(self, reader):
        GoalType.objects.filter(pk=GoalType.objects.first().pk).update(is_active=False)
        card = self.cards(reader)[page("changelist", model=GoalType)]
        assert "<small>6 values, 7 with those no longer offered</small>" in card

    def test_shows_a_vocabulary_without_values_too(self, reader):
        GoalType.objects.all()._raw_delete("default")  # no row of any tenant refers to them
        assert "<small>0 values</small>" in self.cards(reader)[page("changelist", model=GoalType)]

    def test_takes_no_more_queries_than_its_budget(self, reader, django_assert_max_num_queries):
        ContentType.objects.clear_cache()
        with django_assert_max_num_queries(16):  # one counts all values, one the imports that wait
            self.cards(reader)
