"""The behaviour of User documents: normal forms, the password field, and what a change means for open sessions."""

from __future__ import annotations

from zoneinfo import available_timezones

from crm_platform.access import sessions
from crm_platform.access.accounts import normalise
from crm_platform.access.guards import STANDARD_USERS, roles_of
from crm_platform.access.passwords import check_strength, store_password
from crm_platform.access.settings import load_settings
from crm_platform.access.totp import has_second_factor, reset_totp
from crm_platform.access.vault import drop_secret, get_secret, put_secret
from crm_platform.database.system import PASSWORD, SESSION
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Handler
from crm_platform.documents.wire import SECRET as ASTERISKS
from crm_platform.errors import FieldError, ValidationError

PASSWORD_FIELD = "new_password"  # noqa: S105 a fieldname
MOVING = "password_hash"


def prepare_user(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a handler
    """One normal form of address and username; the full name from its parts."""
    if doc.get("email") and doc.get("email") not in STANDARD_USERS:
        doc["email"] = normalise(doc["email"])
    if doc.get("username"):
        doc["username"] = normalise(doc["username"])
        if "@" in doc["username"] or doc["username"] in {normalise(user) for user in STANDARD_USERS}:
            template = "This username is not possible: no @ in it, and not the name of a standard user."
            raise ValidationError(template, errors=[FieldError("username", template)])
    doc["full_name"] = " ".join(part for part in (doc.get("first_name"), doc.get("last_name")) if part)


def check_user(ctx: Context, doc: Document) -> None:
    """Check a new password while it can still be refused, the time zone, and that nobody claims a second factor."""
    password = doc.get(PASSWORD_FIELD)
    if password and password != ASTERISKS:
        about = (doc.get(name, "") for name in ("email", "username", "first_name", "last_name"))
        check_strength(password, load_settings(ctx), *about)
    zone = doc.get("time_zone")
    if zone and zone not in available_timezones():
        template = "There is no time zone {zone}. Write it like Asia/Shanghai."
        raise ValidationError(template, errors=[FieldError("time_zone", template, params={"zone": zone})], zone=zone)
    on = doc.before is not None and has_second_factor(ctx, doc["name"])
    if doc.get("totp_enabled") and not on:
        template = "Two-factor authentication is switched on by the user, with a code from the app."
        raise ValidationError(template, errors=[FieldError("totp_enabled", template)])


def settle_user(ctx: Context, doc: Document) -> None:
    """After saving: take over the password, and end the sessions that the change outdates."""
    name = doc["name"]
    changed_password = _take_password(ctx, name)
    before = doc.before
    if before is None:
        return
    if not doc.get("totp_enabled") and before.get("totp_enabled"):
        reset_totp(ctx, name)
    if not doc.get("enabled"):
        sessions.end_sessions(ctx, name)
    elif changed_password or roles_of(doc) != roles_of(before) or doc.has_changed("user_type"):
        sessions.end_sessions(ctx, name, but=ctx.session if ctx.user == name else "")


def _take_password(ctx: Context, user: str) -> bool:
    """The document layer keeps Password fields encrypted; a sign-in password is kept as a hash only."""
    password = get_secret(ctx, user, PASSWORD_FIELD)
    if password is None:
        return False
    store_password(ctx, user, password)
    ctx.audit("Password Changed", "User", user)
    drop_secret(ctx, user, PASSWORD_FIELD)
    ctx.connection.update_row(ctx.definitions["User"], user, {PASSWORD_FIELD: None})
    return True


def leave_name(ctx: Context, doc: Document) -> None:
    """Before a rename: sessions end, and the hash goes to where secrets follow the name of their document."""
    name = doc["name"]
    sessions.end_sessions(ctx, name)
    for row in ctx.connection.fetch(PASSWORD, {"user": name}):
        put_secret(ctx, name, MOVING, row["hash"])
    ctx.connection.remove(PASSWORD, {"user": name})


def take_name(ctx: Context, doc: Document) -> None:
    """After a rename: the hash comes back under the new name, which is a normal address."""
    name = doc["name"]
    if name != normalise(name):
        raise ValidationError("The name of a user is an e-mail address in small letters.")
    stored = get_secret(ctx, name, MOVING)
    if stored is not None:
        ctx.connection.put(PASSWORD, {"user": name, "hash": stored, "changed": ctx.now()})
        drop_secret(ctx, name, MOVING)


def remove_account(ctx: Context, doc: Document) -> None:
    ctx.connection.remove(SESSION, {"user": doc["name"]})
    ctx.connection.remove(PASSWORD, {"user": doc["name"]})


HANDLERS: dict[str, dict[str, Handler]] = {
    "User": {
        "before_validate": prepare_user,
        "validate": check_user,
        "on_update": settle_user,
        "before_rename": leave_name,
        "after_rename": take_name,
        "after_delete": remove_account,
    }
}
