"""The standard DocTypes, from their definition files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from crm_platform.sites.model import core_definitions
from reference_pages.markdown import code, opening, table

PAGE = "doctypes.md"
PROSE = """What every site has before a pack adds to it. Fields that only shape the form are left out. *Options*
names the linked DocType or the choices; a star marks a required field."""
KINDS = (("issingle", "Single"), ("istable", "child table"), ("is_tree", "tree"), ("is_submittable", "submittable"))
LAYOUT = frozenset({"Section Break", "Column Break", "Tab Break", "Fold", "Heading", "HTML", "Button", "Image"})
LONG = 60

Body = Mapping[str, Any]


def page() -> str:
    """The whole page."""
    bodies = sorted(
        (one.body for one in core_definitions().definitions if one.kind == "DocType"),
        key=lambda body: (body["module"], body["name"]),
    )
    modules = groupby(bodies, key=lambda body: str(body["module"]))
    sections = [part for module, found in modules for part in _module(module, found)]
    return "\n".join([opening("Standard DocTypes", PROSE, "`crm_platform/doctypes`"), *sections])


def _module(module: str, bodies: Iterator[Body]) -> Iterator[str]:
    yield f"## {module}\n"
    yield from (_doctype(body) for body in bodies)


def _doctype(body: Body) -> str:
    facts = [word for key, word in KINDS if body.get(key)]
    facts += [f"named by {code(str(body['autoname']))}"] if body.get("autoname") else []
    rows = [_field(field) for field in body["fields"] if field["fieldtype"] not in LAYOUT]
    intro = f"{', '.join(facts).capitalize()}.\n\n" if facts else ""
    return f"### {body['name']}\n\n{intro}{table(('field', 'type', 'options', 'label'), rows)}\n"


def _field(field: Body) -> tuple[str, str, str, str]:
    options = ", ".join(part for part in str(field.get("options") or "").split("\n") if part)
    shown = options if len(options) <= LONG else f"{options[:LONG].rpartition(', ')[0]}…"
    name = code(field["fieldname"]) + ("*" if field.get("reqd") else "")
    return name, field["fieldtype"], shown, str(field.get("label") or "")
