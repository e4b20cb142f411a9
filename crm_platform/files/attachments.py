"""File documents: attaching, finding the readable file behind an address, and letting unused files go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.errors import DoesNotExistError, FieldError, PermissionError, ValidationError
from crm_platform.files.kinds import HEAD, check_kind
from crm_platform.files.names import safe_name
from crm_platform.files.storage import Storage, Stored, digest_of, same_content

GRACE = 3600.0
"""Seconds for which a file without a document is left alone: its upload may still be on the way to COMMIT."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sends, and where it belongs. `doctype` and `docname` are empty for a loose file."""

    file_name: str
    source: BinaryIO
    private: bool = True
    doctype: str = ""
    docname: str = ""
    fieldname: str = ""


class Files:
    """The files of one site."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def admit(self, ctx: Context, upload: Upload) -> Stored | None:
        """Check that the caller may attach this; answers a stored file with equal content to share, if there is one.

        Raises PermissionError, DoesNotExistError, ValidationError (kind, number of attachments). Reads only.
        """
        upload.source.seek(0)
        check_kind(safe_name(upload.file_name), upload.source.read(HEAD))
        if upload.doctype:
            _check_target(ctx, upload)
        return self._twin(ctx, upload)

    def store(self, upload: Upload) -> Stored:
        """Write the content; before COMMIT, so that no document ever points to a file that is not there."""
        return self.storage.write(upload.source, safe_name(upload.file_name), private=upload.private)

    def record(self, ctx: Context, upload: Upload, stored: Stored) -> Document:
        """Insert the File document; the rights are checked again, since time has passed."""
        if upload.doctype:
            _check_target(ctx, upload)
        if stored.shared and not _rows(ctx, {"file_url": stored.url}):
            raise ValidationError("The same file was deleted a moment ago. Upload it again.")
        upload.source.seek(0)
        name = safe_name(upload.file_name)
        attached = {
            "attached_to_doctype": upload.doctype,
            "attached_to_name": upload.docname,
            "attached_to_field": upload.fieldname or None,
        }
        values = {
            "file_name": name,
            "is_private": int(upload.private),
            "file_url": stored.url,
            "file_type": check_kind(name, upload.source.read(HEAD)),
            "file_size": stored.size,
            "content_hash": stored.content_hash,
            **(attached if upload.doctype else {}),
        }
        system = ctx.as_system().store
        return system.insert(system.new("File", values))

    def find(self, ctx: Context, url: str) -> Document:
        """A File document behind `url` that the caller may read; unreadable is like missing: DoesNotExistError."""
        for row in _rows(ctx, {"file_url": url}):
            if not row["is_private"] and not url.startswith("/private/"):
                return ctx.as_system().store.get("File", row["name"])
            document = _readable(ctx, row["name"])
            if document is not None:
                return document
        raise not_found(url)

    def path_for(self, ctx: Context, url: str) -> Path:
        """Where a file that the caller may read lies. Raises DoesNotExistError for any other."""
        path = self.storage.path_of(str(self.find(ctx, url)["file_url"]))
        if path is None or not path.is_file():
            raise not_found(url)
        return path

    def content(self, url: str) -> bytes | None:
        """The bytes of a stored file, whoever may read it; None when it is not there."""
        path = self.storage.path_of(url)
        return path.read_bytes() if path is not None and path.is_file() else None

    def drop(self, ctx: Context, url: str) -> None:
        """Delete a file once this transaction is committed, unless another document names it."""
        if not _rows(ctx, {"file_url": url}):
            ctx.connection.after_commit(lambda: self.storage.remove(url))

    def sweep(self, ctx: Context) -> int:
        """Delete files that no document names any more; answers how many. For a job that runs now and then."""
        removed = 0
        for url in list(self.storage.urls(ctx.now().timestamp() - GRACE)):
            if not _rows(ctx, {"file_url": url}):
                self.storage.remove(url)
                removed += 1
        return removed

    def _twin(self, ctx: Context, upload: Upload) -> Stored | None:
        digest = digest_of(upload.source)
        for row in _rows(ctx, {"content_hash": digest, "is_private": int(upload.private)}):
            path = self.storage.path_of(row["file_url"] or "")
            if path is not None and path.is_file() and same_content(upload.source, path):
                return Stored(row["file_url"], path, path.stat().st_size, digest, shared=True)
        return None


def not_found(url: str) -> DoesNotExistError:
    return DoesNotExistError("File {url} not found", url=url)


def _rows(ctx: Context, filters: dict[str, Any]) -> list[dict[str, Any]]:
    fields = ("name", "file_url", "is_private")
    return list(ctx.as_system().store.list("File", fields=fields, filters=filters, order_by="creation asc", limit=100))


def _readable(ctx: Context, name: str) -> Document | None:
    """The File if the caller may read it, and the field that it is attached to."""
    try:
        document = ctx.store.get("File", name)
        meta = ctx.definitions.get(document.get("attached_to_doctype", ""))
        field = meta.field(document.get("attached_to_field", "")) if meta is not None else None
        if meta is None or field is None:
            return document
        target = ctx.store.get(meta.name, document["attached_to_name"])
    except (DoesNotExistError, PermissionError):
        return None
    return document if field.permlevel in ctx.policy.levels(meta, "read", target) | {0} else None


def _check_target(ctx: Context, upload: Upload) -> None:
    """Attaching is a change of the document: it needs the right to write it."""
    target = ctx.store.get(upload.doctype, upload.docname)
    if not ctx.policy.allows(target.meta, "write", target):
        template = "Insufficient Permission for {doctype} ({action})"
        raise PermissionError(template, doctype=upload.doctype, action="write")
    if upload.fieldname and target.meta.field(upload.fieldname) is None:
        raise ValidationError("{doctype} has no field {field}.", doctype=upload.doctype, field=upload.fieldname)
    limit = target.meta.max_attachments
    attached = {"attached_to_doctype": upload.doctype, "attached_to_name": upload.docname}
    if limit and len(_rows(ctx, attached)) >= limit:
        template = "At most {limit} files can be attached to {doctype} {name}. Remove one first."
        raise ValidationError(template, limit=limit, doctype=upload.doctype, name=upload.docname)


def _keep_place(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a document event's signature
    """A stored file stays private or public as it was uploaded: its address is known to others already."""
    before = doc.before
    if before is not None and before["file_url"] and doc["is_private"] != before["is_private"]:
        fault = FieldError("is_private", "Upload the file again to make it private or public.")
        raise ValidationError("A stored file cannot be made private or public. Upload it again.", errors=[fault])


LISTENERS = [Listener("core", "File", "validate", _keep_place)]
