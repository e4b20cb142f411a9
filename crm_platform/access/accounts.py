"""Finding an account by what a person types, and the one normal form of names and addresses."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from crm_platform.access.passwords import stored_hash
from crm_platform.access.totp import has_second_factor
from crm_platform.database.conditions import Compare
from crm_platform.database.query import Query
from crm_platform.documents.context import ADMINISTRATOR, Context


@dataclass(frozen=True, slots=True)
class Account:
    """What sign-in needs. `key` names the account to the limits, also one that is not there (`user` is None)."""

    key: str
    user: str | None
    password_hash: str | None
    second_factor: bool


def normalise(text: str) -> str:
    """The form in which e-mail addresses and usernames are stored and compared, exactly and on every database."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def find_account(ctx: Context, usr: str) -> Account:
    """The account with this e-mail address or username, or one that no password opens."""
    user = _user_of(ctx, usr)
    if user is None:
        return Account(normalise(usr), None, None, second_factor=False)
    return Account(user, user, stored_hash(ctx, user), has_second_factor(ctx, user))


def _user_of(ctx: Context, usr: str) -> str | None:
    wanted = normalise(usr)
    if wanted == normalise(ADMINISTRATOR):
        return ADMINISTRATOR
    doctype = ctx.definitions["User"]
    for column in ("email", "username"):
        found = ctx.connection.select(Query(doctype, where=Compare((column,), "=", wanted))) if wanted else []
        if found:
            return str(found[0]["name"])
    return None
