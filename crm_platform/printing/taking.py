"""Takes the snapshot of a document under the caller's rights: the only place where printing reads data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.manner import manner_of
from crm_platform.errors import PermissionError, PrintFormatError
from crm_platform.metadata.model import DocType
from crm_platform.packs.hooks import Hooks
from crm_platform.printing.assets import Files, gather
from crm_platform.printing.filter_hooks import pack_filters
from crm_platform.printing.formats import Format, choose_format, choose_language, choose_letterhead, page_of
from crm_platform.printing.layout import sections
from crm_platform.printing.limits import Limits
from crm_platform.printing.settings import Settings, print_settings
from crm_platform.printing.snapshot import Letterhead, Snapshot
from crm_platform.printing.unsaved import unsaved_format
from crm_platform.printing.values import field_infos, printed_values

CANCELLED = 2
MARKS = {0: "Draft", CANCELLED: "Cancelled"}


@dataclass(frozen=True, slots=True)
class Sources:
    """What a site gives: its files, its catalogues' messages by language, and the hooks of its enabled packs."""

    files: Files
    messages: Callable[[str], Mapping[str, str]]
    hooks: Callable[[], Hooks]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller asks for; empty texts mean the usual. `page_size` is a name such as "A4" or "Letter".
    `letterhead` is the name of a Letter Head, True for the usual one, False for none. `unsaved` are the values of a
    Print Format that is not stored, in place of `print_format`."""

    print_format: str = ""
    language: str = ""
    letterhead: bool | str = True
    page_size: str = ""
    unsaved: Mapping[str, Any] | None = None


def take(ctx: Context, sources: Sources, limits: Limits, doctype: str, name: str, wish: Wish) -> Snapshot:
    """The snapshot. Raises DoesNotExistError, PermissionError, PrintFormatError (no such format, too many rows)."""
    doc = ctx.store.get(doctype, name)
    meta = doc.meta
    if not ctx.policy.allows(meta, "print", doc):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=doctype, action="print")
    settings = print_settings(ctx)
    mark = _mark(settings, meta, doc)
    _check_size(doc, limits)
    levels = ctx.policy.levels(meta, "read", doc)
    own = _format(ctx, meta, wish)
    head = choose_letterhead(ctx, settings, doc, wish.letterhead) if wish.letterhead else Letterhead()
    language = choose_language(ctx, own, wish.language)
    values = printed_values(ctx, doc, levels)
    template = own.template if own else None
    return Snapshot(
        doctype=doctype,
        name=name,
        title=_title(meta, values),
        language=language,
        manner=manner_of(ctx, language),
        doc=values,
        fields=field_infos(ctx.definitions, meta),
        sections=[] if template else sections(ctx.definitions, meta, values, levels),
        template=template,
        letterhead=head,
        page=page_of(settings, own, wish.page_size),
        mark=mark,
        messages=dict(sources.messages(language)),
        filters=pack_filters(sources.hooks()),
        assets=gather(ctx, sources.files, limits.assets, template, head, (meta, values)),
    )


def _format(ctx: Context, meta: DocType, wish: Wish) -> Format | None:
    if wish.unsaved is None:
        return choose_format(ctx, meta, wish.print_format)
    return unsaved_format(ctx, meta, wish.unsaved)


def _mark(settings: Settings, meta: DocType, doc: Document) -> str:
    """The word across a draft or cancelled document. Raises PermissionError when the site does not print those."""
    status = int(doc["docstatus"] or 0)
    if not meta.is_submittable or status not in MARKS:
        return ""
    if not (settings.cancelled if status == CANCELLED else settings.drafts):
        template = "{status} documents are not printed here. The administrator can allow it in Print Settings."
        raise PermissionError(template, status=MARKS[status])
    return MARKS[status] if status == CANCELLED or settings.draft_heading else ""


def _check_size(doc: Document, limits: Limits) -> None:
    rows = sum(1 for _ in doc.children())
    if rows > limits.rows:
        template = "{name} has {rows} rows; at most {limit} are printed. Export it instead."
        raise PrintFormatError(template, name=doc["name"], rows=rows, limit=limits.rows)


def _title(meta: DocType, values: Mapping[str, Any]) -> str:
    return str(values.get(meta.title_field) or values["name"])
