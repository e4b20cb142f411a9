"""Passwords: hashed with argon2id, at most two at a time, with a strength check that says what is missing."""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crm_platform.access.sessions import end_sessions
from crm_platform.access.settings import SecuritySettings, load_settings
from crm_platform.database.system import PASSWORD
from crm_platform.documents.context import Context
from crm_platform.errors import FieldError, UnavailableError, ValidationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's second choice for argon2id: 19 MiB, two passes, one lane; about 45 ms."""

AT_ONCE = 2
PATIENCE = 10.0
"""Seconds that a sign-in waits for its turn before it is refused."""

LONGEST = 1024
MINIMUM_LENGTHS = {1: 6, 2: 8, 3: 10, 4: 12}
"""Length by System Settings' minimum_password_score; length is what guessing at scale cannot buy."""

# fmt: off
COMMON = frozenset({
    "password", "passwort", "passw0rd", "iloveyou", "sunshine", "princess", "football", "baseball", "starwars",
    "superman", "trustno1", "letmein", "welcome", "monkey", "dragon", "master", "qwertyuiop", "qwerty", "asdfghjkl",
    "zxcvbnm", "administrator", "changeme", "default", "secret", "woaini", "1q2w3e4r", "1qaz2wsx", "abc123",
    "a1b2c3d4", "5201314", "q1w2e3r4", "aa123456", "qwer1234", "zaq12wsx", "p@ssw0rd",
})
# fmt: on

DECOY = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43
"""Checked where there is no password to check, so that an unknown user takes as long as a wrong password."""


class PasswordChecker:
    """Slow comparisons, at most two at a time in a process: argon2 takes memory and a whole core."""

    def __init__(self) -> None:
        self._turn = BoundedSemaphore(AT_ONCE)

    def matches(self, stored: str | None, password: str) -> bool:
        """Compare in the same time whether or not something is stored. Raises UnavailableError when too many wait."""
        if not self._turn.acquire(timeout=PATIENCE):
            raise UnavailableError("Too many people are signing in at this moment. Try again in a few seconds.")
        try:
            HASHER.verify(stored or DECOY, _normalised(password))
        except (VerificationError, InvalidHashError):
            return False
        else:
            return stored is not None
        finally:
            self._turn.release()


def needs_rehash(stored: str) -> bool:
    return HASHER.check_needs_rehash(stored)


def store_password(ctx: Context, user: str, password: str) -> None:
    """Hash and keep a password as it is; `set_password` is the way for people."""
    values = {"user": user, "hash": HASHER.hash(_normalised(password)), "changed": ctx.now()}
    ctx.connection.put(PASSWORD, values)


def stored_hash(ctx: Context, user: str) -> str | None:
    rows = ctx.connection.fetch(PASSWORD, {"user": user})
    return rows[0]["hash"] if rows else None


def set_password(ctx: Context, user: str, password: str) -> None:
    """Check, store, and end the user's other sessions. The caller has made sure that `ctx` may do it.

    Raises ValidationError with what is wrong with the password.
    """
    check_strength(password, load_settings(ctx), user)
    store_password(ctx, user, password)
    ctx.audit("Password Changed", "User", user)
    end_sessions(ctx, user, but=ctx.session if ctx.user == user else "")


def check_strength(password: str, settings: SecuritySettings, *about: str) -> None:
    """Raises ValidationError for a password that is easy to guess. `about`: name, address and the like of its owner."""
    problem = _problem(password, settings, about)
    if problem:
        template, params = problem
        fault = FieldError("new_password", template, params=params)
        raise ValidationError(template, errors=[fault], title="Password", **params)


def _problem(password: str, settings: SecuritySettings, about: tuple[str, ...]) -> tuple[str, dict[str, object]] | None:
    if not password:
        return "The password is empty.", {}
    if len(password) > LONGEST:
        return "The password is longer than {longest} characters.", {"longest": LONGEST}
    if not settings.check_strength:
        return None
    shortest = MINIMUM_LENGTHS.get(settings.minimum_score, max(MINIMUM_LENGTHS.values()))
    if len(password) < shortest:
        return "The password needs at least {shortest} characters; a few words in a row are good.", {
            "shortest": shortest
        }
    folded = password.casefold()
    if folded.strip("0123456789!?.*# ") in COMMON or folded in COMMON or _is_monotonous(folded):
        return "This password is among the first that are guessed. Choose another.", {}
    if any(part in folded for name in about for part in _parts(name)):
        return "The password contains the user's name or address. Choose another.", {}
    return None


def _is_monotonous(text: str) -> bool:
    """Few different characters, or each one next to the last in the alphabet: 11111111, abcdefgh, 87654321."""
    steps = {ord(after) - ord(before) for before, after in zip(text, text[1:], strict=False)}
    return len(set(text)) < 4 or (len(steps) == 1 and abs(steps.pop()) == 1)


def _parts(name: str) -> list[str]:
    """Pieces of a name or address that are long enough to matter."""
    local = name.casefold().partition("@")[0]
    return [piece for piece in local.replace(".", " ").replace("_", " ").split() if len(piece) >= 4]


def _normalised(password: str) -> str:
    """One form for the same typed text (NIST SP 800-63B): keyboards compose accents and kana differently."""
    return unicodedata.normalize("NFKC", password[: LONGEST + 1])
