"""Checks a Webhook when it is saved: its address, condition, headers and body are told to its author, not to a log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import orjson

from crm_platform import expressions
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.modelling import bump
from crm_platform.documents.policy import AllowAll
from crm_platform.errors import CRMError, FieldError, ValidationError
from crm_platform.metadata.model import DocType
from crm_platform.webhooks.names import LOG, WEBHOOK
from crm_platform.webhooks.requests import UNFIT, is_secret

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
VALUE = re.compile(r"[\t\x20-\x7e]{0,2000}")
OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type", "te", "upgrade"})
"""Headers that say how the request itself is made; a prefix of ours is in `_headers`."""

LONGEST_TIMEOUT = 30

TELLING = (
    *("run_as", "webhook_doctype", "webhook_docevent", "condition", "request_url", "request_method"),
    *("webhook_headers", "webhook_data", "webhook_json", "enable_security"),
)
"""Fields that decide what is sent where."""


def check_webhook(ctx: Context, doc: Document) -> None:
    """Raise ValidationError with all faults at once."""
    meta = ctx.definitions.get(doc.get("webhook_doctype", ""))
    faults = [*_reader(ctx, doc), *(fault for check in CHECKS for fault in check(meta, doc))]
    if faults:
        raise ValidationError("The webhook cannot be saved: {count} faults.", count=len(faults), errors=faults)


def name_reader(ctx: Context, doc: Document) -> None:
    """The author's rights count unless the webhook names somebody else's."""
    if not doc.get("run_as"):
        doc["run_as"] = ctx.user


def _reader(ctx: Context, doc: Document) -> Iterator[FieldError]:
    """Nobody reads with the rights of another by telling a webhook what to send where."""
    free = ctx.user in (doc["run_as"], ADMINISTRATOR) or isinstance(ctx.policy, AllowAll)
    if not free and _tells_another_thing(doc):
        yield FieldError("run_as", "Choose yourself: only the Administrator chooses somebody else.", "PermissionError")


def _tells_another_thing(doc: Document) -> bool:
    """Whether anything changes that decides what is sent where; rows count by their values."""
    if doc.before is None:
        return True
    now, before = doc.as_dict(), doc.before.as_dict()
    return any(now[name] != before[name] for name in TELLING)


def _doctype(meta: DocType | None, doc: Document) -> Iterator[FieldError]:  # noqa: ARG001 one signature for all checks
    if meta is not None and (meta.istable or meta.is_virtual or meta.name == LOG):
        yield FieldError("webhook_doctype", "Choose a DocType with documents of its own.")


def _condition(meta: DocType | None, doc: Document) -> Iterator[FieldError]:  # noqa: ARG001 one signature for all checks
    try:
        if doc.get("condition", "").strip():
            expressions.compile(doc["condition"])
    except CRMError as error:
        yield FieldError("condition", error.template, error.code, params=dict(error.params))


def _secret(meta: DocType | None, doc: Document) -> Iterator[FieldError]:  # noqa: ARG001 one signature for all checks
    if doc.get("enable_security") and not doc.get("webhook_secret"):
        yield FieldError("webhook_secret", "Signing needs a secret.", "MandatoryError")
    elif not is_secret(doc.get("webhook_secret") or "any"):
        yield FieldError("webhook_secret", UNFIT)
    if (doc.get("timeout") or 0) > LONGEST_TIMEOUT:
        template = "At most {limit} seconds."
        yield FieldError("timeout", template, params={"limit": LONGEST_TIMEOUT})


def _headers(meta: DocType | None, doc: Document) -> Iterator[FieldError]:  # noqa: ARG001 one signature for all checks
    for row, header in enumerate(doc["webhook_headers"], start=1):
        key, value = header.get("key", ""), header.get("value", "")
        if not TOKEN.fullmatch(key) or not VALUE.fullmatch(value):
            yield FieldError(
                "key",
                "This is no header: a name and one line of ASCII text.",
                "ValidationError",
                "webhook_headers",
                row,
            )
        elif key.lower() in OURS or key.lower().startswith("webhook-"):
            yield FieldError(
                "key", "This header is set by the request itself.", "ValidationError", "webhook_headers", row
            )


def _data(meta: DocType | None, doc: Document) -> Iterator[FieldError]:
    for row, wanted in enumerate(doc["webhook_data"], start=1):
        name = wanted.get("fieldname", "")
        if meta is not None and name not in meta.columns and meta.field(name) is None:
            params = {"doctype": meta.name, "field": name}
            template = "{doctype} has no field {field}."
            yield FieldError("fieldname", template, "ValidationError", "webhook_data", row, params)


def _json(meta: DocType | None, doc: Document) -> Iterator[FieldError]:  # noqa: ARG001 one signature for all checks
    text = doc.get("webhook_json", "").strip()
    try:
        right = not text or isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        right = False
    if not right:
        yield FieldError("webhook_json", "This is no JSON object. Put templates into its texts, in quotes.")


Check = Callable[[DocType | None, Document], Iterator[FieldError]]
CHECKS: tuple[Check, ...] = (
    _doctype,
    _condition,
    _secret,
    _headers,
    _data,
    _json,
)


def webhooks_changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the document
    """Who listens to what is part of the model: every process loads it again."""
    bump(ctx)


LISTENERS = (
    Listener("core", WEBHOOK, "before_validate", name_reader),
    Listener("core", WEBHOOK, "validate", check_webhook),
    Listener("core", WEBHOOK, "on_update", webhooks_changed),
    Listener("core", WEBHOOK, "after_delete", webhooks_changed),
)
