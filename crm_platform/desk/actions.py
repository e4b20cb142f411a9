"""What packs put on forms and pages (hooks `form_actions`, `form_suggestions`, `overview_sections`), as the interface
draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.expressions import compile

Contributions = Sequence[tuple[str, Mapping[str, Any]]]
"""(pack, its table by DocType) of the packs that take part now."""

Contributed = Callable[[str], Contributions]
"""What packs answer to the hook of a name."""


def nothing(_hook: str) -> Contributions:
    """The source of a site without packs."""
    return ()


def actions(ctx: Context, contributed: Contributions, doctype: str) -> list[dict[str, Any]]:
    """The buttons of a form in pack order: translated label, method, the condition as a tree (None: always shown), and
    the sentence that is agreed to before (empty: nobody is asked)."""
    rows = [row for _, table in contributed for row in table.get(doctype, ())]
    return [
        {
            "label": ctx._(row["label"]),
            "method": row["method"],
            "condition": compile(row["condition"]).tree if row.get("condition") else None,
            "confirm": ctx._(row["confirm"]) if row.get("confirm") else "",
        }
        for row in rows
    ]


def suggestions(ctx: Context, contributed: Contributions, doctype: str) -> list[dict[str, Any]]:
    """Whom to ask while a form is filled in, in pack order: translated label, method, the fields that it is told, and
    by DocType what is done with what it finds."""
    rows = [table[doctype] for _, table in contributed if doctype in table]
    return [
        {
            "label": ctx._(row["label"]),
            "method": row["method"],
            "fields": list(row["fields"]),
            "actions": {
                found: {**action, "label": ctx._(action["label"])} for found, action in row.get("actions", {}).items()
            },
        }
        for row in rows
    ]


def sections(ctx: Context, contributed: Contributions, doctype: str) -> list[dict[str, Any]]:
    """What packs show of a document at a glance, in pack order: translated labels, and whom to ask for the rows."""
    rows = [row for _, table in contributed for row in table.get(doctype, ())]
    return [
        {
            "label": ctx._(row["label"]),
            "method": row["method"],
            "columns": [{**column, "label": ctx._(column["label"]), "options": ""} for column in row["columns"]],
        }
        for row in rows
    ]
