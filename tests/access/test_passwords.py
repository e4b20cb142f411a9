"""Passwords: strength, storage, the field of User, and how many are compared at once."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.access import passwords
from crm_platform.access.passwords import HASHER, PasswordChecker, check_strength, set_password, stored_hash
from crm_platform.access.settings import DEFAULT_EXPIRY, SecuritySettings, expiry_of
from crm_platform.database.system import SECRET
from crm_platform.errors import UnavailableError, ValidationError
from support.access_site import Site
from support.sabotage import defended_by, no

ANN = "ann.lee@example.com"
GOOD = "春天-rain-37"
SETTINGS = SecuritySettings()


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "empty"),
        ("short", "at least 8"),
        ("password1", "first that are guessed"),
        ("12345678", "first that are guessed"),
        ("hgfedcba", "first that are guessed"),
        ("abababab", "first that are guessed"),
        ("woaini520!", "first that are guessed"),
        ("my-annika-77", "name or address"),
        ("x" * 1025, "longer than"),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says) as caught:
        check_strength(password, SETTINGS, "annika@example.com", "annika")
    assert caught.value.errors[0].field == "new_password"


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "tr0ub4dor&3", "我的猫喜欢星期四的雨"])
def test_good_passwords_pass(password: str) -> None:
    check_strength(password, SETTINGS, ANN)


def test_the_policy_can_be_raised_and_switched_off() -> None:
    with pytest.raises(ValidationError, match="at least 12"):
        check_strength("tr0ub4dor&3", replace(SETTINGS, minimum_score=4))
    check_strength("a", replace(SETTINGS, check_strength=False))


@given(st.text(max_size=40))
def test_any_password_is_judged_with_a_sentence_or_taken(password: str) -> None:
    try:
        check_strength(password, SETTINGS, ANN)
    except ValidationError as error:
        assert str(error)
    else:
        assert len(password) >= 8


def test_a_hash_has_owasps_parameters() -> None:
    assert HASHER.hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_checker_knows_right_from_wrong() -> None:
    checker = PasswordChecker()
    stored = HASHER.hash("école")
    assert checker.matches(stored, "école")
    assert not checker.matches(stored, "ecole")
    assert not checker.matches(None, "école")
    assert not checker.matches("no hash", "école")


def test_at_most_two_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.05)
    inside, release = threading.Semaphore(0), threading.Event()

    def verify(*_: object) -> bool:
        inside.release()
        return release.wait(10)

    monkeypatch.setattr(type(HASHER), "verify", verify)
    checker = PasswordChecker()
    waiting = [threading.Thread(target=checker.matches, args=("hash", "x")) for _ in range(2)]
    for thread in waiting:
        thread.start()
        assert inside.acquire(timeout=10)
    with pytest.raises(UnavailableError):
        checker.matches("hash", "x")
    release.set()
    for thread in waiting:
        thread.join()
    assert checker.matches("hash", "x")


@defended_by("crm_platform.access.users:_take_password", replace_with=no)
def test_B13_a_password_of_the_form_is_kept_as_a_hash_only(site: Site) -> None:
    site.add_user(ANN, new_password=GOOD)
    stored = site.system(lambda ctx: stored_hash(ctx, ANN))
    assert stored is not None
    assert HASHER.verify(stored, GOOD)
    assert site.system(lambda ctx: ctx.connection.fetch(SECRET)) == []
    assert not site.system(lambda ctx: ctx.store.get("User", ANN))["new_password"]


def test_a_weak_password_of_the_form_saves_nothing(site: Site) -> None:
    with pytest.raises(ValidationError, match="at least"):
        site.add_user(ANN, new_password="short")
    assert not site.system(lambda ctx: ctx.store.exists("User", ANN))


def test_set_password_checks_the_strength(site: Site) -> None:
    site.add_user(ANN)
    with pytest.raises(ValidationError, match="guessed"):
        site.system(lambda ctx: set_password(ctx, ANN, "password123"))
    site.system(lambda ctx: set_password(ctx, ANN, GOOD))
    assert site.system(lambda ctx: stored_hash(ctx, ANN))


@pytest.mark.parametrize("text", ["", "x", "0:00", "-1:00", "12:60", "99999:00", "１２:00x"])
def test_an_odd_session_expiry_is_the_default(text: str) -> None:
    assert expiry_of(text) == DEFAULT_EXPIRY


def test_a_session_expiry_is_hours_and_minutes() -> None:
    assert expiry_of("1:30").total_seconds() == 5400
