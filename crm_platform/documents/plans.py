"""The history of applied plans: what changed, who did it when and how, and what it takes to undo it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import orjson

from crm_platform.database.moving import UNRECORDED
from crm_platform.database.schema import Place, Step
from crm_platform.database.system import PLAN, STATE_MOVE
from crm_platform.errors import DoesNotExistError
from crm_platform.metadata.diff import Change

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Key = tuple[str, str]
Bodies = Mapping[Key, Mapping[str, Any] | None]
"""(kind, name) → body of the site's definition or of a record; None: there is none."""

Origin = Literal["file", "api", "document"]
"""How a plan came: files on the command line, the method `crm.plan.apply`, a definition saved as a document."""


@dataclass(frozen=True)
class Entry:
    """A plan to be recorded."""

    title: str
    origin: Origin
    steps: Sequence[Step]
    changes: Sequence[Change]
    before: Bodies
    after: Bodies


@dataclass(frozen=True)
class Applied:
    """A plan of the history. `changes` are those of the definitions as JSON data; `rolled_back_at` is None while it
    stands."""

    id: int
    title: str
    origin: str
    applied_at: datetime
    user: str
    steps: Sequence[Step]
    changes: Sequence[Mapping[str, Any]]
    before: Bodies
    after: Bodies
    rolled_back_at: datetime | None
    rolled_back_by: str

    @property
    def parked(self) -> list[Place]:
        """The columns that it put aside."""
        return [(step.table, step.column) for step in self.steps if step.action == "park column"]

    @property
    def moves(self) -> list[Step]:
        """The steps that moved documents to other workflow states."""
        return [step for step in self.steps if step.action == "move states"]


def record(ctx: Context, entry: Entry) -> int:
    """Keep an applied plan in the history; returns its number."""
    number = ctx.connection.next_numbers("_plan")
    ctx.connection.put(
        PLAN,
        {
            "id": number,
            "applied_at": ctx.now(),
            "user": ctx.user,
            "title": entry.title,
            "origin": entry.origin,
            "steps": _text([step.as_dict() for step in entry.steps]),
            "changes": _text([asdict(change) for change in entry.changes]),
            "before": _packed(entry.before),
            "after": _packed(entry.after),
        },
    )
    ctx.connection.change(STATE_MOVE, {"plan": number}, {"plan": UNRECORDED})
    changed = [f"{kind} {name}" for kind, name in entry.after]
    ctx.audit("Definitions Changed", plan=number, title=entry.title, definitions=changed)
    return number


def _text(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


def _packed(bodies: Bodies) -> str:
    return _text([[kind, name, body] for (kind, name), body in bodies.items()])


def history(ctx: Context, *, limit: int | None = None) -> list[Applied]:
    """Applied plans, the newest first, those taken back among them."""
    return [_applied(row) for row in ctx.connection.fetch(PLAN, order_by="-id", limit=limit)]


def standing(ctx: Context) -> list[Applied]:
    """The plans that were not taken back, the newest first."""
    return [plan for plan in history(ctx) if plan.rolled_back_at is None]


def find(ctx: Context, number: int) -> Applied:
    """The plan `number`. Raises DoesNotExistError."""
    rows = ctx.connection.fetch(PLAN, {"id": number})
    if not rows:
        raise DoesNotExistError("There is no applied plan {id}.", id=number)
    return _applied(rows[0])


def mark_rolled_back(ctx: Context, plan: Applied) -> None:
    ctx.connection.change(PLAN, {"rolled_back_at": ctx.now(), "rolled_back_by": ctx.user}, {"id": plan.id})
    ctx.audit("Definitions Rolled Back", plan=plan.id, title=plan.title)


def _applied(row: Mapping[str, Any]) -> Applied:
    return Applied(
        id=row["id"],
        title=row["title"],
        origin=row["origin"] or "",
        applied_at=row["applied_at"],
        user=row["user"],
        steps=[Step.from_dict(step) for step in orjson.loads(row["steps"])],
        changes=orjson.loads(row["changes"] or "[]"),
        before=_unpacked(row["before"]),
        after=_unpacked(row["after"]),
        rolled_back_at=row["rolled_back_at"],
        rolled_back_by=row["rolled_back_by"] or "",
    )


def _unpacked(text: str) -> Bodies:
    return {(kind, name): body for kind, name, body in orjson.loads(text)}
