"""One-time codes: enrolment, use without replay, recovery, and taking the second factor away."""

from __future__ import annotations

import pyotp
import pytest

from crm_platform.access.sign_in import SignIn
from crm_platform.access.totp import begin_totp, confirm_totp, disable_totp, has_second_factor, reset_totp
from crm_platform.database.system import SECRET
from crm_platform.errors import AuthenticationError, OneTimePasswordRequired, ValidationError
from support.access_site import Site
from support.sabotage import defended_by, nothing

ANN = "ann@example.com"
PASSWORD = "春天-rain-37"


@pytest.fixture
def ann(site: Site) -> Site:
    site.add_user(ANN, new_password=PASSWORD)
    return site


def code(site: Site, secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(site.clock.now.timestamp()) + seconds)


def enrol(site: Site) -> tuple[str, list[str]]:
    secret = site.write(ANN, begin_totp).secret
    recovery = site.write(ANN, lambda ctx: confirm_totp(ctx, code(site, secret)))
    site.clock.forward(seconds=90)
    return secret, recovery


def sign_in(site: Site, otp: str = "", pwd: str = PASSWORD) -> str:
    return site.access.sign_in(site.runtime, SignIn(ANN, pwd, otp, "192.0.2.1")).user


def test_a_second_factor_counts_once_a_code_has_confirmed_it(ann: Site) -> None:
    enrolment = ann.write(ANN, begin_totp)
    assert enrolment.uri.startswith("otpauth://totp/CRM%20Platform:ann%40example.com")
    assert sign_in(ann) == ANN
    with pytest.raises(ValidationError, match="does not match"):
        ann.write(ANN, lambda ctx: confirm_totp(ctx, "000000"))
    ann.write(ANN, lambda ctx: confirm_totp(ctx, code(ann, enrolment.secret)))
    assert ann.system(lambda ctx: ctx.store.get("User", ANN))["totp_enabled"] == 1
    with pytest.raises(OneTimePasswordRequired):
        sign_in(ann)


def test_confirming_needs_a_beginning(ann: Site) -> None:
    with pytest.raises(ValidationError, match="Start"):
        ann.write(ANN, lambda ctx: confirm_totp(ctx, "123456"))


def test_a_code_is_asked_for_only_after_the_right_password(ann: Site) -> None:
    enrol(ann)
    with pytest.raises(AuthenticationError) as caught:
        sign_in(ann, pwd="wrong")
    assert caught.type is AuthenticationError


@pytest.mark.parametrize("seconds", [0, -30, 30])
def test_a_code_of_now_or_of_the_neighbouring_step_opens(ann: Site, seconds: int) -> None:
    secret, _ = enrol(ann)
    assert sign_in(ann, code(ann, secret, seconds)) == ANN


@pytest.mark.parametrize("given", ["000000", "abcdef", "1", "１２３４５６", "\x00", "x" * 5000])
def test_a_wrong_code_opens_nothing(ann: Site, given: str) -> None:
    enrol(ann)
    with pytest.raises(AuthenticationError, match="Incorrect verification code"):
        sign_in(ann, given)


def test_codes_too_old_or_too_new_open_nothing(ann: Site) -> None:
    secret, _ = enrol(ann)
    for seconds in (-90, 90):
        with pytest.raises(AuthenticationError):
            sign_in(ann, code(ann, secret, seconds))


def test_a_code_is_good_once(ann: Site) -> None:
    secret, _ = enrol(ann)
    now = code(ann, secret)
    assert sign_in(ann, now) == ANN
    with pytest.raises(AuthenticationError):
        sign_in(ann, now)
    with pytest.raises(AuthenticationError):
        sign_in(ann, code(ann, secret, -30))
    ann.clock.forward(seconds=30)
    assert sign_in(ann, code(ann, secret)) == ANN


@defended_by("crm_platform.access.attempts:_check", replace_with=nothing)
def test_G07_codes_are_limited_like_passwords(ann: Site) -> None:
    secret, _ = enrol(ann)
    for number in range(5):
        with pytest.raises(AuthenticationError):
            sign_in(ann, f"{number:06}")
    with pytest.raises(Exception, match="Too many"):
        sign_in(ann, code(ann, secret))


def test_a_recovery_code_is_good_once(ann: Site) -> None:
    _, recovery = enrol(ann)
    assert len(set(recovery)) == 10
    assert sign_in(ann, f" {recovery[3].upper()} ") == ANN
    with pytest.raises(AuthenticationError):
        sign_in(ann, recovery[3])
    assert sign_in(ann, recovery[4]) == ANN


@defended_by("support.access_site:FernetCipher.decrypt", replace_with=lambda cipher, token: token)
@defended_by("support.access_site:FernetCipher.encrypt", replace_with=lambda cipher, text: text)
def test_B13_the_secret_is_stored_encrypted(ann: Site) -> None:
    secret, recovery = enrol(ann)
    rows = str(ann.system(lambda ctx: ctx.connection.fetch(SECRET)))
    assert secret not in rows
    assert recovery[0] not in rows


def test_a_second_factor_is_not_replaced_by_a_borrowed_session(ann: Site) -> None:
    enrol(ann)
    with pytest.raises(ValidationError, match="on already"):
        ann.write(ANN, begin_totp)
    with pytest.raises(AuthenticationError):
        ann.write(ANN, lambda ctx: disable_totp(ctx, "000000"))


def test_it_is_switched_off_with_a_code(ann: Site) -> None:
    secret, _ = enrol(ann)
    ann.write(ANN, lambda ctx: disable_totp(ctx, code(ann, secret)))
    assert sign_in(ann) == ANN
    assert ann.system(lambda ctx: ctx.store.get("User", ANN))["totp_enabled"] == 0


def test_a_manager_takes_a_lost_one_away_but_cannot_claim_one(ann: Site) -> None:
    enrol(ann)
    ann.add_user("boss@example.com", "System Manager")
    ann.change("User", ANN, by="boss@example.com", totp_enabled=0)
    assert sign_in(ann) == ANN
    with pytest.raises(ValidationError, match="switched on by the user"):
        ann.change("User", ANN, by="boss@example.com", totp_enabled=1)


def test_a_reset_forgets_what_was_begun(ann: Site) -> None:
    ann.write(ANN, begin_totp)
    ann.system(lambda ctx: reset_totp(ctx, ANN))
    assert not ann.system(lambda ctx: has_second_factor(ctx, ANN))
    with pytest.raises(ValidationError, match="Start"):
        ann.write(ANN, lambda ctx: confirm_totp(ctx, "123456"))
