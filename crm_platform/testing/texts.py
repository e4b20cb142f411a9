"""What people read of definitions, and which of it a pack's catalogues leave untranslated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Any

from crm_platform.i18n import Catalogues
from crm_platform.metadata.records import Definition

READ = {
    "DocType": ("name", "description"),
    "Custom Field": ("label", "description"),
    "Workflow": ("workflow_name",),
    "Print Format": ("name",),
    "Report": ("report_name",),
    "Number Card": ("label",),
    "Dashboard Chart": ("chart_name",),
    "Dashboard": ("dashboard_name",),
    "Workspace": ("title",),
    "Validation Rule": ("rule_name", "message"),
    "Role": ("role_name",),
    "Module Def": ("module_name",),
    "Workflow State": ("workflow_state_name",),
    "Workflow Action Master": ("workflow_action_name",),
}
"""Properties of a record that people read, by its DocType."""
READ_IN_ROWS = {"links": ("label", "description"), "shortcuts": ("label", "format"), "quick_lists": ("label",)}
"""Properties that people read in the child rows of a Workspace."""
PATTERN = re.compile(r".*#.*|[ymdHs:./ -]+")
"""Choices that are patterns of numbers and dates: the same in every language."""


def untranslated(definitions: Iterable[Definition], locale: Traversable, catalogues: Catalogues) -> list[str]:
    """One sentence per text and language of `locale` that `catalogues` have no entry for."""
    languages = sorted(entry.name for entry in locale.iterdir()) if locale.is_dir() else []
    texts = sorted({text for definition in definitions for text in texts_of(definition)})
    return [
        f"{language}: no translation of “{text}”."
        for language in languages
        if not language.startswith("__")
        for text in texts
        if text not in catalogues.messages(language)
    ]


def texts_of(definition: Definition) -> Iterator[str]:
    """Every text of a definition that a person reads, in English."""
    body = definition.body
    yield from (str(body[key]) for key in READ.get(definition.kind, ()) if body.get(key))
    if definition.kind == "Custom Field":
        yield from _choices(body)
    if definition.kind == "Workspace":
        yield from _rows(body)
    for row in body.get("fields") or ():
        yield from (str(row[key]) for key in ("label", "description") if row.get(key))
        yield from _choices(row)


def _rows(body: Mapping[str, Any]) -> Iterator[str]:
    for table, keys in READ_IN_ROWS.items():
        yield from (str(row[key]) for row in body.get(table) or () for key in keys if row.get(key))


def _choices(field: Mapping[str, Any]) -> Iterator[str]:
    if field.get("fieldtype") == "Select":
        choices = str(field.get("options") or "").split("\n")
        yield from (choice for choice in choices if re.search("[A-Za-z]{2}", choice) and not PATTERN.fullmatch(choice))
