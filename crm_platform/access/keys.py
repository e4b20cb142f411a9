"""API keys: made on demand, the secret shown once and kept as a hash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from crm_platform.access.cache import rights_changed
from crm_platform.access.privilege import is_manager, require_above
from crm_platform.access.vault import drop_secret, get_secret, put_secret
from crm_platform.database.conditions import Compare
from crm_platform.database.query import Query
from crm_platform.documents.context import GUEST, Context
from crm_platform.documents.wire import SECRET as ASTERISKS
from crm_platform.errors import AuthenticationError, DoesNotExistError, PermissionError

HASH_KIND = "api_secret_hash"
LAST_USED = "api_key_last_used"
"""Field of User: when a program used the key that is in force."""

NO_HASH = hashlib.sha256(b"").hexdigest()


def generate_keys(ctx: Context, user: str) -> str:
    """Make a new API secret, and a key where there is none; returns the secret, which cannot be read again.

    Raises PermissionError unless it is the own user or the caller is System Manager; DoesNotExistError.
    """
    if ctx.user == GUEST or (user != ctx.user and not is_manager(ctx)):
        raise PermissionError("Only a System Manager may make API keys for another user.")
    if user != ctx.user:
        require_above(ctx, user)
    doctype = ctx.definitions["User"]
    row = ctx.connection.get_row(doctype, user)
    if row is None:
        raise DoesNotExistError("{doctype} {name} not found", doctype="User", name=user)
    secret = secrets.token_hex(16)
    put_secret(ctx, user, HASH_KIND, hashed(secret))
    key = row["api_key"] or secrets.token_hex(8)
    ctx.connection.update_row(doctype, user, {"api_key": key, "api_secret": ASTERISKS, LAST_USED: None})
    rights_changed(ctx)
    ctx.audit("API Key Created", "User", user)
    return secret


def revoke_keys(ctx: Context, user: str) -> None:
    """Take the API key and secret of a user away. Raises PermissionError as `generate_keys` does."""
    if user != ctx.user and not is_manager(ctx):
        raise PermissionError("Only a System Manager may revoke the API keys of another user.")
    if user != ctx.user:
        require_above(ctx, user)
    drop_secret(ctx, user, HASH_KIND)
    ctx.connection.update_row(ctx.definitions["User"], user, {"api_key": None, "api_secret": None, LAST_USED: None})
    rights_changed(ctx)
    ctx.audit("API Key Revoked", "User", user)


def user_of_authorization(ctx: Context, authorization: str) -> str:
    """The user of an `Authorization` header: "token key:secret" or Basic with the same pair.

    Raises AuthenticationError, with one answer for everything that is wrong.
    """
    key, secret = _pair(authorization)
    found = ctx.connection.select(Query(ctx.definitions["User"], where=Compare(("api_key",), "=", key))) if key else []
    stored = get_secret(ctx, found[0]["name"], HASH_KIND) if found else None
    if not hmac.compare_digest(stored or NO_HASH, hashed(secret)) or stored is None:
        raise refused()
    return str(found[0]["name"])


def refused() -> AuthenticationError:
    return AuthenticationError("The API key and secret are not valid. Generate new ones in your settings.")


def _pair(authorization: str) -> tuple[str, str]:
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() == "basic":
        try:
            rest = base64.b64decode(rest.strip(), validate=True).decode("utf-8")
        except ValueError:  # not ASCII, not base64, not UTF-8
            raise refused() from None
    elif scheme.lower() != "token":
        raise refused()
    key, colon, secret = rest.strip().partition(":")
    if not (colon and key and secret):
        raise refused()
    return key, secret


def hashed(secret: str) -> str:
    """The form in which a secret, or a header that holds one, is kept."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
