"""Triggers that keep rows as they were written: whoever reaches the database by SQL cannot change or delete them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm_platform.database.executor import Executor
from crm_platform.database.names import physical_name
from crm_platform.metadata.model import DocType

REFUSAL = "rows of an append-only table are never changed"


@dataclass(frozen=True)
class AppendOnly:
    """What may still happen to a row: once it may be finished (as long as the column `finished_by` is empty), and then
    its columns `erasable` may be emptied, all of them together."""

    doctype: DocType
    finished_by: str
    erasable: Sequence[str]


def protect(connection: Executor, table: AppendOnly) -> None:
    """Make the triggers, or make them again after the table has got other columns."""
    for statement in _STATEMENTS[connection.dialect](connection, table):
        connection.run(statement)


def unprotected(connection: Executor, table: AppendOnly) -> list[str]:
    """The triggers that are missing."""
    query = {"sqlite": _SQLITE_TRIGGERS, "postgresql": _POSTGRESQL_TRIGGERS}[connection.dialect]
    there = {row[0] for row in connection.rows(query)}
    return [name for name in _names(table) if name not in there]


_SQLITE_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_POSTGRESQL_TRIGGERS = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"


def _names(table: AppendOnly) -> tuple[str, str]:
    name = table.doctype.name.lower().replace(" ", "_")
    return f"{name}_keep_update", f"{name}_keep_delete"


def _quote(connection: Executor, name: str) -> str:
    return connection.engine.sql.identifier_preparer.quote_identifier(physical_name(name))


def _allowed(connection: Executor, table: AppendOnly) -> str:
    """The condition under which an UPDATE passes."""
    same = {"sqlite": "IS", "postgresql": "IS NOT DISTINCT FROM"}[connection.dialect]
    emptied = [f"NEW.{_quote(connection, column)} IS NULL" for column in table.erasable]
    kept = [column for column in table.doctype.columns if column not in table.erasable]
    unchanged = [f"NEW.{_quote(connection, name)} {same} OLD.{_quote(connection, name)}" for name in kept]
    return f"OLD.{_quote(connection, table.finished_by)} IS NULL OR ({' AND '.join([*emptied, *unchanged])})"


def _sqlite(connection: Executor, table: AppendOnly) -> list[str]:
    update, delete = _names(table)
    target = _quote(connection, table.doctype.table)
    return [
        f'DROP TRIGGER IF EXISTS "{update}"',
        f'DROP TRIGGER IF EXISTS "{delete}"',
        f'CREATE TRIGGER "{update}" BEFORE UPDATE ON {target} WHEN NOT ({_allowed(connection, table)}) '
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE TRIGGER \"{delete}\" BEFORE DELETE ON {target} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    ]


def _postgresql(connection: Executor, table: AppendOnly) -> list[str]:
    update, delete = _names(table)
    target = _quote(connection, table.doctype.table)
    body = (
        f"BEGIN IF TG_OP = 'UPDATE' AND ({_allowed(connection, table)}) THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{REFUSAL}'; END"
    )
    remove = f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END"
    return [
        f'CREATE OR REPLACE FUNCTION "{update}"() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$',
        f'CREATE OR REPLACE FUNCTION "{delete}"() RETURNS trigger LANGUAGE plpgsql AS $body$ {remove} $body$',
        f'DROP TRIGGER IF EXISTS "{update}" ON {target}',
        f'DROP TRIGGER IF EXISTS "{delete}" ON {target}',
        f'CREATE TRIGGER "{update}" BEFORE UPDATE ON {target} FOR EACH ROW EXECUTE FUNCTION "{update}"()',
        f'CREATE TRIGGER "{delete}" BEFORE DELETE OR TRUNCATE ON {target} FOR EACH STATEMENT '
        f'EXECUTE FUNCTION "{delete}"()',
    ]


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}
