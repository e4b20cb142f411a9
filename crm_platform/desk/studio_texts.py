"""crm.studio.texts and set_text: the texts of a definition in every language, side by side, changed by Translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from crm_platform.api.definitions import doctype_of
from crm_platform.api.plan_jobs import require_manager
from crm_platform.desk.workspace_layout import blocks_of
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.i18n.catalogues import language_of
from crm_platform.metadata.layers import ENGINE
from crm_platform.metadata.model import DocType

LANGUAGES = ("en", "zh")
"""Those that the interface speaks."""

TRANSLATION, WORKSPACE = "Translation", "Workspace"
IN_ROWS = (
    ("shortcuts", "Shortcut", ("label", "format")),
    ("links", "Link", ("label", "description")),
    ("quick_lists", "List", ("label",)),
)
"""Child tables of a Workspace, what their rows are, and which of their fields people read."""


def texts(ctx: Context, doctype: str) -> dict[str, Any]:
    """The texts of a DocType in the order of its form, each once: `text`, its `kind`, what is `shown` by language, and
    the names of the site's `own` Translations by language. For System Managers."""
    return _side_by_side(ctx, _texts(ctx, doctype_of(require_manager(ctx), doctype)))


def workspace_texts(ctx: Context, workspace: str) -> dict[str, Any]:
    """The same for the texts of a Workspace: its title, headings, shortcuts, cards and their links, lists. For System
    Managers."""
    return _side_by_side(ctx, _of_workspace(require_manager(ctx).store.get(WORKSPACE, workspace)))


def _side_by_side(ctx: Context, texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, str] = {}
    for kind, text in texts:
        found.setdefault(text, kind)
    own = _own(ctx, list(found))
    return {"languages": list(LANGUAGES), "texts": [_row(ctx, text, kind, own) for text, kind in found.items()]}


def set_text(ctx: Context, text: str, language: str, translated: str) -> None:
    """What a text of definitions is called in a language from now on; empty: as delivered. For System Managers."""
    known = _own(require_manager(ctx), [text]).get((text, language_of(language)))
    values = {"language": language, "source_text": text, "translated_text": translated.strip()}
    if not translated.strip():
        if known is not None:
            ctx.store.delete(TRANSLATION, known)
    elif known is not None:
        ctx.store.update(TRANSLATION, known, values)
    else:
        ctx.store.insert(ctx.store.new(TRANSLATION, values))


def _texts(ctx: Context, meta: DocType) -> Iterator[tuple[str, str]]:
    yield "DocType", meta.name
    yield "Module", meta.module
    for field in meta.fields:
        if field.layer == ENGINE:
            continue
        if field.label:
            yield "Label", field.label
        if field.properties.get("description"):
            yield "Description", str(field.properties["description"])
        if field.fieldtype == "Select":
            yield from (("Option", choice) for choice in field.choices if choice)
    workflow = ctx.definitions.workflows.get(meta.name)
    if workflow is not None:
        yield from (("State", state.state) for state in workflow.states)
        yield from (("Workflow Action", transition.action) for transition in workflow.transitions)


def _of_workspace(record: Document) -> Iterator[tuple[str, str]]:
    yield "Title", record["title"]
    yield from (("Heading", block["text"]) for block in blocks_of(record["content"], {}) if block.get("text"))
    for table, kind, names in IN_ROWS:
        for row in record[table]:
            yield from ((kind, str(row[name])) for name in names if row[name])


def _own(ctx: Context, texts: list[str]) -> dict[tuple[str, str], str]:
    """Names of the site's Translations by text and language; of two the newer one."""
    wanted = set(texts)
    rows = ctx.store.list(
        TRANSLATION,
        fields=("name", "language", "source_text", "context"),
        order_by="modified asc, name asc",
        limit=None,
    )
    return {
        (row["source_text"], language_of(row["language"])): str(row["name"])
        for row in rows
        if row["source_text"] in wanted and not row["context"]
    }


def _row(ctx: Context, text: str, kind: str, own: dict[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "text": text,
        "kind": kind,
        "shown": {language: ctx.runtime.translate(language, text) for language in LANGUAGES},
        "own": {language: own.get((text, language), "") for language in LANGUAGES},
    }
