"""A database of each kind, empty or with the trial model's tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_platform.database.connect import open_database
from crm_platform.database.interface import Database
from support.trial import MODEL, migrate


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    """A database with the system tables only."""
    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def database(empty: Database) -> Database:
    """A database with the tables of the trial model."""
    migrate(empty, MODEL)
    return empty
