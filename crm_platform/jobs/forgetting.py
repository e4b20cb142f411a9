"""Erased persons leave the records of jobs."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import orjson

from crm_platform.documents.erased import Erased, Name
from crm_platform.jobs.tables import JOB, RUNNING

if TYPE_CHECKING:
    from crm_platform.database.interface import Row
    from crm_platform.documents.context import Context


def forget(ctx: Context, documents: Collection[Name], identities: Collection[str]) -> None:
    """Remove the jobs whose arguments, result, progress or error names an erased document or the person.

    One that waits is not done any more: there is nobody it could be about. One at work ends as it began, and its record
    goes with those of old jobs.
    """
    erased = Erased(frozenset(documents), frozenset(identities))
    for row in ctx.connection.fetch(JOB):
        if row["state"] != RUNNING and _is_about(row, erased):
            ctx.connection.remove(JOB, {"id": row["id"], "state": row["state"]})


def _is_about(row: Row, erased: Erased) -> bool:
    told = [orjson.loads(row[column]) for column in ("arguments", "result") if row[column]]
    return erased.is_told_in(told) or any(erased.names(row[column] or "") for column in ("sentence", "error", "id"))
