"""What an approver approves: the content of a document, and a mark of the version that was seen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from crm_platform.documents.document import Document
from crm_platform.metadata.computed import moved_by_rollups
from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import Definitions, DocType, Field, Workflow


def content_of(definitions: Definitions, workflow: Workflow, doc: Document) -> dict[str, Any]:
    """The values that an approval stands for.

    Left out are the workflow's state, fields that may change after submission (Frappe DocField.allow_on_submit), and
    what changes without an edit of this document: roll-ups, and formulas over them. What else a formula reads is
    content itself.
    """
    moved = moved_by_rollups(definitions, doc.meta)

    def counting(meta: DocType) -> list[Field]:
        return [f for f in meta.data_fields if not f.allow_on_submit and (meta.name, f.fieldname) not in moved]

    values = {f.fieldname: doc[f.fieldname] for f in counting(doc.meta) if f.fieldname != workflow.state_field}
    for table in doc.meta.table_fields:
        if not table.allow_on_submit:
            fields = counting(definitions[table.options])
            values[table.fieldname] = [{f.fieldname: row[f.fieldname] for f in fields} for row in doc[table.fieldname]]
    return values


def content_hash(definitions: Definitions, workflow: Workflow, doc: Document) -> str:
    """SHA-256 of the content. It covers confidential values: it stays in the database."""
    return _digest(content_of(definitions, workflow, doc), plain_of)


def version_seen(definitions: Definitions, workflow: Workflow, doc: Document) -> str:
    """The mark of a version that a client gets to see and sends back with its approval. Of a confidential value it
    covers the mask; a new value still makes another version, by its time."""
    return _digest({"content": content_of(definitions, workflow, doc), "modified": doc["modified"]}, str)


def _digest(content: Any, of_masked: Callable[[Any], Any]) -> str:
    """Text subclasses (Masked) and decimals are not JSON's: `of_masked` and str say how they are written."""

    def other(value: Any) -> Any:
        return of_masked(value) if isinstance(value, str) else str(value)

    options = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS
    return hashlib.sha256(orjson.dumps(content, default=other, option=options)).hexdigest()
