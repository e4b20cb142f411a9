"""Reading documents: queries, rows by name, children, trees."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm_platform.database import plain
from crm_platform.database.compile import compile_count, compile_select, query_shape, query_values
from crm_platform.database.dialect import Dialect
from crm_platform.database.executor import Executor
from crm_platform.database.filters import Where, conditions, one
from crm_platform.database.query import Query
from crm_platform.database.seals import Seals, mask_rows, masked_columns
from crm_platform.database.statement import Row, Statement, compile_statement
from crm_platform.database.tables import describe, known_columns
from crm_platform.metadata.model import DocType

_DEEPEST = 1000  # levels of a tree that are followed: a ring in broken data must end


class Reading(Executor):
    """The reading half of a transaction."""

    seals: Seals

    def select(self, query: Query) -> list[Row]:
        """Rows keyed by column alias, in order."""
        statement = self.compiled(("select", query_shape(query)), lambda: compile_select(self.engine, query))
        return self._answer(statement, query_values(query))

    def count(self, query: Query, cap: int | None = None) -> int:
        """Count the distinct documents; stops counting at `cap`."""
        capped = cap is not None
        statement = self.compiled(
            ("count", capped, query_shape(query)), lambda: compile_count(self.engine, query, capped=capped)
        )
        values = query_values(query)
        values[-2] = cap
        number: int = self._answer(statement, values)[0]["count"]
        return number

    def get_part(self, doctype: DocType, name: str, columns: tuple[str, ...]) -> Row | None:
        """Some columns of the row called exactly `name`, or None."""
        rows = self._read(_part_by_name, doctype, (name,), columns=columns)
        return rows[0] if rows else None

    def get_row(self, doctype: DocType, name: str, *, for_update: bool = False) -> Row | None:
        """The row called exactly `name`, or None; `for_update` keeps others from changing it until the end."""
        if for_update:
            self.unchanged.clear()
        rows = self._read(_row_by_name, doctype, (name,), for_update=for_update)
        return rows[0] if rows else None

    def get_rows(self, doctype: DocType, names: Sequence[str]) -> list[Row]:
        """The rows that are there of those named, in the order of the names given."""
        found = {row["name"]: row for row in self._read(_rows_by_name, doctype, (names,))}
        return [found[name] for name in dict.fromkeys(names) if name in found]

    def get_children(self, child: DocType, parenttype: str, parents: Sequence[str]) -> list[Row]:
        """All child rows of the named parents, sorted by parent, parentfield, idx."""
        if len(parents) == 1:
            return self._read(_children_of_one, child, (parenttype, parents[0]))
        return self._read(_children_of_many, child, (parenttype, parents))

    def existing(self, doctype: DocType, names: Iterable[str]) -> dict[str, int]:
        """Which of the names exist, with their docstatus (exact, case-sensitive).

        In a write transaction on PostgreSQL the rows found cannot be deleted by others until its end.
        """
        rows = self._read(_existing, doctype, (list(names),), shared=self.writable)
        return {row["name"]: row["docstatus"] or 0 for row in rows}

    def subtree(self, doctype: DocType, name: str) -> list[str]:
        """`name`, when it exists, and all its descendants in a tree DocType."""
        return [row["name"] for row in self._read(_subtree, doctype, (name,))]

    def ancestors(self, doctype: DocType, name: str) -> list[str]:
        """The nodes above `name` in a tree DocType, nearest first."""
        above = (row["name"] for row in self._read(_ancestors, doctype, (name,)))
        return [found for found in dict.fromkeys(above) if found != name]

    def _read(
        self, build: Callable[..., Statement], doctype: DocType, values: Sequence[Any], **options: Hashable
    ) -> list[Row]:
        key = (build, doctype, *options.values())
        return self._answer(self.compiled(key, lambda: build(self.engine, doctype, **options)), values)

    def _answer(self, statement: Statement, values: Sequence[Any]) -> list[Row]:
        rows = statement.rows(self.rows(statement.sql, statement.parameters(values)))
        if statement.masked:
            mask_rows(self.seals, statement.masked, rows)
        return rows


def _row_by_name(dialect: Dialect, doctype: DocType, *, for_update: bool) -> Statement:
    hold = dialect.hold("UPDATE") if for_update else ""
    return _rows_where(dialect, doctype, {"name": ""}, hold)


def _part_by_name(dialect: Dialect, doctype: DocType, *, columns: tuple[str, ...]) -> Statement:
    return _rows_where(dialect, doctype, {"name": ""}, columns=columns)


def _rows_by_name(dialect: Dialect, doctype: DocType) -> Statement:
    return _rows_where(dialect, doctype, {"name": ()})


def _rows_where(
    dialect: Dialect, doctype: DocType, where: Where, end: str = "", columns: Sequence[str] = ()
) -> Statement:
    """The `columns` (without: all) of the rows where `where`, of whose values only the kind counts, holds."""
    answer = {column: doctype.columns[column] for column in columns or doctype.columns}
    clauses, spreads = conditions(dialect, doctype, where)
    sql = f"{plain.select(dialect, doctype, answer)} WHERE {' AND '.join(clauses)}{end}"
    masked = tuple(column for column in masked_columns(doctype) if column.alias in answer)
    return plain.statement(dialect, sql, spreads, answer, masked)


def _existing(dialect: Dialect, doctype: DocType, *, shared: bool) -> Statement:
    columns = ("name", "docstatus")
    (clause,), spreads = conditions(dialect, doctype, {"name": ()})
    sql = f"{plain.select(dialect, doctype, columns)} WHERE {clause}{dialect.hold('KEY SHARE') if shared else ''}"
    return plain.statement(dialect, sql, spreads, {column: doctype.columns[column] for column in columns})


def _children(dialect: Dialect, child: DocType, *, single: bool) -> Statement:
    order = plain.listed(dialect, ("parent", "parentfield", "idx", "name"))
    where = {"parenttype": "", "parent": "" if single else ()}
    return _rows_where(dialect, child, where, f" ORDER BY {order}")


def _children_of_one(dialect: Dialect, child: DocType) -> Statement:
    return _children(dialect, child, single=True)


def _children_of_many(dialect: Dialect, child: DocType) -> Statement:
    return _children(dialect, child, single=False)


def _subtree(dialect: Dialect, doctype: DocType) -> Statement:
    table = describe(dialect, doctype)
    (parent,) = known_columns(doctype, [doctype.tree_parent])
    found = sa.select(table.c.name.label("name")).where(table.c.name == sa.bindparam("n")).cte("found", recursive=True)
    found = found.union(sa.select(table.c.name).join(found, table.c[parent] == found.c.name))
    return _names(dialect, doctype, sa.select(found.c.name))


def _ancestors(dialect: Dialect, doctype: DocType) -> Statement:
    table = describe(dialect, doctype)
    (parent,) = known_columns(doctype, [doctype.tree_parent])
    above = (
        sa.select(table.c[parent].label("name"), sa.literal_column("1").label("depth"))
        .where(table.c.name == sa.bindparam("n"))
        .cte("above", recursive=True)
    )
    step = sa.select(table.c[parent], above.c.depth + sa.literal_column("1")).where(
        table.c.name == above.c.name, above.c.depth < sa.literal_column(str(_DEEPEST))
    )
    above = above.union_all(step)
    existing = sa.select(above.c.name).join(table, table.c.name == above.c.name).order_by(above.c.depth)
    return _names(dialect, doctype, existing)


def _names(dialect: Dialect, doctype: DocType, select: sa.Select[Any]) -> Statement:
    answer: Mapping[str, Any] = {"name": "text"}
    return compile_statement(dialect, select, [(one(dialect, doctype, "name"), ["n"])], answer)
