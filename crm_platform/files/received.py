"""Files that come with received mail: judged as every file, private, written before COMMIT, attached in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO

from crm_platform.documents.context import Context
from crm_platform.files.attachments import Files, Upload
from crm_platform.files.kinds import HEAD, check_kind
from crm_platform.files.names import safe_name
from crm_platform.files.storage import Stored


@dataclass(frozen=True, slots=True)
class Received:
    """A file in its place that no document names yet; the daily sweep takes it away when none ever does."""

    upload: Upload
    stored: Stored


@dataclass(frozen=True)
class ReceivedFiles:
    """`files` are those of the site."""

    files: Files

    def store(self, file_name: str, content: bytes) -> Received:
        """Judge and write a file, outside of a transaction. Raises FileTypeNotAllowedError, ValidationError."""
        upload = Upload(file_name, BytesIO(content))
        check_kind(safe_name(file_name), content[:HEAD])
        return Received(upload, self.files.store(upload))

    def record(self, ctx: Context, received: Received, doctype: str, name: str) -> str:
        """Attach it to a document as the system; answers its address."""
        upload = replace(received.upload, doctype=doctype, docname=name)
        return str(self.files.record(ctx.as_system(), upload, received.stored)["file_url"])
