"""The helpers of tests/support: databases that do not touch each other, and honest skips."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest
from sqlalchemy import create_engine, text

from crm_platform.testing.postgres import SUPERUSER, PostgresServer
from support.requirements import require_binary, require_library
from support.site_fixtures import database_name
from support.spare_databases import SpareDatabases


def test_each_kind_of_database_is_empty_and_writable(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text('CREATE TABLE "tabCustomer" (name VARCHAR(140) PRIMARY KEY)'))
        connection.execute(text('INSERT INTO "tabCustomer" VALUES (:name)'), {"name": "上海汽车"})
        assert connection.scalar(text('SELECT name FROM "tabCustomer"')) == "上海汽车"
    engine.dispose()


def test_the_application_role_has_no_more_than_its_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert row.fetchone() == (False, False, False)


def test_a_database_can_be_copied_and_the_copy_is_apart(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as original:
        with psycopg.connect(original) as connection:
            connection.execute("CREATE TABLE town AS SELECT '北京' AS name")
        template = psycopg.conninfo.conninfo_to_dict(original)["dbname"]
        with postgres_server.database(template=str(template)) as copy:
            with psycopg.connect(copy) as connection:
                connection.execute("UPDATE town SET name = '天津'")
            with psycopg.connect(original) as connection:
                assert connection.execute("SELECT name FROM town").fetchall() == [("北京",)]


def test_spare_databases_are_copies_apart_and_gone_in_the_end(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as original:
        with psycopg.connect(original) as connection:
            connection.execute("CREATE TABLE town AS SELECT '北京' AS name")
        made = closing(SpareDatabases(postgres_server, database_name(original)))
        with made as spares, spares.database() as one, spares.database() as other:
            with psycopg.connect(one) as connection:
                connection.execute("UPDATE town SET name = '天津'")
            with psycopg.connect(other) as connection:
                assert connection.execute("SELECT name FROM town").fetchall() == [("北京",)]
        for url in (one, other):
            with pytest.raises(psycopg.OperationalError, match="does not exist"):
                psycopg.connect(url)


def test_a_dropped_database_is_gone_though_someone_is_connected(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        left_open = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    left_open.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_the_superuser_is_at_hand_for_the_tests_that_refuse_it(postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.url("postgres", SUPERUSER)) as connection:
        assert connection.execute("SHOW is_superuser").fetchone() == ("on",)


def test_what_is_there_is_found() -> None:
    assert require_binary("sh", package="dash").endswith("/sh")
    require_library("libc.so.6", package="libc6")


def test_what_is_missing_skips_and_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium$"):
        require_binary("no-such-browser", package="chromium")
    with pytest.raises(pytest.skip.Exception, match="apt-get install libpango-1.0-0$"):
        require_library("libnothing.so.0", package="libpango-1.0-0")


def test_what_is_missing_fails_where_everything_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium "):
        require_binary("no-such-browser", package="chromium")
