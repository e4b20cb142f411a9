"""Fixtures: an open site with users and rights, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.access_site import Site, open_site


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    opened = open_site(database_url, tmp_path)
    yield opened
    opened.runtime.database.close()
