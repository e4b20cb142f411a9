"""A draft: definitions and records to bring in or to take away together, previewed and applied as one plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from crm_platform.database.interface import UnpreparedError
from crm_platform.database.schema import Step
from crm_platform.documents import modelling, plans
from crm_platform.documents.plans import Bodies, Entry, Key, Origin
from crm_platform.documents.records import Records, body_of, is_stored, remove_records, save_records
from crm_platform.documents.undoing import undone
from crm_platform.errors import CRMError, DoesNotExistError, ValidationError
from crm_platform.metadata.diff import Change
from crm_platform.metadata.frappe_app import FIXTURES
from crm_platform.metadata.merge import Merged
from crm_platform.metadata.problems import Problem
from crm_platform.metadata.records import MODEL_KINDS, Definition
from crm_platform.metadata.site_kinds import REMOVABLE

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

TITLE_LENGTH = 140


@dataclass(frozen=True)
class Draft:
    """`removed` are definitions and records of the site that go: columns are kept, hidden, and copies of records."""

    definitions: Sequence[Definition] = ()
    removed: Sequence[Key] = ()

    @property
    def records(self) -> list[Definition]:
        """Records in the order in which they need each other; files come in that of their names."""
        return sorted((one for one in self.definitions if one.kind not in MODEL_KINDS), key=_place)

    @property
    def removed_records(self) -> list[Key]:
        """Records that go, each before those that it may need."""
        return sorted((key for key in self.removed if key[0] not in MODEL_KINDS), key=_rank, reverse=True)

    def written(self, ctx: Context) -> set[Key]:
        """What it writes and what it takes away, with the setters that go with their field."""
        setters = modelling.setters_of_removed(ctx, self.removed)
        return {(one.kind, one.name) for one in self.definitions} | set(self.removed) | setters

    @property
    def title(self) -> str:
        """What the history calls it when nobody says anything better."""
        return ", ".join([*(f"{one.kind} {one.name}" for one in self.definitions), *map(_gone, self.removed)])

    def bodies(self, ctx: Context) -> Bodies:
        """The changes of the site's layer.

        Raises DoesNotExistError for what is to go and is no definition or record of the site's own making,
        ValidationError for a DocType with documents.
        """
        changes: dict[Key, Mapping[str, Any] | None] = {}
        for kind, name in self.removed:
            if not _may_go(ctx, kind, name):
                raise DoesNotExistError("{doctype} {name} is no definition of this site.", doctype=kind, name=name)
            if kind in MODEL_KINDS:
                changes |= modelling.removal(ctx, ctx.store.get(kind, name))
        return changes | {(one.kind, one.name): one.body for one in self.definitions if one.kind in MODEL_KINDS}


MODULE = "Module Def"


def _with_modules(ctx: Context, draft: Draft) -> Draft:
    """With the modules that its records name and that are not here: a Frappe app lists them in modules.txt."""
    metas = {one.kind: ctx.definitions.get(one.kind) for one in draft.records}
    linked = {
        kind for kind, meta in metas.items() if meta and (field := meta.field("module")) and field.options == MODULE
    }
    named = {str(one.body["module"]) for one in draft.records if one.kind in linked and one.body.get("module")}
    brought = {one.name for one in draft.definitions if one.kind == MODULE}
    missing = [name for name in sorted(named - brought) if not ctx.as_system().store.exists(MODULE, name)]
    modules = [Definition(MODULE, name, {"doctype": MODULE, "module_name": name, "custom": 1}) for name in missing]
    return replace(draft, definitions=[*modules, *draft.definitions]) if modules else draft


def _may_go(ctx: Context, kind: str, name: str) -> bool:
    if kind in MODEL_KINDS:
        return modelling.site_bodies(ctx, [(kind, name)])[kind, name] is not None
    return kind in REMOVABLE and ctx.store.exists(kind, name)


def _place(record: Definition) -> int:
    return _rank((record.kind, record.name))


def _rank(key: Key) -> int:
    """Kinds that others need come first."""
    return FIXTURES.index(key[0]) if key[0] in FIXTURES else len(FIXTURES)


def _gone(key: Key) -> str:
    return "without {} {}".format(*key)


Outcome = Literal["new", "changed", "removed"]
"""What becomes of a record."""


@dataclass(frozen=True)
class Preview:
    """What a draft would do: to definitions, to tables, to records (kind, name, what becomes of it), and its faults."""

    changes: Sequence[Change]
    steps: Sequence[Step]
    records: Sequence[tuple[str, str, Outcome]]
    problems: Sequence[Problem]


def preview(ctx: Context, draft: Draft) -> Preview:
    """Stage the draft, work out what follows, and take everything back.

    Without definitions: what the installed product and packs change in the site's tables.
    """
    draft, bodies = _with_modules(ctx, draft), draft.bodies(ctx)

    def work() -> Preview:
        remove_records(ctx, draft.removed_records)
        all_or_none = () if draft.definitions or draft.removed else None
        planned = modelling.propose(ctx, bodies) if bodies else modelling.plan(ctx, all_or_none)
        records = [*_saved(ctx, draft), *((*key, "removed") for key in draft.removed_records)]
        problems = [*planned.problems, *planned.deprived, *_understaffed(ctx, draft, planned.merged)]
        return Preview(planned.changes, planned.steps, records, problems)

    return undone(ctx, work)


def _understaffed(ctx: Context, draft: Draft, merged: Merged) -> Iterable[Problem]:
    """What the people of the site, with the roles that the draft brings, make of its workflows."""
    names = {one.name for one in draft.definitions if one.kind == "Workflow"}
    flows = [flow for flow in merged.definitions.workflows.values() if flow.name in names]
    return list(ctx.runtime.understaffed(ctx.as_system(), flows))


def _saved(ctx: Context, draft: Draft) -> Iterator[tuple[str, str, Outcome]]:
    for one in draft.records:
        if not is_stored(ctx, one):
            yield one.kind, one.name, "changed" if body_of(ctx, one.kind, one.name) else "new"


def refusals(ctx: Context, draft: Draft) -> Sequence[CRMError]:
    """Why a draft whose definitions have no fault would still be refused: its records, and those that lose what they
    read. Tried out and taken back; what must be prepared first is left to its switch."""
    draft, bodies = _with_modules(ctx, draft), draft.bodies(ctx)

    def work() -> Sequence[CRMError]:
        first = remove_records(ctx, draft.removed_records)
        after = modelling.brought_in(ctx, bodies)[1] if bodies else ctx
        return _finished(after, draft, first).left_out

    try:
        return undone(ctx, work)
    except UnpreparedError:
        return ()
    except ValidationError as error:
        return (error,)


def _finished(ctx: Context, draft: Draft, first: Records) -> Records:
    """Save the records of the draft; those that go and were `first` held back by others that change go now."""
    saved = save_records(ctx, draft.records)
    held_back = [key for key in draft.removed_records if key not in first.after]
    removed = remove_records(ctx, held_back)
    return replace(first, left_out=[]).with_others(saved).with_others(removed)


@dataclass(frozen=True)
class Done:
    """What applying a draft did; `number` is the plan's in the history, None when nothing changed."""

    number: int | None
    steps: Sequence[Step]
    records: Records
    merged: Merged | None = None


def apply(ctx: Context, draft: Draft, origin: Origin, title: str = "") -> Done:
    """Make the draft live in this transaction, recorded as one plan that can be taken back.

    Raises DefinitionError with every fault of the definitions; records that are refused are left out and told.
    """
    title = (title or draft.title)[:TITLE_LENGTH]
    draft, bodies = _with_modules(ctx, draft), draft.bodies(ctx)
    entry, merged = Entry(title, origin, (), (), {}, {}), None
    first = remove_records(ctx, draft.removed_records)
    if bodies:
        planned, entry = modelling.switch(ctx, bodies, title, origin)
        merged = planned.merged
        ctx = ctx.with_definitions(merged.definitions)
    saved = _finished(ctx, draft, first)
    before, after = dict(entry.before), dict(entry.after)
    for key in saved.changed:
        before[key], after[key] = saved.before[key], saved.after[key]
    number = plans.record(ctx, Entry(title, origin, entry.steps, entry.changes, before, after)) if before else None
    return Done(number, entry.steps, saved, merged)
