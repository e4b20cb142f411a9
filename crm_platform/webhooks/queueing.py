"""Queues the calls of webhooks in the transaction of the document, with what the webhook's user may read of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from crm_platform import expressions
from crm_platform.database.conditions import Compare
from crm_platform.database.inspection import is_empty
from crm_platform.database.interface import Connection
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.scope import expression_scope
from crm_platform.documents.wire import to_wire
from crm_platform.errors import AddressNotAllowedError, CRMError, DoesNotExistError, ExpressionError, FieldError
from crm_platform.metadata.model import Definitions
from crm_platform.outbound.addresses import Network, check_literal, target_of
from crm_platform.webhooks.calls import LINE
from crm_platform.webhooks.names import LOG, WEBHOOK
from crm_platform.webhooks.templates import sources_of

AsUser = Callable[[Context, str], Context]
Freeze = Callable[[Context, Document, Mapping[str, str]], str]
"""(ctx, document, Jinja sources by name) → what a worker process fills later, as text."""

COLUMNS = ("name", "webhook_doctype", "webhook_docevent", "condition")
MANUAL = "manual"


@dataclass(frozen=True)
class Webhooks:
    """The webhooks of a site. `as_user` gives the rights of a user, `freeze` is printing's part for templates,
    `allowed` are the inside networks that calls may go to."""

    as_user: AsUser
    freeze: Freeze
    allowed: tuple[Network, ...] = ()

    def listeners(self, connection: Connection, definitions: Definitions) -> list[Listener]:
        """Who listens to what, as the site's enabled webhooks say; a document event costs nothing where none does."""
        meta = definitions.get(WEBHOOK)
        if meta is None or LOG not in definitions:
            return []
        columns = tuple(Column((name,), name) for name in COLUMNS)
        query = Query(meta, columns, Compare(("enabled",), "=", 1))
        rows = [] if is_empty(connection, meta.table) else connection.select(query)
        return [
            Listener("core", WEBHOOK, "validate", self.check_address),
            *self._hooks(rows, definitions),
        ]

    def _hooks(self, rows: Iterable[Mapping[str, Any]], definitions: Definitions) -> Iterator[Listener]:
        return (
            Listener("core", row["webhook_doctype"], event, Hook(self, row["name"], event, condition))
            for row in rows
            for event in (row["webhook_docevent"],)
            if row["webhook_doctype"] in definitions and (condition := _compiled(row["condition"])) is not None
        )

    def check_address(self, ctx: Context, doc: Document) -> None:  # noqa: ARG002 a document event's signature
        """Refuse an inside address when it is entered; names are resolved and checked at each call."""
        try:
            check_literal(target_of(doc.get("request_url", "").strip()), self.allowed)
        except AddressNotAllowedError as error:
            error.errors = [FieldError("request_url", error.template, error.code, params=dict(error.params))]
            raise

    def call(self, ctx: Context, name: str, doc: Document, event: str = MANUAL) -> str:
        """Queue the call of the webhook `name` about `doc`; answers the name of its Webhook Request Log.

        Empty when the webhook's user may not read the document: then there is no call, and no trace of one. Raises
        DoesNotExistError when there is no such webhook that is enabled.
        """
        system = ctx.as_system().store
        if not system.exists(WEBHOOK, name) or not system.get(WEBHOOK, name)["enabled"]:
            raise DoesNotExistError("There is no Webhook {webhook}.", webhook=name)
        webhook = system.get(WEBHOOK, name)
        user = webhook["run_as"] or webhook["owner"]
        try:
            values = self._payload(ctx, webhook, doc, user)
        except CRMError as error:
            values = {"status": "Failed", "error": str(error)[:1000]}
        return self._queue(ctx, webhook, doc, user, {"event": event, **values}) if values else ""

    def _payload(self, ctx: Context, webhook: Document, doc: Document, user: str) -> dict[str, Any]:
        """What the user may read of the document, as it is now; empty when that is nothing."""
        reader = self.as_user(ctx, user)
        if not reader.policy.allows(doc.meta, "read", doc):
            return {}
        if webhook.get("webhook_json", "").strip():
            sources = sources_of(orjson.loads(webhook["webhook_json"]))
            return {"data": webhook["webhook_json"], "template_data": self.freeze(reader, doc, sources)}
        wire = to_wire(reader, doc)
        chosen = {row["key"]: wire.get(row["fieldname"]) for row in webhook["webhook_data"]}
        return {"data": orjson.dumps(chosen or wire).decode()}

    def _queue(self, ctx: Context, webhook: Document, doc: Document, user: str, values: Mapping[str, Any]) -> str:
        system = ctx.as_system().store
        log = {
            "webhook": webhook["name"],
            "reference_doctype": doc.doctype,
            "reference_document": doc["name"],
            "user": user,
            "url": webhook["request_url"],
            "send_after": ctx.now(),
            **values,
        }
        name = str(system.insert(system.new(LOG, {**log, "sequence": LINE.place(ctx, log)}))["name"])
        if "error" not in values:
            LINE.plan(ctx, name)
        return name


@dataclass(frozen=True)
class Hook:
    """One enabled webhook, as a listener: called for each event of its DocType."""

    webhooks: Webhooks
    name: str
    event: str
    condition: expressions.Expression

    def __str__(self) -> str:
        return f"webhook {self.name}"

    def __call__(self, ctx: Context, doc: Document) -> None:
        if self.condition.holds(expression_scope(ctx, doc)):
            self.webhooks.call(ctx, self.name, doc, self.event)


def _compiled(condition: str | None) -> expressions.Expression | None:
    """None for a condition that our language does not understand: it was saved past the check."""
    try:
        return expressions.compile(condition if condition and condition.strip() else "1")
    except ExpressionError:
        return None
