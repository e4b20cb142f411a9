"""Texts from templates for mail and messages, frozen in a transaction: `filling` makes the texts in a worker."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.manner import manner_of
from crm_platform.printing.values import field_infos, printed_values
from crm_platform.printing.wire import dumps

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
        "manner": manner_of(ctx, language),
        "doc": printed_values(ctx, document, TEXT_LEVEL),
        "fields": field_infos(ctx.definitions, document.meta),
    }
    return dumps(filling).decode()


def freeze_plain(ctx: Context, document: Document, templates: Mapping[str, str]) -> str:
    """The same for texts that are no HTML, in the caller's language."""
    return freeze_texts(ctx, document, templates, "", templates.keys())
