"""One HTTP request on its way through a handler: its arguments, its files, and its way to data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from starlette.requests import Request

from crm_platform.api.body import Arguments, content_type
from crm_platform.api.idempotency import once
from crm_platform.api.scope import Scope, T, Work
from crm_platform.api.site import Site
from crm_platform.api.uploads import Multipart
from crm_platform.errors import DoesNotExistError

Style = Literal["v1", "v2"]

BRIEF_REQUEST = 4096
"""Bytes of the arguments, in the address and the body, of a request that may be brief."""


@dataclass
class Call:
    """What a handler gets. `arguments` are the address's and the body's together, the body's winning."""

    site: Site
    request: Request
    scope: Scope
    style: Style
    arguments: Arguments
    body: Arguments
    """The body's arguments alone: what a document is made of."""
    raw_body: bytes = b""
    multipart: Multipart | None = None

    @cached_property
    def content_type(self) -> str:
        return content_type(self.request)

    @property
    def verb(self) -> str:
        return str(self.request.scope["method"])

    @property
    def secure(self) -> bool:
        """Whether the browser came over https, as the server in front of the application vouches for."""
        return bool(self.request.scope["scheme"] == "https")

    def path(self, part: str) -> str:
        """A part of the routed path, exact."""
        value = str(self.request.path_params[part])
        if "\x00" in value:
            raise DoesNotExistError("{name} not found.", name=value.replace("\x00", ""))
        return value

    async def read(self, work: Work[T]) -> T:
        return await self.scope.read(work)

    async def read_briefly(self, kind: str, doctype: str, work: Work[T]) -> T:
        """As `read`, for what reads little of one DocType as a rule: a document, a page of a list, a count.

        `work` has no effect but its answer, see Scope.read_briefly. A long request may ask for much: it is not brief.
        """
        length = len(self.request.scope["query_string"]) + len(self.raw_body)
        if length > BRIEF_REQUEST or self.multipart is not None:
            return await self.scope.read(work)
        return await self.scope.read_briefly((kind, doctype), work)

    async def write(self, work: Work[T]) -> T:
        """Run a change; with an Idempotency-Key header a repeated request gets the first answer again."""
        key = self.request.headers.get("idempotency-key", "")
        return await self.scope.write(once(key, self.fingerprint, work) if key else work)

    @property
    def fingerprint(self) -> bytes:
        """What makes two requests the same one."""
        scope = self.request.scope
        return b"\n".join((scope["method"].encode(), scope["path"].encode(), scope["query_string"], self.raw_body))
