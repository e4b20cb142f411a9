"""Finds the line of a file on which the fault of a definition stands, for messages to people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from crm_platform.metadata.json_text import JSONTextError, KeyPath, line_of, parse, render_path
from crm_platform.metadata.problems import Problem


def with_lines(problems: Iterable[Problem], read: Callable[[str], bytes]) -> Iterator[Problem]:
    """The problems with line and key path where their source is a file that still holds the field.

    `read` gives the content of a source; OSError from it leaves the problem as it is.
    """
    contents: dict[str, bytes] = {}
    for problem in problems:
        if problem.line or not problem.source:
            yield problem
            continue
        try:
            if problem.source not in contents:
                contents[problem.source] = read(problem.source)
            data = contents[problem.source]
            path = _path_of(parse(data), problem)
        except (OSError, JSONTextError):
            yield problem
            continue
        yield replace(problem, line=line_of(data, path), key=problem.key or render_path(path))


def _path_of(content: Any, problem: Problem) -> KeyPath:
    """The way to the field that the problem names, or as far as it can be followed."""
    path: tuple[str | int, ...] = ()
    if isinstance(content, list):
        index = next((i for i, body in enumerate(content) if _is_about(body, problem)), None)
        if index is None:
            return ()
        content, path = content[index], (index,)
    if "workflow" in problem.params and isinstance(content, dict):
        return (*path, *_row_of_workflow(content, problem.params))
    rows = content.get("fields") if isinstance(content, dict) else None
    named = [
        index
        for index, row in enumerate(rows if isinstance(rows, list) else ())
        if problem.fieldname and isinstance(row, dict) and row.get("fieldname") == problem.fieldname
    ]
    # Of twins the second one is too many.
    return (*path, "fields", named[:2][-1]) if named else path


def _row_of_workflow(body: Mapping[str, Any], params: Mapping[str, Any]) -> KeyPath:
    """The row of a Workflow that a fault names: a tier by its number, a transition, or a state."""
    if "row" in params and "next" not in params:
        return "approval_tiers", int(params["row"]) - 1
    wanted = {"state": params.get("state"), "action": params.get("action"), "next_state": params.get("next")}
    said = {key: value for key, value in wanted.items() if value is not None}
    table = "transitions" if "action" in said else "states"
    rows = body.get(table) if said else None
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict) and all(row.get(key) == value for key, value in said.items()):
            return table, index
    return ()


def _is_about(body: Any, problem: Problem) -> bool:
    if not isinstance(body, dict):
        return False
    if "workflow" in problem.params:
        return problem.params["workflow"] in (body.get("name"), body.get("workflow_name"))
    names_doctype = problem.doctype in (body.get("dt"), body.get("doc_type"), body.get("name"))
    return names_doctype and problem.fieldname in (body.get("fieldname"), body.get("field_name"), "")
