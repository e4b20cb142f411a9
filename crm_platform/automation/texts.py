"""Texts of rules: Jinja templates over the document, filled with what their reader may read."""

from __future__ import annotations

from collections.abc import Mapping

from crm_platform.automation.outlets import Outlets
from crm_platform.automation.rule import Action
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document

MARKS = ("{{", "{%", "{#")


def is_template(text: str) -> bool:
    """Whether a text has anything to fill."""
    return any(mark in text for mark in MARKS)


def has_templates(action: Action) -> bool:
    """Whether a text of the action is a template."""
    return is_template(action.text("subject")) or is_template(action.text("message"))


def fill(outlets: Outlets, reader: Context, doc: Document, sources: Mapping[str, str]) -> dict[str, str]:
    """The texts for the user of `reader`; one without a template's marks needs no worker process."""
    templates = {name: text for name, text in sources.items() if is_template(text)}
    filled = outlets.render(reader, doc, templates) if templates else {}
    return {**sources, **filled}
