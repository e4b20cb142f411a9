"""What an approver approves: the content of a document, and a mark of the version that was seen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from crm_platform.documents.document import Document
from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import Field, Workflow


def content_of(workflow: Workflow, doc: Document) -> dict[str, Any]:
    """The values that an approval stands for.

    Left out are the workflow's state, roll-ups (no edit of this document) and fields that may change after submission
    (Frappe DocField.allow_on_submit).
    """
    values = {f.fieldname: doc[f.fieldname] for f in doc.meta.data_fields if _counts(f, workflow.state_field)}
    for table in doc.meta.table_fields:
        if not table.allow_on_submit:
            values[table.fieldname] = [
                {f.fieldname: row[f.fieldname] for f in row.meta.data_fields if _counts(f)}
                for row in doc[table.fieldname]
            ]
    return values


def _counts(field: Field, state_field: str = "") -> bool:
    return not (field.allow_on_submit or field.properties.get("rollup") or field.fieldname == state_field)


def content_hash(workflow: Workflow, doc: Document) -> str:
    """SHA-256 of the content. It covers confidential values: it stays in the database."""
    return _digest(content_of(workflow, doc), plain_of)


def version_seen(workflow: Workflow, doc: Document) -> str:
    """The mark of a version that a client gets to see and sends back with its approval. Of a confidential value it
    covers the mask; a new value still makes another version, by its time."""
    return _digest({"content": content_of(workflow, doc), "modified": doc["modified"]}, str)


def _digest(content: Any, of_masked: Callable[[Any], Any]) -> str:
    """Text subclasses (Masked) and decimals are not JSON's: `of_masked` and str say how they are written."""

    def other(value: Any) -> Any:
        return of_masked(value) if isinstance(value, str) else str(value)

    options = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS
    return hashlib.sha256(orjson.dumps(content, default=other, option=options)).hexdigest()
