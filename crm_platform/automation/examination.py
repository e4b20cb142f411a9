"""Looks at the rules of a site for `crm-platform doctor`: one that was sound when it was saved may be so no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crm_platform.automation import rules, saving
from crm_platform.documents.context import Context
from crm_platform.documents.events import Handler
from crm_platform.errors import CRMError

CHECKS: Mapping[str, Handler] = {**saving.CHECKS, rules.RULE: rules.check_rule}
OFF = {"enabled": 0, "disabled": 1}
"""Fields that switch a record off, with the value that does."""


def broken(ctx: Context) -> Iterator[tuple[str, CRMError]]:
    """Records that are switched on and cannot work, with what is wrong. `ctx` acts as the system."""
    for doctype, check in CHECKS.items():
        for row in ctx.store.list(doctype, order_by="name asc", limit=None):
            doc = ctx.store.get(doctype, row["name"])
            if any(doc.meta.field(name) is not None and doc.get(name, 0) == value for name, value in OFF.items()):
                continue
            try:
                check(ctx, doc)
            except CRMError as error:
                yield f"{doctype} {doc['name']}", error
