"""Fixtures of the whole suite. Their machinery is in tests/support."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import crm_platform
from support.packaging import BuiltWheel, build_wheel_of_checkout
from support.postgres import PostgresServer, shared_server

# Nothing fails for being slow on a busy machine: times are judged in benchmarks/ only.
settings.register_profile("suite", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_report_header() -> str:
    """Say which crm_platform is under test: the installed one, unless the checkout is on the path or editable."""
    return f"crm_platform {crm_platform.__version__} from {Path(crm_platform.__file__).parent}"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run the whole suite in two processes, but chosen files in this one: they start sooner, and pdb works."""
    return 2 if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[PostgresServer]:
    """The run's PostgreSQL server: its `database()` makes databases, its `url(..., SUPERUSER)` has full rights."""
    with shared_server(testrun_uid) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database, owned by a plain role."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'site.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def built_wheel(tmp_path_factory: pytest.TempPathFactory) -> BuiltWheel:
    """The wheel of the checkout, built in a copy of it."""
    return build_wheel_of_checkout(tmp_path_factory.mktemp("wheel"))
