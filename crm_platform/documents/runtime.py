"""An open site as the document layer sees it: model, events, database, secrets, and how transactions begin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from crm_platform.database.interface import Connection, Database, Seals, UnpreparedError
from crm_platform.database.seals import NoSeals
from crm_platform.documents.context import Clock, Context, system_clock
from crm_platform.documents.events import EventTable
from crm_platform.documents.store import Store
from crm_platform.documents.wire import Show, open_columns
from crm_platform.errors import CRMError
from crm_platform.metadata.merge import Merged
from crm_platform.metadata.model import Definitions, DocType, Workflow
from crm_platform.metadata.problems import Problem

T = TypeVar("T")
OpenColumns = tuple[tuple[str, Show | None], ...]

PREPARED = 3
"""So often a change of the model is prepared before it is given up: it may change while it is prepared."""


Dispatch = Callable[[Connection, str, datetime], None]
"""Told of each job that is queued, inside of its transaction: its id, and when it is due."""


def undispatched(connection: Connection, job: str, due: datetime) -> None:
    """Workers look into the table of jobs themselves."""


Announce = Callable[[Context, str, str], None]
"""Told (ctx, job, user) when a job's state or progress changes, inside of its transaction."""


def unannounced(ctx: Context, job: str, user: str) -> None:
    """Nobody follows jobs."""


Remodelled = Callable[[Context], None]
"""Told when definitions change, inside of the transaction that changes them."""


def unnoticed(ctx: Context) -> None:
    """Nobody follows definitions."""


Forget = Callable[[Context, Collection[tuple[str, str]], Collection[str]], None]
"""Told (ctx, documents as (DocType, name), identities) of an erasure, inside of its transaction: takes a person out of
what a room keeps beside the documents."""


def nothing_kept(ctx: Context, documents: Collection[tuple[str, str]], identities: Collection[str]) -> None:
    """Nothing is kept beside the documents."""


BrokenRecords = Callable[[Context], Iterable[tuple[str, CRMError]]]
"""Records (reports, rules…) that cannot work under the model of a Context, which acts as the system; what is wrong."""


def nothing_broken(ctx: Context) -> Iterable[tuple[str, CRMError]]:  # noqa: ARG001 for a site without such records
    """No record reads the model."""
    return ()


Understaffed = Callable[[Context, Iterable[Workflow]], Iterable[Problem]]
"""Workflows of a draft that the people of the site cannot work with; what is wrong. The Context acts as the system."""


def nobody_missing(ctx: Context, workflows: Iterable[Workflow]) -> Iterable[Problem]:  # noqa: ARG001 without people
    """No workflow asks for anybody."""
    return ()


Contributions = Callable[[Definitions, str], Sequence[tuple[str, Mapping[str, Any]]]]
"""(pack, its mapping) of each pack that answers a hook, at the version of the definitions."""


def nothing_contributed(definitions: Definitions, hook: str) -> Sequence[tuple[str, Mapping[str, Any]]]:  # noqa: ARG001
    """A site without packs."""
    return ()


Recomputed = Callable[[Context, DocType, str, Collection[tuple[str, ...]]], None]
"""Told (ctx, DocType, name, paths) when computed values of a stored document changed because of other documents, inside
of its transaction: there is no event for it. A path is a fieldname, or a table field and a field of its rows."""


def unindexed(ctx: Context, meta: DocType, name: str, paths: Collection[tuple[str, ...]]) -> None:
    """Nothing is kept beside the documents."""


class Cipher(Protocol):
    """Encrypts secrets at rest (Password fields) with the site's key."""

    def encrypt(self, text: str) -> str: ...
    def decrypt(self, token: str) -> str: ...


Texts = Mapping[str, Mapping[str, str]]
"""Translations that a site's records say, by language and source text."""

NO_TEXTS: Texts = MappingProxyType({})


@dataclass(frozen=True)
class Model:
    """The merged definitions together with the event table resolved for them, and the site's own texts."""

    merged: Merged
    events: EventTable
    texts: Texts = field(default_factory=lambda: NO_TEXTS)

    @property
    def definitions(self) -> Definitions:
        return self.merged.definitions


Auditor = Callable[[Context, str, str, str, Mapping[str, Any]], None]
"""Writes an entry of the audit log: Context, event, DocType, name, details (see privacy.audit)."""


def unaudited(ctx: Context, event: str, doctype: str, name: str, details: Mapping[str, Any]) -> None:
    """The auditor of a runtime without an audit log."""


@dataclass(repr=False)
class Runtime:
    """One open site. `load` reads the effective model from packs and database (`merge` its
    definitions alone, while the tables may lag behind); `identify` turns a bare Context into
    one of a signed-in user (the access room's part)."""

    name: str
    folder: Path
    database: Database
    cipher: Cipher
    load: Callable[[Connection], Model]
    merge: Callable[[Connection], Merged]
    translate: Callable[[str, str], str]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    clock: Clock = system_clock
    dispatch: Dispatch = undispatched
    announce: Announce = unannounced
    remodelled: Remodelled = unnoticed
    forget: Forget = nothing_kept
    contributions: Contributions = nothing_contributed
    broken_records: BrokenRecords = nothing_broken
    understaffed: Understaffed = nobody_missing
    recomputed: Recomputed = unindexed
    seals: Seals = field(default_factory=NoSeals)
    audit: Auditor = unaudited
    model: Model | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open_columns: WeakKeyDictionary[DocType, dict[frozenset[int], OpenColumns]] = field(
        default_factory=WeakKeyDictionary
    )

    def store(self, ctx: Context) -> Store:
        return Store(ctx)

    def open_columns(self, meta: DocType, levels: frozenset[int]) -> OpenColumns:
        """What someone with these field levels sees of a DocType, and how JSON shows it in this site's time zone."""
        known = self._open_columns.setdefault(meta, {})
        found = known.get(levels)
        if found is None:
            found = known[levels] = open_columns(meta, self.zone, levels)
        return found

    def events(self, ctx: Context) -> EventTable:
        """The event table that belongs to the definitions of `ctx`."""
        model = self.model
        if model is None or model.definitions is not ctx.definitions:
            model = self.load(ctx.connection)
        return model.events

    def counters(self, connection: Connection) -> Mapping[str, int]:
        """The change counters `definitions` and `access` of the database: other processes move them too."""
        return connection.counters()

    def fresh_model(self, connection: Connection) -> Model:
        """The model at the version that this transaction sees, loaded again when another process changed it."""
        version = self.counters(connection).get("definitions", 0)
        model = self.model
        if model is not None and model.definitions.version == version:
            return model
        if connection.brief is not None:
            connection.brief.give_up(lasting=False)
        with self._lock:
            loaded = self.load(connection)
            if self.model is None or loaded.definitions.version >= self.model.definitions.version:
                self.model = loaded
            return loaded

    def context(self, connection: Connection) -> Context:
        """A Context without a user: denies everything until access identifies the caller."""
        connection.seals = self.seals
        return Context(
            runtime=self, connection=connection, definitions=self.fresh_model(connection).definitions, clock=self.clock
        )

    def read(self, work: Callable[[Context], T]) -> T:
        return self.database.read(lambda connection: work(self.context(connection)))

    def read_briefly(self, work: Callable[[Context], T]) -> T:
        """As `read`, where nothing may take long; raises NotBriefError when it would (see Database.read_briefly)."""
        return self.database.read_briefly(lambda connection: work(self.context(connection)))

    def write(self, work: Callable[[Context], T]) -> T:
        """Run `work` in a write transaction; a change of the model that takes long is prepared first."""
        for _ in range(PREPARED):
            try:
                return self._write(work)
            except UnpreparedError as error:
                self.database.prepare(error.steps)
        return self._write(work)

    def _write(self, work: Callable[[Context], T]) -> T:
        return self.database.write(lambda connection: self._finished(connection, work))

    def submit(self, work: Callable[[Context], T]) -> Future[T]:
        """Queue a writing request for the group-commit writer; the future is done after COMMIT. It raises
        UnpreparedError for a change of the model that must be prepared first (Database.prepare)."""
        return self.database.submit(lambda connection: self._finished(connection, work))

    def _finished(self, connection: Connection, work: Callable[[Context], T]) -> T:
        """Do the work, and what it left for its end."""
        connection.closing = ()
        result = work(self.context(connection))
        connection.finish()
        return result
