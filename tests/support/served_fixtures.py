"""Fixtures: a served site on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.served import ServedSite, serving
from support.site_fixtures import copy_with_database
from support.soundness import require_sound_folder


@contextmanager
def served_copy(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[ServedSite]:
    """Serve a copy of the template on a `kind` of database: "sqlite" or "postgresql"."""
    if kind == "sqlite":
        copy_with_database(request.getfixturevalue("site_template"), folder, "")
        with serving(folder) as served:
            yield served
        require_sound_folder(folder)
        return
    template = request.getfixturevalue("postgres_template")
    with template.spares.database() as url:
        copy_with_database(template.folder, folder, url)
        with serving(folder) as served:
            yield served
        require_sound_folder(folder)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """One served site on each database for all tests of a module."""
    with served_copy(request, request.param, tmp_path_factory.mktemp("served") / "site") as made:
        yield made
