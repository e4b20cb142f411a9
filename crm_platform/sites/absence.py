"""Safe mode: what enabled packs have brought that are missing, stopped or faulty stays in force, readable only.

Without it the fields and rights that such a pack has changed would be those of the core again, and its documents out
of reach. Its functions are not there, so that its documents are not changed until it is back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import orjson

from crm_platform.database.interface import Connection
from crm_platform.database.system import PACK
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Handler, Listener
from crm_platform.errors import UnavailableError
from crm_platform.metadata.layers import Layer
from crm_platform.metadata.model import Definitions
from crm_platform.metadata.records import MODEL_KINDS
from crm_platform.sites.objects import brought_by

WRITING = (
    "before_naming",
    "before_insert",
    "before_validate",
    "before_submit",
    "before_update_after_submit",
    "before_cancel",
    "before_rename",
    "on_trash",
)
"""The first events of everything that changes a document."""


def absent_packs(connection: Connection, at_work: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The enabled packs that are not at work, with those that each builds on."""
    rows = [row for row in connection.fetch(PACK, order_by="position") if row["id"] not in at_work]
    return {row["id"]: tuple(orjson.loads(row["depends"] or "[]")) for row in rows}


def layers_of_absent(connection: Connection, at_work: Collection[str]) -> Iterator[Layer]:
    """What they have brought that shapes the model, as it was."""
    for pack_id, needs in absent_packs(connection, at_work).items():
        brought = brought_by(connection, pack_id)
        yield Layer(pack_id, tuple(one for one in brought if one.kind in MODEL_KINDS), needs)


def listeners_of_absent(
    connection: Connection, definitions: Definitions, at_work: Collection[str]
) -> Iterator[Listener]:
    """What refuses to change the documents of their DocTypes."""
    absent = absent_packs(connection, at_work)
    for doctype in definitions.values():
        if doctype.layer in absent:
            refuse = _refusal(doctype.layer)
            yield from (Listener("core", doctype.name, event, refuse) for event in WRITING)


def _refusal(pack: str) -> Handler:
    def stay_as_it_is(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a listener
        raise UnavailableError(
            "Pack {pack} is not at work: {doctype} can be read, and not changed. Tell the administrator.",
            pack=pack,
            doctype=doc.doctype,
        )

    return stay_as_it_is
