"""Field references of a query (plain, dotted, with a table name) → paths, each looked up and checked for rights."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crm_platform.database.conditions import Condition, Path, comparisons
from crm_platform.database.query import Join
from crm_platform.errors import DataError, FieldError, PermissionError
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.model import Definitions, DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

REFERENCE = re.compile(r"(?:`tab([^`]+)`\.|tab([^`.]+)\.)?`?([\w ]+?)`?(?:\.`?(\w+)`?)?")
REWRITTEN = frozenset({("Version", "data")})
"""Fields whose value is shown to each caller without what he may not read; see companions.visible_changes."""
STANDARD_TYPES = {"text": "Data", "int": "Int", "datetime": "Datetime"}
STANDARD_FIELDS = {
    name: Field(name, STANDARD_TYPES[storage], name.replace("_", " ").title(), length=140)
    for name, storage in {**STANDARD_COLUMNS, **CHILD_COLUMNS}.items()
}


def ways_of(definitions: Definitions, meta: DocType, rights: Condition) -> dict[str, Join]:
    """The joins that the two-part paths of a row filter take: it sees linked documents and rows as they are."""
    ways = {leaf.path[0] for leaf in comparisons(rights) if len(leaf.path) == 2}
    return {way: Join(definitions[meta.by_name[way].options]) for way in ways}


class Paths:
    """Resolves references of one query on `meta` and gathers the joins they need.

    Raises DataError for what is not there, PermissionError for a field or linked DocType that the caller may not read:
    filtering or sorting by a hidden value would tell it.
    """

    def __init__(self, ctx: Context, meta: DocType, *, rights_of: DocType | None = None) -> None:
        self.ctx = ctx
        self.meta = meta
        self.joins: dict[str, Join] = {}
        self._levels = ctx.policy.levels(rights_of or meta, "read")

    def resolve(self, reference: str, doctype: str = "", *, shown: bool = False, filtered: bool = False) -> Path:
        """The path of a reference. `shown`: as a column whose values go through what filters REWRITTEN ones;
        `filtered`: as a filter, in which `masking.masked_filter` decides about masked fields."""
        path = self._find(reference, doctype, shown=shown)
        if not (shown or filtered):
            self.refuse_masked([path])
        return path

    def refuse_masked(self, paths: Iterable[Path]) -> None:
        """Raises DataError when one of them is of a masked field: how many different values there are would tell."""
        for path in paths:
            if self.field_at(path).is_masked:
                raise self._masked(self.field_at(path))

    def holder(self, path: Path) -> DocType:
        """The DocType whose column a resolved path ends in."""
        return self.meta if len(path) == 1 else self.joins[path[0]].doctype

    def _masked(self, field: Field) -> DataError:
        template = "{label} is masked: nothing can be sorted, grouped or counted by it."
        label = field.label or field.fieldname
        fault = FieldError(field.fieldname, template, "DataError", params={"label": label})
        return DataError(template, errors=[fault], label=label)

    def _find(self, reference: str, doctype: str, *, shown: bool) -> Path:
        if reference in self.meta.columns and doctype in ("", self.meta.name):
            return self._here(reference, shown=shown)
        match = REFERENCE.fullmatch(reference.strip())
        if match is None:
            raise self._unknown(reference)
        owner = match[1] or match[2] or doctype
        first, second = match[3], match[4]
        if owner and owner != self.meta.name:
            return self._child(owner, first)
        if second:
            return self._through(first, second)
        return self._here(first, shown=shown)

    def _here(self, fieldname: str, *, shown: bool) -> Path:
        field = self._own(fieldname)
        if not shown:
            self._refuse_rewritten(self.meta, field)
        return (fieldname,)

    def _refuse_rewritten(self, doctype: DocType, field: Field | None) -> None:
        """Comparing, sorting or counting would tell what is taken out of a value when it is shown."""
        if field is not None and (doctype.name, field.fieldname) in REWRITTEN:
            raise self._closed(field)

    def _unknown(self, reference: str) -> DataError:
        return DataError(
            "Field not permitted in query: {field}",
            field=reference[:80],
            errors=[FieldError(reference[:80], "There is no such field.", "DataError")],
        )

    def _own(self, fieldname: str) -> Field:
        field = self.meta.field(fieldname)
        if fieldname not in self.meta.columns or (field is not None and field.fieldtype == "Password"):
            raise self._unknown(fieldname)
        self._readable(field, self._levels)
        return field or STANDARD_FIELDS[fieldname]

    def _readable(self, field: Field | None, levels: frozenset[int]) -> None:
        if field is not None and field.permlevel and field.permlevel not in levels:
            raise self._closed(field)

    def _closed(self, field: Field) -> PermissionError:
        return PermissionError(
            "You are not permitted to use the field {field} here.",
            field=field.label or field.fieldname,
            errors=[FieldError(field.fieldname, "Not permitted.", "PermissionError")],
        )

    def _child(self, doctype: str, fieldname: str) -> Path:
        """`tabChild`.field: through the first table field that holds this child DocType."""
        for table in self.meta.table_fields:
            if table.options == doctype:
                return self._through(table.fieldname, fieldname)
        for link in self.meta.link_fields:
            if link.options == doctype:
                return self._through(link.fieldname, fieldname)
        raise self._unknown(f"{doctype}.{fieldname}")

    def _through(self, first: str, second: str) -> Path:
        field = self.meta.field(first)
        if field is None or not (field.is_table or field.fieldtype == "Link"):
            raise self._unknown(f"{first}.{second}")
        target = self.ctx.definitions.get(field.options)
        if target is None:
            raise self._unknown(f"{first}.{second}")
        inner = target.field(second)
        if second not in target.columns or (inner is not None and inner.fieldtype == "Password"):
            raise self._unknown(f"{first}.{second}")
        self._readable(field, self._levels)
        policy = self.ctx.policy
        if field.is_table:
            self._readable(inner, self._levels)
            self.joins.setdefault(first, Join(target))
        else:
            if not policy.allows(target, "read"):
                raise PermissionError(
                    "Insufficient Permission for {doctype} ({action})", doctype=target.name, action="read"
                )
            self._readable(inner, policy.levels(target, "read"))
            self._refuse_rewritten(target, inner)
            readable = policy.rows(target, "read")
            self.joins.setdefault(first, Join(target, readable, ways_of(self.ctx.definitions, target, readable)))
        return (first, second)

    def field_at(self, path: Path) -> Field:
        """The Field a resolved path ends in (a synthetic one for standard columns)."""
        return self.holder(path).field(path[-1]) or STANDARD_FIELDS[path[-1]]
