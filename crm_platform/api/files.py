"""Uploading files, and serving them to those who may read what they are attached to."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, Response

from crm_platform.api.call import Call
from crm_platform.api.methods import ShellMethod
from crm_platform.api.replies import disposition, method_response
from crm_platform.documents.context import Context
from crm_platform.documents.wire import to_wire
from crm_platform.errors import CRMError, FieldError, MandatoryError
from crm_platform.files.attachments import Upload, not_found
from crm_platform.files.kinds import media_type
from crm_platform.files.storage import Stored, head_of


async def upload_file(
    call: Call,
    is_private: bool = True,
    doctype: str = "",
    docname: str = "",
    fieldname: str = "",
    file_name: str = "",
) -> Response:
    """A multipart upload with one file (contract §14); private unless `is_private` says 0."""
    part = _file(call)
    name = file_name or part.filename or ""
    upload = Upload(name, part.file, private=is_private, doctype=doctype, docname=docname, fieldname=fieldname)
    files, loop = call.site.services.files, asyncio.get_running_loop()
    stored = await call.read(lambda ctx: files.admit(ctx, upload))
    if stored is None:
        stored = await loop.run_in_executor(call.site.slow, files.store, upload)
    try:
        answer = await call.scope.write(partial(_record, call, upload, stored))
    except CRMError:
        if not stored.shared:
            files.storage.remove(stored.url)
        raise
    return method_response(answer, call.style)


def _record(call: Call, upload: Upload, stored: Stored, ctx: Context) -> dict[str, object]:
    return to_wire(ctx, call.site.services.files.record(ctx, upload, stored))


def _file(call: Call) -> UploadFile:
    if call.multipart is None or not call.multipart.files:
        fault = FieldError("file", "Choose a file to upload.", "MandatoryError")
        raise MandatoryError("There is no file in the upload. Choose one and try again.", errors=[fault])
    return call.multipart.files[0]


async def serve(call: Call) -> Response:
    """A file by its address; what may not be read looks like what is not there."""
    url = str(call.request.scope["path"])
    files = call.site.services.files
    path = files.storage.path_of(url)
    if path is None:
        raise not_found(url)
    document = await call.read(lambda ctx: files.find(ctx, url))
    head = await asyncio.get_running_loop().run_in_executor(call.site.slow, _head, path)
    if head is None:
        raise not_found(url)
    kind, shown = media_type(head)
    name = disposition("inline" if shown else "attachment", document.get("file_name", path.name))
    return FileResponse(path, media_type=kind, headers={"content-disposition": name})


def _head(path: Path) -> bytes | None:
    return head_of(path) if path.is_file() else None


METHODS = (ShellMethod("upload_file", upload_file, writes=True, verbs=("POST",), consumes="multipart/form-data"),)
