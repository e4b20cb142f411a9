"""All coded checks of definitions: the table of checks, and the problems that reading and merging files report."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from crm_platform import metadata
from crm_platform.metadata import checks
from crm_platform.metadata.problems import STRICT
from reference_pages.markdown import first_sentences, opening, table

PAGE = "checks.md"
PROSE = """What `crm-platform check`, `plan` and `apply`, and every saved definition, are checked for. All faults
are told at once. An error keeps a definition from taking effect; a warning does not. A warning marked * is an error
when a single definition is saved in the browser or over REST: folders of Frappe apps have such faults, a person who
saves one record wants to know."""
SOURCES = Path(metadata.__file__).parent
ID = re.compile(r"D\d{3}")
MODULES = (
    "names",
    "fields",
    "links",
    "fetching",
    "naming",
    "permissions",
    "views",
    "conditions",
    "rollups",
    "figures",
    "sensitivity",
    "workflows",
    "approvals",
    "alone",
    "mapping",
    "engine",
)


class Told(NamedTuple):
    """One kind of problem."""

    id: str
    level: str
    message: str
    remedy: str


def page() -> str:
    """The whole page."""
    sections = [f"## Reading and merging files\n\n{_table(reading_problems())}\n"]
    for name in MODULES:
        module = getattr(checks, name)
        found = [Told(check.id, check.level, check.template, check.remedy) for check in module.CHECKS]
        sections.append(f"## {name.capitalize()}\n\n{first_sentences(module)}\n\n{_table(found)}\n")
    return "\n".join([opening("Checks of definitions", PROSE, "`crm_platform/metadata`"), *sections])


def _table(found: list[Told]) -> str:
    rows = [
        (one.id, one.level + ("*" if one.id in STRICT else ""), _plain(one.message), _plain(one.remedy))
        for one in found
    ]
    return table(("id", "level", "fault", "what to do"), rows)


def _plain(message: str) -> str:
    """The sentence with bare placeholders."""
    return message.replace("!r}", "}").replace("{{", "{").replace("}}", "}")


def reading_problems() -> list[Told]:
    """The problems that stand in the source as literal calls, each once."""
    found = {told: None for path in sorted(SOURCES.glob("*.py")) for told in _calls(path.read_text(encoding="utf-8"))}
    return sorted(found)


def _calls(source: str) -> Iterator[Told]:
    """Calls and tuples that hold id, message and remedy one after the other."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Tuple):
            yield from _told([_text(element) for element in node.elts], "error")
        elif isinstance(node, ast.Call):
            texts = [_text(argument) for argument in node.args]
            if isinstance(node.func, ast.Attribute) and node.func.attr == "fault" and not any(map(ID.fullmatch, texts)):
                texts = ["D001", *texts]
            level = next((_text(keyword.value) for keyword in node.keywords if keyword.arg == "level"), "error")
            yield from _told(texts, level)


def _told(texts: list[str], level: str) -> Iterator[Told]:
    start = next((number for number, text in enumerate(texts) if ID.fullmatch(text)), len(texts))
    found = texts[start : start + 3]
    if len(found) == 3 and found[2]:
        level = next((text for text in texts[start + 3 :] if text in ("error", "warning")), level)
        yield Told(found[0], level, found[1] or "(the reason)", found[2])


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
