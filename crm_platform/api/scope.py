"""From the event loop into a transaction: work runs in a thread, as the identified caller, in the caller's language."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar

from crm_platform.access.identify import Credentials, require_user
from crm_platform.database.brief import NotBriefError
from crm_platform.database.interface import UnpreparedError
from crm_platform.documents.context import Context
from crm_platform.documents.runtime import PREPARED

if TYPE_CHECKING:
    from crm_platform.api.site import Site

T = TypeVar("T")
Work = Callable[[Context], T]

Guard = Literal["guest", "policy", "user", "method"]
"""Who may enter. guest: everybody. policy: everybody, and the store asks the access policy about every document.
user: signed-in users, before any permission. method: as the API method that is called declares."""


@dataclass(slots=True)
class Scope:
    """One request's way to data. `language` starts as the browser's wish and becomes the user's when it is known."""

    site: Site
    credentials: Credentials
    request_id: str
    language: str
    guard: Guard = "user"
    asked_language: str = ""
    """What the parameter `_lang` asks for; it goes before the user's own language."""

    async def read(self, work: Work[T]) -> T:
        """Run `work` in a read transaction on one of the site's few reading threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.site.readers, self.site.runtime.read, partial(self._as_caller, work))

    async def read_briefly(self, key: Hashable, work: Work[T]) -> T:
        """As `read`, but on the event loop while the reads under `key` are brief. `work` may be run twice: a read that
        takes long is given up and done again in a thread."""
        brief = self.site.brief
        if not brief.expects(key):
            return await self.read(work)
        try:
            answer = self.site.runtime.read_briefly(partial(self._as_caller, work))
        except NotBriefError as error:
            brief.given_up(key, error)
            return await self.read(work)
        brief.was_brief(key)
        return answer

    async def write(self, work: Work[T]) -> T:
        """Queue `work` for the group-commit writer; the answer comes after COMMIT.

        A change of the model that would take long is prepared first, in a thread that nobody waits for.
        """
        for _ in range(PREPARED):
            try:
                return await self._submit(work)
            except UnpreparedError as error:
                prepare = partial(self.site.runtime.database.prepare, error.steps)
                await asyncio.get_running_loop().run_in_executor(self.site.preparing, prepare)
        return await self._submit(work)

    async def _submit(self, work: Work[T]) -> T:
        return await asyncio.wrap_future(self.site.runtime.submit(partial(self._as_caller, work)))

    def _as_caller(self, work: Work[T], bare: Context) -> T:
        ctx = replace(bare, request_id=self.request_id, language=self.language)
        ctx = self.site.access.identify(ctx, self.credentials)
        if self.asked_language:
            ctx = replace(ctx, language=self.asked_language)
        self.language = ctx.language
        if self.guard == "user":
            require_user(ctx)
        return work(ctx)
