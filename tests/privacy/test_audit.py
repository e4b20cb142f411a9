"""The audit log: what goes into it, that it stands or falls with its transaction, and that nobody changes it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from crm_platform.access.keys import generate_keys
from crm_platform.access.passwords import set_password
from crm_platform.access.sign_in import SignIn
from crm_platform.cli.main import app as commands
from crm_platform.database.append_only import unprotected
from crm_platform.documents.rollback import rollback
from crm_platform.errors import AuthenticationError, DataError, PermissionError, UnavailableError
from crm_platform.privacy import audit, chain, report, retention, unmasking
from crm_platform.privacy.heads import keep_head, read_heads
from crm_platform.sites.backup import backup, restore
from crm_platform.testing import TestSite
from support.definitions import row
from support.sabotage import defended_by, nothing

FIELDS = ["sequence", "event", "user", "ip_address", "reference_doctype", "reference_name", "details"]


def entries(site: TestSite, after: int = 0) -> list[dict[str, Any]]:
    filters = {"sequence": [">", after]}
    found = site.read(
        lambda ctx: ctx.store.list("Audit Log", fields=FIELDS, filters=filters, order_by="sequence asc", limit=0)
    )
    return [{**line, "details": json.loads(line["details"] or "{}")} for line in found]


def newest(site: TestSite) -> int:
    return site.read(audit.head).sequence


def told(site: TestSite, work: Callable[[], Any]) -> list[tuple[str, str, str]]:
    """What a piece of work leaves in the log: event, user, what it was about."""
    before = newest(site)
    work()
    return [(line["event"], line["user"], line["reference_name"] or "") for line in entries(site, before)]


ADMIN = "Administrator"


def test_rights_definitions_deletions_and_keys_are_told(site: TestSite) -> None:
    assert told(site, lambda: site.role("核保")) == [("Rights Changed", ADMIN, "核保")]
    assert told(site, lambda: site.user("a@example.com", "核保")) == [("Rights Changed", ADMIN, "a@example.com")]
    assert told(site, lambda: site.update("User", "a@example.com", bio="Hello")) == []
    assert told(site, lambda: site.update("User", "a@example.com", roles=[])) == [
        ("Rights Changed", ADMIN, "a@example.com")
    ]
    assert entries(site)[-1]["details"] == {"fields": [], "roles_given": [], "roles_taken": ["核保"]}
    assert told(site, lambda: site.doctype("Thing", row("title"), autoname="field:title")) == [
        ("Definitions Changed", ADMIN, "")
    ]
    assert entries(site)[-1]["details"]["definitions"] == ["DocType Thing"]
    site.insert("Thing", title="甲")
    assert told(site, lambda: site.write(lambda ctx: ctx.store.delete("Thing", "甲"))) == [("Deleted", ADMIN, "甲")]
    assert told(site, lambda: site.write(lambda ctx: generate_keys(ctx, "a@example.com"))) == [
        ("API Key Created", ADMIN, "a@example.com")
    ]
    assert told(site, lambda: site.write(lambda ctx: set_password(ctx, "a@example.com", "ein langes Wort 77"))) == [
        ("Password Changed", ADMIN, "a@example.com")
    ]
    assert told(site, lambda: site.system(rollback)) == [("Definitions Rolled Back", ADMIN, "")]
    assert site.read(audit.verify)[1] is None


def test_sign_ins_and_refusals_are_told_without_what_was_typed(sqlite_site: TestSite) -> None:
    site = sqlite_site
    site.user("a@example.com")
    site.write(lambda ctx: set_password(ctx, "a@example.com", "ein langes Wort 77"))

    def login(usr: str, pwd: str) -> Callable[[], Any]:
        request = SignIn(usr, pwd, ip="203.0.113.7")
        return lambda: site.site.access.sign_in(site.site.runtime, request)

    def refused(usr: str) -> Callable[[], Any]:
        def sign_in() -> None:
            with pytest.raises(AuthenticationError):
                login(usr, "wrong")()

        return sign_in

    assert told(site, login("a@example.com", "ein langes Wort 77")) == [("Signed In", "a@example.com", "a@example.com")]
    assert entries(site)[-1]["ip_address"] == "203.0.113.7"
    assert told(site, refused("a@example.com")) == [("Sign-in Refused", "Guest", "a@example.com")]
    assert told(site, refused("my secret password")) == [("Sign-in Refused", "Guest", "")]
    assert "my secret password" not in str(entries(site))


def test_a_doctype_may_ask_for_every_change_to_be_told(site: TestSite) -> None:
    site.doctype("Thing", row("title"), row("note"), autoname="field:title", track_audit=1)
    assert told(site, lambda: site.insert("Thing", title="甲", note="x")) == [("Created", ADMIN, "甲")]
    assert told(site, lambda: site.update("Thing", "甲", note="y")) == [("Changed", ADMIN, "甲")]
    assert entries(site)[-1]["details"] == {"fields": ["note"]}


def events_in_the_code() -> set[str]:
    """The literal events of all calls of `audit`, among them those of a choice between two."""
    calls = (
        node
        for path in Path(audit.__file__).parents[1].rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "audit"
        and node.args
    )
    parts = (part for call in calls for part in ast.walk(call.args[0]))
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_every_event_is_a_choice_that_reads_in_the_language_of_the_reader(sqlite_site: TestSite) -> None:
    field = sqlite_site.read(lambda ctx: ctx.definitions["Audit Log"].field("event"))
    named = {chain.ERASED, report.EVENT, retention.EVENT, unmasking.EVENT}
    assert field is not None
    assert field.label == "Audited Event"
    assert set(field.choices) == events_in_the_code() | named


def test_an_entry_stands_and_falls_with_its_transaction(site: TestSite) -> None:
    before = newest(site)

    def fail(ctx: Any) -> None:
        ctx.audit("Kept Nowhere")
        raise DataError("no")

    def half(ctx: Any) -> None:
        ctx.audit("First")
        with pytest.raises(DataError), ctx.connection.savepoint():
            fail(ctx)
        ctx.audit("Second")

    with pytest.raises(DataError):
        site.write(fail)
    assert newest(site) == before
    site.write(half)
    assert [line["event"] for line in entries(site, before)] == ["First", "Second"]
    assert site.read(audit.verify)[1] is None


def test_many_at_the_same_time_make_one_chain(site: TestSite) -> None:
    before, runtime = newest(site), site.site.runtime

    def one(number: int) -> None:
        runtime.submit(lambda ctx: site.site.system(ctx).audit("Busy", name=str(number))).result()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(60)))
    found = entries(site, before)
    assert [line["sequence"] for line in found] == list(range(before + 1, before + 61))
    assert {line["reference_name"] for line in found} == {str(number) for number in range(60)}
    assert site.read(audit.verify)[1] is None


SQL = (
    "UPDATE \"tabAudit Log\" SET event = 'x' WHERE sequence = 1",
    'UPDATE "tabAudit Log" SET details = NULL WHERE sequence = 1',
    'UPDATE "tabAudit Log" SET sequence = sequence + 1000',
    'DELETE FROM "tabAudit Log" WHERE sequence = 1',
)


@defended_by("crm_platform.privacy.chain:Check._fault", replace_with=nothing)
def test_X30_the_database_refuses_and_verification_names_the_entry(site: TestSite) -> None:
    site.role("R")
    for statement in SQL:
        with pytest.raises(UnavailableError):
            site.write(lambda ctx, statement=statement: ctx.connection.run(statement))  # type: ignore[misc]
    head = site.read(audit.head)
    meta = site.read(lambda ctx: audit.append_only(ctx.definitions["Audit Log"]))
    for trigger in ("audit_log_keep_update", "audit_log_keep_delete"):
        on = "" if site.site.runtime.database.dialect == "sqlite" else ' ON "tabAudit Log"'
        site.write(lambda ctx, sql=f'DROP TRIGGER "{trigger}"{on}': ctx.connection.run(sql))  # type: ignore[misc]
    assert len(site.read(lambda ctx: unprotected(ctx.connection, meta))) == 2
    site.write(lambda ctx: ctx.connection.run(SQL[0]))
    sound, damage = site.read(audit.verify)
    assert damage is not None
    assert (damage.sequence, sound.sequence) == (1, 0)
    assert head.sequence >= 2


def cut_off(ctx: Any) -> None:
    """What somebody does who can write every table."""
    ctx.connection.run('DROP TRIGGER IF EXISTS "audit_log_keep_delete"')
    ctx.connection.run('DELETE FROM "tabAudit Log" WHERE sequence > 1')
    ctx.connection.run("UPDATE _series SET current = 1 WHERE name = 'Audit Log'")


@defended_by("crm_platform.privacy.chain:Check.finish", replace_with=nothing)
def test_X30_a_head_that_is_kept_elsewhere_shows_what_was_cut_off(sqlite_site: TestSite) -> None:
    site, path = sqlite_site, sqlite_site.site.folder.audit_heads
    site.role("R")
    site.system(lambda ctx: keep_head(ctx, path))
    site.write(cut_off)
    assert site.read(audit.verify)[1] is None
    damage = site.read(lambda ctx: audit.verify(ctx, read_heads(path)))[1]
    assert damage is not None
    assert damage.sequence == 2


@pytest.mark.parametrize("work", ["insert", "update", "delete"])
def test_nobody_writes_in_the_log(site: TestSite, work: str) -> None:
    site.role("R")
    name = site.read(lambda ctx: ctx.store.list("Audit Log", limit=1))[0]["name"]
    works: dict[str, Callable[[Any], Any]] = {
        "insert": lambda ctx: ctx.store.insert(ctx.store.new("Audit Log", {"event": "Deleted"})),
        "update": lambda ctx: ctx.store.update("Audit Log", name, {"event": "Deleted"}),
        "delete": lambda ctx: ctx.store.delete("Audit Log", name),
    }
    with pytest.raises(PermissionError, match="audit log"):
        site.system(works[work])
    assert site.read(audit.verify)[1] is None


def test_auditors_read_it_and_others_do_not(site: TestSite) -> None:
    site.user("auditor@example.com", "Auditor")
    site.user("other@example.com", "Sales User")
    found = site.read(
        lambda ctx: ctx.store.list("Audit Log", fields=["event"], filters={"event": "Rights Changed"}),
        "auditor@example.com",
    )
    assert found
    with pytest.raises(PermissionError):
        site.read(lambda ctx: ctx.store.list("Audit Log"), "other@example.com")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands, list(arguments))
    return result.exit_code, " ".join(result.output.split())


def test_the_command_verifies_exports_and_names_the_bad_entry(sqlite_site: TestSite, tmp_path: Path) -> None:
    site, folder = sqlite_site, str(sqlite_site.site.folder.path)
    site.role("R")
    count = newest(site)
    code, said = run("audit", "verify", "--site", folder)
    assert (code, f"All {count} entries" in said) == (0, True)
    assert run("audit", "head", str(tmp_path / "heads.jsonl"), "--site", folder)[0] == 0
    assert run("audit", "export", str(tmp_path / "log.jsonl"), "--site", folder)[0] == 0
    exported = [orjson.loads(line) for line in (tmp_path / "log.jsonl").read_bytes().splitlines()]
    assert [line["sequence"] for line in exported] == list(range(1, count + 1))
    site.write(cut_off)
    code, said = run("audit", "verify", "--site", folder, "--heads", str(tmp_path / "heads.jsonl"))
    assert (code, "Entry 2 of the audit log is bad" in said) == (1, True)


def test_a_backup_has_the_log_and_it_is_sound_after_the_restore(site: TestSite, tmp_path: Path) -> None:
    site.role("R")
    backup(site.site, tmp_path / "backup.zip")
    restored = TestSite(restore(tmp_path / "backup.zip", tmp_path / "again"))
    try:
        assert restored.read(audit.verify)[0].sequence >= newest(site)
        assert restored.read(audit.verify)[1] is None
        meta = restored.read(lambda ctx: audit.append_only(ctx.definitions["Audit Log"]))
        assert restored.read(lambda ctx: unprotected(ctx.connection, meta)) == []
    finally:
        restored.site.close()
