"""What a tenant's admins do about its people: add, rename, let in again, change roles, remove."""

import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, Role, Tenant, User

LIST = "admin:tenancy_membership_changelist"
CHOSEN = "a horse of my own"


@pytest.fixture
def boss(pharma, join) -> User:
    return join(pharma, Role.TENANT_ADMIN, "boss@pharma.example", full_name="Bea Boss")


@pytest.fixture
def work(enter, boss):
    """The browser of a tenant admin of pharma."""
    return enter(boss)


def membership(user: User, tenant) -> Membership | None:
    with tenant_context(tenant):
        return Membership.objects.filter(user=user).first()


def page(name: str, user: User, tenant) -> str:
    return reverse(f"admin:tenancy_membership_{name}", args=[membership(user, tenant).pk])


def add(client: Client, email: str, full_name: str = "", role: str = Role.ANALYST):
    return client.post(reverse("admin:tenancy_membership_add"), {"email": email, "full_name": full_name, "role": role})


def said(response) -> str:
    return "\n".join(str(message) for message in get_messages(response.wsgi_request))


def link(response) -> str | None:
    found = re.search(r"<code>http://testserver(/password/.+?)</code>", said(response))
    return found and found[1]


def choose_password(address: str):
    """What somebody sees who follows a link, and types a password if they are asked for one."""
    browser = Client()
    response = browser.get(address, follow=True)
    if response.redirect_chain:
        response = browser.post(response.redirect_chain[-1][0], {"new_password1": CHOSEN, "new_password2": CHOSEN})
    return response


def log_in(email: str, password: str):
    return Client().post(reverse("admin:login"), {"username": email, "password": password})


def is_in(response) -> bool:
    return "_auth_user_id" in response.client.session


class TestAdding:
    def test_a_new_person_gets_an_account_that_this_tenant_manages(self, work, pharma):
        add(work, "ana@example.com", "Ana Silva", Role.REVIEWER)
        user = User.objects.get(email="ana@example.com")
        assert (user.full_name, user.tenant, user.is_superuser) == ("Ana Silva", pharma, False)
        assert membership(user, pharma).role == Role.REVIEWER

    def test_a_new_account_has_no_password(self, work):
        add(work, "ana@example.com")
        assert not User.objects.get(email="ana@example.com").has_usable_password()

    def test_an_address_is_kept_in_small_letters(self, work):
        add(work, " Ana.Silva@Example.COM ")
        assert User.objects.filter(email="ana.silva@example.com").exists()

    def test_the_link_lets_a_new_person_choose_a_password_and_log_in(self, work):
        choose_password(link(add(work, "ana@example.com")))
        assert is_in(log_in("ana@example.com", CHOSEN))

    def test_the_link_works_once(self, work):
        address = link(add(work, "ana@example.com"))
        choose_password(address)
        assert "no longer works" in choose_password(address).content.decode()

    def test_an_account_from_elsewhere_is_not_theirs_to_add(self, work, pharma, digital, join):
        """Else they could make an account, keep its password, and wait until another tenant adds the address."""
        user = join(digital, email="ana@example.com", full_name="Ana Silva")
        before = User.objects.filter(pk=user.pk).values().get()
        response = add(work, "Ana@example.com", "Another Name")
        assert "Ask a platform administrator" in str(response.context["errors"])
        assert membership(user, pharma) is None
        assert User.objects.filter(pk=user.pk).values().get() == before

    def test_a_platform_administrator_adds_it_and_no_tenant_manages_it_from_then_on(
        self, enter, pharma, digital, join, platform_admin
    ):
        user = join(digital, email="ana@example.com", full_name="Ana Silva")
        platform_admin.tenant = pharma
        platform_admin.save()
        add(enter(platform_admin), "ana@example.com", "Another Name", Role.PUBLISHER)
        assert membership(user, pharma).role == Role.PUBLISHER
        assert membership(user, digital).role == Role.ANALYST
        user.refresh_from_db()
        assert (user.tenant, user.full_name) == (None, "Ana Silva")
        boss = join(digital, Role.TENANT_ADMIN)
        assert enter(boss).post(page("password_link", user, digital)).status_code == 403

    def test_what_its_maker_knows_or_holds_opens_it_no_more(self, enter, pharma, digital, join, platform_admin):
        """A password, a link or a session from before must not open the second tenant."""
        user = join(digital, email="ana@example.com")
        held = link(enter(join(digital, Role.TENANT_ADMIN)).post(page("password_link", user, digital)))
        inside = Client()
        inside.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        platform_admin.tenant = pharma
        platform_admin.save()
        client = enter(platform_admin)
        client.get(reverse("admin:index"))  # shows, and so uses up, what was said of the first link
        offered = link(add(client, "ana@example.com"))
        assert not is_in(log_in("ana@example.com", PASSWORD))
        assert inside.get(reverse("admin:index")).status_code == 302
        choose_password(held)
        assert not is_in(log_in("ana@example.com", CHOSEN))
        choose_password(offered)
        assert is_in(log_in("ana@example.com", CHOSEN))

    def test_a_platform_administrators_own_password_stays(self, enter, pharma, digital, platform_admin):
        platform_admin.tenant = digital
        platform_admin.save()
        client = enter(platform_admin)
        client.post("/tenant/", {"tenant": pharma.pk})
        add(client, "root@example.com")
        assert membership(platform_admin, pharma)
        assert is_in(log_in("root@example.com", PASSWORD))

    def test_somebody_who_left_may_be_added_again(self, work, pharma, join):
        user = join(pharma, email="ana@example.com")
        with tenant_context(pharma):
            Membership.objects.filter(user=user).delete()
        add(work, "ana@example.com")
        assert membership(user, pharma)

    @pytest.mark.parametrize("email", ["ana@example.com", "ANA@example.com"])
    def test_adding_somebody_twice_is_a_form_error(self, work, pharma, join, email):
        join(pharma, email="ana@example.com")
        response = add(work, email)
        assert response.context["errors"] == [["This person works here already. Search the list for the name."]]

    @pytest.mark.parametrize("email", ["", "ana", "ana@example"])
    def test_an_address_that_is_none_is_a_form_error(self, work, email):
        assert "email" in add(work, email).context["adminform"].form.errors
        assert User.objects.count() == 1

    def test_a_role_that_does_not_exist_is_a_form_error(self, work):
        assert "role" in add(work, "ana@example.com", role="emperor").context["adminform"].form.errors


class TestAccounts:
    """An account is changed where it is managed; a platform administrator's nowhere."""

    @pytest.fixture
    def accounts(self, pharma, digital, join) -> dict[str, User]:
        root = User.objects.create(
            email="root@example.com", password="!", full_name="Old", tenant=pharma, is_superuser=True
        )
        return {
            "own": join(pharma, email="own@example.com", full_name="Old"),
            "managed elsewhere": self.both(join, digital, pharma),
            "platform administrator": join(pharma, email=root.email),
        }

    @staticmethod
    def both(join, home, other) -> User:
        join(home, email="guest@example.com", full_name="Old")
        return join(other, email="guest@example.com")

    @pytest.mark.parametrize(
        ("whose", "name"), [("own", "New"), ("managed elsewhere", "Old"), ("platform administrator", "Old")]
    )
    def test_only_own_accounts_are_renamed(self, work, pharma, accounts, whose, name):
        user = accounts[whose]
        data = {"email": "new@example.com", "full_name": "New", "role": Role.ANALYST}
        assert work.post(page("change", user, pharma), data).status_code == 302
        user.refresh_from_db()
        assert user.full_name == name

    @pytest.mark.parametrize("whose", ["own", "managed elsewhere", "platform administrator"])
    def test_nobody_changes_an_address(self, work, pharma, accounts, whose):
        user = accounts[whose]
        data = {"email": "new@example.com", "full_name": "New", "role": Role.ANALYST}
        work.post(page("change", user, pharma), data)
        assert not User.objects.filter(email="new@example.com").exists()

    @pytest.mark.parametrize("whose", ["managed elsewhere", "platform administrator"])
    @pytest.mark.parametrize("action", ["password_link", "unlock_log_in"])
    def test_other_accounts_are_neither_unlocked_nor_given_a_link(self, work, pharma, accounts, whose, action):
        response = work.post(page(action, accounts[whose], pharma))
        assert response.status_code == 403
        assert link(response) is None

    def test_a_new_link_lets_somebody_choose_another_password(self, work, pharma, accounts):
        choose_password(link(work.post(page("password_link", accounts["own"], pharma))))
        assert is_in(log_in("own@example.com", CHOSEN))

    def test_a_new_link_is_recorded(self, work, pharma, accounts):
        work.post(page("password_link", accounts["own"], pharma))
        history = work.get(page("history", accounts["own"], pharma)).content.decode()
        assert "Offered a link to choose a password." in history

    @pytest.mark.parametrize("action", ["password_link", "unlock_log_in"])
    def test_an_analyst_gives_out_no_links_and_unlocks_nobody(self, enter, join, pharma, accounts, action):
        client = enter(join(pharma, Role.ANALYST))
        assert client.post(page(action, accounts["own"], pharma)).status_code == 403

    @pytest.fixture
    def locked_out(self, accounts) -> str:
        for _ in range(5):
            log_in("own@example.com", "wrong")
        return "own@example.com"

    def test_five_wrong_passwords_lock_somebody_out(self, locked_out):
        assert not is_in(log_in(locked_out, PASSWORD))

    def test_unlocking_lets_them_log_in_at_once(self, work, pharma, accounts, locked_out):
        work.post(page("unlock_log_in", accounts["own"], pharma))
        assert is_in(log_in(locked_out, PASSWORD))

    def test_unlocking_does_not_let_them_guess_at_others(self, work, pharma, join, accounts):
        """Failures at one account, from the address of another that is unlocked, go on counting."""
        victim = join(pharma, email="victim@pharma.example")
        for _ in range(3):
            for _ in range(2):
                log_in(victim.email, "wrong")
            log_in(accounts["own"].email, "wrong")
            work.post(page("unlock_log_in", accounts["own"], pharma))
        assert not is_in(log_in(victim.email, PASSWORD))


@pytest.mark.parametrize(
    ("action", "done"), [("password_link", "<code>"), ("unlock_log_in", "may try to log in again")]
)
def test_what_a_button_does_is_done_on_confirmation_only(committed, join, action, done):
    """With real transactions, in which looking at a page can write nothing."""
    pharma = Tenant.objects.get(slug="pharma")
    client = Client()
    client.force_login(join(pharma, Role.TENANT_ADMIN), backend="django.contrib.auth.backends.ModelBackend")
    address = page(action, join(pharma), pharma)
    question = client.get(address)
    assert question.status_code == 200
    assert said(question) == ""
    assert "csrfmiddlewaretoken" in question.content.decode()
    assert done in said(client.post(address))


class TestTheLastTenantAdmin:
    def change_role(self, client, user, tenant, role):
        return client.post(page("change", user, tenant), {"email": user.email, "full_name": "Bea", "role": role})

    def test_is_not_demoted(self, work, boss, pharma):
        response = self.change_role(work, boss, pharma, Role.ANALYST)
        assert "Nobody else is tenant admin here." in str(response.context["errors"])
        assert membership(boss, pharma).role == Role.TENANT_ADMIN

    def test_is_not_demoted_beside_one_whose_account_is_closed(self, work, boss, pharma, join):
        join(pharma, Role.TENANT_ADMIN, "closed@pharma.example", is_active=False)
        work.post(page("change", boss, pharma), {"full_name": "", "role": Role.ANALYST})
        assert membership(boss, pharma).role == Role.TENANT_ADMIN

    def test_is_not_removed(self, work, boss, pharma):
        assert work.post(page("delete", boss, pharma), {"post": "yes"}).status_code == 403
        assert membership(boss, pharma) is not None

    def test_is_not_removed_by_an_action_on_the_list(self, work, boss, pharma):
        chosen = {"action": "delete_selected", "_selected_action": membership(boss, pharma).pk, "post": "yes"}
        work.post(reverse(LIST), chosen)
        assert membership(boss, pharma) is not None

    def test_is_not_spared_by_a_tenant_admin_of_another_tenant(self, work, boss, pharma, digital, join):
        join(digital, Role.TENANT_ADMIN)
        self.change_role(work, boss, pharma, Role.ANALYST)
        assert membership(boss, pharma).role == Role.TENANT_ADMIN

    def test_may_be_renamed(self, work, boss, pharma):
        self.change_role(work, boss, pharma, Role.TENANT_ADMIN)
        boss.refresh_from_db()
        assert boss.full_name == "Bea"

    def test_is_the_last_no_more_beside_a_second_one(self, work, boss, pharma, join):
        join(pharma, Role.TENANT_ADMIN, "second@pharma.example")
        self.change_role(work, boss, pharma, Role.ANALYST)
        assert membership(boss, pharma).role == Role.ANALYST


class TestRemoving:
    def test_takes_the_membership_and_leaves_the_account(self, work, pharma, join):
        user = join(pharma, email="ana@example.com")
        work.post(page("delete", user, pharma), {"post": "yes"})
        assert membership(user, pharma) is None
        assert User.objects.filter(pk=user.pk, is_active=True).exists()

    def test_leaves_the_membership_elsewhere(self, work, pharma, digital, join):
        join(digital, email="ana@example.com")
        user = join(pharma, email="ana@example.com")
        work.post(page("delete", user, pharma), {"post": "yes"})
        assert membership(user, digital) is not None

    def test_a_removed_person_finds_no_tenant(self, work, enter, pharma, join):
        user = join(pharma, email="ana@example.com")
        work.post(page("delete", user, pharma), {"post": "yes"})
        assert enter(user).get(reverse("admin:index")).wsgi_request.tenant is None


class TestTheOtherTenant:
    """Its people are not there, whatever is asked."""

    @pytest.fixture
    def stranger(self, digital, join) -> User:
        return join(digital, email="stranger@digital.example", full_name="Zebulon")

    @pytest.mark.parametrize("query", ["", "?q=stranger", "?role__exact=analyst"])
    def test_its_people_are_not_listed(self, work, stranger, query):
        response = work.get(reverse(LIST) + query)
        assert response.status_code == 200
        assert "Zebulon" not in response.content.decode()

    @pytest.mark.parametrize("query", ["", "?q=boss", "?role__exact=tenant_admin"])
    def test_own_people_are(self, work, query):
        assert "Bea Boss</a>" in work.get(reverse(LIST) + query).content.decode()

    @pytest.fixture
    def answer(self, work, digital, stranger, method, name):
        """What a page of the stranger's answers, with all that it leads to."""
        data = {"email": stranger.email, "full_name": "New", "role": Role.TENANT_ADMIN, "post": "yes"}
        return getattr(work, method)(page(name, stranger, digital), data if method == "post" else None, follow=True)

    METHODS = pytest.mark.parametrize("method", ["get", "post"])
    PAGES = pytest.mark.parametrize("name", ["change", "delete", "history", "password_link", "unlock_log_in"])

    @METHODS
    @PAGES
    def test_its_people_have_no_pages(self, answer):
        assert not re.search("Zebulon|stranger@|/password/", answer.content.decode())

    @METHODS
    @PAGES
    def test_its_people_stay_as_they_are(self, digital, stranger, answer):
        assert membership(stranger, digital).role == Role.ANALYST
        assert User.objects.get(pk=stranger.pk).full_name == "Zebulon"


class TestPlatformAdministrators:
    """They look after the accounts of all tenants."""

    @pytest.fixture
    def root(self, enter, pharma, platform_admin):
        platform_admin.tenant = pharma
        platform_admin.save()
        return enter(platform_admin)

    def account(self, **changes) -> dict:
        return {"email": "root@example.com", "role": "member", "is_active": "on", "is_superuser": "on"} | changes

    @pytest.mark.parametrize("given_up", ["is_active", "is_superuser"])
    def test_the_last_one_stays(self, root, platform_admin, given_up):
        left = {name: value for name, value in self.account().items() if name != given_up}
        root.post(reverse("admin:tenancy_user_change", args=[platform_admin.pk]), left)
        assert User.objects.filter(is_superuser=True, is_active=True).exists()

    def test_one_of_two_may_go(self, root, platform_admin):
        User.objects.create_superuser("other@example.com", "x")
        root.post(
            reverse("admin:tenancy_user_change", args=[platform_admin.pk]),
            {name: value for name, value in self.account().items() if name != "is_superuser"},
        )
        platform_admin.refresh_from_db()
        assert not platform_admin.is_superuser

    def test_an_account_is_made_with_its_address_in_small_letters_and_a_link(self, root):
        response = root.post(reverse("admin:tenancy_user_add"), self.account(email="Ana@Example.com", is_superuser=""))
        assert is_in(choose_password(link(response))) or is_in(log_in("ana@example.com", CHOSEN))

    def test_an_account_without_a_tenant_gets_a_new_link(self, root):
        other = User.objects.create_superuser("other@example.com", "x")
        assert link(root.post(reverse("admin:tenancy_user_password_link", args=[other.pk])))

    def test_passwords_cannot_be_asked_for_by_their_beginning(self, root):
        response = root.get(reverse("admin:tenancy_user_changelist"), {"password__startswith": "md5"})
        assert response.status_code == 400


def test_buttons_are_offered_where_they_may_be_pressed(work, pharma, digital, join):
    own = join(pharma, email="own@example.com")
    foreign = join(digital, email="foreign@example.com")
    join(pharma, email="foreign@example.com")
    assert "New password link" in work.get(page("change", own, pharma)).content.decode()
    assert "New password link" not in work.get(page("change", foreign, pharma)).content.decode()
