"""Questions to the database, asked once for many records: which documents are there, and what a link's text means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crm_platform.metadata.masking import plain_of
from crm_platform.transfer.plan import Plan, Target
from crm_platform.transfer.records import Record

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Stored = dict[str, Any]


def resolve_matches(ctx: Context, plan: Plan, records: Sequence[Record]) -> None:
    """Replace the text of each link by `match` with the name of the one document that has it, or refuse the record."""
    for target in plan.targets:
        if not target.linked:
            continue
        places = list(_places(target, records))
        texts = {values[target.fieldname] for _, _, values in places}
        names = _names(ctx, target, texts)
        for record, row, values in places:
            _settle(target, names.get(values[target.fieldname], []), record, row, values)
    for record in records:
        record.key = tuple(record.values[name] for name in plan.key)


def _places(target: Target, records: Iterable[Record]) -> Iterator[tuple[Record, int, dict[str, Any]]]:
    """Where the target has a text: its record, row of the file and the values that hold it."""
    for record in records:
        parts = [(line.row, line.values) for line in record.tables[target.table]] if target.table else []
        for row, values in parts if target.table else [(record.row, record.values)]:
            if values[target.fieldname] is not None:
                yield record, row, values


def _names(ctx: Context, target: Target, texts: set[str]) -> dict[str, list[str]]:
    if not texts:
        return {}
    field = target.entry.match
    fields, filters = ["name", f"{field} as found"], [[field, "in", sorted(texts)]]
    rows = ctx.store.list(target.linked, fields=fields, filters=filters, limit=0)
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(plain_of(row["found"]), []).append(row["name"])
    return names


def _settle(target: Target, names: Sequence[str], record: Record, row: int, values: dict[str, Any]) -> None:
    text = values[target.fieldname]
    params = {"doctype": target.linked, "field": target.entry.match, "value": text, "count": len(names)}
    if len(names) == 1:
        values[target.fieldname] = names[0]
    elif names:
        record.refuse(row, target.column, "{count} documents of {doctype} have {field} {value}.", **params)
    else:
        record.refuse(row, target.column, "There is no {doctype} with {field} {value}.", **params)


def find_stored(ctx: Context, plan: Plan, records: Sequence[Record]) -> dict[tuple[Any, ...], list[Stored]]:
    """The documents that the caller may read, by key, with the values of the mapped fields."""
    if not records:
        return {}
    wanted = {record.key for record in records}
    filters = [[name, "in", sorted({key[place] for key in wanted})] for place, name in enumerate(plan.key)]
    fields = dict.fromkeys(("name", *plan.key, *(target.fieldname for target in plan.own)))
    found: dict[tuple[Any, ...], list[Stored]] = {}
    for row in ctx.store.list(plan.meta.name, fields=list(fields), filters=filters, limit=0):
        key = tuple(plain_of(row[name]) for name in plan.key)
        if key in wanted:
            found.setdefault(key, []).append(row)
    return found


def find_rows(ctx: Context, plan: Plan, names: Sequence[str]) -> dict[tuple[str, str], list[Stored]]:
    """The child rows of these documents, which the caller may read, by document and table field, in order."""
    found: dict[tuple[str, str], list[Stored]] = {}
    children = {plan.meta.by_name[table].options for table in plan.tables} if names else set()
    for child in children:
        for row in ctx.connection.get_children(ctx.definitions[child], plan.meta.name, names):
            found.setdefault((row["parent"], row["parentfield"]), []).append(row)
    return found
