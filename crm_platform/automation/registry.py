"""The records that are rules: all enabled ones for the event table, one by its name for a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from crm_platform.automation.alerts import RECIPIENT, alert_of
from crm_platform.automation.records import ACTION, Values, rule_of
from crm_platform.automation.rule import NOTIFICATION, RULE, Rule
from crm_platform.database.conditions import Compare
from crm_platform.database.inspection import is_empty
from crm_platform.database.interface import Connection, Row
from crm_platform.database.query import Query
from crm_platform.errors import CRMError
from crm_platform.metadata.model import Definitions


class Kind(NamedTuple):
    """A DocType whose records are rules: its table of rows, and how both become a rule (None: never set off)."""

    child: str
    read: Callable[[Values, Sequence[Values]], Rule | None]


KINDS: Mapping[str, Kind] = {RULE: Kind(ACTION, rule_of), NOTIFICATION: Kind(RECIPIENT, alert_of)}
"""DocType of a record → how it becomes a rule."""


def every_rule(connection: Connection, definitions: Definitions) -> Iterator[Rule]:
    """All enabled rules of DocTypes that are there. A broken one is left out: it must not stop a site."""
    for record, kind in KINDS.items():
        for row, children in _rows(connection, definitions, record, kind.child):
            rule = None
            with suppress(CRMError):
                rule = kind.read(row, children) if row["document_type"] in definitions else None
            if rule is not None:
                yield rule


def _rows(connection: Connection, definitions: Definitions, record: str, child: str) -> Iterator[tuple[Row, list[Row]]]:
    meta = definitions.get(record)
    if meta is None or is_empty(connection, meta.table):
        return
    names = [row["name"] for row in connection.select(Query(meta, where=Compare(("enabled",), "=", 1)))]
    children: dict[str, list[Row]] = {}
    for row in connection.get_children(definitions[child], record, names) if names else ():
        children.setdefault(row["parent"], []).append(row)
    for row in connection.get_rows(meta, names) if names else ():
        yield row, children.get(row["name"], [])


def rule_named(connection: Connection, definitions: Definitions, record: str, name: str) -> Rule | None:
    """The rule of a record, if it is enabled and of a DocType that is there. Raises CRMError when it is broken."""
    kind = KINDS.get(record)
    row = connection.get_row(definitions[record], name) if kind is not None else None
    if kind is None or row is None or not row["enabled"] or row["document_type"] not in definitions:
        return None
    return kind.read(row, connection.get_children(definitions[kind.child], record, [name]))
