"""Email Accounts as the sending and fetching code needs them: server, port, encryption, sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.secrets import reveal
from crm_platform.errors import FieldError, ValidationError
from crm_platform.mail.addresses import normal

ACCOUNT = "Email Account"
INBOX = "INBOX"
PLAIN, STARTTLS, TLS = "plain", "starttls", "tls"

SMTP_PORTS = {PLAIN: 25, STARTTLS: 587, TLS: 465}
IMAP_PORTS = {PLAIN: 143, STARTTLS: 143, TLS: 993}
DEFAULTS = ("default_outgoing", "default_incoming")


@dataclass(frozen=True, slots=True)
class Account:
    """An Email Account without its secret. `sender_name` is empty when the writer's own name is shown; `receives` says
    whether answers to its address are fetched."""

    name: str
    address: str
    sender_name: str = ""
    signature: str = ""
    receives: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to sign in; `encryption` is one of plain, starttls, tls. No `login`: no sign-in."""

    host: str
    port: int
    encryption: str
    login: str = ""
    password: str = ""


def outgoing_account(ctx: Context, name: str = "") -> Account | None:
    """The account `name`, or the default one; None when the site has none that sends. Read as the system."""
    found = _find(ctx, {"enable_outgoing": 1, **({"name": name} if name else {"default_outgoing": 1})})
    if found is None:
        return None
    signature = found["signature"] if found["add_signature"] else ""
    receives = bool(found["enable_incoming"])
    return Account(found["name"], found["email_id"], found["sender_name"] or "", signature or "", receives)


def sending_accounts(ctx: Context) -> dict[str, str]:
    """Names of the accounts that send, by their address in its normal form."""
    rows = ctx.as_system().store.list(
        ACCOUNT, fields=("name", "email_id"), filters={"enable_outgoing": 1}, order_by="creation desc", limit=None
    )
    return {normal(row["email_id"]): str(row["name"]) for row in rows}


def reply_address(ctx: Context) -> str:
    """Where replies are fetched when the sending account has no mailbox of its own; empty when nowhere."""
    found = _find(ctx, {"enable_incoming": 1, "default_incoming": 1})
    return str(found["email_id"]) if found else ""


def own_addresses(ctx: Context) -> frozenset[str]:
    """The addresses of all accounts: mail from them to us is our own."""
    rows = ctx.as_system().store.list(ACCOUNT, fields=("email_id",), limit=None)
    return frozenset(normal(row["email_id"]) for row in rows)


def smtp_server(ctx: Context, name: str) -> Server | None:
    """How to reach the outgoing server of an account; None when it is gone or switched off."""
    doc = _find(ctx, {"name": name, "enable_outgoing": 1})
    if doc is None or not doc["smtp_server"]:
        return None
    encryption = TLS if doc["use_ssl_for_outgoing"] else STARTTLS if doc["use_tls"] else PLAIN
    login, password = ("", "") if doc["no_smtp_authentication"] else _sign_in(ctx, doc)
    return Server(doc["smtp_server"], doc["smtp_port"] or SMTP_PORTS[encryption], encryption, login, password)


def imap_server(ctx: Context, name: str) -> Server | None:
    """How to reach the incoming server of an account; None when it is gone or switched off."""
    doc = _find(ctx, {"name": name, "enable_incoming": 1})
    if doc is None or not doc["email_server"]:
        return None
    encryption = TLS if doc["use_ssl"] else STARTTLS if doc["use_starttls"] else PLAIN
    return Server(doc["email_server"], doc["incoming_port"] or IMAP_PORTS[encryption], encryption, *_sign_in(ctx, doc))


def _sign_in(ctx: Context, doc: Document) -> tuple[str, str]:
    password = reveal(ctx, doc, "password") or ""
    return (doc["login_id"] or doc["email_id"], password) if password else ("", "")


def _find(ctx: Context, filters: dict[str, Any]) -> Document | None:
    system = ctx.as_system().store
    for row in system.list(ACCOUNT, filters=filters, order_by="creation asc", limit=1):
        return system.get(ACCOUNT, row["name"])
    return None


def check_account(ctx: Context, doc: Document) -> None:
    """One folder at least; what is switched off is no default; one kind of encryption; DocTypes that take mail."""
    if doc.get("enable_incoming") and not doc["imap_folder"]:
        doc.append("imap_folder", {"folder_name": INBOX})
    for fieldname in DEFAULTS:
        if not doc.get(fieldname.replace("default", "enable")):
            doc[fieldname] = 0
    for direct, later in (("use_ssl_for_outgoing", "use_tls"), ("use_ssl", "use_starttls")):
        if doc.get(direct):
            doc[later] = 0
    for part in (doc, *doc["imap_folder"]):
        _check_append_to(ctx, part)


def _check_append_to(ctx: Context, part: Document) -> None:
    meta = ctx.definitions.get(part.get("append_to", ""))
    if meta is not None and not meta.properties.get("email_append_to"):
        template = "{doctype} does not allow documents made by mail. Switch on Allow Documents Created by Email there."
        fault = FieldError("append_to", template, params={"doctype": meta.name})
        raise ValidationError(template, errors=[fault], doctype=meta.name)


def keep_one_default(ctx: Context, doc: Document) -> None:
    """A new default takes the place of the old one."""
    meta = ctx.definitions[ACCOUNT]
    for fieldname in DEFAULTS:
        if doc.get(fieldname):
            others = {fieldname: 1, "name": ["!=", doc["name"]]}
            for row in ctx.as_system().store.list(ACCOUNT, filters=others, limit=None):
                ctx.connection.update_row(meta, row["name"], {fieldname: 0})


LISTENERS = (
    Listener("core", ACCOUNT, "validate", check_account),
    Listener("core", ACCOUNT, "on_update", keep_one_default),
)
