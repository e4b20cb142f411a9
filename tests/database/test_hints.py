"""Hints between processes: heard after the commit on PostgreSQL, and never needed."""

from __future__ import annotations

from threading import Event

import pytest

from crm_platform.database.connect import open_database
from crm_platform.database.interface import Connection
from crm_platform.errors import ValidationError


def test_a_hint_is_heard_after_the_commit(postgres_url: str) -> None:
    heard, ours, other = Event(), open_database(postgres_url), open_database(postgres_url)
    stop = ours.listen("频道", heard.set)

    def refused(connection: Connection) -> None:
        connection.hint("频道")
        raise ValidationError("No.")

    with pytest.raises(ValidationError):
        other.write(refused)
    assert not heard.wait(0.2)
    while not heard.wait(0.05):  # until the listener has begun
        other.write(lambda connection: connection.hint("频道"))
    stop()
    ours.close()
    other.close()


def test_without_postgresql_a_hint_is_nothing(tmp_path: object) -> None:
    database = open_database(f"sqlite:///{tmp_path}/site.db")
    stop = database.listen("channel", lambda: pytest.fail("SQLite has no hints"))
    database.write(lambda connection: connection.hint("channel"))
    stop()
    database.close()
