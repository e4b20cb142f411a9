"""Records that come with definitions and are documents (Role, Print Format…): saved, and put back as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.documents import mirror
from crm_platform.documents.reading import load
from crm_platform.documents.undeleting import newest_copy, undelete
from crm_platform.errors import CRMError, DoesNotExistError, DuplicateEntryError, ValidationError
from crm_platform.metadata.records import Definition

if TYPE_CHECKING:
    from crm_platform.documents.context import Context
    from crm_platform.documents.plans import Key

BOOKKEEPING = frozenset(
    {"doctype", "name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "parent", "parenttype"}
)
"""Keys of exported records that are not their content."""

Body = Mapping[str, Any]


@dataclass
class Records:
    """What became of records that go in as documents: their bodies before and after, per DocType the keys with a value
    for which it has no field, the records left out and why."""

    before: dict[Key, Body | None] = field(default_factory=dict)
    after: dict[Key, Body | None] = field(default_factory=dict)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    left_out: list[CRMError] = field(default_factory=list)

    def with_others(self, other: Records) -> Records:
        """Both together."""
        before, after = {**self.before, **other.before}, {**self.after, **other.after}
        kinds = sorted({*self.unknown, *other.unknown})
        unknown = {kind: sorted({*self.unknown.get(kind, ()), *other.unknown.get(kind, ())}) for kind in kinds}
        return Records(before, after, unknown, [*self.left_out, *other.left_out])

    @property
    def changed(self) -> list[Key]:
        return [key for key, body in self.after.items() if body != self.before[key]]


def body_of(ctx: Context, kind: str, name: str) -> Body | None:
    """The content of a record as JSON data; None when there is none."""
    meta = ctx.definitions.get(kind)
    doc = load(ctx, meta, name) if meta is not None else None
    body: Body | None = orjson.loads(orjson.dumps(mirror.body_of(ctx, doc), default=str)) if doc is not None else None
    return body


def is_stored(ctx: Context, record: Definition) -> bool:
    """Whether a record says nothing that is not so already."""
    now = body_of(ctx, record.kind, record.name)
    values, _ = _sorted_out(ctx, record)
    return now is not None and all(now.get(key) == value for key, value in values.items())


def _sorted_out(ctx: Context, record: Definition) -> tuple[dict[str, Any], list[str]]:
    """The values of a record for fields that are here, and the keys that are no field."""
    values = {key: value for key, value in record.body.items() if key not in BOOKKEEPING}
    meta = ctx.definitions.get(record.kind)
    surplus = [] if meta is None else [key for key in values if meta.field(key) is None]
    return {key: value for key, value in values.items() if key not in surplus}, surplus


def save_records(ctx: Context, records: Iterable[Definition]) -> Records:
    """Save records that do not shape the model as documents, with the rights of `ctx`, each after those it needs.

    A Frappe app brings records of kinds that are not here (Notification…) or that we do not run (Script Report…): each
    is left out with its reason and holds nothing else up.
    """
    outcome, waiting = Records(), list(records)
    outcome.unknown = _unknown(ctx, waiting)
    while waiting:
        refused = [(one, error) for one in waiting if (error := _saved(ctx, one, outcome)) is not None]
        if len(refused) == len(waiting):
            outcome.left_out = [error for _, error in refused]
            break
        waiting = [one for one, _ in refused]
    return outcome


def _unknown(ctx: Context, records: Iterable[Definition]) -> dict[str, list[str]]:
    """What goes unheard: keys that say nothing (Frappe exports all its fields) are not worth a word."""
    keys: dict[str, set[str]] = {}
    for one in records:
        surplus = {key for key in _sorted_out(ctx, one)[1] if one.body[key]}
        if surplus:
            keys.setdefault(one.kind, set()).update(surplus)
    return {kind: sorted(found) for kind, found in sorted(keys.items())}


def _saved(ctx: Context, record: Definition, outcome: Records) -> CRMError | None:
    """Save a record and note it; answers why it is refused."""
    key, values = (record.kind, record.name), _sorted_out(ctx, record)[0]
    before = body_of(ctx, *key)
    error = attempt(ctx, *key, values)
    if error is None:
        outcome.before[key], outcome.after[key] = before, body_of(ctx, *key)
    return error


def attempt(ctx: Context, kind: str, name: str, values: Body | None) -> CRMError | None:
    """Save a record (None: delete it) or leave all as it is; returns the refusal, told with the record's name."""
    return _attempted(ctx, (kind, name), lambda: _save(ctx, kind, name, values))


def _attempted(ctx: Context, key: Key, work: Callable[[], object]) -> CRMError | None:
    kind, name = key
    try:
        with ctx.connection.savepoint():
            work()
    except (ValidationError, DoesNotExistError, DuplicateEntryError) as error:
        return ValidationError("{doctype} {name}: {reason}", errors=error.errors, doctype=kind, name=name, reason=error)
    return None


def _save(ctx: Context, kind: str, name: str, values: Body | None) -> None:
    if values is None:
        ctx.store.delete(kind, name)
    elif ctx.store.exists(kind, name):
        ctx.store.update(kind, name, values)
    else:
        ctx.store.insert(ctx.store.new(kind, {**values, "name": name}))


def remove_records(ctx: Context, keys: Iterable[Key]) -> Records:
    """Delete records as documents, with the rights of `ctx`; one that is refused (others link to it) is left out."""
    outcome = Records()
    for key in keys:
        before = body_of(ctx, *key)
        error = attempt(ctx, *key, None)
        if error is not None:
            outcome.left_out.append(error)
            continue
        outcome.before[key], outcome.after[key] = before, None
    return outcome


def restore(ctx: Context, before: Mapping[Key, Body | None], after: Mapping[Key, Body | None]) -> list[CRMError]:
    """Put records back as they were `before`; returns refusals for those that stay: changed since, or in use."""
    kept: list[CRMError] = []
    for kind, name in reversed(list(before)):
        now, body = body_of(ctx, kind, name), before[kind, name]
        if now == body:
            continue
        if now != after[kind, name]:
            kept.append(ValidationError("{doctype} {name}: somebody has changed it since.", doctype=kind, name=name))
            continue
        error = _attempted(ctx, (kind, name), partial(_put_back, ctx, kind, name, body))
        if error is not None:
            kept.append(error)
    return kept


def _put_back(ctx: Context, kind: str, name: str, body: Body | None) -> None:
    """A record that was deleted comes back from its copy, with all that belonged to it; the copy may be of a later one
    of the same name."""
    copy = newest_copy(ctx, kind, name) if body is not None and not ctx.store.exists(kind, name) else None
    if copy is not None:
        undelete(ctx, copy)
    if copy is None or body_of(ctx, kind, name) != body:
        values = {key: value for key, value in body.items() if key not in BOOKKEEPING} if body is not None else None
        _save(ctx, kind, name, values)
