"""A draft: definitions and records to bring in or to take away together, previewed and applied as one plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm_platform.database.interface import UnpreparedError
from crm_platform.database.schema import Step
from crm_platform.documents import modelling, plans
from crm_platform.documents.plans import Bodies, Entry, Key, Origin
from crm_platform.documents.records import Records, body_of, is_stored, save_records
from crm_platform.documents.undoing import undone
from crm_platform.errors import CRMError, DoesNotExistError, ValidationError
from crm_platform.metadata.diff import Change
from crm_platform.metadata.frappe_app import FIXTURES
from crm_platform.metadata.merge import Merged
from crm_platform.metadata.problems import Problem
from crm_platform.metadata.records import MODEL_KINDS, Definition

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

TITLE_LENGTH = 140


@dataclass(frozen=True)
class Draft:
    """`removed` are definitions of the site that go; their columns are kept, hidden."""

    definitions: Sequence[Definition] = ()
    removed: Sequence[Key] = ()

    @property
    def records(self) -> list[Definition]:
        """Records in the order in which they need each other; files come in that of their names."""
        return sorted((one for one in self.definitions if one.kind not in MODEL_KINDS), key=_place)

    @property
    def title(self) -> str:
        """What the history calls it when nobody says anything better."""
        return ", ".join([*(f"{one.kind} {one.name}" for one in self.definitions), *map(_gone, self.removed)])

    def bodies(self, ctx: Context) -> Bodies:
        """The changes of the site's layer.

        Raises DoesNotExistError for a definition to remove that the site has not made, ValidationError for a DocType
        with documents.
        """
        changes: dict[Key, Mapping[str, Any] | None] = {}
        for kind, name in self.removed:
            if kind not in MODEL_KINDS or modelling.site_bodies(ctx, [(kind, name)])[kind, name] is None:
                raise DoesNotExistError("{doctype} {name} is no definition of this site.", doctype=kind, name=name)
            changes |= modelling.removal(ctx, ctx.store.get(kind, name))
        return changes | {(one.kind, one.name): one.body for one in self.definitions if one.kind in MODEL_KINDS}


def _place(record: Definition) -> int:
    return FIXTURES.index(record.kind) if record.kind in FIXTURES else len(FIXTURES)


def _gone(key: Key) -> str:
    return "without {} {}".format(*key)


@dataclass(frozen=True)
class Preview:
    """What a draft would do: to definitions, to tables, to records (kind, name, whether it is new), and its faults."""

    changes: Sequence[Change]
    steps: Sequence[Step]
    records: Sequence[tuple[str, str, bool]]
    problems: Sequence[Problem]


def preview(ctx: Context, draft: Draft) -> Preview:
    """Stage the draft, work out what follows, and take everything back.

    Without definitions: what the installed product and packs change in the site's tables.
    """
    bodies = draft.bodies(ctx)

    def work() -> Preview:
        all_or_none = () if draft.definitions else None
        planned = modelling.propose(ctx, bodies) if bodies else modelling.plan(ctx, all_or_none)
        told = [one for one in draft.records if not is_stored(ctx, one)]
        saved = [(one.kind, one.name, body_of(ctx, one.kind, one.name) is None) for one in told]
        return Preview(planned.changes, planned.steps, saved, [*planned.problems, *planned.deprived])

    return undone(ctx, work)


def refusals(ctx: Context, draft: Draft) -> Sequence[CRMError]:
    """Why a draft whose definitions have no fault would still be refused: its records, and those that lose what they
    read. Tried out and taken back; what must be prepared first is left to its switch."""
    bodies = draft.bodies(ctx)

    def work() -> Sequence[CRMError]:
        after = modelling.brought_in(ctx, bodies)[1] if bodies else ctx
        return save_records(after, draft.records).left_out

    try:
        return undone(ctx, work)
    except UnpreparedError:
        return ()
    except ValidationError as error:
        return (error,)


@dataclass(frozen=True)
class Outcome:
    """What applying a draft did; `number` is the plan's in the history, None when nothing changed."""

    number: int | None
    steps: Sequence[Step]
    records: Records
    merged: Merged | None = None


def apply(ctx: Context, draft: Draft, origin: Origin, title: str = "") -> Outcome:
    """Make the draft live in this transaction, recorded as one plan that can be taken back.

    Raises DefinitionError with every fault of the definitions; records that are refused are left out and told.
    """
    title = (title or draft.title)[:TITLE_LENGTH]
    bodies = draft.bodies(ctx)
    entry, merged = Entry(title, origin, (), (), {}, {}), None
    if bodies:
        planned, entry = modelling.switch(ctx, bodies, title, origin)
        merged = planned.merged
        ctx = ctx.with_definitions(merged.definitions)
    saved = save_records(ctx, draft.records)
    before, after = dict(entry.before), dict(entry.after)
    for key in saved.changed:
        before[key], after[key] = saved.before[key], saved.after[key]
    number = plans.record(ctx, Entry(title, origin, entry.steps, entry.changes, before, after)) if before else None
    return Outcome(number, entry.steps, saved, merged)
