"""Lists are kept under a name, for oneself or for all of the tenant."""

import pytest
from django.urls import reverse

from personas.models import SavedList
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

LIST = reverse("admin:personas_persona_changelist")
KEEP = reverse("admin:personas_persona_keep_list")


@pytest.fixture
def people(pharma, digital, join):
    return {
        "ana": join(pharma, Role.ANALYST, "ana@example.com", full_name="Ana Silva"),
        "ben": join(pharma, Role.ANALYST, "ben@example.com"),
        "boss": join(pharma, Role.TENANT_ADMIN, "boss@example.com"),
        "stranger": join(digital, Role.TENANT_ADMIN, "stranger@example.com"),
    }


@pytest.fixture
def as_(people, enter, pharma):
    with tenant_context(pharma):
        PersonaFactory()
    return lambda name: enter(people[name])


def keep(client, name: str, query: str = "", **more):
    return client.post(KEEP, {"name": name, "query": query} | more, follow=True)


def offered(client) -> list[str]:
    return [str(one["list"]) for one in client.get(LIST).context["saved"]]


def kept(tenant, **which) -> SavedList:
    with tenant_context(tenant):
        return SavedList.objects.get(**which)


def remove(one: SavedList) -> str:
    return reverse("admin:personas_persona_remove_list", args=[one.pk])


def test_a_list_keeps_filters_order_and_columns(as_, pharma):
    query = "status=draft&q=oncology&order=-changed&columns=owner,version&after=x~y"
    page = keep(as_("ana"), " Oncology  drafts ", query)
    assert "Kept as «Oncology drafts»." in page.content.decode()
    query = kept(pharma, name="Oncology drafts").query
    listing = as_("ana").get(f"{LIST}?{query}").context["listing"]
    assert (listing.filtered, listing.order) == ({"q": "oncology", "status": "draft"}, "-changed")
    assert (listing.columns, "after" in query) == (["owner", "version"], False)
    assert [one["here"] for one in as_("ana").get(f"{LIST}?{query}").context["saved"]] == [True]


def test_what_makes_no_sense_is_not_kept(as_, pharma):
    keep(as_("ana"), "Odd", "evil=1&next=//example.com&order=nonsense&columns=nonsense&status=draft")
    assert kept(pharma).query == "status=draft"


def test_kept_again_under_the_same_name_it_is_replaced(as_, pharma):
    keep(as_("ana"), "Mine", "status=draft")
    assert "Kept anew as «Mine»." in keep(as_("ana"), "Mine", "status=published", shared="on").content.decode()
    assert (kept(pharma).query, kept(pharma).shared) == ("status=published", True)


def test_two_people_may_use_the_same_name(as_, pharma):
    for name in ("ana", "ben"):
        keep(as_(name), "Mine", shared="on")
    assert offered(as_("ana")) == ["Mine", "Mine"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\0b"])
def test_a_name_is_needed_and_not_too_long(as_, pharma, name):
    assert "Give the list a name" in keep(as_("ana"), name).content.decode()
    with tenant_context(pharma):
        assert not SavedList.objects.exists()


def test_it_is_for_oneself_unless_shared_and_never_for_another_tenant(as_):
    keep(as_("ana"), "Mine")
    keep(as_("ana"), "Ours", shared="on")
    assert offered(as_("ana")) == ["Mine", "Ours"]
    assert offered(as_("ben")) == offered(as_("boss")) == ["Ours"]
    assert "from Ana Silva" in as_("ben").get(LIST).content.decode()
    assert offered(as_("stranger")) == []


def test_it_is_removed_after_asking_and_the_personas_stay(as_, pharma):
    keep(as_("ana"), "Mine")
    one = kept(pharma)
    assert "Remove the saved list «Mine»?" in as_("ana").get(remove(one)).content.decode()
    assert offered(as_("ana")) == ["Mine"]
    as_("ana").post(remove(one))
    assert offered(as_("ana")) == []
    assert len(as_("ana").get(LIST).context["listing"].rows) == 1


@pytest.mark.parametrize(
    ("who", "shared", "status"),
    [("ben", "", 404), ("boss", "", 404), ("ben", "on", 403), ("boss", "on", 302), ("stranger", "on", 404)],
)
def test_only_its_owner_removes_it_and_tenant_admins_what_is_shared(as_, pharma, who, shared, status):
    keep(as_("ana"), "Theirs", **({"shared": shared} if shared else {}))
    one = kept(pharma)
    assert as_(who).post(remove(one)).status_code == status
    with tenant_context(pharma):
        assert SavedList.objects.exists() == (status != 302)


def test_looking_at_the_address_keeps_nothing(as_):
    assert as_("ana").get(KEEP).status_code == 405
