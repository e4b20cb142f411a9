"""A statement compiled once: SQL text, the order of its values, and how its answer is read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, TypeVar

import sqlalchemy as sa

from crm_platform.database.dialect import Dialect
from crm_platform.database.seals import MaskedColumn
from crm_platform.database.values import Convert
from crm_platform.metadata.kinds import Storage

T = TypeVar("T")
Row = dict[str, Any]
Spread = Callable[[Any], Sequence[Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Statement:
    """`spreads` turns each value that is given at run time into bound values (None: that value is not used);
    `order` picks the parameters out of these and `constants`; `keys` and `decoders` make rows of the answer, in which
    the columns `masked` are then masked."""

    sql: str
    spreads: tuple[Spread | None, ...] = ()
    order: tuple[int, ...] = ()
    constants: tuple[Any, ...] = ()
    keys: tuple[str, ...] = ()
    decoders: tuple[tuple[str, Convert], ...] = ()
    masked: tuple[MaskedColumn, ...] = ()
    is_ordered: bool = False
    """Whether `order` is that of the values already."""

    def parameters(self, values: Sequence[Any]) -> list[Any]:
        """Put the bound form of `values` into the order of the SQL text."""
        bound: list[Any] = []
        for spread, value in zip(self.spreads, values, strict=True):
            if spread is not None:
                bound.extend(spread(value))
        bound.extend(self.constants)
        return bound if self.is_ordered else [bound[index] for index in self.order]

    def rows(self, answer: Sequence[tuple[Any, ...]]) -> list[Row]:
        """Make rows of Python values of what the driver returned."""
        keys, decoders = self.keys, self.decoders
        rows = [dict(zip(keys, values, strict=True)) for values in answer]
        for row in rows:
            for key, decode in decoders:
                if row[key] is not None:
                    row[key] = decode(row[key])
        return rows


def compile_statement(
    dialect: Dialect,
    element: sa.ClauseElement,
    spreads: Sequence[tuple[Spread | None, Sequence[str]]] = (),
    answer: Mapping[str, Storage] | None = None,
    masked: tuple[MaskedColumn, ...] = (),
) -> Statement:
    """Compile `element`. `spreads` gives, for each value of run time, its conversion and its parameters' names;
    `answer` the columns that come back, `masked` those of them whose values are confidential."""
    sql, names, constants = dialect.compile(element)
    dynamic = [name for _, bound in spreads for name in bound]
    fixed = [name for name in dict.fromkeys(names) if name not in set(dynamic)]
    position = {name: index for index, name in enumerate([*dynamic, *fixed])}
    order = tuple(position[name] for name in names)
    return Statement(
        sql=sql,
        spreads=tuple(spread for spread, _ in spreads),
        order=order,
        is_ordered=order == tuple(range(len(position))),
        constants=tuple(constants[name] for name in fixed),
        keys=tuple(answer or ()),
        decoders=decoders_of(dialect, answer or {}),
        masked=masked,
    )


def decoders_of(dialect: Dialect, answer: Mapping[str, Storage]) -> tuple[tuple[str, Convert], ...]:
    """The columns of an answer that the driver does not give as the Python value already."""
    return tuple((key, dialect.decoders[storage]) for key, storage in answer.items() if storage in dialect.decoders)


class StatementCache:
    """Compiled statements by shape, the least recently used dropped first. Thread-safe."""

    def __init__(self, size: int = 2048) -> None:
        self._size = size
        self._statements: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, build: Callable[[], T]) -> T:
        """The statement kept under `key`; built, outside the lock, when it is not there."""
        with self._lock:
            if key in self._statements:
                self._statements.move_to_end(key)
                found: T = self._statements[key]
                return found
        built = build()
        with self._lock:
            self._statements[key] = built
            if len(self._statements) > self._size:
                self._statements.popitem(last=False)
        return built


@cache
def shared_statements(dialect: Dialect) -> StatementCache:  # noqa: ARG001 the key
    """The statements of every site on this kind of database: they hold no values, and sites share the core's DocTypes,
    so that who opens one site after the other compiles what they have in common once."""
    return StatementCache()
