"""Hostile definition files: flipped bytes and wrong structures never crash, and every fault names file and key."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from crm_platform.metadata.bodies import body_of
from crm_platform.metadata.checks import check
from crm_platform.metadata.layers import CORE, SITE, Layer
from crm_platform.metadata.loader import load
from crm_platform.metadata.merge import merge
from crm_platform.metadata.problems import Problem
from support.definitions import row

FILES: dict[str, Any] = {
    "doctypes/order.json": {
        "doctype": "DocType",
        "name": "Order",
        "autoname": "format:O-{title}-{####}",
        "is_submittable": 1,
        "title_field": "title",
        "fields": [
            row("title", reqd=1, depends_on="eval:doc.rate > 1"),
            row("territory", "Link", options="Territory"),
            row("region", fetch_from="territory.region", permlevel=1),
            row("rate", "Float", precision="2", default="1.5"),
            row("状态", "Select", options="开\n关", default="开"),
            row("items", "Table", options="Order Item"),
        ],
        "permissions": [{"role": "Sales User", "read": 1, "submit": 1, "permlevel": 0}],
        "links": [{"link_doctype": "Order", "name": "l1"}],
    },
    "doctypes/others.json": [
        {"name": "Order Item", "istable": 1, "fields": [row("qty", "Int")]},
        {"name": "Territory", "is_tree": 1, "fields": [row("region")], "field_order": ["region"]},
    ],
    "custom_fields/order.json": [{"dt": "Order", "insert_after": "title", **row("tier")}],
    "property_setters/order.json": [
        {"doc_type": "Order", "doctype_or_field": "DocField", "field_name": "rate", "property": "reqd", "value": "1"}
    ],
    "custom_permissions/order.json": [{"parent": "Order", "role": "Sales User", "read": 1}],
    "workflows/approval.json": {
        "workflow_name": "Approval",
        "document_type": "Order",
        "is_active": 1,
        "states": [{"state": "Draft", "doc_status": "0", "allow_edit": "Sales User"}],
        "transitions": [{"state": "Draft", "action": "x", "next_state": "Draft", "condition": "doc.rate > 2"}],
    },
    "app/custom/order.json": {"doctype": "Order", "custom_fields": [row("vip", "Check")], "property_setters": []},
}
ODD: list[Any] = [
    None,
    True,
    -1,
    10**12,
    10**400,
    1.5,
    "",
    "\u202e",
    "x" * 5000,
    [],
    [[]],
    {},
    [{}],
    {"a": []},
    "客户",
    "__class__",
]


def write(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def examine(root: Path) -> list[Problem]:
    """The whole way of a definition from file to table columns."""
    loaded = load(root, "defs")
    merged = merge([Layer(CORE, loaded.definitions[:3]), Layer(SITE, loaded.definitions[3:])])
    problems = [*loaded.problems, *check(merged, roles=["Sales User"])]
    for doctype in merged.definitions.values():
        assert set(doctype.columns) >= {"name", "modified"}
        json.dumps(body_of(doctype))
    assert merged.definitions.links_to is not None
    assert all(workflow.states is not None for workflow in merged.definitions.workflows.values())
    return problems


def names_its_place(problem: Problem) -> bool:
    assert problem.message()
    assert problem.advice()
    key = problem.key or problem.fieldname or problem.doctype or problem.line or problem.params
    return problem.source.startswith("defs/") and bool(key)


def flip(data: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(flipped))
        flipped[place] = chance.choice((flipped[place] ^ (1 << chance.randrange(8)), chance.randrange(256)))
    return bytes(flipped[: chance.randrange(len(flipped))] if chance.random() < 0.2 else flipped)


def disturb(value: Any, chance: random.Random) -> Any:
    """The same structure with a value replaced, dropped, renamed or put in twice somewhere."""
    if chance.random() < 0.12 or not isinstance(value, (list, dict)) or not value:
        return chance.choice(ODD)
    if isinstance(value, list):
        place = chance.randrange(len(value))
        changed = [*value[:place], disturb(value[place], chance), *value[place + 1 :]]
        return chance.choice((changed, changed + changed, changed[1:]))
    key = chance.choice(sorted(value))
    changed_keys = {**value, key: disturb(value[key], chance)}
    if chance.random() < 0.1:
        changed_keys[chance.choice(["name", "fields", "doctype", "x\ny", "options"])] = changed_keys.pop(key)
    return changed_keys


def run(count: int, root: Path) -> None:
    chance = random.Random(20)
    texts = {name: json.dumps(content, indent=1, ensure_ascii=False).encode() for name, content in FILES.items()}
    write(root, texts)
    clean = {(problem.id, problem.doctype, problem.fieldname) for problem in examine(root)}
    for number in range(count):
        name = chance.choice(sorted(FILES))
        disturbed = json.dumps(disturb(FILES[name], chance), indent=1).encode()
        data = flip(texts[name], chance) if number % 2 else disturbed
        write(root, {name: data})
        problems = examine(root)
        new = [p for p in problems if (p.id, p.doctype, p.fieldname) not in clean]
        assert all(names_its_place(problem) for problem in new), (data, new)
        write(root, {name: texts[name]})


def test_X21_corrupt_definitions_never_crash_and_are_named(tmp_path: Path) -> None:
    run(500, tmp_path)


@pytest.mark.soak
def test_X21_ten_thousand_corrupt_definitions(tmp_path: Path) -> None:
    run(10_000, tmp_path)
