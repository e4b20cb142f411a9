"""What all requests to one application share: the open site, its abilities, its limits and its reading threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from crm_platform.access.identify import Access
from crm_platform.api.brief import BriefReads
from crm_platform.api.kept import Kept
from crm_platform.api.services import Services
from crm_platform.documents.runtime import Runtime
from crm_platform.events.hub import Hub

if TYPE_CHECKING:
    from crm_platform.api.methods import Methods

READING_THREADS = 2
"""Measured: more threads only fight for the interpreter lock; capacity grows by processes."""


SLOW_THREADS = 2
"""For what takes long and would hold up reading: password hashes, files."""


@dataclass(frozen=True, slots=True)
class Options:
    """Limits and addresses of an application. `hosts` are the names that the site goes by (empty: any)."""

    hosts: frozenset[str] = frozenset()
    max_body: int = 25 << 20


@dataclass(frozen=True)
class Site:
    """Handed to every handler through its Call."""

    runtime: Runtime
    access: Access
    services: Services
    methods: Methods
    options: Options = Options()
    open_routes: tuple[str, ...] = ()
    """Verb and path of every address that needs no sign-in."""
    openapi: Kept = field(default_factory=Kept)
    brief: BriefReads = field(default_factory=BriefReads)
    readers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(READING_THREADS, thread_name_prefix="read")
    )
    slow: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="slow")
    )

    preparing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="prepare"))
    """For what changes of the model need beforehand, minutes perhaps: nothing else waits for it."""

    @cached_property
    def hub(self) -> Hub:
        """The live streams of this process."""
        return Hub(self.runtime, self.services.events)
