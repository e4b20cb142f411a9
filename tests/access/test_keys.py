"""API keys: making them, using them in both schemes, and everything that is wrong with a header."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest

from crm_platform.access.identify import Credentials
from crm_platform.access.keys import generate_keys
from crm_platform.database.system import SECRET
from crm_platform.documents.context import Context
from crm_platform.errors import AuthenticationError, PermissionError
from support.access_site import Site
from support.sabotage import defended_by, nothing

ANN, BO = "ann@example.com", "bo@example.com"


@pytest.fixture
def pair(site: Site) -> tuple[str, str]:
    site.add_user(ANN, "Sales User")
    secret = site.write(ANN, lambda ctx: generate_keys(ctx, ANN))
    row = site.system(lambda ctx: ctx.connection.get_row(ctx.definitions["User"], ANN))
    assert row is not None
    return row["api_key"], secret


def caller(site: Site, authorization: str) -> Context:
    return site.runtime.read(lambda ctx: site.access.identify(ctx, Credentials(authorization, sid="old", unsafe=True)))


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_both_schemes_act_as_the_user_without_a_token(site: Site, pair: tuple[str, str]) -> None:
    key, secret = pair
    for header in (f"token {key}:{secret}", f"Token {key}:{secret}", basic(f"{key}:{secret}")):
        ctx = caller(site, header)
        assert (ctx.user, ctx.session) == (ANN, "")


@pytest.mark.parametrize(
    "template",
    [
        *("token {key}:wrong", "token wrong:{secret}", "token {key}", "token {key}:", "token :{secret}", "token"),
        *("Bearer junk", "Digest a=b", "Basic ***", "Basic {key}:{secret}", "junk", "token {key}:{secret}x"),
        *("token ü:ü", "Basic ÿþ"),
    ],
)
def test_everything_wrong_gets_one_answer(site: Site, pair: tuple[str, str], template: str) -> None:
    key, secret = pair
    with pytest.raises(AuthenticationError) as caught:
        caller(site, template.format(key=key, secret=secret))
    assert "not valid" in str(caught.value)
    assert secret not in str(caught.value)


def test_user_and_password_are_no_keys(site: Site, pair: tuple[str, str]) -> None:
    site.change("User", ANN, new_password="春天-rain-37")
    with pytest.raises(AuthenticationError):
        caller(site, basic(f"{ANN}:春天-rain-37"))


def test_the_secret_is_shown_once_and_kept_as_a_hash(site: Site, pair: tuple[str, str]) -> None:
    _, secret = pair
    doc = site.system(lambda ctx: ctx.store.get("User", ANN))
    assert set(doc["api_secret"]) == {"*"}
    stored = site.system(
        lambda ctx: [ctx.runtime.cipher.decrypt(r["ciphertext"]) for r in ctx.connection.fetch(SECRET)]
    )
    assert secret not in str(stored)


def test_new_keys_take_the_place_of_old_ones(site: Site, pair: tuple[str, str]) -> None:
    key, secret = pair
    again = site.write(ANN, lambda ctx: generate_keys(ctx, ANN))
    assert caller(site, f"token {key}:{again}").user == ANN
    with pytest.raises(AuthenticationError):
        caller(site, f"token {key}:{secret}")


@defended_by("crm_platform.access.listeners:rights_changed", replace_with=nothing)
def test_C15_keys_of_a_disabled_user_are_refused_at_once(site: Site, pair: tuple[str, str]) -> None:
    key, secret = pair
    assert caller(site, f"token {key}:{secret}").user == ANN
    site.change("User", ANN, enabled=0)
    with pytest.raises(AuthenticationError):
        caller(site, f"token {key}:{secret}")


def test_only_a_system_manager_makes_keys_for_others(site: Site, pair: tuple[str, str]) -> None:
    site.add_user(BO, "System Manager")
    with pytest.raises(PermissionError):
        site.write(ANN, lambda ctx: generate_keys(ctx, BO))
    with pytest.raises(PermissionError):
        site.write("Guest", lambda ctx: generate_keys(ctx, "Guest"))
    with pytest.raises(PermissionError):
        site.write(BO, lambda ctx: generate_keys(ctx, "Administrator"))
    assert site.write(BO, lambda ctx: generate_keys(ctx, ANN))


def test_the_last_use_of_a_key_is_told_to_five_minutes_and_goes_with_the_key(site: Site, pair: tuple[str, str]) -> None:
    key, secret = pair

    def last_used() -> datetime | None:
        site.settle()
        found: datetime | None = site.system(lambda ctx: ctx.store.get("User", ANN)["api_key_last_used"])
        return found

    assert last_used() is None
    caller(site, f"token {key}:{secret}")
    first = last_used()
    site.clock.forward(minutes=4)
    caller(site, basic(f"{key}:{secret}"))
    assert first == last_used() is not None
    site.clock.forward(minutes=2)
    caller(site, f"token {key}:{secret}")
    assert last_used() == first + timedelta(minutes=6)
    site.write(ANN, lambda ctx: generate_keys(ctx, ANN))
    assert last_used() is None


def test_keys_follow_a_renamed_user(site: Site, pair: tuple[str, str]) -> None:
    key, secret = pair
    site.system(lambda ctx: ctx.store.rename("User", ANN, "anna@example.com"))
    assert caller(site, f"token {key}:{secret}").user == "anna@example.com"
