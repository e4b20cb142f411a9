"""Sites that take long to fill: filled once per kind of database in a run, closed, and copied for each module."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from crm_platform.app import create_application
from crm_platform.sites.opening import open_site
from crm_platform.testing.postgres import PostgresServer
from support.api_site import Api
from support.site_fixtures import copy_with_database, database_name
from support.soundness import require_sound

T = TypeVar("T")


@dataclass(frozen=True)
class Filled(Generic[T]):
    """A closed site, and what its maker knows of it. `database` is its name on PostgreSQL, empty on SQLite."""

    folder: Path
    database: str
    known: T


@contextmanager
def filled(
    request: pytest.FixtureRequest, kind: str, folder: Path, fill: Callable[[Path, str], T]
) -> Iterator[Filled[T]]:
    """A site in `folder` on a `kind` of database, "sqlite" or "postgresql", filled and closed by `fill`."""
    if kind == "sqlite":
        yield Filled(folder, "", fill(folder, ""))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield Filled(folder, database_name(url), fill(folder, url))


@contextmanager
def copied(request: pytest.FixtureRequest, template: Filled[T], folder: Path) -> Iterator[Path]:
    """A copy of the template in `folder`, with a database of its own."""
    if not template.database:
        shutil.copytree(template.folder, folder)
        yield folder
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(template.database) as url:
        copy_with_database(template.folder, folder, url)
        yield folder


@contextmanager
def behind_application(folder: Path, keys: Mapping[str, str]) -> Iterator[Api]:
    """The site in `folder` behind its whole application; its users have API `keys` already."""
    site = open_site(folder)
    api = Api(site, create_application(site), keys=dict(keys))
    try:
        yield api
        require_sound(site)
    finally:
        api.runner.close()
        site.close()
