"""Match Rules as they take effect: which fields are compared how, and from which score on documents match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform.database.conditions import Compare
from crm_platform.database.inspection import is_empty
from crm_platform.database.interface import Connection
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.wire import plain
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.model import Definitions, DocType, Field
from crm_platform.transfer.duplicates.methods import METHODS, keys_of

RULE = "Match Rule"
ROW = "Match Rule Field"
KINDS = frozenset({"text", "date", "int"})
"""Storage of the fields that are compared."""


@dataclass(frozen=True)
class Compared:
    """One field of a rule, its method, and the points that equal values give."""

    field: Field
    method: str
    weight: float


@dataclass(frozen=True)
class MatchRule:
    """One enabled Match Rule."""

    name: str
    doctype: str
    threshold: float
    fields: tuple[Compared, ...]

    def readable(self, levels: frozenset[int]) -> MatchRule:
        """The rule over the fields that are open to who reads `levels`: the others neither find nor count."""
        open_ = tuple(one for one in self.fields if not one.field.permlevel or one.field.permlevel in levels)
        return MatchRule(self.name, self.doctype, self.threshold, open_)


def rules_of_site(connection: Connection, definitions: Definitions) -> list[MatchRule]:
    """The enabled rules of the DocTypes that are there; a field that is gone or masked is left out."""
    meta = definitions.get(RULE)
    if meta is None or ROW not in definitions or is_empty(connection, meta.table):
        return []
    columns = tuple(Column((name,), name) for name in ("name", "document_type", "threshold"))
    query = Query(meta, columns, Compare(("enabled",), "=", 1), order_by=(Order(("name",)),))
    rows = connection.select(query)
    fields: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for field in connection.get_children(definitions[ROW], RULE, [row["name"] for row in rows]):
        fields[field["parent"]].append(field)
    return [
        MatchRule(row["name"], row["document_type"], float(row["threshold"] or 0), found)
        for row in rows
        if row["document_type"] in definitions
        and (found := tuple(_compared(definitions[row["document_type"]], fields[row["name"]])))
    ]


def rules_of(ctx: Context, doctype: str) -> list[MatchRule]:
    """The enabled rules of one DocType."""
    return [rule for rule in rules_of_site(ctx.connection, ctx.definitions) if rule.doctype == doctype]


def _compared(meta: DocType, rows: Iterable[Mapping[str, Any]]) -> Iterable[Compared]:
    for row in rows:
        field = meta.field(row["field"])
        if field is not None and may_be_compared(field) and row["method"] in METHODS:
            yield Compared(field, row["method"], float(row["weight"] or 0))


def may_be_compared(field: Field) -> bool:
    """Secrets, masked values and long texts are not compared: their keys would tell them."""
    return field.has_column and field.storage in KINDS and field.fieldtype != "Password" and not field.is_masked


def text_of(ctx: Context, value: Any) -> str:
    """A value as it is compared."""
    return "" if value is None else str(plain(value, ctx.runtime.zone))


def keys_by(ctx: Context, rules: Iterable[MatchRule], values: Mapping[str, Any]) -> set[str]:
    """All keys of a document under these rules."""
    found: set[str] = set()
    for rule in rules:
        for one in rule.fields:
            found |= keys_of(one.method, text_of(ctx, values.get(one.field.fieldname)))
    return found


def check_rule(ctx: Context, doc: Document) -> None:
    """A rule compares fields that are there and may be compared, and can reach its threshold."""
    meta = ctx.definitions.get(str(doc.get("document_type")))
    if meta is None or meta.istable or meta.issingle:
        return
    faults = [
        FieldError(
            "field",
            "{field} cannot be compared: it is missing, masked or no text.",
            row=row["idx"] or None,
            table="fields",
            params={"field": row.get("field", "")},
        )
        for row in doc["fields"]
        if (field := meta.field(str(row.get("field")))) is None or not may_be_compared(field)
    ]
    if faults:
        raise ValidationError(faults[0].template, errors=faults, field=faults[0].params["field"])
    total = sum(float(row["weight"] or 0) for row in doc["fields"])
    if total < float(doc["threshold"] or 0):
        template = "The weights add up to {total}, so that nothing reaches the threshold {threshold}."
        params = {"total": f"{total:g}", "threshold": f"{float(doc['threshold']):g}"}
        fault = FieldError("threshold", template, params={**params})
        raise ValidationError(template, errors=[fault], total=params["total"], threshold=params["threshold"])
