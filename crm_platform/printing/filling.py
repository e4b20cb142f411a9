"""Texts from templates for mail and messages: frozen in a transaction, filled in a worker, as a print-out is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import unescape
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.printing.cleaning import clean
from crm_platform.printing.environment import sandbox
from crm_platform.printing.filters import Formatting
from crm_platform.printing.records import Record, freeze
from crm_platform.printing.render import pack_filters, render_template
from crm_platform.printing.values import field_infos, printed_values
from crm_platform.printing.wire import dumps

LIMIT = 500_000
"""Characters of one text."""

TEXT_LEVEL = frozenset({0})
"""What a template makes is read by others than who caused it: it sees what no field level closes."""

SUBJECT = frozenset({"subject"})


def freeze_texts(
    ctx: Context, document: Document, templates: Mapping[str, str], language: str, plain: Collection[str] = SUBJECT
) -> str:
    """All that is needed to fill `templates` ({name: Jinja source}) with a document, as text that can be kept.

    `document` was read with the rights of `ctx`; `language` is that of the reader (empty: the caller's); `plain` are
    the names of texts that are no HTML.
    """
    filling = {
        "templates": dict(templates),
        "plain": sorted(plain),
        "language": language or ctx.language,
        "doc": printed_values(ctx, document, TEXT_LEVEL),
        "fields": field_infos(ctx.definitions, document.meta),
    }
    return dumps(filling).decode()


def fill(filling: Mapping[str, Any]) -> dict[str, str]:
    """The texts, inside a worker. Raises Fault with a sentence for everything that a template can do wrong."""
    fields = filling["fields"]
    doc: Record = freeze(filling["doc"], fields)
    formatting = Formatting(filling["language"], filling["messages"], fields, doc)
    environment = sandbox({**pack_filters(filling["filters"]), **formatting.filters()})
    own = {name: doc.value(name) for name in filling["doc"]}
    names = {**own, "doc": doc, "_": formatting.translation}
    made = {name: render_template(environment, source, names, LIMIT) for name, source in filling["templates"].items()}
    plain = frozenset(filling["plain"])
    return {name: unescape(text) if name in plain else clean(text) for name, text in made.items()}


def freeze_plain(ctx: Context, document: Document, templates: Mapping[str, str]) -> str:
    """The same for texts that are no HTML, in the caller's language."""
    return freeze_texts(ctx, document, templates, "", templates.keys())
