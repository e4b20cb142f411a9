"""Masked fields of documents: who may see a value, masks that come back from a client, filters by a masked value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import EVERYTHING, Compare, Condition, Path, all_of
from crm_platform.documents import blind
from crm_platform.documents.coerce import Refused
from crm_platform.documents.document import Document
from crm_platform.documents.paths import Paths, ways_of
from crm_platform.errors import DataError, FieldError, PermissionError
from crm_platform.metadata.masking import HIDDEN, Masked, plain_of
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

RIGHT = "mask"
"""Frappe's right to see what masked fields hold."""
BY_VALUE = ("=", "in")


def may_unmask(ctx: Context, doc: Document, field: Field, *, parent: Document | None = None) -> bool:
    """Whether the caller may see the value of a masked field of this document, or of a row of `parent`."""
    holder = parent or doc
    if not ctx.policy.allows(holder.meta, RIGHT, holder):
        return False
    return all(field.permlevel in ctx.policy.levels(holder.meta, right, holder) | {0} for right in ("read", RIGHT))


def settle(holder: Document, field: Field) -> Any:
    """The value to check of a masked field that was set, or SETTLED when there is nothing to do.

    Clients send whole documents back: a mask that stands for the stored value leaves it alone. Raises Refused for a
    mask of anything else, which would otherwise be stored in place of the value.
    """
    value = holder[field.fieldname]
    if not isinstance(value, Masked):
        return value
    before = holder.before[field.fieldname] if holder.before is not None else None
    if value.stored or value == before:
        return SETTLED
    plain = plain_of(value)
    if not isinstance(plain, str) or HIDDEN not in plain:
        return plain
    if isinstance(before, Masked) and plain.strip() == str(before):
        holder[field.fieldname] = before
        return SETTLED
    raise Refused("{label}: this is a masked value. Enter the whole value, or leave the field out.")


SETTLED = object()


def without_value(refusal: Refused, value: Any) -> Refused:
    """The refusal of a confidential value, not quoting it."""
    text = str(value)
    params = {k: HIDDEN if isinstance(v, str) and v and v in text else v for k, v in refusal.params.items()}
    return Refused(refusal.template, refusal.code, **params)


def masked_filter(
    ctx: Context, paths: Paths, path: Path, operator: str, value: Any, usual: Callable[[], Condition]
) -> Condition:
    """The condition of a filter on a masked field; `usual` makes that of a plain one.

    Whether there is a value may be asked by all. What it is only by its whole value and with the right to see it: any
    other comparison would tell it bit by bit. Raises DataError, PermissionError.
    """
    field, holder = paths.field_at(path), paths.holder(path)
    if operator == "is" or (operator in ("=", "!=") and value in (None, "")):
        return usual()
    if operator not in BY_VALUE:
        raise _refused(field, "{label} is masked: it is found by its whole value only, with = or in.")
    seen = _where_seen(ctx, paths, path, holder, field)
    if not field.is_encrypted:
        return all_of(usual(), seen)
    if not field.exact_search:
        raise _refused(field, "{label} is encrypted: it cannot be searched unless its definition allows Exact Search.")
    texts = [str(item) for item in (value if isinstance(value, list | tuple) else [value])]
    names = blind.find(ctx, holder.name, field, texts)
    return all_of(Compare((*path[:-1], "name"), "in", tuple(names)), seen)


def _where_seen(ctx: Context, paths: Paths, path: Path, holder: DocType, field: Field) -> Condition:
    """The documents whose value the caller may see."""
    asked = paths.meta if holder.istable or len(path) == 1 else holder
    rows = ctx.policy.rows(asked, RIGHT)
    open_to_caller = field.permlevel in ctx.policy.levels(asked, RIGHT)
    if not open_to_caller or (asked is not paths.meta and rows != EVERYTHING):
        raise PermissionError(
            "You are not permitted to use the field {field} here.",
            field=field.label or field.fieldname,
            errors=[FieldError(field.fieldname, "Not permitted.", "PermissionError")],
        )
    for way, join in ways_of(ctx.definitions, asked, rows).items():
        paths.joins.setdefault(way, join)
    return rows


def _refused(field: Field, template: str) -> DataError:
    label = field.label or field.fieldname
    fault = FieldError(field.fieldname, template, "DataError", params={"label": label})
    return DataError(template, errors=[fault], label=label)
