"""Multipart bodies: text fields, and one file that goes to disk while it arrives."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from crm_platform.api.body import Arguments, limited, refuse_nul
from crm_platform.errors import ValidationError

MAX_FIELDS = 100
MAX_FIELD_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class Multipart:
    """A parsed body; `close` deletes the temporary files."""

    form: FormData
    fields: Arguments
    files: list[UploadFile]

    async def close(self) -> None:
        await self.form.close()


async def read_multipart(request: Request, limit: int) -> Multipart:
    """Parse within `limit` bytes; parts over a megabyte are spooled to disk.

    Raises EntityTooLargeError, ValidationError.
    """
    parser = MultiPartParser(
        request.headers, _chunks(request, limit), max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_SIZE
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError):  # no boundary is a KeyError
        raise ValidationError("The upload must be multipart/form-data with at most one file. Send it again.") from None
    fields: Arguments = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    refuse_nul(fields)
    return Multipart(form, fields, [value for _, value in form.multi_items() if isinstance(value, UploadFile)])


async def _chunks(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    async for chunk in limited(request, limit):
        yield chunk
