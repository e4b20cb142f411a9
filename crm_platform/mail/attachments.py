"""Attachments of outgoing mail: files and print-outs, checked when the mail is queued, read when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Literal, Protocol

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError, EntityTooLargeError, PermissionError, ValidationError

MOST = 20
SIZE = 20 << 20
"""Bytes of all attachments of a mail together: what common servers take, encoded."""

UNKNOWN = "application/octet-stream"
PRINT = "print_format_attachment"

Wanted = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail, sent or received."""

    file_name: str
    content: bytes
    media_type: str = UNKNOWN
    content_id: str = ""
    """Of a picture that the text of a received mail shows; without the angle brackets."""


class Printer(Protocol):
    """Print-outs: the snapshot in a transaction, the PDF outside of it. See printing.service.Printing."""

    def snapshot(
        self,
        ctx: Context,
        doctype: str,
        name: str,
        *,
        print_format: str = "",
        language: str = "",
        letterhead: bool = True,
    ) -> Any: ...
    def make(self, kind: Literal["html", "pdf"], snapshot: Any) -> bytes: ...


class Places(Protocol):
    """Where files lie. See files.storage.Storage."""

    def path_of(self, url: str) -> Path | None: ...


def check_attachments(ctx: Context, wanted: Sequence[Wanted]) -> None:
    """Raise for an attachment that the caller may not read or print, and for too many.

    DoesNotExistError, PermissionError, ValidationError (not one of Frappe's two shapes).
    """
    if len(wanted) > MOST:
        raise ValidationError("A mail carries at most {limit} attachments.", limit=MOST)
    for one in wanted:
        if one.get(PRINT):
            document = ctx.store.get(str(one["doctype"]), str(one["name"]))
            if not ctx.policy.allows(document.meta, "print", document):
                template = "Insufficient Permission for {doctype} ({action})"
                raise PermissionError(template, doctype=document.doctype, action="print")
        else:
            find_file(ctx, one)


def find_file(ctx: Context, wanted: Wanted) -> Document:
    """The File document that {"fid"} or {"file_url"} names, if the caller may read it."""
    if wanted.get("fid"):
        return ctx.store.get("File", str(wanted["fid"]))
    url = str(wanted.get("file_url") or "")
    if not url:
        raise ValidationError("An attachment names a File (fid), an address (file_url) or a print-out.")
    for row in ctx.store.list("File", filters={"file_url": url}, limit=1):
        return ctx.store.get("File", str(row["name"]))
    raise DoesNotExistError("File {url} not found", url=url)


@dataclass(frozen=True)
class Reader:
    """Reads the attachments of a queued mail. `before` runs in a transaction, `contents` outside of it."""

    printer: Printer
    places: Places

    def before(self, ctx: Context, wanted: Sequence[Wanted]) -> list[Any]:
        """What each attachment is made of. `ctx` has the rights of who queued the mail; see `check_attachments`."""
        return [self._print(ctx, one) if one.get(PRINT) else self._file(ctx, one) for one in wanted]

    def _print(self, ctx: Context, one: Wanted) -> Any:
        letterhead = bool(int(one.get("print_letterhead", 1)))
        chosen = {"print_format": str(one.get("print_format") or ""), "language": str(one.get("lang") or "")}
        return self.printer.snapshot(ctx, str(one["doctype"]), str(one["name"]), letterhead=letterhead, **chosen)

    def _file(self, ctx: Context, one: Wanted) -> tuple[str, Path]:
        """Read as the system: the right to attach it was checked when the mail was queued."""
        document = find_file(ctx.as_system(), one)
        path = self.places.path_of(document["file_url"] or "")
        if path is None or not path.is_file():
            raise DoesNotExistError("File {url} not found", url=document["file_url"] or "")
        return str(document["file_name"]), path

    def contents(self, prepared: Sequence[Any]) -> list[Attachment]:
        """The files. Raises EntityTooLargeError, and what printing raises."""
        found: list[Attachment] = []
        room = SIZE
        for one in prepared:
            attachment = _read(one, room) if isinstance(one, tuple) else self._paper(one)
            room -= len(attachment.content)
            if room < 0:
                raise _too_large()
            found.append(attachment)
        return found

    def _paper(self, snapshot: Any) -> Attachment:
        return Attachment(f"{snapshot.name}.pdf", self.printer.make("pdf", snapshot), "application/pdf")


def _read(file: tuple[str, Path], room: int) -> Attachment:
    name, path = file
    if path.stat().st_size > room:
        raise _too_large()
    return Attachment(name, path.read_bytes(), guess_type(name)[0] or UNKNOWN)


def _too_large() -> EntityTooLargeError:
    return EntityTooLargeError("The attachments of a mail are larger than {limit} MB together.", limit=SIZE >> 20)
