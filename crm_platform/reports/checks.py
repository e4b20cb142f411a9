"""Checks a Report when it is saved, by asking it: what would be refused when it is run is refused at once."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.reports.running import REPORT, ask
from crm_platform.reports.specification import read


def on_validate(ctx: Context, doc: Document) -> None:
    """Raises DataError or ValidationError naming what is wrong. A DocType that is missing is the link check's."""
    specification = read(doc)
    if specification.doctype in ctx.definitions:
        ask(ctx.as_system(), specification, values={}, limit=1)


LISTENERS = (Listener("core", REPORT, "validate", on_validate),)
