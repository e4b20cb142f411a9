"""kill -9 at any statement of a change of definitions leaves the old model or the new one; the next try finishes it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from crm_platform.cli.main import app
from crm_platform.documents import plans
from crm_platform.documents.context import Context
from crm_platform.errors import UniqueValidationError
from crm_platform.sites.backup import restore
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from support.sabotage import always, defended_by

CHILD = Path(__file__).parents[1] / "support" / "plan_child.py"
TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}
SIZE = {"fieldname": "size", "fieldtype": "Data", "label": "Size"}
CODE = {"fieldname": "code", "fieldtype": "Data", "label": "Code"}
PERMISSIONS = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
GIFT: dict[str, Any] = {
    "doctype": "DocType",
    "name": "Gift",
    "module": "CRM",
    "custom": 1,
    "autoname": "field:title",
    "permissions": PERMISSIONS,
}
SENDING = {
    "doctype": "Workflow",
    "name": "Sending",
    "workflow_name": "Sending",
    "document_type": "Parcel",
    "is_active": 1,
    "states": [{"state": "Packed", "doc_status": "0", "allow_edit": "System Manager"}],
    "transitions": [{"state": "Packed", "action": "Approve", "next_state": "Packed", "allowed": "System Manager"}],
}
SENDING_ANEW = {
    **SENDING,
    "states": [{"state": "已打包", "doc_status": "0", "allow_edit": "System Manager"}],
    "transitions": [],
    "state_mapping": [{"old_state": "Packed", "new_state": "已打包"}],
}
DRAFT = [
    SENDING_ANEW,
    {
        **GIFT,
        "fields": [
            TITLE,
            {**SIZE, "fieldtype": "Int", "search_index": 1},
            {**CODE, "unique": 1},
            {
                "fieldname": "等级",
                "fieldtype": "Select",
                "label": "等级",
                "options": "甲\n乙",
                "default": "乙",
                "reqd": 1,
                "search_index": 1,
            },
        ],
    },
    {**GIFT, "name": "Wrapping", "fields": [TITLE]},
    {"doctype": "Role", "name": "礼品员", "role_name": "礼品员", "desk_access": 1},
    {
        "doctype": "Workflow",
        "name": "送礼",
        "workflow_name": "送礼",
        "document_type": "Gift",
        "is_active": 1,
        "states": [{"state": "起草", "doc_status": "0", "allow_edit": "System Manager"}],
        "transitions": [],
    },
]
LAYOUT = ("DocType Layout", "寄送")
"""A record that the draft takes away, with the comment on it."""

GIFTS = 35
LEFT_BY_PREPARATION = {"drop index"}


@dataclass(frozen=True)
class State:
    """What tells the old model from the new one, wherever it is kept."""

    kind: str
    has_wrapping: bool
    has_role: bool
    standing: int
    sizes: frozenset[Any] = field(hash=False)
    parcels: frozenset[str]
    has_layout: bool


OLD = State("Data", False, False, 3, frozenset(f"0{n}" for n in range(GIFTS)), frozenset({"Packed"}), True)
NEW = State("Int", True, True, 4, frozenset(range(GIFTS)), frozenset({"已打包"}), False)


def state(ctx: Context) -> State:
    """The state of the site; every part of it must fit the definitions."""
    gift = ctx.definitions["Gift"]
    rows = ctx.connection.get_rows(gift, [str(n) for n in range(GIFTS)])
    if "等级" in gift.columns:
        assert {row["等级"] for row in rows} == {"乙"}, "documents that were there have the default"
        assert {row["workflow_state"] for row in rows} == {"起草"}, "and the first state of the workflow"
    steps = ctx.runtime.database.plan(ctx.definitions, ctx.definitions, ctx.connection)
    assert {step.action for step in steps} <= LEFT_BY_PREPARATION, "tables and definitions agree"
    shown = ctx.connection.get_rows(ctx.definitions["DocType"], ["Wrapping"])
    assert bool(shown) == ("Wrapping" in ctx.definitions), "documents show what is defined"
    has_layout = bool(ctx.connection.get_rows(ctx.definitions[LAYOUT[0]], [LAYOUT[1]]))
    (comment,) = ctx.as_system().store.list("Comment", fields=["reference_doctype"], filters={"content": "先寄"})
    waits = comment["reference_doctype"] == "Deleted Document"
    assert has_layout is not waits, "what belongs to a record that is taken away waits with its copy"
    return State(
        gift.by_name["size"].fieldtype,
        "Wrapping" in ctx.definitions,
        bool(ctx.connection.get_rows(ctx.definitions["Role"], ["礼品员"])),
        len(plans.standing(ctx)),
        frozenset(row["size"] for row in rows),
        frozenset(row["workflow_state"] for row in ctx.connection.get_rows(ctx.definitions["Parcel"], ["a", "b"])),
        has_layout,
    )


def look(folder: Path) -> State:
    """As somebody sees it who opens the site now."""
    site = TestSite(open_site(folder))
    try:
        return site.read(state)
    finally:
        site.site.close()


@contextmanager
def changing(site: TestSite, tmp_path: Path) -> Iterator[Callable[[str, int], str]]:
    """A site with gifts, closed, and a process that changes it and can be killed before its statement N."""
    site.doctype("Gift", TITLE, SIZE, CODE, autoname="field:title", permissions=PERMISSIONS)
    for name in ("起草", "Packed", "已打包"):
        site.insert("Workflow State", workflow_state_name=name)
    site.doctype("Parcel", TITLE, autoname="field:title", permissions=PERMISSIONS)
    site.insert("Workflow", **{key: value for key, value in SENDING.items() if key not in ("doctype", "name")})
    for name in ("a", "b"):
        site.insert("Parcel", title=name)
    for number in range(GIFTS):
        site.insert("Gift", title=str(number), size=f"0{number}", code=f"c{number}")
    kind, name = LAYOUT
    site.insert(kind, name=name, document_type="Parcel", role="System Manager", fields=[{"fieldname": "title"}])
    site.insert("Comment", comment_type="Comment", content="先寄", reference_doctype=kind, reference_name=name)
    draft = tmp_path / "draft.json"
    draft.write_bytes(orjson.dumps({"definitions": DRAFT, "removed": [LAYOUT]}))
    command = [sys.executable, "-P", str(CHILD), str(site.site.folder.path), str(draft)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        given, said = process.stdin, process.stdout

        def do(task: str, last: int) -> str:
            given.write(f"{task} {last}\n")
            given.flush()
            return said.readline().strip()

        yield do
        given.close()


def kill_everywhere(site: TestSite, tmp_path: Path, tries: int | None) -> Counter[State]:
    """Apply and take back, killed before `tries` statements spread over all (None: before every one)."""
    folder = site.site.folder.path
    found: Counter[State] = Counter()
    with changing(site, tmp_path) as do:
        before = look(folder)
        assert before == OLD
        counts = {task: int(do(task, 0)) for task in ("apply", "rollback")}
        assert look(folder) == OLD
        for number in spread(counts["apply"], tries):
            now = found_after(do("apply", number), folder, found)
            if now == NEW:
                do("rollback", 0)
        do("apply", 0)
        assert look(folder) == NEW, "the next try finishes what was broken off"
        for number in spread(counts["rollback"], tries):
            now = found_after(do("rollback", number), folder, found)
            if now == OLD:
                do("apply", 0)
        do("rollback", 0)
        assert look(folder) == OLD
    return found


def found_after(answer: str, folder: Path, found: Counter[State]) -> State:
    """The state of the site after a try; counted when it was broken off. The second try has fewer statements."""
    now = look(folder)
    assert now in (OLD, NEW)
    assert answer != "failed"
    found[now] += answer == "killed"
    return now


def spread(count: int, tries: int | None) -> list[int]:
    """Numbers of statements: some over the whole length, always the last one, which is the commit."""
    if tries is None or tries >= count:
        return list(range(1, count + 1))
    return sorted({1 + round(index * (count - 1) / (tries - 1)) for index in range(tries)})


def test_X02_a_change_killed_at_any_statement_leaves_the_old_or_the_new_model(site: TestSite, tmp_path: Path) -> None:
    found = kill_everywhere(site, tmp_path, 3)
    assert found.total() >= 3


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_X02_killed_at_every_statement(site: TestSite, tmp_path: Path) -> None:
    found = kill_everywhere(site, tmp_path, None)
    sys.stdout.write(f"\nkilled: {found.total()}, old model: {found[OLD]}, new model: {found[NEW]}, mixtures: 0\n")


def test_X03_bad_data_stop_a_change_before_anything_is_changed(site: TestSite) -> None:
    site.doctype("Gift", TITLE, SIZE, CODE, autoname="field:title")
    for number in range(3):
        site.insert("Gift", title=str(number), code="same")
    setter = {"doctype_or_field": "DocField", "doc_type": "Gift", "field_name": "code", "property": "unique"}
    with pytest.raises(UniqueValidationError, match="code of Gift cannot become unique: 0 and 2 have the same value"):
        site.insert("Property Setter", property_type="Check", value="1", **setter)
    assert not site.get("Gift", "0").meta.by_name["code"].unique
    assert site.read(lambda ctx: len(plans.standing(ctx))) == 1


@defended_by("crm_platform.cli.apply:back_up_before", replace_with=always("nowhere"))
def test_X03_a_change_that_loses_values_names_one_and_begins_with_a_backup(site: TestSite, tmp_path: Path) -> None:
    site.doctype("Gift", TITLE, SIZE, CODE, autoname="field:title", permissions=PERMISSIONS)
    site.insert("Gift", title="茶", size="012")
    site.insert("Gift", title="酒", size="很大")
    before, folder = contents(site), site.site.folder
    draft = tmp_path / "draft.json"
    draft.write_bytes(orjson.dumps({**GIFT, "fields": [TITLE, {**SIZE, "fieldtype": "Int"}, CODE]}))
    asked = CliRunner().invoke(app, ["apply", str(draft), "--site", str(folder.path)], input="n\n")
    assert asked.exit_code == 1
    assert "Gift 酒 has a value that does not fit" in asked.output
    assert contents(site) == before, "who says no has changed nothing"
    for _ in range(2):
        done = CliRunner().invoke(app, ["apply", "--yes", str(draft), "--site", str(folder.path)])
        assert done.exit_code == 0, done.output
        assert [site.get("Gift", name).size for name in ("茶", "酒")] == [12, None]
        done = CliRunner().invoke(app, ["rollback", "--site", str(folder.path)])
        assert done.exit_code == 0, done.output
        assert contents(site) == before, "down again: as it was"
    saved = sorted(folder.backups.glob("plan-*.zip"))
    assert len(saved) == 2, "a backup before each time up"
    restored = TestSite(restore(saved[0], tmp_path / "restored"))
    assert contents(restored) == before
    restored.site.close()


def contents(site: TestSite) -> list[Any]:
    """The documents, as a list shows them, and their definition."""
    rows = site.read(lambda ctx: ctx.store.list("Gift", fields=["name", "size", "code", "modified"], order_by="name"))
    return [site.get("Gift", "茶").meta.by_name["size"].fieldtype, *map(dict, rows)]
