"""Signing in: right and wrong passwords, limits, second factor, places and times."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from crm_platform.access.attempts import ACCOUNT_TRIES, ADDRESS_TRIES
from crm_platform.access.passwords import DECOY, HASHER, PasswordChecker, needs_rehash, store_password, stored_hash
from crm_platform.access.sign_in import NewSession, SignIn, admit
from crm_platform.database.conditions import Compare
from crm_platform.database.system import ATTEMPT
from crm_platform.database.system import PASSWORD as PASSWORD_TABLE
from crm_platform.errors import AuthenticationError, TooManyRequestsError
from support.access_site import Site
from support.sabotage import always, defended_by, nothing

ANN = "ann@example.com"
PASSWORD = "春天-rain-37"
HOME, STRANGER = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def ann(site: Site) -> Site:
    site.add_user(ANN, "Sales User", username="annika", new_password=PASSWORD)
    return site


def sign_in(site: Site, usr: str = ANN, pwd: str = PASSWORD, otp: str = "", ip: str = HOME) -> NewSession:
    return site.access.sign_in(site.runtime, SignIn(usr, pwd, otp, ip, "Firefox"))


def refusal(site: Site, usr: str = ANN, pwd: str = "wrong", ip: str = HOME) -> str:
    with pytest.raises(AuthenticationError) as caught:
        sign_in(site, usr, pwd, ip=ip)
    return str(caught.value)


def test_the_right_password_opens_a_session(ann: Site) -> None:
    session = sign_in(ann)
    assert (session.user, session.full_name, session.user_type) == (ANN, "ann", "System User")
    assert session.home_page == "/app"
    assert len(session.sid) == 56
    row = ann.system(lambda ctx: ctx.connection.get_row(ctx.definitions["User"], ANN))
    assert row is not None
    assert row["last_ip"] == HOME


def alike(path: tuple[str, ...], operator: str, value: str) -> Compare:
    """A comparison by pattern, as a search in a directory makes it."""
    return Compare(path, "like", value.replace("*", "%"))


@pytest.mark.parametrize("usr", ["ann*", "*", "%", "_nn@example.com", "ann@example.com)(|(uid=*", "a*)(objectClass=*)"])
@defended_by("crm_platform.access.accounts:Compare", replace_with=alike)
def test_A13_a_name_is_no_pattern(ann: Site, usr: str) -> None:
    """Who signs in is looked up by the whole name: one that would fit many opens none, with a right password too."""
    assert refusal(ann, usr, PASSWORD) == refusal(ann, ANN, "wrong")


def test_a_website_user_lands_elsewhere(site: Site) -> None:
    site.add_user(ANN, user_type="Website User", new_password=PASSWORD)
    assert sign_in(site).home_page == "/me"


def test_a_role_may_have_a_home_page(ann: Site) -> None:
    ann.change("Role", "Sales User", home_page="/app/deal")
    assert sign_in(ann).home_page == "/app/deal"


@pytest.mark.parametrize("typed", [ANN, " Ann@Example.COM ", "annika", "ANNIKA"])
def test_name_and_address_are_found_in_one_normal_form(ann: Site, typed: str) -> None:
    assert sign_in(ann, typed).user == ANN


def test_administrator_signs_in_by_name(site: Site) -> None:
    site.system(lambda ctx: store_password(ctx, "Administrator", PASSWORD))
    assert sign_in(site, "administrator").user == "Administrator"


@pytest.mark.parametrize(("usr", "pwd"), [("", "x"), (ANN, ""), ("  ", "x")])
def test_missing_input_is_told(site: Site, usr: str, pwd: str) -> None:
    assert refusal(site, usr, pwd) == "Incomplete login details"


@defended_by("crm_platform.access.accounts:_user_of", replace_with=always("ann@example.com"))
@defended_by("crm_platform.access.accounts:normalise", replace_with=lambda text: "ann@example.com")
def test_G02_look_alikes_are_other_addresses(ann: Site) -> None:
    assert refusal(ann, "ánn@example.com", PASSWORD) == "Invalid login credentials"
    assert refusal(ann, "аnn@example.com", PASSWORD) == "Invalid login credentials"


@defended_by("crm_platform.access.sign_in:invalid_login", replace_with=lambda: AuthenticationError(str(object())))
def test_B17_an_unknown_user_a_wrong_password_and_a_disabled_user_look_alike(ann: Site) -> None:
    ann.add_user("off@example.com", enabled=0, new_password=PASSWORD)
    ann.add_user("none@example.com")
    answers = {
        refusal(ann),
        refusal(ann, "nobody@example.com"),
        refusal(ann, "off@example.com", PASSWORD),
        refusal(ann, "none@example.com", PASSWORD),
        refusal(ann, "Guest", PASSWORD),
    }
    assert answers == {"Invalid login credentials"}


@defended_by("crm_platform.access.passwords:DECOY", replace_with="")
def test_B17_an_unknown_user_costs_the_same_work(ann: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    verify = type(HASHER).verify

    def counted(hasher: PasswordHasher, stored: str, password: str) -> bool:
        compared.append(stored)
        return verify(hasher, stored, password)

    monkeypatch.setattr(type(HASHER), "verify", counted)
    refusal(ann, "nobody@example.com")
    refusal(ann, ANN)
    assert [text.rpartition("$")[0].rpartition("$")[0] for text in compared] == [DECOY.rsplit("$", 2)[0]] * 2
    assert not needs_rehash(DECOY)


def test_an_old_hash_is_renewed_at_sign_in(ann: Site) -> None:
    weak = type(HASHER)(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    ann.system(lambda ctx: ctx.connection.change(PASSWORD_TABLE, {"hash": weak}, {"user": ANN}))
    sign_in(ann)
    renewed = ann.system(lambda ctx: stored_hash(ctx, ANN))
    assert renewed is not None
    assert not needs_rehash(renewed)
    assert sign_in(ann).user == ANN


def test_a_password_changed_while_it_was_compared_opens_nothing(ann: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    matches = PasswordChecker.matches

    def slow(checker: PasswordChecker, stored: str | None, password: str) -> bool:
        answer = matches(checker, stored, password)
        ann.system(lambda ctx: store_password(ctx, ANN, "another one 9"))
        return answer

    monkeypatch.setattr(PasswordChecker, "matches", slow)
    assert refusal(ann, pwd=PASSWORD) == "Invalid login credentials"


def test_places_and_times_may_be_restricted(ann: Site) -> None:
    ann.change("User", ANN, restrict_ip="10.1.\n192.0.2.0/29")
    assert sign_in(ann, ip="192.0.2.5").user == ANN
    assert sign_in(ann, ip="10.1.7.7").user == ANN
    assert refusal(ann, pwd=PASSWORD, ip="10.10.0.1") == "Access not allowed from this IP Address"
    ann.change("User", ANN, restrict_ip="", login_after=10, login_before=18)
    assert refusal(ann, pwd=PASSWORD) == "Login not allowed at this time"
    ann.clock.forward(hours=2)
    assert sign_in(ann).user == ANN


def tries(site: Site, count: int, ip: str = STRANGER, usr: str = ANN) -> int:
    """How many of `count` tries would be compared with a password."""
    looked_at = 0
    for _ in range(count):
        with suppress(TooManyRequestsError):
            site.runtime.write(lambda ctx: admit(replace(ctx, ip=ip), SignIn(usr, "wrong")))
            looked_at += 1
    return looked_at


@defended_by("crm_platform.access.attempts:_check", replace_with=nothing)
def test_G07_guessing_from_one_address_is_stopped_and_the_owner_signs_in(ann: Site) -> None:
    assert tries(ann, 300) == 5
    with pytest.raises(TooManyRequestsError) as caught:
        sign_in(ann, ip=STRANGER)
    assert caught.value.params["retry_after"] in range(1, 62)
    assert sign_in(ann, ip=HOME).user == ANN


@defended_by("crm_platform.access.attempts:_check", replace_with=nothing)
def test_G07_waiting_is_enough(ann: Site) -> None:
    assert tries(ann, 7) == 5
    ann.clock.forward(seconds=61)
    assert sign_in(ann, ip=STRANGER).user == ANN
    assert tries(ann, 7) == 5


@defended_by("crm_platform.access.attempts:_check", replace_with=nothing)
def test_G07_one_address_cannot_go_through_many_accounts(ann: Site) -> None:
    looked_at = sum(tries(ann, 1, usr=f"user{number}@example.com") for number in range(ADDRESS_TRIES + 20))
    assert looked_at == ADDRESS_TRIES
    assert sign_in(ann, ip=HOME).user == ANN


@defended_by("crm_platform.access.attempts:_check", replace_with=nothing)
def test_G07_many_addresses_cannot_lock_the_owner_out(ann: Site) -> None:
    sign_in(ann, ip=HOME)
    looked_at = sum(tries(ann, 1, ip=f"203.0.113.{number}") for number in range(ACCOUNT_TRIES + 20))
    assert looked_at == ACCOUNT_TRIES
    assert sign_in(ann, ip=HOME).user == ANN
    with pytest.raises(TooManyRequestsError):
        sign_in(ann, ip=STRANGER)
    ann.clock.forward(hours=1)
    assert sign_in(ann, ip=STRANGER).user == ANN


@defended_by("crm_platform.access.attempts:_check", replace_with=nothing)
def test_G07_an_unknown_account_is_limited_like_a_known_one(ann: Site) -> None:
    assert tries(ann, 10, usr="nobody@example.com") == tries(ann, 10, ip="203.0.113.9") == 5


@defended_by("crm_platform.access.attempts:_sweep", replace_with=nothing)
def test_G07_the_table_of_tries_stays_small(ann: Site) -> None:
    for day in range(4):
        for number in range(10):
            tries(ann, 1, ip=f"203.0.{day}.{number}")
        ann.clock.forward(days=1)
    rows = ann.system(lambda ctx: ctx.connection.fetch(ATTEMPT))
    assert len(rows) < 30


def test_a_password_can_be_asked_for_again(ann: Site) -> None:
    ann.access.check_password(ann.runtime, SignIn(ANN, PASSWORD, ip=HOME))
    with pytest.raises(AuthenticationError):
        ann.access.check_password(ann.runtime, SignIn(ANN, "wrong", ip=HOME))
