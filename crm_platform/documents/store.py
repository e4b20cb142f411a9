"""The store: read, list, insert, save, submit, cancel, delete and rename documents under the caller's rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crm_platform.documents.document import Document

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


class Store:
    """Every method checks the rights of its Context. What may not be read looks exactly like what is missing.

    Raises PermissionError (no right on the DocType), DoesNotExistError, DuplicateEntryError, ValidationError and its
    kinds with all faults at once.
    """

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def new(self, doctype: str, values: Mapping[str, Any] | None = None) -> Document:
        """A new document with its defaults, not stored yet. `values` may be wire values (strings for dates)."""
        raise NotImplementedError

    def get(self, doctype: str, name: str, *, for_update: bool = False) -> Document:
        """The stored document; unreadable fields (permlevel) stay in it: `wire.to_wire` leaves them out."""
        raise NotImplementedError

    def exists(self, doctype: str, name: str) -> bool:
        raise NotImplementedError

    def list(
        self,
        doctype: str,
        *,
        fields: Sequence[str] = ("name",),
        filters: Any = None,
        or_filters: Any = None,
        order_by: str | None = None,
        group_by: str | None = None,
        limit: int | None = 20,
        offset: int = 0,
        distinct: bool = False,
        parent: str | None = None,
    ) -> Sequence[dict[str, Any]]:
        """Rows as Frappe's get_list gives them (Python values), under the caller's row filter."""
        raise NotImplementedError

    def count(self, doctype: str, *, filters: Any = None, or_filters: Any = None, cap: int | None = None) -> int:
        raise NotImplementedError

    def insert(self, doc: Document) -> Document:
        raise NotImplementedError

    def insert_many(self, docs: Sequence[Document]) -> Sequence[Document]:
        """Insert documents of one DocType in one batch: all or nothing."""
        raise NotImplementedError

    def update(self, doctype: str, name: str, values: Mapping[str, Any]) -> Document:
        """Merge wire values into the stored document and save it (Frappe PUT). `modified`, if given, is checked."""
        raise NotImplementedError

    def save(self, doc: Document) -> Document:
        """Insert a new document or save a changed one; `modified` must be that of the stored one."""
        raise NotImplementedError

    def submit(self, doctype: str, name: str) -> Document:
        raise NotImplementedError

    def cancel(self, doctype: str, name: str) -> Document:
        raise NotImplementedError

    def delete(self, doctype: str, name: str) -> None:
        raise NotImplementedError

    def rename(self, doctype: str, old: str, new: str, *, merge: bool = False) -> str:
        raise NotImplementedError
