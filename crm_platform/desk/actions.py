"""Buttons that packs put on forms (hook `form_actions`), as the interface draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.expressions import compile

FormActions = Mapping[str, Sequence[Mapping[str, str]]]
"""DocType → its buttons: label, method and, where there is one, the condition."""

Contributed = Callable[[], Sequence[tuple[str, FormActions]]]
"""(pack, its buttons) of the packs that take part now."""


def no_actions() -> Sequence[tuple[str, FormActions]]:
    """The source of a site without packs."""
    return ()


def actions(ctx: Context, contributed: Contributed, doctype: str) -> list[dict[str, Any]]:
    """The buttons of a form in pack order: translated label, method, the condition as a tree (None: always shown)."""
    rows = [row for _, table in contributed() for row in table.get(doctype, ())]
    return [
        {
            "label": ctx._(row["label"]),
            "method": row["method"],
            "condition": compile(row["condition"]).tree if row.get("condition") else None,
        }
        for row in rows
    ]
