"""Texts of rules: Jinja templates over the document, filled with what their reader may read."""

from __future__ import annotations

from collections.abc import Mapping

from crm_platform.automation.outlets import Outlets
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document

MARKS = ("{{", "{%", "{#")


def fill(outlets: Outlets, reader: Context, doc: Document, sources: Mapping[str, str]) -> dict[str, str]:
    """The texts for the user of `reader`; one without a template's marks needs no worker process."""
    templates = {name: text for name, text in sources.items() if any(mark in text for mark in MARKS)}
    filled = outlets.render(reader, doc, templates) if templates else {}
    return {**sources, **filled}
