"""Taking an import back: what it added goes, what it changed gets its values back; later edits are left and listed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from crm_platform.documents.copies import COPY, is_kept
from crm_platform.errors import (
    CRMError,
    DoesNotExistError,
    ServerError,
    StorageFullError,
    TimeoutError,
    UnavailableError,
    ValidationError,
)
from crm_platform.metadata.masking import HIDDEN
from crm_platform.transfer import journal, log
from crm_platform.transfer.importing import importable
from crm_platform.transfer.journal import Change
from crm_platform.transfer.merging.journal import merged_into
from crm_platform.transfer.report import Progress, unwatched
from crm_platform.transfer.transactions import Transactions

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


OF_THE_SERVER = (TimeoutError, UnavailableError, StorageFullError, ServerError)
"""What says nothing about the document: its part is rolled back, and the whole is tried again."""


@dataclass(frozen=True)
class Kept:
    """A document that was not taken back, with the reason."""

    name: str
    template: str
    params: dict[str, object]


@dataclass
class Undone:
    """What came of it: documents that were removed, that have their old values again, and that were kept."""

    removed: int = 0
    restored: int = 0
    kept: list[Kept] = field(default_factory=list)

    def add(self, other: Undone) -> None:
        self.removed += other.removed
        self.restored += other.restored
        self.kept += other.kept


class _Discard(Exception):
    """Takes a dry run back."""


@dataclass
class Undoing:
    """Takes imports of one site back. `become` gives a transaction the rights of the user who asks for it.

    Each part is a transaction of its own; what is kept stays in the journal, so that it can be tried again.
    """

    runtime: Transactions
    become: Callable[[Context], Context]
    progress: Progress = field(default=unwatched)

    def run(self, data_import: str, *, dry_run: bool = False) -> Undone:
        """Take the Data Import of this name back; a dry run says what would come of it and changes nothing.

        Raises DoesNotExistError for an unknown import, PermissionError without the right to import, ValidationError
        when there is nothing to take back; TimeoutError and its like with the parts before taken back, which are not
        done again the next time.
        """
        doctype, parts = self.runtime.read(lambda ctx: self._look(self.become(ctx), data_import))
        if dry_run:
            return self._rehearse(data_import, doctype, parts)
        found = Undone()
        for done, part in enumerate(parts, start=1):
            found.add(self.runtime.write(partial(self._part, data_import, doctype, part)))
            self.progress(done, len(parts))
        self.runtime.write(lambda ctx: log.undone(self.become(ctx), data_import, found.kept))
        return found

    def _look(self, ctx: Context, data_import: str) -> tuple[str, list[int]]:
        entry = ctx.as_system().store.get(log.DOCTYPE, data_import)
        doctype = str(entry["reference_doctype"])
        importable(ctx, doctype)
        parts = journal.parts(ctx, data_import)
        if not parts:
            raise ValidationError("Nothing of the import {name} is left to take back.", name=data_import)
        return doctype, parts

    def _rehearse(self, data_import: str, doctype: str, parts: list[int]) -> Undone:
        found = Undone()

        def work(ctx: Context) -> None:
            for done, part in enumerate(parts, start=1):
                found.add(self._part(data_import, doctype, part, ctx))
                self.progress(done, len(parts))
            raise _Discard

        with suppress(_Discard):
            self.runtime.write(work)
        return found

    def _part(self, data_import: str, doctype: str, part: int, ctx: Context) -> Undone:
        ctx = self.become(ctx)
        found, left = Undone(), []
        for change in journal.read(ctx, data_import, part):
            reason = _undo(ctx, doctype, change)
            if reason is not None:
                found.kept.append(reason)
                left.append(change)
            elif change.before is None:
                found.removed += 1
            else:
                found.restored += 1
        journal.replace(ctx, data_import, part, left)
        return found


def _undo(ctx: Context, doctype: str, change: Change) -> Kept | None:
    """Take one change back, or say why not."""
    try:
        doc = ctx.store.get(doctype, change.name, for_update=True)
    except DoesNotExistError:
        return _gone(ctx, doctype, change.name)
    if not change.is_of(doc):
        params: dict[str, object] = {"user": doc["modified_by"], "time": doc["modified"]}
        return Kept(change.name, "It was changed after the import, by {user}.", params)
    try:
        with ctx.connection.savepoint():
            if change.before is None:
                ctx.store.delete(doctype, change.name)
            else:
                ctx.store.update(doctype, change.name, change.before)
    except OF_THE_SERVER:
        raise
    except CRMError as error:
        return Kept(change.name, error.template, dict(error.params))
    return None


def _gone(ctx: Context, doctype: str, name: str) -> Kept | None:
    """A document that is gone already is no reason, unless it is only elsewhere; one that the caller may not read
    stays, and is not named to him."""
    meta = ctx.definitions[doctype]
    if ctx.connection.existing(meta, [name]):
        return Kept(HIDDEN, "It is there, but you may not read it.", {})
    kept = merged_into(ctx, doctype, name)
    if kept:
        shown = kept if ctx.store.list(doctype, filters={"name": kept}, limit=1) else HIDDEN
        return Kept(name, "It was merged into {kept}. Take the merge back, then the import.", {"kept": shown})
    deleted = {"deleted_doctype": doctype, "deleted_name": name}
    if meta.allow_rename and is_kept(ctx, doctype) and not ctx.as_system().store.list(COPY, filters=deleted, limit=1):
        return Kept(name, "It is not there under this name: it was renamed, or removed for good.", {})
    return None
