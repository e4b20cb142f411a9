"""Writes definitions as a Frappe app: DocTypes in module folders, everything else as fixtures, in Frappe's layout."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_platform.errors import DefinitionError
from crm_platform.metadata.bodies import as_text
from crm_platform.metadata.generated import scrub
from crm_platform.metadata.properties import OUR_PROPERTIES
from crm_platform.metadata.records import Definition

FIXTURES = (
    "Role",
    "DocType",
    "Custom Field",
    "Property Setter",
    "Custom DocPerm",
    "Workflow State",
    "Workflow Action Master",
    "Workflow",
    "Print Format",
    "Report",
    "Number Card",
    "Dashboard Chart",
    "Dashboard",
    "Workspace",
    "Letter Head",
    "Notification",
    "Assignment Rule",
)
"""Kinds that Frappe knows, in the order in which it needs them."""

FRAPPE_MODULES = frozenset(
    {
        "Automation",
        "Contacts",
        "Core",
        "Custom",
        "Desk",
        "Email",
        "Geo",
        "Integrations",
        "Printing",
        "Website",
        "Workflow",
    }
)
"""Modules of Frappe itself: an app cannot have a folder for them, so their DocTypes travel as fixtures."""

_APP_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class FrappeApp:
    """What a Frappe app says about itself: Python package name, title, publisher, mail address and licence."""

    name: str
    title: str
    publisher: str = ""
    email: str = ""
    license: str = "MIT"
    version: str = "0.0.1"


@dataclass(frozen=True)
class Exported:
    """What was written: files in the folder, our extra properties in them, and records of kinds that Frappe lacks."""

    files: tuple[str, ...]
    extra_properties: tuple[str, ...]
    left_out: tuple[Definition, ...]


def write_frappe_app(folder: Path, app: FrappeApp, definitions: Iterable[Definition]) -> Exported:
    """Write the app into `folder`, which is made and must be empty.

    Raises DefinitionError for a folder with content and for an app name that is no Python package name.
    """
    if not _APP_NAME.fullmatch(app.name):
        raise DefinitionError(
            "{app} cannot be the name of an app. Use small letters, digits and underscores.", app=app.name
        )
    if folder.exists() and any(folder.iterdir()):
        raise DefinitionError("The folder {folder} is not empty. Choose a new one.", folder=folder.name)
    given = tuple(definitions)
    known = [definition for definition in given if definition.kind in FIXTURES]
    texts = dict(_files(app, known))
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    extra = sorted({name for definition in known for name in _our_properties(definition)})
    left_out = tuple(definition for definition in given if definition.kind not in FIXTURES)
    return Exported(tuple(texts), tuple(extra), left_out)


def _our_properties(definition: Definition) -> Iterator[str]:
    """Our extra properties that a definition uses, as "DocType.sensitivity"."""
    body = definition.body
    parts: dict[str, dict[str, list[Any]]] = {
        "DocType": {"DocType": [body], "DocField": body.get("fields") or [], "DocPerm": body.get("permissions") or []},
        "Custom Field": {"DocField": [body]},
        "Custom DocPerm": {"DocPerm": [body]},
        "Workflow": {"Workflow": [body], "Workflow Transition": body.get("transitions") or []},
    }
    for kind, rows in parts.get(definition.kind, {}).items():
        for row in rows:
            yield from (f"{kind}.{name}" for name in OUR_PROPERTIES[kind] if row.get(name))


def _files(app: FrappeApp, definitions: list[Definition]) -> Iterator[tuple[str, str]]:
    """Path and text of every file of the app."""
    folders, fixtures = _placed(app, definitions)
    modules = {as_text(definition.body.get("module")): folder.split("/")[1] for folder, definition in folders.items()}
    yield "pyproject.toml", _PYPROJECT.format_map(_quoted(app))
    yield "README.md", f"# {app.title}\n"
    yield f"{app.name}/__init__.py", f"__version__ = {json.dumps(app.version)}\n"
    yield f"{app.name}/modules.txt", "".join(f"{module}\n" for module in sorted(modules)) or f"{app.title}\n"
    yield f"{app.name}/patches.txt", ""
    yield f"{app.name}/hooks.py", _hooks(app, fixtures)
    for module_folder in sorted(set(modules.values())) or [_safe(app.title)]:
        yield f"{app.name}/{module_folder}/__init__.py", ""
    for module_folder in sorted(set(modules.values())):
        yield f"{app.name}/{module_folder}/doctype/__init__.py", ""
    for folder, definition in folders.items():
        stem = folder.rpartition("/")[2]
        yield f"{folder}/__init__.py", ""
        yield f"{folder}/{stem}.json", _dump(_complete(definition))
        yield f"{folder}/{stem}.py", _controller(definition.name)
    for kind, records in fixtures.items():
        yield f"{app.name}/fixtures/{scrub(kind)}.json", _dump([_complete(record) for record in records])


def _placed(app: FrappeApp, definitions: list[Definition]) -> tuple[dict[str, Definition], dict[str, list[Definition]]]:
    """DocTypes by their folder; the rest, and DocTypes that can have no folder of their own, as fixtures by kind."""
    folders: dict[str, Definition] = {}
    fixtures: dict[str, list[Definition]] = {kind: [] for kind in FIXTURES}
    for definition in definitions:
        module = as_text(definition.body.get("module"))
        folder = f"{app.name}/{_safe(module)}/doctype/{_safe(definition.name)}"
        if definition.kind == "DocType" and _safe(module) and module not in FRAPPE_MODULES and folder not in folders:
            folders[folder] = definition
        else:
            fixtures[definition.kind].append(definition)
    return folders, {kind: records for kind, records in fixtures.items() if records}


def _complete(definition: Definition) -> dict[str, Any]:
    """The body with the two keys that Frappe asks for, as the loader would fill them in."""
    body = {"doctype": definition.kind, "name": definition.name, **definition.body}
    if definition.kind == "DocType" and body.get("permissions"):
        body["permissions"] = [_narrowed(row) for row in body["permissions"]]
    return _narrowed(body) if definition.kind == "Custom DocPerm" else body


def _narrowed(permission: Mapping[str, Any]) -> dict[str, Any]:
    """A permission row for the documents of a team is one for own documents to Frappe, which ignores `if_team`:
    without `if_owner` it would open all."""
    return {**permission, "if_owner": 1} if permission.get("if_team") else {**permission}


def _safe(name: str) -> str:
    """A name as folder name, as Frappe scrubs it; nothing in it can lead out of the folder."""
    return re.sub(r"\W", "_", scrub(name))


def _dump(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _quoted(app: FrappeApp) -> Mapping[str, str]:
    """The app's texts as TOML and Python strings."""
    return {key: json.dumps(value, ensure_ascii=False) for key, value in vars(app).items()}


_PYPROJECT = """[build-system]
requires = ["flit_core >=3.4,<4"]
build-backend = "flit_core.buildapi"

[project]
name = {name}
description = {title}
authors = [{{ name = {publisher} }}]
requires-python = ">=3.10"
dynamic = ["version"]
"""

_HOOKS = """app_name = {name}
app_title = {title}
app_publisher = {publisher}
app_description = {title}
app_email = {email}
app_license = {license}

fixtures = {fixtures}
"""


def _hooks(app: FrappeApp, fixtures: Mapping[str, list[Definition]]) -> str:
    """hooks.py, with filters so that Frappe's own export-fixtures takes these records and no others."""
    listed = [
        {"dt": kind, "filters": [["name", "in", [_complete(record)["name"] for record in records]]]}
        for kind, records in fixtures.items()
    ]
    return _HOOKS.format_map({**_quoted(app), "fixtures": json.dumps(listed, indent=1, ensure_ascii=False)})


def _controller(doctype: str) -> str:
    """The Python file that Frappe expects beside a DocType."""
    name = re.sub(r"\W", "", doctype.replace(" ", "").replace("-", ""))
    return f"from frappe.model.document import Document\n\n\nclass {name}(Document):\n\tpass\n"
