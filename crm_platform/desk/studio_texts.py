"""crm.studio.texts and set_text: the texts of a definition in every language, side by side, changed by Translations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

from crm_platform.api.definitions import doctype_of
from crm_platform.api.plan_jobs import require_manager
from crm_platform.desk.workspace_layout import blocks_of
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import CONTEXTS, translated_in
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


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that people read; `context` is where it is said otherwise than everywhere."""

    kind: str
    text: str
    context: str = ""


def texts(ctx: Context, doctype: str) -> dict[str, Any]:
    """The texts of a DocType in the order of its form, each once: `text`, its `kind`, the `context` that it has its own
    translation in, what is `shown` by language, and the names of the site's `own` Translations by language. For System
    Managers."""
    return _side_by_side(ctx, _texts(ctx, doctype_of(require_manager(ctx), doctype)))


def workspace_texts(ctx: Context, workspace: str) -> dict[str, Any]:
    """The same for the texts of a Workspace: its title, headings, shortcuts, cards and their links, lists. For System
    Managers."""
    return _side_by_side(ctx, _of_workspace(require_manager(ctx).store.get(WORKSPACE, workspace)))


def _side_by_side(ctx: Context, texts: Iterable[Wording]) -> dict[str, Any]:
    found: dict[tuple[str, str], Wording] = {}
    for one in texts:
        found.setdefault((one.text, one.context), one)
    own = _own(ctx, {one.text for one in found.values()})
    return {"languages": list(LANGUAGES), "texts": [_row(ctx, one, own) for one in found.values()]}


def set_text(ctx: Context, text: str, language: str, translated: str, context: str = "") -> None:
    """What a text of definitions is called in a language from now on, in a `context` or everywhere; empty: as
    delivered. For System Managers."""
    known = _own(require_manager(ctx), {text}).get((text, context, language_of(language)))
    values = {"language": language, "source_text": text, "context": context, "translated_text": translated.strip()}
    if not translated.strip():
        if known is not None:
            ctx.store.delete(TRANSLATION, known)
    elif known is not None:
        ctx.store.update(TRANSLATION, known, values)
    else:
        ctx.store.insert(ctx.store.new(TRANSLATION, values))


def _texts(ctx: Context, meta: DocType) -> Iterator[Wording]:
    yield Wording("DocType", meta.name)
    yield Wording("Module", meta.module)
    for field in meta.fields:
        if field.layer == ENGINE:
            continue
        if field.label:
            yield Wording("Label", field.label)
        if field.properties.get("description"):
            yield Wording("Description", str(field.properties["description"]))
        if field.fieldtype == "Select":
            context = CONTEXTS.get(field.fieldname, "")
            yield from (Wording("Option", choice, context) for choice in field.choices if choice)
    workflow = ctx.definitions.workflows.get(meta.name)
    if workflow is not None:
        yield from (Wording("State", state.state) for state in workflow.states)
        yield from (Wording("Workflow Action", transition.action) for transition in workflow.transitions)


def _of_workspace(record: Document) -> Iterator[Wording]:
    yield Wording("Title", record["title"])
    yield from (Wording("Heading", block["text"]) for block in blocks_of(record["content"], {}) if block.get("text"))
    for table, kind, names in IN_ROWS:
        for row in record[table]:
            yield from (Wording(kind, str(row[name])) for name in names if row[name])


def _own(ctx: Context, wanted: Set[str]) -> dict[tuple[str, str, str], str]:
    """Names of the site's Translations by text, context and language; of two the newer one."""
    rows = ctx.store.list(
        TRANSLATION,
        fields=("name", "language", "source_text", "context"),
        order_by="modified asc, name asc",
        limit=None,
    )
    return {
        (row["source_text"], row["context"] or "", language_of(row["language"])): str(row["name"])
        for row in rows
        if row["source_text"] in wanted
    }


def _row(ctx: Context, one: Wording, own: dict[tuple[str, str, str], str]) -> dict[str, Any]:
    def shown(language: str) -> str:
        return translated_in(one.text, one.context, partial(ctx.runtime.translate, language))

    return {
        "text": one.text,
        "kind": one.kind,
        "context": one.context,
        "shown": {language: shown(language) for language in LANGUAGES},
        "own": {language: own.get((one.text, one.context, language), "") for language in LANGUAGES},
    }
