"""A mapping laid onto a DocType and the header of a file: which cell fills which field, or every reason why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crm_platform.documents.coerce import Refused, coerce, plain_length
from crm_platform.documents.paths import STANDARD_FIELDS
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.kinds import NUMBER_TYPES
from crm_platform.metadata.model import DocType, Field
from crm_platform.transfer.header import Header, columns_by_name
from crm_platform.transfer.mapping import Entry, ImportMapping

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

STANDARD = frozenset({"name", "modified", "docstatus"})
"""Standard columns that a file may hold: the name finds a document, `modified` guards against a lost update."""

STANDARD_OF_ROWS = frozenset({"name"})


@dataclass(frozen=True)
class Target:
    """One field that one column of the file fills; `table` is the table field for a field of its rows."""

    index: int
    column: str
    table: str
    field: Field
    entry: Entry
    linked: str = ""
    """DocType in which `entry.match` is looked up."""

    @cached_property
    def fieldname(self) -> str:
        return self.field.fieldname

    @cached_property
    def plain_length(self) -> int:
        """How long a printable text may be that is taken as it is; 0 where there is more to look at."""
        entry = self.entry
        translated = entry.values or entry.match or entry.multiply is not None
        return 0 if translated or self.field.fieldtype in ("Link", "Dynamic Link") else plain_length(self.field)


@dataclass(frozen=True)
class Plan:
    """What an import does with each cell, valid for one version of the definitions."""

    meta: DocType
    mapping: ImportMapping
    width: int
    targets: tuple[Target, ...]
    key: tuple[str, ...]
    defaults: Mapping[str, Any]

    @cached_property
    def own(self) -> tuple[Target, ...]:
        """Targets in the document itself."""
        return tuple(target for target in self.targets if not target.table)

    @cached_property
    def tables(self) -> dict[str, tuple[Target, ...]]:
        """Targets in its rows, by table field."""
        names = dict.fromkeys(target.table for target in self.targets if target.table)
        return {name: tuple(target for target in self.targets if target.table == name) for name in names}

    @cached_property
    def matches_itself(self) -> bool:
        """Whether a row may link to a document that a row just before it makes."""
        return any(target.linked == self.meta.name for target in self.targets)

    def column_of(self, fieldname: str, table: str) -> str:
        """The column that fills a field; the field's own name when none does."""
        found = (t.column for t in self.targets if t.fieldname == fieldname and t.table == table)
        return next(found, f"{table}.{fieldname}" if table else fieldname)

    def starts_filled(self, fieldname: str) -> bool:
        """Whether a new document has a value there without a cell: then an empty cell clears nothing."""
        field = self.meta.field(fieldname)
        if field is None or fieldname in self.defaults:
            return True
        first_choice = field.fieldtype == "Select" and bool(field.choices[0])
        return bool(field.default not in (None, "", "0") or first_choice)


def make_plan(ctx: Context, meta: DocType, mapping: ImportMapping, header: Header) -> Plan:
    """Lay the mapping onto the DocType and the file. Raises ValidationError with every fault at once."""
    return _Planner(ctx, meta, mapping, header).plan()


class _Planner:
    """Gathers faults while it resolves names."""

    def __init__(self, ctx: Context, meta: DocType, mapping: ImportMapping, header: Header) -> None:
        self.ctx, self.meta, self.mapping, self.header = ctx, meta, mapping, header
        self.faults: list[FieldError] = []

    def plan(self) -> Plan:
        entries = self.mapping.columns
        if entries is None:
            entries = columns_by_name(self.ctx, self.meta, self.header, self.mapping.ignore, self.faults)
        self._check_columns(entries)
        targets = tuple(self._targets(entries))
        self._check_twice(targets)
        key = self.mapping.key or self._usual_key(targets)
        self._check_key(key, targets)
        defaults = dict(self._defaults())
        if self.faults:
            raise ValidationError("The file does not fit: {first}", errors=self.faults, first=self.faults[0])
        return Plan(self.meta, self.mapping, len(self.header.names), targets, key, defaults)

    def _fault(self, place: str, template: str, **params: object) -> None:
        self.faults.append(FieldError(place, template, params=params))

    def _check_columns(self, entries: Mapping[str, Sequence[Entry]]) -> None:
        named = {*entries, *self.mapping.ignore}
        for column in self.header.names:
            if column not in named and self.mapping.columns is not None:
                self._fault(column, "The mapping says nothing about the column {column}.", column=column)
        for column in sorted(named - set(self.header.names)):
            self._fault(column, "The file has no column {column}.", column=column)
        for column in sorted(set(entries) & self.mapping.ignore):
            self._fault(column, "The column {column} is both mapped and ignored.", column=column)

    def _targets(self, entries: Mapping[str, Sequence[Entry]]) -> Iterator[Target]:
        for column, several in entries.items():
            if column not in self.header.names:
                continue
            for entry in several:
                table, field = self._field(column, entry.field)
                if field is not None:
                    linked = self._linked(column, field, entry)
                    yield Target(self.header.names.index(column), column, table, field, entry, linked)

    def _field(self, column: str, path: str) -> tuple[str, Field | None]:
        """The field that a path names, or None after noting the fault."""
        table, _, fieldname = path.rpartition(".")
        holder, standard = self.meta, STANDARD
        if table:
            found = self.meta.field(table)
            if found is None or not found.holds_rows:
                self._fault(column, "{column}: {doctype} has no table {table}.", column=column, **self._names(table))
                return table, None
            holder, standard = self.ctx.definitions[found.options], STANDARD_OF_ROWS
        field = STANDARD_FIELDS[fieldname] if fieldname in standard else holder.field(fieldname)
        if field is None:
            self._fault(
                column, "{column}: {doctype} has no field {field}.", column=column, doctype=holder.name, field=fieldname
            )
        elif fieldname not in standard and not self._is_open(field):
            self._fault(column, "{column}: the field {field} cannot be imported by you.", column=column, field=path)
            return table, None
        return table, field

    def _is_open(self, field: Field) -> bool:
        """Passwords are never compared, and neither is what the caller may not read."""
        levels = self.ctx.policy.levels(self.meta, "read") | {0}
        return field.has_column and field.fieldtype != "Password" and field.permlevel in levels

    def _names(self, table: str) -> dict[str, object]:
        return {"doctype": self.meta.name, "table": table}

    def _linked(self, column: str, field: Field, entry: Entry) -> str:
        """The DocType in which a cell is looked up, empty where the cell is the value."""
        if entry.multiply is not None and field.fieldtype not in NUMBER_TYPES:
            self._fault(column, "{column}: only numbers can be multiplied.", column=column)
        if not entry.match:
            return ""
        target = self.ctx.definitions.get(field.options) if field.fieldtype == "Link" else None
        if target is None or target.columns.get(entry.match) != "text":
            self._fault(
                column,
                "{column}: match needs a Link and a text field of the linked DocType, {match} is none.",
                column=column,
                match=entry.match,
            )
            return ""
        return target.name

    def _check_twice(self, targets: Sequence[Target]) -> None:
        seen: dict[tuple[str, str], str] = {}
        for target in targets:
            other = seen.setdefault((target.table, target.fieldname), target.column)
            if other != target.column:
                self._fault(
                    target.column,
                    "The columns {one} and {other} both fill {field}.",
                    one=other,
                    other=target.column,
                    field=target.entry.field,
                )

    def _usual_key(self, targets: Sequence[Target]) -> tuple[str, ...]:
        """Without a key in the mapping: the name, or the field that names documents of this DocType."""
        rule, _, fieldname = self.meta.autoname.partition(":")
        names = [target.fieldname for target in targets if not target.table]
        usual = ["name", fieldname] if rule == "field" else ["name"]
        return tuple(name for name in usual if name in names)[:1]

    def _check_key(self, key: Sequence[str], targets: Sequence[Target]) -> None:
        filled = {target.fieldname for target in targets if not target.table}
        if not key:
            self._fault(
                "key",
                "Nothing tells which rows are already there. Name fields that identify a {doctype}: in `key` of the "
                "mapping or by --key.",
                doctype=self.meta.name,
            )
        for name in key:
            if name not in filled:
                self._fault("key", "No column fills the key {field}.", field=name)

    def _defaults(self) -> Iterator[tuple[str, Any]]:
        for name, value in self.mapping.defaults.items():
            field = self.meta.field(name)
            if field is None or not field.has_column or field.fieldtype == "Password":
                self._fault(name, "defaults: {doctype} has no field {field}.", doctype=self.meta.name, field=name)
                continue
            try:
                yield name, coerce(value, field, self.ctx.runtime.zone)
            except Refused as refused:
                self._fault(name, refused.template, label=field.label or name, **refused.params)
