"""The store: read, list, insert, save, submit, cancel, delete and rename documents under the caller's rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crm_platform.database.query import PERIOD
from crm_platform.documents import choosing, deleting, guards, keyset, reading, renaming, saving
from crm_platform.documents.document import Document
from crm_platform.documents.prepare import apply_defaults
from crm_platform.documents.reading import ListRequest
from crm_platform.errors import DoesNotExistError
from crm_platform.metadata.normalise import normalise

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
        doc = Document(reading.definition(self.ctx, doctype), self.ctx.definitions)
        given = normalise(doctype, values) if doctype in guards.DEFINITION_KINDS and values else dict(values or {})
        name = given.pop("__newname", None) or given.pop("name", None)
        guards.merge(self.ctx, doc, given)
        if isinstance(name, str | int) and name != "":
            doc["name"] = str(name)
        apply_defaults(self.ctx, doc)
        return doc

    def get(self, doctype: str, name: str, *, for_update: bool = False) -> Document:
        """The stored document; unreadable fields (permlevel) stay in it: `wire.to_wire` leaves them out."""
        return reading.get(self.ctx, doctype, name, for_update=for_update)

    def exists(self, doctype: str, name: str) -> bool:
        """Whether the caller could read such a document."""
        try:
            self.get(doctype, name)
        except DoesNotExistError:
            return False
        return True

    def list(  # noqa: PLR0913 the parameters of Frappe's get_list
        self,
        doctype: str,
        *,
        fields: Sequence[Any] = ("name",),
        filters: Any = None,
        or_filters: Any = None,
        order_by: str | None = None,
        group_by: str | None = None,
        limit: int | None = 20,
        offset: int = 0,
        distinct: bool = False,
        parent: str | None = None,
    ) -> Sequence[dict[str, Any]]:
        """Rows as Frappe's get_list gives them, as Python values, under the caller's row filter.

        `limit` 0 or None asks for all rows. Filters: see documents.filters; fields and sorting: documents.columns.
        """
        request = ListRequest(
            fields, filters, or_filters, order_by, group_by, limit, offset, distinct=distinct, parent=parent
        )
        return reading.list_rows(self.ctx, doctype, request)

    def choices(
        self,
        doctype: str,
        *,
        fields: Sequence[Any],
        filters: Any = None,
        or_filters: Any = None,
        order_by: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Sequence[dict[str, Any]]:
        """Rows that the caller may choose in a link, by what they are called: see documents.choosing."""
        request = ListRequest(fields, filters, or_filters, order_by, None, limit, offset)
        return choosing.choices(self.ctx, reading.definition(self.ctx, doctype), request)

    def page(
        self,
        doctype: str,
        *,
        cursor: str = keyset.START,
        fields: Sequence[Any] = ("name",),
        filters: Any = None,
        or_filters: Any = None,
        order_by: str | None = None,
        limit: int | None = 20,
    ) -> tuple[Sequence[dict[str, Any]], str | None]:
        """A page of a list and the cursor of the next one (None at the end), at any depth as fast as the first.

        What is written between two pages neither hides a row nor shows one twice. Sorted by fields of the DocType
        itself; raises DataError for anything else and for a cursor of another list.
        """
        request = ListRequest(fields, filters, or_filters, order_by, None, limit)
        return reading.page(self.ctx, doctype, request, cursor)

    def series(
        self, doctype: str, value: str, period_of: str, bounds: Sequence[date | datetime], *, filters: Any = None
    ) -> Mapping[int, Any]:
        """An aggregate, as in "count(name)", over the spans of time between neighbouring `bounds`, by their number.

        `bounds` ascend: days where the field `period_of` is a Date, moments where it is a Datetime. Empty spans are
        left out, and so are documents before the first bound or from the last one on.
        """
        request = ListRequest((f"{value} as value",), filters, limit=None, period_of=period_of, bounds=bounds)
        return {row[PERIOD]: row["value"] for row in reading.list_rows(self.ctx, doctype, request)}

    def count(self, doctype: str, *, filters: Any = None, or_filters: Any = None, cap: int | None = None) -> int:
        return reading.count(self.ctx, doctype, filters, or_filters, cap)

    def insert(self, doc: Document) -> Document:
        saving.insert(self.ctx, [doc], [str(doc.get("name", ""))])
        return doc

    def insert_many(self, docs: Sequence[Document]) -> Sequence[Document]:
        """Insert documents of one DocType in one batch: all or nothing."""
        saving.insert(self.ctx, docs, [str(doc.get("name", "")) for doc in docs])
        return docs

    def update(self, doctype: str, name: str, values: Mapping[str, Any]) -> Document:
        """Merge wire values into the stored document and save it (Frappe PUT). `modified`, if given, is checked."""
        doc = self.get(doctype, name, for_update=True)
        guards.merge(self.ctx, doc, values)
        return self.save(doc)

    def save(self, doc: Document) -> Document:
        """Insert a new document or save a changed one; `modified` must be that of the stored one."""
        if doc.is_new:
            return self.insert(doc)
        saving.update(self.ctx, doc)
        return doc

    def transition(
        self, doctype: str, name: str, values: Mapping[str, Any], *, expected: Mapping[str, Any]
    ) -> Document:
        """Save what an engine room decided (a workflow step): one conditional UPDATE that insists on `expected`.

        The values count as set by the system, so no client can reach this; the caller's rights on the move itself are
        the business of the room that decides.
        """
        doc = self.get(doctype, name, for_update=True)
        for fieldname, value in values.items():
            doc[fieldname] = value
        saving.update(self.ctx, doc, expected=expected)
        return doc

    def submit(self, doctype: str, name: str) -> Document:
        return self.update(doctype, name, {"docstatus": saving.SUBMITTED})

    def cancel(self, doctype: str, name: str) -> Document:
        return self.update(doctype, name, {"docstatus": saving.CANCELLED})

    def delete(self, doctype: str, name: str) -> None:
        deleting.delete(self.ctx, doctype, name)

    def rename(self, doctype: str, old: str, new: str) -> str:
        return renaming.rename(self.ctx, doctype, old, new)
