"""Three-way merge of what an upgraded pack brings with what the site has made of it: the site's changes stay.

A change is told apart from a conflict by the version that the pack had brought before: what only the pack has changed
is taken over, what the site has changed stays, and what both have changed differently is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_platform.documents import mirror
from crm_platform.documents.context import Context
from crm_platform.documents.reading import load
from crm_platform.errors import CRMError
from crm_platform.metadata.diff import Change, diff
from crm_platform.metadata.layers import SITE, Layer
from crm_platform.metadata.merge import merge
from crm_platform.metadata.records import Definition
from crm_platform.metadata.setters import SetterError, read_setter


@dataclass(frozen=True)
class Conflict:
    """What both have changed: the site keeps `site`, the pack now says `pack`. `place` is the property or field."""

    place: str
    pack: Any
    site: Any

    def __str__(self) -> str:
        return self.place


@dataclass
class RecordMerge:
    """What an upgrade does to one record: values to take over from the pack, and conflicts."""

    values: dict[str, Any] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def merge_record(ctx: Context, before: Definition, now: Definition) -> RecordMerge:
    """Compare a record of the site with what the pack brought `before` and brings `now`; nothing is changed."""
    found = RecordMerge()
    stored = load(ctx, ctx.definitions[now.kind], now.name)
    old, new = _as_stored(ctx, before), _as_stored(ctx, now)
    site = mirror.body_of(ctx, stored) if stored is not None else {}
    for name in sorted(old.keys() | new.keys()):
        was, wanted, kept = old.get(name), new.get(name), site.get(name)
        if wanted in (was, kept):
            continue
        if kept == was:
            found.values[name] = wanted
        else:
            found.conflicts.append(Conflict(f"{now.kind} {now.name}: {name}", wanted, kept))
    return found


def take_over(ctx: Context, now: Definition, merged: RecordMerge) -> None:
    """Change the record as merged; when it refuses that, everything that was to change is a conflict."""
    if not merged.values:
        return
    try:
        with ctx.connection.savepoint():
            ctx.store.update(now.kind, now.name, merged.values)
    except CRMError as error:
        merged.conflicts += [
            Conflict(f"{now.kind} {now.name}: {name}", value, str(error)) for name, value in merged.values.items()
        ]
        merged.values.clear()


def _as_stored(ctx: Context, definition: Definition) -> dict[str, Any]:
    """A body as it reads once it is stored, so that two can be compared."""
    doc = mirror.document_of(ctx, definition)
    return mirror.body_of(ctx, doc) if doc is not None else {}


def model_conflicts(old: Sequence[Layer], new: Sequence[Layer]) -> list[Conflict]:
    """Where the site has changed what the layers below it now say differently; the site's value is in force."""
    site = [one for layer in new if layer.name == SITE for one in layer.definitions]
    before, after = (merge(_below(layers)).definitions for layers in (old, new))
    return [conflict for change in diff(before, after) for conflict in _conflicts(change, site)]


def _below(layers: Iterable[Layer]) -> list[Layer]:
    return [layer for layer in layers if layer.name != SITE]


def _conflicts(change: Change, site: Sequence[Definition]) -> Iterator[Conflict]:
    if change.part in ("permission", "workflow"):
        kind, owner = ("Custom DocPerm", "parent") if change.part == "permission" else ("Workflow", "document_type")
        own = [one.name for one in site if one.kind == kind and one.body.get(owner) == change.doctype]
        if own:
            yield Conflict(f"{change.doctype}: {change.part} {change.property}".rstrip(), change.after, own)
    elif change.part == "property" or change.action == "removed":
        yield from _setter_conflicts(change, site)


def _setter_conflicts(change: Change, site: Sequence[Definition]) -> Iterator[Conflict]:
    for setter in (one for one in site if one.kind == "Property Setter"):
        if setter.body.get("doc_type") != change.doctype:
            continue
        try:
            ours = read_setter(setter.body)
        except SetterError:
            continue
        is_gone = change.action == "removed" and change.fieldname in ("", ours.row)
        is_same = (ours.row, ours.property) == (change.fieldname, change.property) and ours.value != change.after
        if is_gone or is_same:
            place = ".".join(part for part in (change.doctype, ours.row, ours.property) if part)
            yield Conflict(place, change.after, ours.value)
