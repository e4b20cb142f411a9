"""Finding the line of a fault: in a DocType's file, in a list of records, and where the file is gone."""

from __future__ import annotations

import json
from pathlib import Path

from crm_platform.metadata.checks import check
from crm_platform.metadata.layers import CORE, Layer
from crm_platform.metadata.loader import load
from crm_platform.metadata.merge import merge
from crm_platform.metadata.places import with_lines
from crm_platform.metadata.problems import Problem
from support.definitions import row

LEAD = {"name": "Lead", "fields": [row("title"), row("name")]}
CUSTOM = [{"dt": "Lead", **row("tier")}, {"dt": "Lead", **row("客户", "Link")}]


def faults(root: Path) -> list[Problem]:
    loaded = load(root)
    problems = check(merge([Layer(CORE, loaded.definitions)]))
    return [p for p in with_lines(problems, lambda source: Path(source).read_bytes()) if p.is_error]


def test_a_fault_names_the_line_of_its_field(tmp_path: Path) -> None:
    for name, content in {"doctypes/lead.json": LEAD, "custom_fields/lead.json": CUSTOM}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    found = {(Path(p.source).parent.name, p.key): p.line for p in faults(tmp_path)}
    assert found == {("doctypes", "fields[1]"): 9, ("custom_fields", "[1]"): 8}


def test_a_fault_of_the_doctype_itself_is_at_its_beginning() -> None:
    problem = Problem("D607", "x", "y", source="lead.json", doctype="Lead")
    (placed,) = with_lines([problem], lambda _source: b'\n{"name": "Lead"}')
    assert (placed.line, placed.place) == (2, "lead.json:2")


def test_of_twins_the_second_one_is_named() -> None:
    problem = Problem("D111", "x", "y", source="lead.json", doctype="Lead", fieldname="a")
    text = json.dumps({"name": "Lead", "fields": [row("a"), row("b"), row("a", "Int")]}).encode()
    (placed,) = with_lines([problem], lambda _source: text)
    assert placed.key == "fields[2]"


def test_a_source_that_is_no_file_leaves_the_problem_as_it_is() -> None:
    problem = Problem("D607", "x", "y", source="Customer-tier", doctype="Lead")

    def gone(source: str) -> bytes:
        raise FileNotFoundError(source)

    assert list(with_lines([problem], gone)) == [problem]
    assert list(with_lines([problem], lambda _source: b"{")) == [problem]
