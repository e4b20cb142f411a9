"""Changes of many documents are prepared first, whichever way they come; what was broken off is known and swept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crm_platform.cli.main import app
from crm_platform.database.interface import Connection, Step, UnpreparedError
from crm_platform.database.system import PREPARATION
from crm_platform.database.unfinished import ABANDONED
from crm_platform.documents import drafts, plans
from crm_platform.documents.drafts import Draft
from crm_platform.metadata.loader import read_records
from crm_platform.testing import TestSite

DOUBLINGS = 13
"""8,192 documents: more than a switch works through."""

TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}
SIZE = {"fieldname": "size", "fieldtype": "Data", "label": "Size"}
CODE = {"fieldname": "code", "fieldtype": "Data", "label": "编号"}
MANAGER = "System Manager"
RIGHTS = dict.fromkeys(("read", "write", "create", "submit", "cancel"), 1)
BIG = {"module": "CRM", "custom": 1, "is_submittable": 1, "permissions": [{"role": MANAGER, **RIGHTS}]}
APPROVAL: dict[str, Any] = {
    "doctype": "Workflow",
    "workflow_name": "审批",
    "name": "审批",
    "document_type": "Big",
    "workflow_state_field": "approval_state",
    "is_active": 1,
    "states": [
        {"state": "起草", "doc_status": "0", "allow_edit": MANAGER},
        {"state": "批准", "doc_status": "1", "allow_edit": MANAGER},
    ],
    "transitions": [{"state": "起草", "action": "Approve", "next_state": "批准", "allowed": MANAGER}],
}


def fill(site: TestSite, doublings: int) -> None:
    """Big documents by the database alone."""
    site.doctype("Big", TITLE, SIZE, CODE, **BIG)
    site.insert("Big", title="客户", size="12", code="A")
    for kind, name in (("Workflow State", "起草"), ("Workflow State", "批准")):
        site.insert(kind, workflow_state_name=name)
    database = site.site.runtime.database
    database.write(lambda connection: connection.run("UPDATE \"tabBig\" SET name = 'b'"))
    columns = [c for c in site.read(lambda ctx: list(ctx.definitions["Big"].columns)) if c != "name"]
    listed = ", ".join(f'"{column}"' for column in columns)

    def double(connection: Connection, letter: str) -> None:
        connection.run(f'INSERT INTO "tabBig" (name, {listed}) SELECT name || \'{letter}\', {listed} FROM "tabBig"')

    for number in range(doublings):
        database.write(lambda connection, n=number: double(connection, chr(97 + n)))  # type: ignore[misc]


@pytest.fixture(scope="module")
def filled(module_site: TestSite) -> TestSite:
    fill(module_site, DOUBLINGS)
    return module_site


@pytest.fixture
def big(filled: TestSite) -> Iterator[TestSite]:
    """The filled site; what a test has applied is taken back, what it has begun is swept."""
    before = len(standing(filled))
    yield filled
    while len(standing(filled)) > before:
        run(filled, "rollback")
    run(filled, "sweep", "--idle", "0")


def standing(site: TestSite) -> list[Any]:
    return site.read(plans.standing)


def run(site: TestSite, *arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--site", str(site.site.folder.path)], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.output


def steps_of(site: TestSite, *bodies: dict[str, Any]) -> list[Step]:
    draft = Draft(read_records(list(bodies), "draft").definitions)
    return list(site.system(lambda ctx: drafts.preview(ctx, draft)).steps)


class Stopped(Exception):
    """Somebody pulls the plug."""


def break_off(site: TestSite, steps: list[Step]) -> None:
    """Begin to prepare, and end after the first batch."""

    def counted(_: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        site.site.runtime.database.prepare(steps, counted)


def count(site: TestSite, **where: Any) -> int:
    return site.read(lambda ctx: ctx.store.count("Big", filters=where))


def unfinished(site: TestSite) -> list[tuple[str, str]]:
    return [(one.action, one.column) for one in site.site.runtime.database.unfinished()]


def test_a_workflow_gives_states_beforehand_also_to_documents_that_move_meanwhile(big: TestSite) -> None:
    steps = steps_of(big, APPROVAL)
    assert [step.action for step in steps] == ["add column", "fill column"]
    break_off(big, steps)
    assert unfinished(big) == [("fill column", "approval_state")]
    assert big.get("Big", "b").meta.field("approval_state") is None, "nobody sees it"
    submitted = big.write(lambda ctx: ctx.store.submit("Big", "b"))
    new = big.insert("Big", title="新").name
    big.site.runtime.database.prepare(steps)
    cancelled = big.insert("Big", title="迟").name
    big.write(lambda ctx: ctx.store.submit("Big", str(cancelled)))
    big.insert("Workflow", **APPROVAL)
    assert unfinished(big) == []
    assert big.get("Big", str(submitted.name)).approval_state == "批准"
    assert big.get("Big", str(cancelled)).approval_state == "批准", "moved after it was prepared"
    assert big.get("Big", str(new)).approval_state == "起草"
    assert count(big, approval_state="起草") == count(big) - 2


TIER = {
    "doctype": "Custom Field",
    "dt": "Big",
    "fieldname": "tier",
    "label": "T",
    "fieldtype": "Data",
    "search_index": 1,
}
AS_NUMBER = {"doctype": "DocType", "name": "Big", **BIG, "fields": [TITLE, {**SIZE, "fieldtype": "Int"}, CODE]}


@pytest.mark.parametrize("body", [TIER, AS_NUMBER], ids=["index", "type"])
def test_a_definition_saved_as_a_document_is_prepared_before_its_switch(big: TestSite, body: dict[str, Any]) -> None:
    kind, values = body["doctype"], {key: value for key, value in body.items() if key != "doctype"}

    def save(site: TestSite) -> Any:
        if kind == "DocType":
            return lambda ctx: ctx.store.update(kind, "Big", values)
        return lambda ctx: ctx.store.insert(ctx.store.new(kind, values))

    runtime = big.site.runtime
    with pytest.raises(UnpreparedError):
        runtime.submit(lambda ctx: save(big)(big.site.access.as_user(ctx, "Administrator"))).result()
    big.write(save(big))
    assert unfinished(big) == []
    meta = big.get("Big", "ba").meta
    assert meta.field("tier") if kind == "Custom Field" else big.get("Big", "ba").size == 12


def test_what_was_broken_off_is_told_and_swept(big: TestSite) -> None:
    steps = steps_of(big, AS_NUMBER)
    break_off(big, steps)
    tables = big.site.runtime.database.digest().keys()
    for command in ("plan", "history"):
        assert "Begun and not finished: convert column size of Big" in run(big, command), command
    assert "1 preparations of plans are not finished" in " ".join(run(big, "doctor").split())
    assert "0 preparations were taken away, 1 are left" in run(big, "sweep")
    assert "Taken away: convert column size of Big" in run(big, "sweep", "--idle", "0")
    assert unfinished(big) == []
    assert big.site.runtime.database.digest().keys() == tables
    big.update("Big", "ba", title="新")
    assert big.get("Big", "ba").size == "12"


def test_the_next_apply_sweeps_what_was_left_long_ago(big: TestSite, tmp_path: Path) -> None:
    break_off(big, steps_of(big, AS_NUMBER))
    long_ago, mine = {"worked": datetime.now(UTC) - 2 * ABANDONED}, {"column_name": "size"}
    big.site.runtime.database.write(lambda connection: connection.change(PREPARATION, long_ago, mine))
    path = tmp_path / "tier.json"
    path.write_text(json.dumps(TIER), encoding="utf-8")
    run(big, "apply", str(path))
    assert unfinished(big) == []


def test_another_plan_for_the_same_field_starts_afresh(big: TestSite) -> None:
    """What was prepared with one default is not taken for the other's."""
    grade = {**TIER, "fieldname": "grade", "default": "甲"}
    break_off(big, steps_of(big, grade))
    big.insert("Custom Field", **{key: value for key, value in {**grade, "default": "乙"}.items() if key != "doctype"})
    assert count(big, grade="乙") == count(big)
