"""What is cleared away once a day, and what stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crm_platform.database.system import IDEMPOTENCY, SESSION
from crm_platform.documents.context import Context
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.sites.housekeeping import clear_away
from crm_platform.testing import TestSite
from crm_platform.transfer.forgetting import KEPT
from crm_platform.transfer.journal import IMPORT_PART

EMPTY_SESSION = {"user": "Administrator", "csrf_token": "", "ip": "", "device": ""}


def put(ctx: Context, key: str, age: timedelta) -> None:
    then = ctx.now() - age
    ctx.connection.put(IDEMPOTENCY, {"key": key, "user": "a", "response": "{}", "created": then})
    times = {"created": then, "last_seen": then, "expires": then + timedelta(days=3)}
    ctx.connection.put(SESSION, {**EMPTY_SESSION, "sid_hash": key, **times})


def keys(ctx: Context) -> tuple[set[Any], set[Any]]:
    return (
        {row["key"] for row in ctx.connection.fetch(IDEMPOTENCY)},
        {row["sid_hash"] for row in ctx.connection.fetch(SESSION)},
    )


def test_journals_go_when_imports_and_merges_can_no_more_be_taken_back(sqlite_site: TestSite) -> None:
    site, files = sqlite_site, Files(Storage(sqlite_site.site.folder.files))

    def journals(ctx: Context) -> list[str]:
        return [row["data_import"] for row in ctx.connection.fetch(IMPORT_PART)]

    def import_of(age: timedelta) -> str:
        values = {"reference_doctype": "Customer", "import_type": "Insert New Records"}
        name = str(site.insert("Data Import", **values).name)
        site.system(lambda ctx: ctx.connection.put(IMPORT_PART, {"data_import": name, "part": 1, "content": "x"}))
        changed = {"modified": site.site.runtime.clock() - age}
        site.system(lambda ctx: ctx.connection.update_row(ctx.definitions["Data Import"], name, changed))
        return name

    import_of(KEPT + timedelta(days=1))
    young = import_of(KEPT - timedelta(days=1))
    assert site.system(lambda ctx: clear_away(ctx, files))["journals"] == 1
    assert site.system(journals) == [young]


def test_old_answers_and_sessions_go_and_young_ones_stay(site: TestSite) -> None:
    files = Files(Storage(site.site.folder.files))
    site.system(lambda ctx: [put(ctx, f"old {n}", timedelta(days=9)) for n in range(3)])
    site.system(lambda ctx: put(ctx, "young", timedelta(hours=1)))
    removed = site.system(lambda ctx: clear_away(ctx, files))
    assert (removed["answers"], removed["sessions"]) == (3, 3)
    assert site.system(keys) == ({"young"}, {"young"})
    assert not any(site.system(lambda ctx: clear_away(ctx, files)).values())
