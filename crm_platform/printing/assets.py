"""Pictures and fonts of a print-out as data: addresses, after the caller's right to read each file was checked."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any, Protocol

import filetype

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError, PermissionError
from crm_platform.metadata.model import DocType
from crm_platform.printing.snapshot import Letterhead, Template

ADDRESS = re.compile(r"""["'(\s](/(?:private/)?files/[^"'()<>]+)""")
"""An address in HTML, CSS or a template: after a quote or bracket, up to the next one."""
PREFIXES = ("/files/", "/private/files/")
HEAD = 8192
TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
}
"""What is put into a print-out, judged by content. No SVG: it can name further addresses."""
ADDRESSED = frozenset({"Attach Image", "Attach", "Text Editor", "HTML Editor"})


class Storage(Protocol):
    """Where a file with an address lies; None for an address that leads elsewhere."""

    def path_of(self, url: str) -> Path | None: ...


class Files(Protocol):
    """The files of a site: `find` raises DoesNotExistError for what the caller of `ctx` may not read."""

    @property
    def storage(self) -> Storage: ...

    def find(self, ctx: Context, url: str) -> Document: ...


def gather(
    ctx: Context,
    files: Files,
    limit: int,
    template: Template | None,
    letterhead: Letterhead,
    document: tuple[DocType, Mapping[str, Any]],
) -> dict[str, str]:
    """{address: data: address} of the readable pictures and fonts, together at most `limit` bytes."""
    found: dict[str, str] = {}
    own = _addresses(template.html, template.css) if template else ()
    for reader, addresses in (
        (ctx.as_system(), _addresses(letterhead.header, letterhead.footer)),
        (ctx, own),
        (ctx, _of_document(ctx, *document)),
    ):
        for address in addresses:
            if address not in found:
                content = _content(reader, files, address, limit)
                if content is not None:
                    found[address] = content
                    limit -= len(content)
    return found


def _addresses(*texts: str) -> Iterator[str]:
    for text in texts:
        yield from (unescape(match).strip() for match in ADDRESS.findall(text))


def _of_document(ctx: Context, meta: DocType, values: Mapping[str, Any]) -> Iterator[str]:
    for field in meta.data_fields:
        value = values.get(field.fieldname)
        if field.fieldtype in ADDRESSED and isinstance(value, str):
            yield from [value] if value.startswith(PREFIXES) else _addresses(value)
    for table in meta.table_fields:
        for row in values[table.fieldname]:
            yield from _of_document(ctx, ctx.definitions[table.options], row)


def _content(ctx: Context, files: Files, address: str, limit: int) -> str | None:
    """The data: address, or None for what is missing, unreadable, too big or neither picture nor font."""
    path = files.storage.path_of(address)
    if path is None or not path.is_file() or path.stat().st_size * 4 / 3 > limit:
        return None
    try:
        files.find(ctx, address)
    except (DoesNotExistError, PermissionError):
        return None
    content = path.read_bytes()
    kind = filetype.guess(content[:HEAD])
    media_type = TYPES.get(kind.extension) if kind is not None else None
    return f"data:{media_type};base64,{b64encode(content).decode()}" if media_type else None
