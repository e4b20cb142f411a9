"""Which fields of a DocType are searched, and in which parts of the index their texts stand.

A part holds the texts of fields that the same people may read: one for the fields of level 0, and one for each higher
set of levels, with those of level 0 in it. The name of a part is made of its fields, so that a part tells for ever what
is in it: whether a caller may search it is asked of today's definitions, not of those that it was written under.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

from crm_platform.metadata.checks.engine import is_of_engine
from crm_platform.metadata.model import Definitions, DocType, Field

LONG = frozenset({"Small Text", "Text", "Long Text", "Text Editor", "Markdown Editor", "HTML Editor"})
SHORT = frozenset({"Data", "Phone", "Autocomplete", "Barcode", "Read Only"})
NEVER = frozenset({"Password", "Signature", "Geolocation", "Attach", "Attach Image"})
"""Field types whose values are secrets or no text for people."""


@dataclass(frozen=True)
class Searched:
    """A searched field: its path (one name, or table field and field of its rows) and the levels that open it."""

    path: tuple[str, ...]
    field: Field
    levels: frozenset[int]

    @property
    def label(self) -> str:
        return self.field.label or self.field.fieldname


@dataclass(frozen=True)
class Part:
    """The fields of one part of the index, and its number there."""

    id: int
    fields: tuple[Searched, ...]
    levels: frozenset[int]

    @property
    def paths(self) -> tuple[str, ...]:
        """What is written down of the part."""
        return tuple(".".join(searched.path) for searched in self.fields)


@dataclass(frozen=True)
class Plan:
    """How the documents of one DocType are searched; without parts they are not."""

    doctype: DocType
    parts: tuple[Part, ...]

    @cached_property
    def fields(self) -> tuple[Searched, ...]:
        """All searched fields."""
        return tuple(dict.fromkeys(searched for part in self.parts for searched in part.fields))

    @cached_property
    def id(self) -> int:
        """A number that changes with what is searched."""
        return number(*(str(part.id) for part in self.parts))


def number(*texts: str) -> int:
    """The same number for the same texts on every machine, of 63 bits."""
    digest = blake2b("\0".join(texts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def plan_of(definitions: Definitions, doctype: DocType) -> Plan:
    """The plan of a DocType; `definitions` have its child tables."""
    return _plan(doctype, tuple((table, definitions.get(table.options)) for table in doctype.table_fields))


Tables = tuple[tuple[Field, DocType | None], ...]
"""The table fields of a DocType with the DocTypes of their rows."""


@lru_cache(maxsize=2048)
def _plan(doctype: DocType, tables: Tables) -> Plan:
    if doctype.istable or doctype.issingle or doctype.is_virtual or _left_out(doctype, tables):
        return Plan(doctype, ())
    searched = tuple(_searched(doctype, tables))
    groups = sorted({s.levels for s in searched} | {frozenset()}, key=sorted)
    return Plan(doctype, tuple(_part(doctype, searched, levels) for levels in groups))


def _part(doctype: DocType, searched: tuple[Searched, ...], levels: frozenset[int]) -> Part:
    fields = tuple(s for s in searched if s.levels <= levels)
    return Part(number(doctype.name, *(".".join(s.path) for s in fields)), fields, levels)


def _must_ask(doctype: DocType) -> bool:
    """DocTypes of the engine, and logs that nobody makes by hand, are searched only as far as they ask for it."""
    return is_of_engine(doctype) or bool(doctype.properties.get("in_create"))


def _left_out(doctype: DocType, tables: Tables) -> bool:
    asks = doctype.properties.get("show_name_in_global_search") or _marked(doctype, tables)
    return _must_ask(doctype) and not asks


def _marked(doctype: DocType, tables: Tables) -> bool:
    """Whether a field of the DocType or of its rows has Frappe's `in_global_search`."""
    every = (doctype, *(child for _, child in tables if child is not None))
    return any(field.in_global_search for one in every for field in one.data_fields)


def _searched(doctype: DocType, tables: Tables) -> Iterator[Searched]:
    """Frappe's `in_global_search`, title and search fields, and long texts. Without any mark short texts, too."""
    named = {doctype.title_field, *doctype.search_fields}
    kinds = frozenset() if _must_ask(doctype) else LONG if _marked(doctype, tables) else LONG | SHORT
    for field in doctype.data_fields:
        wanted = field.in_global_search or field.fieldname in named or field.fieldtype in kinds
        if wanted and may_be_searched(field):
            yield Searched((field.fieldname,), field, frozenset({field.permlevel}) - {0})
    for table, child in tables:
        for field in child.data_fields if child is not None else ():
            if field.in_global_search and may_be_searched(field):
                levels = frozenset({table.permlevel, field.permlevel}) - {0}
                yield Searched((table.fieldname, field.fieldname), field, levels)


def may_be_searched(field: Field) -> bool:
    """Secrets and masked fields are in no index."""
    return field.storage == "text" and field.fieldtype not in NEVER and not field.is_masked


def readable_path(definitions: Definitions, doctype: DocType, path: str, levels: frozenset[int]) -> bool:
    """Whether a field written down in a part is there today, is no secret, and is open to who reads `levels`."""
    first, _, second = path.partition(".")
    field = doctype.field(first)
    if field is None or (field.permlevel and field.permlevel not in levels):
        return False
    if not second:
        return field.has_column and may_be_searched(field)
    child = definitions.get(field.options) if field.is_table else None
    inner = child.field(second) if child is not None else None
    if inner is None or not inner.has_column:
        return False
    return may_be_searched(inner) and (not inner.permlevel or inner.permlevel in levels)
