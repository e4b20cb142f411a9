"""What a file is, judged by its content: the name alone is never believed."""

from __future__ import annotations

import filetype

from crm_platform.errors import FieldError, FileTypeNotAllowedError
from crm_platform.files.names import split_extension

HEAD = 8192
"""Bytes at the beginning that tell the kind."""

INLINE = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
}
"""Kinds that a browser may show on our pages; everything else is saved. None of them can carry a script of ours."""

ALIASES = {"jpeg": "jpg", "jpe": "jpg"}
DOWNLOAD = "application/octet-stream"


def kind_of(head: bytes) -> str:
    """The extension that belongs to the content, or "" for text and unknown content."""
    found = filetype.guess(head)
    return str(found.extension) if found is not None else ""


def check_kind(name: str, head: bytes) -> str:
    """Frappe File.file_type: by content, else by name. Raises FileTypeNotAllowedError when the name claims a picture or
    PDF and the content is none."""
    claimed = split_extension(name)[1].lstrip(".").lower()
    claimed = ALIASES.get(claimed, claimed)
    actual = kind_of(head)
    if claimed in INLINE and claimed != actual:
        template = "{name} is not what its name says: its content is no {kind}. Give it the right name and try again."
        fault = FieldError("file_name", template, "FileTypeNotAllowedError", params={"name": name, "kind": claimed})
        raise FileTypeNotAllowedError(template, errors=[fault], name=name, kind=claimed)
    return (actual or claimed).upper()


def media_type(head: bytes) -> tuple[str, bool]:
    """Content-Type to serve with, and whether the browser may show it instead of saving it."""
    shown = INLINE.get(kind_of(head))
    return (shown, True) if shown else (DOWNLOAD, False)
