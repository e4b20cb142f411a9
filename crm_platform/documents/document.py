"""A document: the values of one DocType row with its child rows, and what was stored before the change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from crm_platform.errors import ValidationError
from crm_platform.metadata.masking import Masked, plain_of
from crm_platform.metadata.model import Definitions, DocType, Field

Snapshot: TypeAlias = tuple[dict[str, Any], list[dict[str, Any]]]
"""The values of a document with the number of rows of each table, and the values of all its rows."""


class FrozenError(ValidationError):
    """A change of a document that is being written already."""


class Setter:
    """Who sets fields of a document and of its rows at the moment: the document and its rows hold the same one."""

    __slots__ = ("origin",)

    origin: Any
    """An origins.Origin; None while nobody does but the caller."""

    def __init__(self) -> None:
        self.origin = None


class Document:
    """Values of a document, read and set as attributes, items or through `get`/`set`.

    Child tables are lists of Documents. Datetimes are aware UTC, Currency and Percent are Decimal, Check is 0 or 1.
    Values of masked fields are Masked: what they hold is reached by `masking.reveal` alone.
    A field that shares its name with a method is reached as an item. After `validate` hooks see a frozen document.
    """

    __slots__ = (
        *("_definitions", "_extra", "_frozen", "_origins", "_setter", "_values"),
        *("before", "carried", "given", "meta"),
    )

    meta: DocType
    before: Document | None
    """The stored document before this change, frozen; None for a new one."""
    given: frozenset[str]
    """Fieldnames that the caller sent (for a child row too): only these can break a rule about who may set what."""
    carried: tuple[Any, ...]
    """What listeners carry from an early event of a save to a later one, when the document is frozen; never stored."""

    def __init__(
        self,
        meta: DocType,
        definitions: Definitions,
        values: Mapping[str, Any] | None = None,
        *,
        before: Document | None = None,
    ) -> None:
        set_slot = object.__setattr__
        set_slot(self, "meta", meta)
        set_slot(self, "_definitions", definitions)
        set_slot(self, "_values", {})
        set_slot(self, "_frozen", False)
        set_slot(self, "_origins", None)
        set_slot(self, "_setter", None)
        set_slot(self, "before", before)
        set_slot(self, "given", frozenset())
        set_slot(self, "_extra", None)
        set_slot(self, "carried", ())
        for field in meta.table_fields:
            self._values[field.fieldname] = []
        if values:
            for fieldname, value in values.items():
                self.set(fieldname, value)

    @classmethod
    def of_row(cls, meta: DocType, definitions: Definitions, row: Mapping[str, Any]) -> Document:
        """The document of a stored row, whose values have been checked when they were written; without child rows."""
        doc = cls(meta, definitions)
        doc._values.update(row)
        return doc

    @property
    def doctype(self) -> str:
        """Name of the DocType."""
        return self.meta.name

    @property
    def is_new(self) -> bool:
        """Whether it is not stored yet."""
        return self.before is None

    @property
    def extra(self) -> dict[str, Any]:
        """Unknown keys of a definition (a DocType document may carry properties that we only keep)."""
        extra: dict[str, Any] | None = self._extra
        if extra is None:
            extra = {}
            object.__setattr__(self, "_extra", extra)
        return extra

    def get(self, fieldname: str, default: Any = None) -> Any:
        """The value of a field; `default` when there is none."""
        value = self._values.get(fieldname)
        return default if value is None else value

    def set(self, fieldname: str, value: Any) -> None:
        """Set a field or standard column; a table field takes a list of mappings or Documents.

        Raises ValidationError for a field that the DocType does not have, and for any change of a frozen document.
        """
        if self._frozen:
            raise FrozenError(
                "{doctype} {name} can no longer be changed here: set fields in before_validate or validate.",
                doctype=self.doctype,
                name=self.get("name", ""),
            )
        if fieldname in self.meta.single_values:
            if self.meta.masked_fields or isinstance(value, Masked):
                value = _guarded(self.meta.by_name.get(fieldname), value)
            setter = self._setter
            if setter is not None and setter.origin is not None and self._values.get(fieldname) != value:
                self._note_origin(fieldname)
            self._values[fieldname] = value
        elif fieldname in self.meta.by_name and self.meta.by_name[fieldname].is_table:
            self._values[fieldname] = []
            for row in value or ():
                self.append(fieldname, row)
        else:
            raise ValidationError("{doctype} has no field {field}.", doctype=self.doctype, field=fieldname)

    def _note_origin(self, fieldname: str) -> None:
        if self._origins is None:
            object.__setattr__(self, "_origins", {})
        self._origins[fieldname] = self._setter.origin

    def _take_in(self, row: Document) -> None:
        """A row that comes while somebody sets fields is his work, with all its values."""
        is_known = row._setter is self._setter
        object.__setattr__(row, "_setter", self._setter)
        if self._setter.origin is not None and not is_known:
            for fieldname in row._values:
                row._note_origin(fieldname)

    def append(self, fieldname: str, row: Mapping[str, Any] | Document | None = None) -> Document:
        """Add a child row at the end of a table field and return it."""
        if self._frozen:
            self.set(fieldname, None)
        table = self.meta.by_name[fieldname]
        if table.is_absent:
            template = "{label}: the DocType {target} is not installed."
            raise ValidationError(template, label=table.label or fieldname, target=table.options)
        child = self._definitions[table.options]
        document = row if isinstance(row, Document) else Document(child, self._definitions, row)
        if self._setter is not None:
            self._take_in(document)
        self._values[fieldname].append(document)
        return document

    def children(self) -> Iterator[tuple[str, Document]]:
        """All child rows with the table field that holds them."""
        for field in self.meta.table_fields:
            for row in self._values[field.fieldname]:
                yield field.fieldname, row

    def freeze(self) -> Document:
        """Refuse every further change, in child rows too."""
        for field in self.meta.table_fields:
            rows = self._values[field.fieldname] = tuple(self._values[field.fieldname])
            for row in rows:
                row.freeze()
        object.__setattr__(self, "_frozen", True)
        return self

    def edit(self) -> Document:
        """An open copy whose `before` is this frozen, stored document; its rows know their stored rows too."""
        copy = Document(self.meta, self._definitions, before=self)
        copy._values.update(self._values)
        for fieldname in self.meta.row_fields:
            if rows := self._values.get(fieldname):
                copy._values[fieldname] = [row.edit() for row in rows]
            elif rows is not None:
                copy._values[fieldname] = []
        return copy

    def columns(self) -> dict[str, Any]:
        """The value of each column, in the order of the table."""
        values = {**self.meta.no_values, **self._values}
        for other in self.meta.beside_columns:
            values.pop(other, None)
        return values

    def snapshot(self) -> Snapshot:
        """What tells later whether anything was set, in the document or in its rows."""
        tables = self.meta.table_fields
        rows = [dict(row._values) for table in tables for row in self._values[table.fieldname]]
        return {**self._values, **{table.fieldname: len(self._values[table.fieldname]) for table in tables}}, rows

    def changed_since(self, earlier: Snapshot) -> frozenset[tuple[str, str]]:
        """The places that differ from `earlier`: ("", fieldname) of the document, (table, fieldname) of its rows; of a
        table that has more or fewer rows than then, all of them and the table itself."""
        (then, rows_then), (now, rows_now) = earlier, self.snapshot()
        own = frozenset(("", name) for name in _differing(now, then))
        tables = self.meta.table_fields
        if any(("", table.fieldname) in own for table in tables):
            return own.union((t.fieldname, c) for t in tables for c in self._definitions[t.options].columns)
        of_rows = (table.fieldname for table in tables for _ in range(now[table.fieldname]))
        return own.union(
            (table, name)
            for table, row, old in zip(of_rows, rows_now, rows_then, strict=True)
            for name in _differing(row, old)
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain Python values with child rows as dicts: what templates and expressions get. Shares nothing mutable."""
        values = self.columns()
        for field in self.meta.table_fields:
            values[field.fieldname] = [row.as_dict() for row in self._values[field.fieldname]]
        return values

    def has_changed(self, fieldname: str) -> bool:
        """Whether the field differs from what was stored (True for a new document with a value)."""
        old = self.before.get(fieldname) if self.before is not None else None
        return bool(self.get(fieldname) != old)

    def __getitem__(self, fieldname: str) -> Any:
        return self._values.get(fieldname)

    def __setitem__(self, fieldname: str, value: Any) -> None:
        self.set(fieldname, value)

    def __contains__(self, fieldname: str) -> bool:
        return fieldname in self._values

    def __getattr__(self, fieldname: str) -> Any:
        if fieldname.startswith("_") and fieldname not in self.meta.by_name:
            raise AttributeError(fieldname)
        if fieldname in self._values:
            return self._values[fieldname]
        if fieldname in self.meta.columns or fieldname in self.meta.by_name:
            return None
        raise AttributeError(f"{self.doctype} has no field {fieldname}")

    def __setattr__(self, fieldname: str, value: Any) -> None:
        if fieldname in Document.__slots__:
            object.__setattr__(self, fieldname, value)
        else:
            self.set(fieldname, value)

    def __repr__(self) -> str:
        return f"<{self.doctype} {self.get('name', '(new)')}>"


def _differing(now: Mapping[str, Any], then: Mapping[str, Any]) -> Iterable[str]:
    """The keys with another value; most documents have none, which is soon told."""
    return () if now == then else [name for name in now.keys() | then.keys() if now.get(name) != then.get(name)]


def _guarded(field: Field | None, value: Any) -> Any:
    """The value as a document may hold it: Masked in a masked field, a bare mask in any other."""
    if field is None or not field.is_masked:
        return str(value) if isinstance(value, Masked) else value
    if value in (None, ""):
        return value
    return Masked(field.mask_format, plain_of(value), value.stored if isinstance(value, Masked) else "")


def stamp(doc: Document, values: Mapping[str, Any]) -> None:
    """Set columns all at once that hold nothing confidential: standard columns, defaults of fields without a mask."""
    if doc._frozen:
        doc.set("modified", None)
    doc._values.update(values)


def setter_of(doc: Document) -> Setter:
    """Who sets fields here, shared with all rows from the first time that somebody asks."""
    setter: Setter | None = doc._setter
    if setter is None:
        setter = Setter()
        for part in (doc, *(row for _, row in doc.children())):
            object.__setattr__(part, "_setter", setter)
    return setter


def parts_of(doc: Document) -> Iterator[tuple[Document, str | None, int | None]]:
    """The document itself, then its child rows, each with its table field and its number there, from 1."""
    yield doc, None, None
    for field in doc.meta.table_fields:
        for number, row in enumerate(doc[field.fieldname], start=1):
            yield row, field.fieldname, number
