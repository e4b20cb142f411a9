"""Masked columns on their way in and out: every row that is read holds Masked values, secret ones are sealed in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from crm_platform.database.query import Query, way_of
from crm_platform.errors import UnavailableError
from crm_platform.metadata.masking import Masked, plain_of
from crm_platform.metadata.model import DocType, Field


class BrokenSealError(Exception):
    """A sealed value that no key of the site opens."""


class Seals(Protocol):
    """Encrypts the values of secret fields. `place` names table and column: a sealed value fits nowhere else."""

    def seal(self, place: str, text: str) -> str: ...
    def open(self, place: str, sealed: str) -> str:
        """The text; one that is not sealed (written before the field was secret) as it is. Raises BrokenSealError."""

    def is_current(self, sealed: str) -> bool:
        """Whether the value is sealed with the newest key."""

    def digests(self, place: str, text: str) -> Sequence[str]:
        """What finds an equal value without opening it, by the newest key first."""


class NoSeals:
    """Where no site is open: secret values stay closed, and none is written in clear."""

    def seal(self, place: str, text: str) -> str:  # noqa: ARG002 protocol
        raise UnavailableError(
            "A secret value cannot be written without the key of the site. Restore secret.key from a backup."
        )

    def open(self, place: str, sealed: str) -> str:  # noqa: ARG002 protocol
        raise BrokenSealError

    def is_current(self, sealed: str) -> bool:  # noqa: ARG002 protocol
        return True

    def digests(self, place: str, text: str) -> Sequence[str]:  # noqa: ARG002 protocol
        return ()


def place_of(doctype: str, fieldname: str) -> str:
    return f"{doctype}\n{fieldname}"


@dataclass(frozen=True, slots=True)
class MaskedColumn:
    """A column of an answer that holds the values of a masked field."""

    alias: str
    doctype: str
    field: Field


def masked_columns(doctype: DocType) -> tuple[MaskedColumn, ...]:
    """The masked columns of a whole row."""
    return tuple(MaskedColumn(field.fieldname, doctype.name, field) for field in doctype.masked_fields)


def masked_answer(query: Query) -> tuple[MaskedColumn, ...]:
    """The masked columns of a query's answer; a count tells no value."""
    found = []
    for column in query.columns:
        holder = query.doctype if len(column.path) == 1 else query.joins[way_of(column.path)].doctype
        field = holder.field(column.path[-1])
        if field is not None and field.is_masked and column.aggregate != "count":
            found.append(MaskedColumn(column.alias, holder.name, field))
    return tuple(found)


def mask_rows(seals: Seals, columns: Iterable[MaskedColumn], rows: Iterable[dict[str, Any]]) -> None:
    """Replace the values of masked columns by Masked ones."""
    for column in columns:
        for row in rows:
            if row[column.alias] not in (None, ""):
                row[column.alias] = _masked(seals, column, row[column.alias])


def _masked(seals: Seals, column: MaskedColumn, stored: Any) -> Masked:
    field = column.field
    if not field.is_encrypted:
        return Masked.kept(field.mask_format, stored)
    try:
        return Masked.kept(field.mask_format, seals.open(place_of(column.doctype, field.fieldname), stored))
    except BrokenSealError:
        return Masked(field.mask_format, None, stored)


def storable(seals: Seals, doctype: DocType, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a row with what its masked columns store in place of what they show."""
    return {**values, **{f.fieldname: _stored(seals, doctype, f, values) for f in _given(doctype, values)}}


def _given(doctype: DocType, values: Mapping[str, Any]) -> Iterable[Field]:
    return (field for field in doctype.masked_fields if values.get(field.fieldname) not in (None, ""))


def _stored(seals: Seals, doctype: DocType, field: Field, values: Mapping[str, Any]) -> Any:
    value = values[field.fieldname]
    if isinstance(value, Masked) and value.stored:
        return value.stored
    plain = plain_of(value)
    return seals.seal(place_of(doctype.name, field.fieldname), plain) if field.is_encrypted else plain
