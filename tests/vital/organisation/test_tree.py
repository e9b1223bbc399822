"""The organisation as a tree, and the page of a role: its rows by the page, and its personas."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from tests.factories import PersonaFactory
from tests.vital.organisation.test_admin import INLINES, address, new, save, text
from vital.organisation.models import Department, Function, Role, RoleResponsibility
from vital.organisation.tree import tree
from vital.tenancy import roles
from vital.tenancy.context import tenant_context

TREE = reverse("admin:app_list", args=["organisation"])


@pytest.fixture
def work(pharma, join, enter):
    return enter(join(pharma, roles.Role.ANALYST))


def clear() -> None:
    """Leave the tenant without an organisation."""
    Role.objects.all().delete()
    Function.objects.all().delete()


@pytest.fixture
def bare(tenant):
    clear()
    return tenant


def drawn() -> list[str]:
    """The tree as text: a line for each row, indented."""
    return [f"{'  ' * (node.level - 1)}{node.row}" for node in tree()]


def named(name: str):
    return next(node for node in tree() if str(node.row) == name)


def fields(html: str) -> set[str]:
    """What a browser would post of a page's form."""
    form = html.split('id="role_form"')[1].split("</form>")[0]
    return set(re.findall(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"', form))


class TestWhatStandsWhere:
    def test_departments_stand_in_functions_and_roles_in_departments(self, bare):
        medical = new("function", "Medical")
        new("function", "Field", parent=medical)
        liaisons = new("department", "Liaisons", function=medical)
        new("role", "Liaison", department=liaisons, function=medical)
        new("role", "Director", function=medical)
        assert drawn() == ["Medical", "  Field", "  Liaisons", "    Liaison", "  Director"]

    def test_what_belongs_nowhere_stands_at_the_top(self, bare):
        new("department", "Liaisons")
        new("role", "Hermit")
        assert drawn() == ["Liaisons", "Hermit"]

    def test_functions_that_are_parts_of_each_other_are_both_there(self, bare):
        one = new("function", "One")
        two = new("function", "Two", parent=one)
        Function.objects.filter(pk=one.pk).update(parent=two)
        assert sorted(line.strip() for line in drawn()) == ["One", "Two"]

    def test_it_may_be_very_deep(self, work, pharma):
        with tenant_context(pharma):
            clear()
            parent = None
            for number in range(300):
                parent = new("function", f"f-{number}", parent=parent)
            assert drawn()[-1] == "  " * 299 + "f-299"
        assert work.get(TREE).status_code == 200

    def test_every_row_of_the_tenant_is_there_once(self, tenant):
        there = {row.pk for model in (Function, Department, Role) for row in model.objects.all()}
        shown = [node.row.pk for node in tree()]
        assert len(shown) == len(there)
        assert set(shown) == there

    def test_as_many_lists_end_as_begin(self, tenant):
        nodes = tree()
        assert sum(bool(node.under) for node in nodes) == sum(len(node.ends) for node in nodes)


class TestCounts:
    @pytest.fixture
    def liaison(self, bare) -> Role:
        function = new("function", "Medical", parent=new("function", "Company"))
        return new("role", "Liaison", department=new("department", "Liaisons", function=function), function=function)

    def test_personas_count_for_everything_over_their_role(self, liaison):
        PersonaFactory.create_batch(2, role=liaison)
        assert len(tree()) == 4
        assert {(node.roles, node.personas) for node in tree()} == {(1, 2)}

    def test_a_persona_without_a_role_counts_where_it_works(self, liaison):
        PersonaFactory(role=None, department=liaison.department, function=liaison.function)
        PersonaFactory(role=None, function=liaison.function)
        assert (named("Liaison").personas, named("Liaisons").personas, named("Medical").personas) == (0, 1, 2)

    def test_deleted_personas_do_not_count(self, liaison):
        PersonaFactory(role=liaison, deleted_at=timezone.now())
        assert named("Company").personas == 0


class TestThePage:
    def test_every_name_leads_to_its_page(self, work, pharma):
        html = text(work.get(TREE))
        with tenant_context(pharma):
            for name, model in (("function", Function), ("department", Department), ("role", Role)):
                for row in model.objects.all():
                    assert f'href="{address(name, "change", row)}"' in html

    def test_shows_nothing_of_another_tenant(self, work, digital):
        with tenant_context(digital):
            new("function", "Zebulon")
        assert "Zebulon" not in text(work.get(TREE))

    def test_what_is_inactive_is_marked(self, work, pharma):
        assert ">inactive</span>" not in text(work.get(TREE))
        with tenant_context(pharma):
            new("role", "Zebulon", is_active=False)
        assert ">inactive</span>" in text(work.get(TREE)).split("Zebulon</a>")[1].split("</li>")[0]

    def test_is_where_the_sidebar_leads(self, work):
        items = [item for task in work.get(TREE).context["sidebar_navigation"] for item in task["items"]]
        assert [(item["title"], item["link"]) for item in items if item["active"]] == [("Organisation", TREE)]

    def test_leads_to_every_list(self, work):
        html = text(work.get(TREE))
        for model in ("function", "department", "role", "jobtobedone", "roleresponsibility", "roleskill", "rolekpi"):
            assert f'href="{address(model, "changelist")}"' in html

    def test_says_where_to_begin_if_there_is_nothing(self, pharma, work):
        with tenant_context(pharma):
            clear()
        html = text(work.get(TREE))
        assert "There is no organisation yet" in html
        assert "vital-tree-find" not in html
        assert f'href="{address("function", "add")}"' in html

    def test_who_may_not_add_gets_no_button_for_it(self, work, monkeypatch):
        assert f'href="{address("role", "add")}"' in text(work.get(TREE))
        monkeypatch.setitem(roles.BY_LABEL, "organisation", (roles.VIEW,) * 4)
        html = text(work.get(TREE))
        assert "Add a" not in html
        assert "Medical Affairs" in html

    def test_takes_as_many_queries_however_large_it_is(self, work, pharma, django_assert_max_num_queries):
        with tenant_context(pharma):
            functions = Function.objects.bulk_create(Function(name=f"f{n}", slug=f"f{n}") for n in range(100))
            Role.objects.bulk_create(Role(name=f"r{n}", slug=f"r{n}", function=functions[n % 100]) for n in range(1000))
            PersonaFactory.create_batch(10)
        ContentType.objects.clear_cache()
        with django_assert_max_num_queries(19):
            assert text(work.get(TREE)).count("<li>") > 1100


class TestARole:
    @pytest.fixture
    def role(self, pharma) -> Role:
        """One with thirty rows of each kind and four personas."""
        with tenant_context(pharma):
            role = Role.objects.first()
            for field, (_, model) in INLINES.items():
                model.objects.filter(role=role).delete()
                model.objects.bulk_create(
                    model(role=role, tenant=pharma, **{field: f"Number {n:02}"}) for n in range(30)
                )
            PersonaFactory.create_batch(4, role=role)
        return role

    def test_keeps_within_its_budgets_with_thirty_rows_of_each_kind(
        self, pharma, join, enter, role, django_assert_max_num_queries
    ):
        client = enter(join(pharma, roles.Role.TENANT_ADMIN))
        ContentType.objects.clear_cache()
        with django_assert_max_num_queries(25):
            html = text(client.get(address("role", "change", role)))
        assert 200 < len(fields(html)) <= 300

    def test_every_row_is_on_one_of_its_pages(self, work, role):
        pages = [work.get(f"{address('role', 'change', role)}?roleresponsibility_set-page={n}") for n in (1, 2, 3)]
        shown = [set(re.findall(r'value="(Number \d\d)"', text(page).split('id="roleskill_set')[0])) for page in pages]
        assert [len(page) for page in shown] == [10, 10, 10]
        assert len(set.union(*shown)) == 30
        assert "?roleresponsibility_set-page=2#roleresponsibility_set" in text(pages[0])

    def test_a_row_of_a_later_page_is_changed_and_the_others_stay(self, work, pharma, role):
        url = f"{address('role', 'change', role)}?roleresponsibility_set-page=2"
        page = work.get(url).context["inline_admin_formsets"][0].formset
        changed = page.forms[3].instance.pk
        assert save(work, url, **{"roleresponsibility_set-3-responsibility": "Sleep"}).status_code == 302
        with tenant_context(pharma):
            rows = RoleResponsibility.objects.filter(role=role)
            assert rows.get(responsibility="Sleep").pk == changed
            assert rows.count() == 30

    def test_a_row_is_added_on_a_later_page(self, work, pharma, role):
        url = f"{address('role', 'change', role)}?roleskill_set-page=3"
        added = {
            "roleskill_set-TOTAL_FORMS": 11,
            "roleskill_set-10-skill_name": "Sleep",
            "roleskill_set-10-role": role.pk,
        }
        assert save(work, url, **added).status_code == 302
        with tenant_context(pharma):
            assert role.roleskill_set.count() == 31

    def test_every_field_of_a_row_has_a_name_that_can_be_said(self, work, role):
        html = text(work.get(address("role", "change", role)))
        rows = re.findall(r'<(?:input|select)[^>]*name="role(?:responsibility|skill|kpi)_set-\d[^>]*>', html)
        assert len(rows) > 100
        assert all('aria-label="' in row for row in rows if 'type="hidden"' not in row)

    def test_names_its_personas_with_the_way_to_each(self, work, pharma, role):
        with tenant_context(pharma):
            persona = PersonaFactory(role=role, name="Ana Alvares", archetype="LEARNER")
            PersonaFactory(role=role, name="Zebulon", deleted_at=timezone.now())
            PersonaFactory(role=None, name="Methuselah")
        html = text(work.get(address("role", "change", role))).split("Personas of this role")[1]
        assert f'href="{reverse("admin:personas_persona_change", args=[persona.pk])}">Ana Alvares</a>' in html
        assert "Learner" in html
        assert "Zebulon" not in html
        assert "Methuselah" not in html

    def test_says_so_where_it_has_none(self, work, pharma):
        with tenant_context(pharma):
            role = new("role", "Zebulon")
        assert "Nobody stands for this role yet" in text(work.get(address("role", "change", role)))

    def test_offers_to_add_a_persona_for_it(self, work, role):
        link = f"{reverse('admin:personas_persona_add')}?role={role.pk}"
        assert f'href="{link}"' in text(work.get(address("role", "change", role)))
        assert role.slug in text(work.get(link))

    def test_offers_no_persona_to_who_may_not_add_one(self, work, role, monkeypatch):
        monkeypatch.setitem(roles.BY_LABEL, "personas.persona", (roles.VIEW,) * 4)
        html = text(work.get(address("role", "change", role)))
        assert "Personas of this role" in html
        assert "Add a persona for this role" not in html

    def test_names_no_persona_to_who_may_see_none(self, work, role, monkeypatch):
        monkeypatch.setitem(roles.BY_LABEL, "personas.persona", (roles.NONE,) * 4)
        assert "Personas of this role" not in text(work.get(address("role", "change", role)))

    def test_many_personas_are_left_to_their_list(self, work, pharma, role):
        with tenant_context(pharma):
            PersonaFactory.create_batch(50, role=role)
        html = text(work.get(address("role", "change", role)))
        link = f"{reverse('admin:personas_persona_changelist')}?role={role.pk}"
        assert f'At most 50 are shown here. <a class="vital-link" href="{link}">' in html
        assert work.get(link).context["listing"].number == 54
