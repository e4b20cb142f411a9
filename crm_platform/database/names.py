"""Names of tables, columns and indexes as the databases accept them: at most 63 bytes, never two alike."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

LONGEST = 63  # PostgreSQL cuts longer identifiers silently, also in the middle of a Chinese name
_HASH = 10
TOGETHER = ", "
"""Between the columns of one index; no field is named so."""


@lru_cache(maxsize=8192)
def physical_name(name: str) -> str:
    """`name` itself, or a prefix of it with a hash when PostgreSQL would cut it; the same on both databases."""
    encoded = name.encode()
    if len(encoded) <= LONGEST:
        return name
    prefix = encoded[: LONGEST - _HASH - 1].decode(errors="ignore")
    return f"{prefix}_{sha256(encoded).hexdigest()[:_HASH]}"


@lru_cache(maxsize=8192)
def index_name(table: str, column: str, *, unique: bool = False) -> str:
    """Name of the index over one column of one table, or over several with `TOGETHER` between them."""
    columns = [physical_name(part) for part in column.split(TOGETHER)]
    digest = sha256(f"{physical_name(table)}\0{TOGETHER.join(columns)}".encode()).hexdigest()[:_HASH]
    prefix = "_".join(["uq" if unique else "ix", *columns]).encode()[: LONGEST - _HASH - 1].decode(errors="ignore")
    return f"{prefix}_{digest}"


def parked_name(column: str, storage: str) -> str:
    """Where a column waits whose field took another storage kind: roll back finds the old values there."""
    return physical_name(f"{column}__{storage}")


def guard_name(column: str) -> str:
    """What is made for a column before it becomes unique: a column on PostgreSQL, on both the name of its index."""
    return parked_name(column, "unique")


def watch_name(table: str, column: str, storage: str) -> str:
    """Of the table and the triggers that note which rows change while a column is copied to another storage kind."""
    key = f"{physical_name(table)}\0{physical_name(column)}\0{storage}"
    return f"written_{sha256(key.encode()).hexdigest()[:_HASH]}"
