"""Collects every fault of a document, so that one answer names them all."""

from __future__ import annotations

from typing import Any

from crm_platform import errors
from crm_platform.documents.coerce import Refused
from crm_platform.errors import CRMError, FieldError, ValidationError
from crm_platform.metadata.model import Field


class Faults:
    """Faults of one document and its child rows, in the order found."""

    def __init__(self) -> None:
        self.found: list[FieldError] = []

    def add(
        self,
        field: Field,
        template: str,
        code: str = "ValidationError",
        *,
        table: str | None = None,
        row: int | None = None,
        **params: Any,
    ) -> None:
        """Note a fault; a second one of the same value would only confuse."""
        if any((f.field, f.table, f.row) == (field.fieldname, table, row) for f in self.found):
            return
        named = {"label": field.label or field.fieldname, **params}
        self.found.append(FieldError(field.fieldname, template, code, table, row, named))

    def refused(self, field: Field, refusal: Refused, table: str | None = None, row: int | None = None) -> None:
        self.add(field, refusal.template, refusal.code, table=table, row=row, **refusal.params)

    def raise_all(self) -> None:
        """Raise one error with all faults; its class is that of the first one."""
        if not self.found:
            return
        first = self.found[0]
        kind: type[CRMError] = getattr(errors, first.code, ValidationError)
        error = kind(first.template, errors=self.found)
        error.params.update(first.params)
        raise error
