"""What keeps rights from growing: users, roles, standard accounts, and the fields of the own account."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.errors import DoesNotExistError, PermissionError, ValidationError
from support.access_site import Site
from support.sabotage import defended_by, nothing, yes

ANN, BOSS = "ann@example.com", "boss@example.com"


@pytest.fixture
def office(site: Site) -> Site:
    site.add_user(ANN, "Sales User")
    site.add_user(BOSS, "System Manager")
    return site


def share_all(site: Site, doctype: str) -> None:
    """Open the documents of a DocType beyond what its permission rows say, as a careless administrator would."""
    rights: dict[str, Any] = {"share_doctype": doctype, "everyone": 1, "read": 1, "write": 1}
    names = site.system(lambda ctx: [row["name"] for row in ctx.store.list(doctype, limit=0)])
    for name in names:
        site.add("DocShare", share_name=name, **rights)


def test_a_first_user_is_no_silent_system_manager(site: Site) -> None:
    site.add_user(ANN)
    assert site.read(ANN, lambda ctx: "System Manager" in ctx.roles) is False
    assert site.system(lambda ctx: ctx.store.get("User", ANN))["roles"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"first_name": "安", "last_name": "李"},
        {"language": "zh", "phone": "+86 21 1234 5678"},
        {"new_password": "春天-rain-37"},
        {"bio": "喜欢茶"},
    ],
)
def test_users_edit_their_own_account(office: Site, change: dict[str, Any]) -> None:
    office.change("User", ANN, by=ANN, **change)


@defended_by("crm_platform.access.guards:_check_self_service", replace_with=nothing)
@pytest.mark.parametrize(
    "change",
    [
        {"roles": [{"role": "System Manager"}]},
        {"roles": []},
        {"user_type": "Website User"},
        {"enabled": 0},
        {"username": "boss"},
        {"api_key": "mine"},
        {"simultaneous_sessions": 99},
        {"restrict_ip": "10.0.0.1"},
        {"role_profile_name": "x"},
        {"totp_enabled": 1},
        {"last_ip": "1.1.1.1"},
        {"email": "other@example.com"},
    ],
)
def test_C01_users_do_not_raise_themselves(office: Site, change: dict[str, Any]) -> None:
    before = office.system(lambda ctx: ctx.store.get("User", ANN).as_dict())
    with pytest.raises((PermissionError, ValidationError)):
        office.change("User", ANN, by=ANN, **change)
    assert office.system(lambda ctx: ctx.store.get("User", ANN).as_dict()) == before


@defended_by("crm_platform.access.guards:_check_self_service", replace_with=nothing)
@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_C06_others_are_out_of_reach(office: Site) -> None:
    with pytest.raises((PermissionError, DoesNotExistError)):
        office.change("User", BOSS, by=ANN, first_name="x")
    with pytest.raises(PermissionError):
        office.add("User", by=ANN, email="new@example.com", first_name="新")
    with pytest.raises((PermissionError, DoesNotExistError)):
        office.delete("User", BOSS, by=ANN)


@defended_by("crm_platform.access.guards:require_manager", replace_with=nothing)
@pytest.mark.parametrize("doctype", ["User", "Role", "System Settings"])
def test_C06_a_careless_share_does_not_open_what_rights_are_made_of(office: Site, doctype: str) -> None:
    office.change("System Settings", "System Settings", otp_issuer_name="公司")
    share_all(office, doctype)
    victim = {"User": BOSS, "Role": "Sales Manager", "System Settings": "System Settings"}[doctype]
    change: dict[str, dict[str, Any]] = {
        "User": {"first_name": "x"},
        "Role": {"disabled": 1},
        "System Settings": {"otp_issuer_name": "x"},
    }
    with pytest.raises(PermissionError, match="Only a System Manager"):
        office.change(doctype, victim, by=ANN, **change[doctype])


def test_a_system_manager_manages_users_and_roles(office: Site) -> None:
    office.change("User", ANN, by=BOSS, roles=[{"role": "Sales Manager"}])
    assert office.allows(ANN, "Deal", "delete")
    office.add("Role", by=BOSS, role_name="审计")
    office.change("Role", "审计", by=BOSS, disabled=1)
    office.delete("User", ANN, by=BOSS)


def test_nobody_but_administrator_touches_administrator(office: Site) -> None:
    with pytest.raises(PermissionError, match="Only Administrator"):
        office.change("User", "Administrator", by=BOSS, new_password="春天-rain-37")
    office.change("User", "Administrator", by="Administrator", new_password="春天-rain-37")


@pytest.mark.parametrize("user", ["Administrator", "Guest"])
def test_standard_users_stay(office: Site, user: str) -> None:
    with pytest.raises(ValidationError, match="cannot be disabled"):
        office.change("User", user, enabled=0)
    with pytest.raises(ValidationError, match="cannot be deleted"):
        office.delete("User", user)
    with pytest.raises(ValidationError, match="cannot be renamed"):
        office.system(lambda ctx: ctx.store.rename("User", user, "root@example.com"))


@pytest.mark.parametrize("role", ["System Manager", "All", "Guest", "Administrator", "Desk User"])
def test_standard_roles_stay(office: Site, role: str) -> None:
    with pytest.raises(ValidationError, match="cannot be disabled"):
        office.change("Role", role, disabled=1)
    with pytest.raises(ValidationError, match="cannot be deleted"):
        office.delete("Role", role)
    with pytest.raises(ValidationError, match="cannot be deleted or renamed"):
        office.system(lambda ctx: ctx.store.rename("Role", role, "别的"))


@pytest.mark.parametrize("role", ["Administrator", "All", "Guest", "Desk User"])
def test_automatic_roles_are_given_to_nobody(office: Site, role: str) -> None:
    with pytest.raises(ValidationError, match="given automatically") as caught:
        office.change("User", ANN, by=BOSS, roles=[{"role": "Sales User"}, {"role": role}])
    assert (caught.value.errors[0].table, caught.value.errors[0].row) == ("roles", 2)


def test_the_last_system_manager_stays(office: Site) -> None:
    for change in ({"enabled": 0}, {"roles": []}):
        with pytest.raises(ValidationError, match="last System Manager"):
            office.change("User", BOSS, **change)
    with pytest.raises(ValidationError, match="last System Manager"):
        office.delete("User", BOSS)
    office.add_user("second@example.com", "System Manager", enabled=0)
    with pytest.raises(ValidationError, match="last System Manager"):
        office.change("User", BOSS, roles=[])
    office.change("User", "second@example.com", enabled=1)
    office.change("User", BOSS, roles=[])


def test_nobody_takes_the_role_system_manager_from_themselves(office: Site) -> None:
    second = office.add_user("second@example.com", "System Manager")
    for change, place in (({"roles": []}, "roles"), ({"enabled": 0}, "enabled")):
        with pytest.raises(ValidationError, match="could not give it back to yourself") as caught:
            office.change("User", BOSS, by=BOSS, **change)
        assert caught.value.errors[0].field == place
    office.change("User", BOSS, by=BOSS, last_name="Wang")
    office.change("User", BOSS, by=second, roles=[{"role": "Sales User"}])


def test_names_have_one_normal_form(office: Site) -> None:
    name = office.add("User", email="  Zhang.San@Example.COM ", first_name="三", last_name="张", username="ZSan")
    doc = office.system(lambda ctx: ctx.store.get("User", name))
    assert (name, doc["username"], doc["full_name"]) == ("zhang.san@example.com", "zsan", "三 张")


@pytest.mark.parametrize("username", ["boss@example.com", "Administrator", "GUEST"])
def test_a_username_is_nobodys_address(office: Site, username: str) -> None:
    with pytest.raises(ValidationError, match="username"):
        office.change("User", ANN, username=username)


def test_a_user_is_renamed_to_an_address_in_normal_form(office: Site) -> None:
    with pytest.raises(ValidationError, match="small letters"):
        office.system(lambda ctx: ctx.store.rename("User", ANN, "Ann.B@example.com"))
    assert office.system(lambda ctx: ctx.store.rename("User", ANN, "ann.b@example.com")) == "ann.b@example.com"


@defended_by("crm_platform.documents.saving:keep_secrets", replace_with=nothing)
def test_B13_secrets_of_a_user_are_asterisks_for_everybody(office: Site) -> None:
    office.change("User", ANN, new_password="春天-rain-37")
    for reader in (ANN, BOSS, "Administrator"):
        doc = office.read(reader, lambda ctx: ctx.store.get("User", ANN).as_dict())
        assert "春天" not in str(doc)
        assert set(doc.get("api_secret") or "*") == {"*"}
