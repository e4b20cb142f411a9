"""What a merge would move: how many records of which DocTypes name the documents that go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from crm_platform.database.conditions import any_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.metadata.model import DocType
from crm_platform.transfer.merging.places import PASSES_AWAY, Place, places

MOST = 200
"""Documents that are asked about at once."""
COUNTED = 1000
"""Records of one place that are counted."""


def linked(ctx: Context, doctype: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """DocType, label and number of the records that name one of the documents, the most frequent first.

    Records of DocTypes that the caller may not read are told together, without a name. Raises DoesNotExistError and
    PermissionError for documents that the caller may not read.
    """
    if len(names) > MOST:
        raise ValidationError("At most {limit} documents at once.", limit=MOST)
    docs = [ctx.store.get(doctype, name) for name in names]
    found: Counter[str] = Counter()
    for place in places(ctx, docs[0].meta) if docs else ():
        if place.doctype.name not in PASSES_AWAY:
            found.update(_holders(ctx, docs[0].meta, place, names))
    counts: Counter[str] = Counter()
    for holder, number in found.items():
        meta = ctx.definitions.get(holder)
        counts[holder if meta is not None and ctx.policy.allows(meta, "read") else ""] += number
    return [{"doctype": name, "label": ctx._(name) if name else "", "count": n} for name, n in counts.most_common()]


def _holders(ctx: Context, meta: DocType, place: Place, names: Sequence[str]) -> Counter[str]:
    """DocType that holds the link → how many rows; a row of a table counts for the DocType of its document."""
    where = any_of(*(place.naming(meta, name) for name in names))
    columns = [Column(("name",), "name")]
    if place.doctype.istable:
        columns.append(Column(("parenttype",), "parenttype"))
    rows = ctx.connection.select(Query(place.doctype, tuple(columns), where, limit=COUNTED))
    return Counter(str(row.get("parenttype") or place.doctype.name) for row in rows)
