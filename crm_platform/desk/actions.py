"""What packs put on forms (hooks `form_actions` and `form_suggestions`), as the interface draws it."""

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
    """The buttons of a form in pack order: translated label, method, the condition as a tree (None: always shown)."""
    rows = [row for _, table in contributed for row in table.get(doctype, ())]
    return [
        {
            "label": ctx._(row["label"]),
            "method": row["method"],
            "condition": compile(row["condition"]).tree if row.get("condition") else None,
        }
        for row in rows
    ]


def suggestions(ctx: Context, contributed: Contributions, doctype: str) -> list[dict[str, Any]]:
    """Whom to ask while a form is filled in, in pack order: translated label, method, the fields that it is told."""
    rows = [table[doctype] for _, table in contributed if doctype in table]
    return [{"label": ctx._(row["label"]), "method": row["method"], "fields": list(row["fields"])} for row in rows]
