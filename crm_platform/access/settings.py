"""The part of System Settings that decides about access."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from crm_platform.documents.context import Context

SYSTEM_SETTINGS = "System Settings"
DEFAULT_EXPIRY = timedelta(days=3)


@dataclass(frozen=True)
class SecuritySettings:
    """Frappe's System Settings by their meaning.

    `strict`: a restriction also closes documents with an empty link (apply_strict_user_permissions). `sharing`: new
    shares may be made (not disable_document_sharing). `tries` wrong passwords for one account from one address are
    taken in `wait` seconds (allow_consecutive_login_attempts, allow_login_after_fail).
    """

    strict: bool = False
    sharing: bool = True
    session_expiry: timedelta = DEFAULT_EXPIRY
    single_session: bool = False
    tries: int = 5
    wait: int = 60
    check_strength: bool = True
    minimum_score: int = 2
    issuer: str = "CRM Platform"


def load_settings(ctx: Context) -> SecuritySettings:
    """Read the site's settings; what is empty has its default."""
    row = ctx.connection.get_row(ctx.definitions[SYSTEM_SETTINGS], SYSTEM_SETTINGS)
    if row is None:
        return SecuritySettings()
    return SecuritySettings(
        strict=bool(row["apply_strict_user_permissions"]),
        sharing=not row["disable_document_sharing"],
        session_expiry=expiry_of(row["session_expiry"] or ""),
        single_session=bool(row["deny_multiple_sessions"]),
        tries=row["allow_consecutive_login_attempts"] or SecuritySettings.tries,
        wait=row["allow_login_after_fail"] or SecuritySettings.wait,
        check_strength=bool(row["enable_password_policy"]),
        minimum_score=int(row["minimum_password_score"] or SecuritySettings.minimum_score),
        issuer=row["otp_issuer_name"] or SecuritySettings.issuer,
    )


def expiry_of(text: str) -> timedelta:
    """Hours and minutes as in "72:00"; the default for anything else and for zero."""
    match = re.fullmatch(r"(\d{1,4}):([0-5]\d)", text.strip())
    if match is None:
        return DEFAULT_EXPIRY
    return timedelta(hours=int(match[1]), minutes=int(match[2])) or DEFAULT_EXPIRY
