"""Time-based one-time codes (RFC 6238) as second factor: enrolment, checking without replay, recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, replace

import pyotp

from crm_platform.access.settings import load_settings
from crm_platform.access.vault import drop_secret, get_secret, put_secret
from crm_platform.documents.context import Context
from crm_platform.errors import AuthenticationError, ValidationError

CONFIRMED_KIND = "totp"
PENDING_KIND = "totp_pending"
STEP = 30
DRIFT = (0, -1, 1)
"""Steps around the present one that a clock may be off."""

RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs, shown once: the secret, and the same as a URI for a QR code."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A confirmed second factor. `step` is the last one used: a code is good once. `codes` are hashes."""

    secret: str
    step: int
    codes: tuple[str, ...]


def has_second_factor(ctx: Context, user: str) -> bool:
    return get_secret(ctx, user, CONFIRMED_KIND) is not None


def begin_totp(ctx: Context) -> Enrolment:
    """First step for the user of `ctx`: make a secret; it counts only once a code has confirmed it.

    Raises ValidationError when a second factor is in use already.
    """
    if has_second_factor(ctx, ctx.user):
        raise ValidationError("Two-factor authentication is on already. Switch it off first.")
    secret = pyotp.random_base32()
    put_secret(ctx, ctx.user, PENDING_KIND, secret)
    uri = pyotp.TOTP(secret).provisioning_uri(name=ctx.user, issuer_name=load_settings(ctx).issuer)
    return Enrolment(secret, uri)


def confirm_totp(ctx: Context, code: str) -> list[str]:
    """Second step: a code from the app switches the second factor on. Returns the recovery codes, shown once."""
    secret = get_secret(ctx, ctx.user, PENDING_KIND)
    if secret is None:
        raise ValidationError("Start two-factor authentication first, then enter a code from the app.")
    step = _matching_step(ctx, secret, code)
    if step is None:
        raise ValidationError("The code does not match. Check the clock of the device and enter the code shown now.")
    recovery = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
    _write(ctx, ctx.user, SecondFactor(secret, step, tuple(_hash(code) for code in recovery)))
    drop_secret(ctx, ctx.user, PENDING_KIND)
    _show(ctx, ctx.user, enabled=1)
    return recovery


def disable_totp(ctx: Context, code: str) -> None:
    """Switch the own second factor off, with a code from it. Raises AuthenticationError for a wrong code."""
    use_code(ctx, ctx.user, code)
    reset_totp(ctx, ctx.user)


def reset_totp(ctx: Context, user: str) -> None:
    """Take a user's second factor away: for one who lost the device. The caller has made sure that `ctx` may."""
    drop_secret(ctx, user, CONFIRMED_KIND)
    drop_secret(ctx, user, PENDING_KIND)
    _show(ctx, user, enabled=0)


def use_code(ctx: Context, user: str, code: str) -> None:
    """Accept a code from the app or a recovery code, once. Raises AuthenticationError for any other.

    Run it in the write transaction that the code is for, so that two requests cannot use one code.
    """
    text = get_secret(ctx, user, CONFIRMED_KIND)
    factor = _read(text) if text is not None else None
    if factor is None:
        return
    step = _matching_step(ctx, factor.secret, code)
    if step is not None and step > factor.step:
        _write(ctx, user, replace(factor, step=step))
        return
    hashed = _hash(code)
    if hashed not in factor.codes:
        raise AuthenticationError("Incorrect verification code. Enter the code that the app shows now.")
    _write(ctx, user, replace(factor, codes=tuple(other for other in factor.codes if other != hashed)))


def _matching_step(ctx: Context, secret: str, code: str) -> int | None:
    given = "".join(code.split()).encode("utf-8", "replace")
    now = int(ctx.now().timestamp()) // STEP
    generator = pyotp.TOTP(secret)
    matching = [now + off for off in DRIFT if hmac.compare_digest(generator.generate_otp(now + off).encode(), given)]
    return matching[0] if matching else None


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode("utf-8", "replace")).hexdigest()


def _read(text: str) -> SecondFactor:
    stored = json.loads(text)
    return SecondFactor(stored["secret"], stored["step"], tuple(stored["codes"]))


def _write(ctx: Context, user: str, factor: SecondFactor) -> None:
    put_secret(ctx, user, CONFIRMED_KIND, json.dumps(asdict(factor)))


def _show(ctx: Context, user: str, *, enabled: int) -> None:
    ctx.connection.update_row(ctx.definitions["User"], user, {"totp_enabled": enabled})
    ctx.audit("Second Factor Changed", "User", user, enabled=enabled)
