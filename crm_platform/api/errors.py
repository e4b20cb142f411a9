"""Errors as Frappe's clients read them: the bodies of v1 and v2, with nothing of the inside."""

from __future__ import annotations

from html import escape
from typing import Any

import orjson

from crm_platform.errors import CRMError, PermissionError, SessionExpiredError, Translate

EXCEPTION_MODULES = {
    "WorkflowTransitionError": "frappe.model.workflow",
    "WorkflowPermissionError": "frappe.model.workflow",
}
"""Where Frappe's class lives when it is not frappe.exceptions: the text of `exception` begins with it."""

WIRE_NAMES = {"SessionExpiredError": "PermissionError"}
"""Our finer classes that Frappe's clients know under a wider name."""


def exc_type(error: CRMError) -> str:
    """The class name that clients switch on (Frappe `exc_type`)."""
    return WIRE_NAMES.get(error.code, error.code)


def sentences(error: CRMError, translate: Translate) -> list[str]:
    """The error's own sentence; where that is only the first fault's, one sentence per fault."""
    own, faults = error.message(translate), [fault.message(translate) for fault in error.errors]
    return faults if own in faults else [own]


def field_errors(error: CRMError, translate: Translate) -> list[dict[str, Any]]:
    """Our addition to Frappe's body: what a form shows beside each field."""
    return [
        {
            "field": fault.field,
            "table": fault.table,
            "row": fault.row,
            "code": fault.code,
            "message": fault.message(translate),
        }
        for fault in error.errors
    ]


def server_messages(error: CRMError, translate: Translate) -> str:
    """Frappe `_server_messages`: JSON text of a list of JSON texts. Clients show `message` as HTML: it is escaped."""
    heading = {"title": translate(error.title or "Message"), "indicator": "red", "raise_exception": 1}
    return _text([_text({"message": escape(text, quote=False), **heading}) for text in sentences(error, translate)])


def v1_body(error: CRMError, translate: Translate) -> dict[str, Any]:
    """The body of a refused v1 request. As in Frappe a 404 has no `exception` and no `exc`: clients take it as none."""
    kind, text = exc_type(error), "\n".join(sentences(error, translate))
    body: dict[str, Any] = {"exc_type": kind}
    if error.status != 404:
        body["exception"] = f"{EXCEPTION_MODULES.get(kind, 'frappe.exceptions')}.{kind}: {text}"
        body["exc"] = _text([f"{kind}: {text}"])
    body["_server_messages"] = server_messages(error, translate)
    body["errors"] = field_errors(error, translate)
    if isinstance(error, PermissionError):
        body["_error_message"] = escape(text, quote=False)
    if isinstance(error, SessionExpiredError):
        body["session_expired"] = 1
    return body


def v2_body(error: CRMError, translate: Translate) -> dict[str, Any]:
    """The body of a refused v2 request: one entry per faulty field, or one for the error."""
    kind, title = exc_type(error), translate(error.title or "Message")
    details = field_errors(error, translate) or [{"message": error.message(translate)}]
    return {"errors": [{"type": kind, "title": title, "indicator": "red", **detail} for detail in details]}


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
