"""Schema changes as a list of steps: what turns the real tables into those of the new definitions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from crm_platform.database.conversion import LOSSLESS
from crm_platform.database.inspection import RealTable
from crm_platform.database.names import TOGETHER, index_name, parked_name, physical_name
from crm_platform.metadata.defaults import stored_default
from crm_platform.metadata.kinds import Storage
from crm_platform.metadata.model import Definitions, DocType, Workflow
from crm_platform.metadata.sort_keys import is_sort_key, source_of

Risk = Literal["safe", "backfill", "lossy"]
Action = Literal[
    "create table",
    "hide table",
    "show table",
    "add column",
    "hide column",
    "show column",
    "park column",
    "restore column",
    "convert column",
    "add index",
    "drop index",
    "add unique",
    "drop unique",
    "fill column",
    "move states",
    "drop table",
    "drop column",
]

# What a person reads, and how much the step may cost: nothing, time in the background, or data.
_TEXTS: Mapping[Action, tuple[Risk, str]] = {
    "create table": ("safe", "Create the table of {doctype}"),
    "hide table": ("safe", "Hide {doctype}; its table and rows are kept"),
    "show table": ("safe", "Show {doctype} again with the rows it had"),
    "add column": ("safe", "Add the field {column} to {doctype}"),
    "hide column": ("safe", "Hide the field {column} of {doctype}; its values are kept"),
    "show column": ("safe", "Show the field {column} of {doctype} again with the values it had"),
    "park column": (
        "safe",
        "Put aside the old values of {column} of {doctype}, which are of another kind ({old_fieldtype})",
    ),
    "restore column": ("safe", "Show the values of {column} of {doctype} that were put aside ({fieldtype})"),
    "convert column": (
        "lossy",
        "Change {column} of {doctype} from {old_fieldtype} to {fieldtype}; the old values are kept aside",
    ),
    "add index": ("backfill", "Make searching {doctype} by {column} fast"),
    "drop index": ("safe", "Drop the index over {column} of {doctype}"),
    "add unique": ("backfill", "Let {column} be unique in {doctype}; refused when a value occurs twice"),
    "drop unique": ("safe", "Let {column} of {doctype} have equal values"),
    "fill column": ("backfill", "Give documents of {doctype} without a workflow state the first one in {column}"),
    "move states": ("backfill", "Move documents of {doctype} from {state} to {next}"),
    "drop table": ("lossy", "Drop the table of {doctype} with all its rows"),
    "drop column": ("lossy", "Drop the field {column} of {doctype} with all its values"),
}

_WITH_DEFAULT = "Add the field {column} to {doctype}; documents that are there get {default}"


_STANDS_FOR: Mapping[Storage, str] = {
    "text": "Data",
    "int": "Int",
    "float": "Float",
    "decimal": "Currency",
    "date": "Date",
    "datetime": "Datetime",
    "time": "Time",
    "none": "",
}
"""The field type that a person reads of a kind of column whose field is not known any more, or not yet."""

_SORTED: Mapping[Action, str] = {
    "add column": "Keep the alphabetical order of {doctype} by {column}",
    "show column": "Keep the alphabetical order of {doctype} by {column} again",
    "add index": "Make sorting {doctype} by {column} fast",
    "hide column": "Keep the alphabetical order of {doctype} by {column} no longer",
}
"""What a person reads of the steps of a sort key."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one table. `table` and `column` are logical names; `was` is the storage before.

    `columns`, `unique` and `indexes` describe a table to create: its columns with storage, and which get an index.
    `default` is what rows that are there get in a column to add, as the definition writes it; `fills` are document
    status and state of documents whose column is empty. `fieldtypes` are those of the field before and after, as far as
    they are known. `moves` are the state that documents leave, the one that they
    go to, and its document status.
    """

    action: Action
    table: str
    risk: Risk
    column: str = ""
    storage: Storage = "none"
    was: Storage = "none"
    columns: tuple[tuple[str, Storage], ...] = ()
    unique: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    default: str = ""
    fills: tuple[tuple[int, str], ...] = ()
    moves: tuple[str, str, int] | None = None
    fieldtypes: tuple[str, str] = ("", "")

    @property
    def template(self) -> str:
        """The sentence for this step, an English msgid."""
        if is_sort_key(self.column):
            return _SORTED.get(self.action, _TEXTS[self.action][1])
        return _WITH_DEFAULT if self.default else _TEXTS[self.action][1]

    @property
    def params(self) -> dict[str, object]:
        doctype = self.table.removeprefix("tab")
        named: dict[str, object] = {
            "doctype": doctype,
            "column": source_of(self.column),
            "old_fieldtype": self.fieldtypes[0] or _STANDS_FOR[self.was],
            "fieldtype": self.fieldtypes[1] or _STANDS_FOR[self.storage],
        }
        if self.moves is not None:
            named |= {"state": self.moves[0], "next": self.moves[1]}
        return {**named, "default": self.default} if self.default else named

    @property
    def text(self) -> str:
        return self.template.format(**self.params)

    def as_dict(self) -> dict[str, Any]:
        """The step as JSON data, for the record of an applied plan."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Step:
        """The step that `as_dict` wrote."""
        lists = {
            "columns": tuple((name, storage) for name, storage in data["columns"]),
            "unique": tuple(data["unique"]),
            "indexes": tuple(data["indexes"]),
            "fills": tuple((status, state) for status, state in data.get("fills", ())),
            "moves": tuple(data["moves"]) if data.get("moves") else None,
            "fieldtypes": tuple(data.get("fieldtypes", ("", ""))),
        }
        return cls(**{**data, **lists})


def step(action: Action, table: str, column: str = "", **details: Any) -> Step:
    """Make a step with the risk that its action has."""
    risk = _TEXTS[action][0]
    if action == "convert column" and (details["was"], details["storage"]) in LOSSLESS:
        risk = "backfill"
    return Step(action, table, risk, column, **details)


Place = tuple[str, str]
"""(table, column), by logical names."""


def plan_steps(
    old: Definitions,
    new: Definitions,
    real: Mapping[str, RealTable],
    parked: Collection[Place] = (),
    only: Collection[str] | None = None,
) -> list[Step]:
    """The steps from the real tables, of which `old` shows its part, to the tables of `new`: for all DocTypes, or for
    those with the names `only`.

    The columns `parked`, which the plan that is taken back put aside, come back with their values.
    """
    steps: list[Step] = []
    for doctype in new.values():
        if doctype.is_virtual or (only is not None and doctype.name not in only):
            continue
        table = real.get(physical_name(doctype.table))
        before = old.get(doctype.name)
        if table is None:
            steps.append(create_table(doctype))
        else:
            steps.extend(_TablePlan(doctype, before, table, parked).steps())
            flows = old.workflows.get(doctype.name), new.workflows.get(doctype.name)
            steps.extend(_move_states(doctype, *flows))
            steps.extend(_fill_states(doctype, *flows))
    gone = (doctype for name, doctype in old.items() if name not in new and not doctype.is_virtual)
    return steps + [step("hide table", doctype.table) for doctype in gone]


def _move_states(doctype: DocType, old: Workflow | None, new: Workflow | None) -> Iterator[Step]:
    """Documents in a state that goes are moved to the one that the new workflow maps it to."""
    if old is None or new is None or old.state_field != new.state_field or new.state_field not in doctype.columns:
        return
    storage = doctype.columns[new.state_field]
    for gone in (state for state in old.statuses if state not in new.statuses):
        target = new.becomes.get(gone, "")
        if target in new.statuses:
            moves = (gone, target, new.statuses[target])
            yield step("move states", doctype.table, new.state_field, storage=storage, moves=moves)


def _fill_states(doctype: DocType, old: Workflow | None, new: Workflow | None) -> Iterator[Step]:
    """Documents that come under a workflow get the first state of their document status."""
    if new is None or new.state_field not in doctype.columns or doctype.issingle:
        return
    had = dict(first_states(old)) if old is not None and old.state_field == new.state_field else {}
    first = first_states(new)
    if any(status not in had for status, _ in first):
        storage = doctype.columns[new.state_field]
        yield step("fill column", doctype.table, new.state_field, storage=storage, fills=first)


def first_states(workflow: Workflow) -> tuple[tuple[int, str], ...]:
    """(document status, its first state), as far as the workflow has one."""
    found: dict[int, str] = {}
    for state in workflow.states:
        found.setdefault(state.doc_status, state.state)
    return tuple((status, found[status]) for status in (0, 1, 2) if found.get(status))


def create_table(doctype: DocType) -> Step:
    """The step that makes the table of `doctype` with all its indexes."""
    wanted = wanted_indexes(doctype)
    links = [f.fieldname for f in doctype.link_fields]
    first = ["parent"] if doctype.istable else ["modified"]
    plain = [*first, *(column for column, unique in wanted.items() if not unique), *links, *together(doctype)]
    return step(
        "create table",
        doctype.table,
        columns=tuple(doctype.stored_columns.items()),
        unique=tuple(column for column, unique in wanted.items() if unique),
        indexes=tuple(column for column in dict.fromkeys(plain) if not wanted.get(column, False)),
    )


def wanted_indexes(doctype: DocType) -> dict[str, bool]:
    """Columns whose definition asks for an index, and whether it is unique."""
    asked = {f.fieldname: f.unique for f in doctype.data_fields if f.unique or f.search_index}
    return {**asked, **dict.fromkeys(doctype.sort_keys.values(), False)}


def together(doctype: DocType) -> list[str]:
    """What its definition asks to be indexed together: the columns of each index as one text."""
    return [TOGETHER.join(columns) for columns in doctype.indexes]


_FRESH: frozenset[Action] = frozenset({"convert column", "park column", "restore column", "add column"})
"""Steps after which a column has no index yet."""


@dataclass(frozen=True, slots=True)
class _TablePlan:
    """The steps of one table that is there already."""

    doctype: DocType
    before: DocType | None
    real: RealTable
    parked: Collection[Place]

    def steps(self) -> Iterator[Step]:
        if self.before is None:
            yield step("show table", self.doctype.table)
        visible = self.before.stored_columns if self.before else {}
        fresh: set[str] = set()
        for column, storage in self.doctype.stored_columns.items():
            for planned in self._column(column, storage, shown=column in visible):
                if planned.action in _FRESH:
                    fresh.add(column)
                yield planned
        for column in visible:
            if column not in self.doctype.stored_columns:
                yield from self._hide(column)
        yield from self._indexes(fresh)

    def _column(self, column: str, storage: Storage, *, shown: bool) -> Iterator[Step]:
        table, is_now = self.doctype.table, self.real.columns.get(physical_name(column))
        if is_now is None:
            yield self._add(column, storage)
        elif is_now != storage and shown:
            yield step("convert column", table, column, storage=storage, was=is_now, fieldtypes=self._types(column))
        elif is_now != storage:
            yield step("park column", table, column, was=is_now)
            yield self._restore(column, storage)
        elif not shown and self.before is not None:
            yield step("show column", table, column, storage=storage)

    def _types(self, column: str) -> tuple[str, str]:
        old, new = (meta.field(column) if meta is not None else None for meta in (self.before, self.doctype))
        return old.fieldtype if old is not None else "", new.fieldtype if new is not None else ""

    def _add(self, column: str, storage: Storage) -> Step:
        f = self.doctype.field(column)
        default = stored_default(f) if f is not None else ""
        added = step("add column", self.doctype.table, column, storage=storage)
        return replace(added, default=default, risk="backfill") if default else added

    def _restore(self, column: str, storage: Storage) -> Step:
        """The column under its own name is out of the way: the one that waits comes back, or an empty one is made."""
        waits = (self.doctype.table, column) in self.parked and parked_name(column, storage) in self.real.columns
        if not waits:
            return self._add(column, storage)
        return step("restore column", self.doctype.table, column, storage=storage)

    def _hide(self, column: str) -> Iterator[Step]:
        if self._has(column, unique=True):
            yield step("drop unique", self.doctype.table, column)
        yield step("hide column", self.doctype.table, column)

    def _indexes(self, fresh: set[str]) -> Iterator[Step]:
        wanted = wanted_indexes(self.doctype)
        for f in self.doctype.data_fields:
            column, unique = f.fieldname, wanted.get(f.fieldname)
            has_unique = column not in fresh and self._has(column, unique=True)
            has_plain = column not in fresh and self._has(column, unique=False)
            if has_unique and not unique:
                yield step("drop unique", self.doctype.table, column)
            if has_plain and unique is None and f.fieldtype != "Link":
                yield step("drop index", self.doctype.table, column)
            if unique and not has_unique:
                yield self._add_index(column, "add unique")
            if unique is False and not has_plain:
                yield self._add_index(column)
        for column in self.doctype.sort_keys.values():
            if column in fresh or not self._has(column, unique=False):
                yield self._add_index(column)
        yield from self._together(fresh)

    def _together(self, fresh: set[str]) -> Iterator[Step]:
        """The indexes over several columns. A column that is put aside takes its index along: that is made anew."""
        had, wanted = together(self.before) if self.before else [], together(self.doctype)
        for columns in dict.fromkeys((*had, *wanted)):
            is_here, is_old = self._has(columns, unique=False), not fresh.isdisjoint(columns.split(TOGETHER))
            if is_here and (is_old or columns not in wanted):
                yield step("drop index", self.doctype.table, columns)
            if columns in wanted and (is_old or not is_here):
                yield step("add index", self.doctype.table, columns)

    def _add_index(self, column: str, action: Action = "add index") -> Step:
        return step(action, self.doctype.table, column, storage=self.doctype.stored_columns[column])

    def _has(self, column: str, *, unique: bool) -> bool:
        return index_name(self.doctype.table, column, unique=unique) in self.real.indexes
