"""Field references of a query (plain, dotted, with a table name) → paths, each looked up and checked for rights."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crm_platform.database.conditions import Condition, Path, comparisons
from crm_platform.database.query import Join, way_of, ways_along
from crm_platform.errors import DataError, FieldError, PermissionError
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.model import Definitions, DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

REFERENCE = re.compile(r"(?:`tab([^`]+)`\.|tab([^`.]+)\.)?`?([\w ]+?)`?((?:\.`?\w+`?)*)")
STEPS = 4
"""Most links behind one another in a reference. Each is a join under the caller's rights."""
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
    filtering or sorting by a hidden value would tell it. `levels` are the field levels of `meta` that he may read.
    """

    def __init__(self, ctx: Context, meta: DocType, *, rights_of: DocType | None = None) -> None:
        self.ctx = ctx
        self.meta = meta
        self.joins: dict[str, Join] = {}
        self.levels = ctx.policy.levels(rights_of or meta, "read")

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
        return self.meta if len(path) == 1 else self.joins[way_of(path)].doctype

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
        if match[2] and self.meta.field(f"tab{match[2]}") is not None:  # a field that begins like the name of a table
            return self._along(tuple(reference.strip().replace("`", "").split(".")))
        owner = match[1] or match[2] or doctype
        first, *onward = (match[3] + match[4].replace("`", "")).split(".")
        if owner and owner != self.meta.name:
            return self._child(owner, first)
        if onward:
            return self._along((first, *onward))
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
        self._readable(field, self.levels)
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
                return self._along((table.fieldname, fieldname))
        for link in self.meta.link_fields:
            if link.options == doctype:
                return self._along((link.fieldname, fieldname))
        raise self._unknown(f"{doctype}.{fieldname}")

    def _along(self, path: Path) -> Path:
        """A path through links (and, first, a table): each step and the column at its end must be readable."""
        holders = self._holders(path)
        column = holders[-1].field(path[-1])
        if path[-1] not in holders[-1].columns or (column is not None and column.fieldtype == "Password"):
            raise self._unknown(".".join(path))
        levels = self.levels
        for holder, target, way in zip(holders, holders[1:], ways_along(path), strict=False):
            step = holder.by_name[way.rpartition(".")[2]]
            self._readable(step, levels)
            if step.is_table:
                self.joins.setdefault(way, Join(target))
            else:
                levels = self._follow(way, target)
        self._readable(column, levels)
        if not holders[-1].istable:
            self._refuse_rewritten(holders[-1], column)
        return path

    def _holders(self, path: Path) -> list[DocType]:
        """The DocTypes that a path leads through, beginning with the one that is asked."""
        found = [self.meta]
        for step in path[:-1]:
            field = found[-1].field(step)
            target = self.ctx.definitions.get(field.options) if field is not None else None
            if field is None or target is None or not (field.fieldtype == "Link" or field.is_table and len(found) == 1):
                raise self._unknown(".".join(path))
            found.append(target)
        if len(found) > STEPS + 1:
            template = "{field} leads through too many links: at most {limit}."
            raise DataError(template, field=".".join(path)[:80], limit=STEPS)
        return found

    def _follow(self, way: str, target: DocType) -> frozenset[int]:
        """Joins what a link leads to, as far as the caller may read it; answers the levels that he may read of it."""
        policy = self.ctx.policy
        if not policy.allows(target, "read"):
            raise PermissionError(
                "Insufficient Permission for {doctype} ({action})", doctype=target.name, action="read"
            )
        readable = policy.rows(target, "read")
        self.joins.setdefault(way, Join(target, readable, ways_of(self.ctx.definitions, target, readable)))
        return policy.levels(target, "read")

    def field_at(self, path: Path) -> Field:
        """The Field a resolved path ends in (a synthetic one for standard columns)."""
        return self.holder(path).field(path[-1]) or STANDARD_FIELDS[path[-1]]
