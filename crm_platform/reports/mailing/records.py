"""Auto Email Report records: what is checked when one is saved, and its next time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from crm_platform.database.interface import Connection
from crm_platform.documents.coerce import is_email
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.policy import AllowAll
from crm_platform.errors import CRMError, DoesNotExistError, FieldError, PermissionError, ValidationError
from crm_platform.metadata.model import Definitions
from crm_platform.reports.mailing.times import next_time
from crm_platform.reports.methods import check_export
from crm_platform.reports.running import REPORT, run

PLAN = "Auto Email Report"
MOST_ROWS = 500
MOST_RECIPIENTS = 50
SYSTEM_MANAGER = "System Manager"
AsUser = Callable[[Context, str], Context]
"""The same transaction with the rights of another user."""


def given_filters(record: Document) -> dict[str, Any]:
    """The values for the report's filters. Raises ValidationError naming the field."""
    try:
        found = orjson.loads(record["filters"] or "{}")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        template, example = "The filters must be a JSON object: {example}", '{"since": "2026-01-01"}'
        fault = FieldError("filters", template, params={"example": example})
        raise ValidationError(template, errors=[fault], example=example)
    return found


def recipients(record: Document) -> list[str]:
    """The addresses, one per line or parted by commas."""
    return [part.strip() for part in str(record["email_to"] or "").replace(",", "\n").splitlines() if part.strip()]


def on_validate(ctx: Context, doc: Document) -> None:
    """Refuse what could not be sent, each fault with its field; then plan the next mail.

    Raises ValidationError. What the user of the report may not run is found out with that user's rights.
    """
    faults = [*_faults(ctx, doc)]
    if faults:
        error = ValidationError(faults[0].template, errors=faults)
        error.params.update(faults[0].params)
        raise error
    doc["next_send"] = next_time(doc, ctx.now(), ctx.runtime.zone) if doc["enabled"] else None


def _faults(ctx: Context, doc: Document) -> Iterator[FieldError]:
    addresses = recipients(doc)
    for address in addresses:
        if not is_email(address):
            yield FieldError("email_to", "{address} is not an email address.", params={"address": address})
    if len(addresses) > MOST_RECIPIENTS:
        yield FieldError("email_to", "At most {limit} addresses.", params={"limit": MOST_RECIPIENTS})
    if (doc["no_of_rows"] or 0) > MOST_ROWS:
        yield FieldError("no_of_rows", "At most {limit} rows stand in a mail.", params={"limit": MOST_ROWS})
    if not _may_lend(ctx, doc):
        template = "Only a System Manager mails a report with the rights of somebody else."
        yield FieldError("user", template, "PermissionError")


def _may_lend(ctx: Context, doc: Document) -> bool:
    """Nobody takes the rights of somebody else by mailing a report, and those of Administrator are nobody's to lend."""
    if isinstance(ctx.policy, AllowAll) or ctx.user in (ADMINISTRATOR, doc["user"]):
        return True
    return SYSTEM_MANAGER in ctx.roles and doc["user"] != ADMINISTRATOR


@dataclass(frozen=True)
class Readers:
    """Finds out whether whose rights a report is mailed with suffice: `as_user` is access.Access.as_user."""

    as_user: AsUser

    def listeners(self, connection: Connection, definitions: Definitions) -> Iterator[Listener]:  # noqa: ARG002
        """Who listens, for the model of a site."""
        yield Listener("core", PLAN, "validate", self.on_validate)

    def on_validate(self, ctx: Context, doc: Document) -> None:
        """Raises ValidationError at `filters`, or at `user` who may not run or export the report."""
        given = given_filters(doc)
        if not doc["enabled"] or not ctx.as_system().store.exists(REPORT, doc["report"] or ""):
            return
        try:
            reader = self.as_user(ctx, doc["user"])
            check_export(reader, run(reader, doc["report"], given, 1).doctype)
        except CRMError as error:
            template = "{user} cannot be sent this report: {reason}"
            named = {"user": doc["user"], "reason": error.message(ctx._)}
            place = "user" if isinstance(error, PermissionError | DoesNotExistError) else "filters"
            raise ValidationError(template, errors=[FieldError(place, template, params=named)], **named) from error


LISTENERS = (Listener("core", PLAN, "validate", on_validate),)
