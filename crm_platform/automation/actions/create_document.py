"""Create Document: a new document of any DocType, its fields filled from the one that set the rule off."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from crm_platform.automation.rule import Action
from crm_platform.automation.run import Effect, Run
from crm_platform.automation.showing import shown_in


def plan(run: Run, action: Action) -> list[Effect]:
    """One effect: the new document."""
    doctype = action.text("target_doctype")
    values = run.values(action.table("field_values"))
    fields = run.ctx.definitions[doctype].by_name
    told = ", ".join(f"{name}: {shown_in(fields[name], value)}" for name, value in values.items() if name in fields)
    sentence = run.ctx._("{doctype} is created ({values}).", doctype=doctype, values=told)
    return [Effect(sentence, partial(_create, run, doctype, values))]


def _create(run: Run, doctype: str, values: Mapping[str, Any]) -> None:
    store = run.ctx.store
    store.insert(store.new(doctype, values))
