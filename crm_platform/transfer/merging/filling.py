"""Which values the kept document gets: those chosen, and for its empty fields those of the merged documents."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError, PermissionError, ValidationError
from crm_platform.metadata.computed import is_computed
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.model import Field

STANDARD = frozenset(STANDARD_COLUMNS) | frozenset(CHILD_COLUMNS)


def values_for(ctx: Context, kept: Document, others: Sequence[Document], choices: Mapping[str, str]) -> dict[str, Any]:
    """Values for `store.update`. `choices` says of a field or table whose value is taken: {fieldname: document name}.

    A table without a choice keeps its rows and gets those of the others that it has not. A field that the caller may
    not read or write takes part in nothing. Raises ValidationError and PermissionError that name the field.
    """
    documents = {str(doc["name"]): doc for doc in (kept, *others)}
    levels = ctx.policy.levels(kept.meta, "write", kept) | {0}
    readable = ctx.policy.levels(kept.meta, "read", kept) | {0}
    values: dict[str, Any] = {}
    for fieldname, name in choices.items():
        field = kept.meta.by_name[fieldname]
        if field.permlevel not in readable or field.is_masked or field.fieldtype == "Password":
            raise _closed(field)
        values[fieldname] = _value(field, documents[name])
    for field in kept.meta.fields:
        if field.fieldname not in choices and field.permlevel in levels & readable and _may_be_filled(field):
            found = _rows(field, kept, others) if field.is_table else _first(field, kept, others)
            if found is not None:
                values[field.fieldname] = found
    return _relinked(ctx, kept, documents, values)


def check_choices(kept: Document, others: Sequence[str], choices: Mapping[str, str]) -> None:
    """Refuse a choice of a field that there is not, or of a document that takes no part."""
    names = sorted({str(kept["name"]), *others})
    for fieldname, name in choices.items():
        field = kept.meta.field(fieldname)
        if field is None or not (field.has_column or field.holds_rows):
            fault = FieldError(fieldname, "There is no such field.")
            raise ValidationError(
                "{doctype} has no field {field}.", errors=[fault], doctype=kept.doctype, field=fieldname
            )
        if name not in names:
            template = "{name} is none of the merged documents. Choose one of: {names}."
            raise ValidationError(template, name=name, names=", ".join(names))


def _relinked(ctx: Context, kept: Document, merged: Container[str], values: dict[str, Any]) -> dict[str, Any]:
    """The values without links to documents that will not be there: a row names the kept one, a field nothing."""
    for fieldname in list(values):
        field = kept.meta.by_name[fieldname]
        if field.is_table:
            for row in values[fieldname]:
                links = ctx.definitions[field.options].data_fields
                row.update({f.fieldname: str(kept["name"]) for f in links if _leads(f, row, kept, merged)})
        elif _leads(field, values, kept, merged):
            del values[fieldname]
    return values


def _leads(field: Field, values: Mapping[str, Any], kept: Document, merged: Container[str]) -> bool:
    """Whether a field links to one of the merged documents."""
    kind = {"Link": field.options, "Dynamic Link": values.get(field.options)}.get(field.fieldtype)
    return kind == kept.doctype and values.get(field.fieldname) in merged


def _closed(field: Field) -> PermissionError:
    label = field.label or field.fieldname
    fault = FieldError(field.fieldname, "{label} cannot be set by you.", "PermissionError", params={"label": label})
    return PermissionError("{label} cannot be set by you.", errors=[fault], label=label)


def _may_be_filled(field: Field) -> bool:
    if field.is_table:
        return field.holds_rows
    fixed = field.read_only or field.set_only_once or field.no_copy or field.fetch_from or is_computed(field)
    return field.has_column and not fixed and not field.is_masked and field.fieldtype != "Password"


def _value(field: Field, doc: Document) -> Any:
    return [_row(row) for row in doc[field.fieldname]] if field.is_table else doc[field.fieldname]


def _first(field: Field, kept: Document, others: Sequence[Document]) -> Any:
    """The first value that there is, for a field that is empty; None when it stays as it is."""
    if kept[field.fieldname] not in (None, ""):
        return None
    return next((doc[field.fieldname] for doc in others if doc[field.fieldname] not in (None, "")), None)


def _rows(field: Field, kept: Document, others: Sequence[Document]) -> list[dict[str, Any]] | None:
    """The rows of all, each content once; None when the kept document has them already."""
    rows = [_row(row, named=True) for row in kept[field.fieldname]]
    contents = [_row(row) for row in kept[field.fieldname]]
    for doc in others:
        for row in doc[field.fieldname]:
            content = _row(row)
            if content not in contents:
                contents.append(content)
                rows.append(content)
    return rows if len(rows) > len(kept[field.fieldname]) else None


def _row(row: Document, *, named: bool = False) -> dict[str, Any]:
    values = {name: value for name, value in row.as_dict().items() if name not in STANDARD}
    return {**values, "name": row["name"]} if named else values
